import { crc32, deflateRawSync } from 'node:zlib';
import type { ValidationPorts } from '../src/index.ts';

/** One part of a form: name, content, and the file name when it is a file. */
export type Part = readonly [name: string, value: string | Uint8Array, fileName?: string];

/** A multipart body with its headers. */
export function multipart(parts: readonly Part[]): { payload: Buffer; headers: Record<string, string> } {
  const boundary = 'x-boundary-x';
  const chunks = parts.flatMap(([name, value, fileName]) => {
    const file = fileName === undefined ? '' : `; filename="${fileName}"`;
    const type = fileName === undefined ? '' : '\r\nContent-Type: application/octet-stream';
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}${type}\r\n\r\n`;
    return [Buffer.from(head), Buffer.from(value), Buffer.from('\r\n')];
  });
  return {
    payload: Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  };
}

/** Ports that trust these certificates and know nothing else. */
export function portsOf(anchors: readonly Uint8Array[], crls: () => Promise<readonly Uint8Array[]>): ValidationPorts {
  return {
    trust: {
      trustAnchors: async () => anchors.map((certificate) => ({ certificate })),
      currentCrls: async () => [...(await crls())],
      trustLists: async () => [
        { id: 'TL-7', countryCode: 'TH', sequenceNumber: 7, sha256: '00'.repeat(32), wellSigned: true },
      ],
    },
    licences: { findByDocument: async () => undefined },
  };
}

/** A member of a test archive; the directory may be made to lie about it. */
export interface TestMember {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly stored?: boolean;
  /** Flags of the directory entry. */
  readonly flags?: number;
  /** What the directory says instead of the truth. */
  readonly statedSize?: number;
  readonly statedCrc?: number;
  /** Points at the header of this member instead of a header of its own. */
  readonly sharedWith?: number;
}

/** A ZIP of these members. */
export function zipOf(members: readonly TestMember[]): Buffer {
  const body: Buffer[] = [];
  const headers: number[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, bytes, stored, flags = 0x0800, statedSize, statedCrc, sharedWith } of members) {
    const packed = stored ? Buffer.from(bytes) : deflateRawSync(bytes);
    const fileName = Buffer.from(name);
    const headerAt = sharedWith === undefined ? at : (headers[sharedWith] ?? 0);
    headers.push(headerAt);
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(flags, 2);
    facts.writeUInt16LE(stored ? 0 : 8, 4);
    facts.writeUInt32LE(statedCrc ?? crc32(bytes), 10);
    facts.writeUInt32LE(packed.length, 14);
    facts.writeUInt32LE(statedSize ?? bytes.length, 18);
    facts.writeUInt16LE(fileName.length, 22);
    if (sharedWith === undefined) {
      body.push(Buffer.from('PK\x03\x04'), facts, fileName, packed);
      at += 30 + fileName.length + packed.length;
    }
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(headerAt, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00'), facts, tail, fileName);
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(members.length, 4);
  end.writeUInt16LE(members.length, 6);
  end.writeUInt32LE(list.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...body, list, Buffer.from('PK\x05\x06'), end]);
}

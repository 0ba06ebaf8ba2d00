import { deflateRawSync } from 'node:zlib';
import { concatBytes, utf8Encode } from '@tra/kernel';

/** A file in a container; what is set differs from what an honest program would write. */
export interface ZipMember {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Name in the local header. */
  readonly localName?: string;
  readonly deflate?: boolean;
  /** Changes the two headers. */
  readonly change?: (local: DataView, central: DataView) => void;
  readonly extra?: Uint8Array;
  /** Left out of the directory. */
  readonly hidden?: boolean;
  /** In the directory, at the place of that other member. */
  readonly at?: number;
}

/** What stands around the files. */
export interface ZipOptions {
  readonly before?: Uint8Array;
  readonly between?: Uint8Array;
  readonly after?: Uint8Array;
  readonly comment?: Uint8Array;
  readonly end?: (view: DataView) => void;
}

/** CRC-32 (ISO 3309). */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** A ZIP file (APPNOTE 6.3.3). */
export function zip(members: readonly ZipMember[], options: ZipOptions = {}): Uint8Array {
  const { after = none, before = none, between = none, comment = none } = options;
  const locals: Uint8Array[] = [before];
  const directory: Uint8Array[] = [];
  const offsets: number[] = [];
  let offset = before.length;
  for (const member of members) {
    const { local, central, body } = headersOf(member);
    const start = member.at === undefined ? offset : (offsets[member.at] ?? 0);
    offsets.push(start);
    new DataView(central.buffer).setUint32(42, start, true);
    member.change?.(new DataView(local.buffer), new DataView(central.buffer));
    if (member.at === undefined) {
      const made = concatBytes(local, utf8Encode(member.localName ?? member.name), member.extra ?? none, body);
      locals.push(made);
      offset += made.length;
    }
    if (!member.hidden) directory.push(concatBytes(central, utf8Encode(member.name), member.extra ?? none));
  }
  const list = concatBytes(...directory);
  const end = new Uint8Array(22);
  const view = new DataView(end.buffer);
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(8, directory.length, true);
  view.setUint16(10, directory.length, true);
  view.setUint32(12, list.length, true);
  view.setUint32(16, offset + between.length, true);
  view.setUint16(20, comment.length, true);
  options.end?.(view);
  return concatBytes(...locals, between, list, end, comment, after);
}

const none = new Uint8Array();

function headersOf({ bytes, deflate = false, extra = none, localName, name }: ZipMember): {
  readonly local: Uint8Array;
  readonly central: Uint8Array;
  readonly body: Uint8Array;
} {
  const body = deflate ? new Uint8Array(deflateRawSync(bytes)) : bytes;
  const local = new Uint8Array(30);
  const central = new Uint8Array(46);
  for (const [header, shift, ownName] of [
    [local, 0, localName ?? name],
    [central, 2, name],
  ] as const) {
    const view = new DataView(header.buffer);
    view.setUint32(0, shift === 0 ? 0x04034b50 : 0x02014b50, true);
    view.setUint16(4 + shift, 20, true);
    view.setUint16(6 + shift, 0x800, true);
    view.setUint16(8 + shift, deflate ? 8 : 0, true);
    view.setUint32(14 + shift, crc32(bytes), true);
    view.setUint32(18 + shift, body.length, true);
    view.setUint32(22 + shift, bytes.length, true);
    view.setUint16(26 + shift, utf8Encode(ownName).length, true);
    view.setUint16(28 + shift, extra.length, true);
  }
  return { local, central, body };
}

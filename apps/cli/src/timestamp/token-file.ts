import { readFile } from 'node:fs/promises';
import { parsePem } from '@tra/pki';
import { type OpenedTimestamp, openTimestamp } from '@tra/timestamp';
import { UsageError } from '../usage-error.ts';

/** What a file with a time-stamp holds. */
export type TokenFile = OpenedTimestamp;

const largestFile = 4 * 1024 * 1024;
const derSequence = 0x30;

/** Reads a TimeStampResp or a token alone, in DER, PEM or base64. Rejects with a {@link UsageError} for a file that cannot be read. */
export async function readTokenFile(file: string): Promise<TokenFile> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new UsageError('cli.file_unreadable', { params: { file }, cause });
  });
  return tokenIn(new Uint8Array(bytes.subarray(0, largestFile)));
}

/** The same from bytes. */
export function tokenIn(bytes: Uint8Array): TokenFile {
  return openTimestamp(bytes[0] === derSequence ? bytes : (fromText(bytes) ?? bytes));
}

/** The first object of a PEM file, whatever its label says and stands before it, or what base64 alone stands for. */
function fromText(bytes: Uint8Array): Uint8Array | undefined {
  const text = Buffer.from(bytes).toString('latin1');
  const label = /-----BEGIN ([A-Z0-9 ]{1,64})-----/.exec(text)?.[1];
  if (label !== undefined) {
    try {
      return parsePem(text, label)[0];
    } catch {
      return undefined;
    }
  }
  const base64 = text.replace(/\s+/g, '');
  return /^M[A-Za-z0-9+/]*={0,2}$/.test(base64) ? new Uint8Array(Buffer.from(base64, 'base64')) : undefined;
}

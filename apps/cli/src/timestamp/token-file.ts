import { readFile } from 'node:fs/promises';
import { parsePem } from '@tra/pki';
import { parseResponse, type TimestampResponse } from '@tra/timestamp';
import { UsageError } from '../usage-error.ts';

/** What a file with a time-stamp holds. */
export type TokenFile =
  | { readonly kind: 'response'; readonly response: TimestampResponse; readonly token?: Uint8Array }
  /** CMS ContentInfo, or what nobody can read: the verification says so. */
  | { readonly kind: 'token'; readonly token: Uint8Array };

const largestFile = 4 * 1024 * 1024;
const labels = ['PKCS7', 'CMS', 'TIMESTAMP', 'TIME STAMP TOKEN', 'TIMESTAMP TOKEN'];

/** Reads a TimeStampResp or a token alone, in DER or PEM. Rejects with a {@link UsageError} for a file that cannot be read. */
export async function readTokenFile(file: string): Promise<TokenFile> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new UsageError('cli.file_unreadable', { params: { file }, cause });
  });
  return tokenIn(new Uint8Array(bytes.subarray(0, largestFile)));
}

/** The same from bytes. */
export function tokenIn(bytes: Uint8Array): TokenFile {
  const token = fromPem(bytes) ?? bytes;
  try {
    const response = parseResponse(token);
    return { kind: 'response', response, ...(response.token ? { token: response.token } : {}) };
  } catch {
    return { kind: 'token', token };
  }
}

function fromPem(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes[0] !== 0x2d) return undefined;
  try {
    const text = Buffer.from(bytes).toString('latin1');
    return labels.map((label) => parsePem(text, label)[0]).find((found) => found !== undefined);
  } catch {
    return undefined;
  }
}

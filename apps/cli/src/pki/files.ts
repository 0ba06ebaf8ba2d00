import { readFile } from 'node:fs/promises';
import { utf8Decode } from '@tra/kernel';
import { parsePem } from '@tra/pki';
import type { ParsedArguments } from '../arguments.ts';
import { UsageError } from '../usage-error.ts';

/** Labels of PEM blocks that these commands read. */
export type PemLabel = 'CERTIFICATE' | 'X509 CRL' | 'CERTIFICATE REQUEST';

/** The bytes of a file. Rejects with `cli.file_unreadable`. */
export async function readBytes(path: string): Promise<Uint8Array> {
  return await readFile(path).catch((cause: unknown) => {
    throw new UsageError('cli.file_unreadable', { params: { file: path }, cause });
  });
}

/** Every DER object of a kind in `bytes`, which are DER themselves or PEM. Throws `cli.pem_invalid`, naming the file. */
export function derIn(bytes: Uint8Array, label: PemLabel, file: string): readonly Uint8Array[] {
  if (bytes[0] === 0x30) return [bytes];
  try {
    const text = utf8Decode(bytes);
    const found = parsePem(text, label);
    const other = label === 'CERTIFICATE REQUEST' ? parsePem(text, 'NEW CERTIFICATE REQUEST') : [];
    if (found.length + other.length === 0) throw new Error(`no ${label}`);
    return [...found, ...other];
  } catch (cause) {
    throw new UsageError('cli.pem_invalid', { params: { file, label }, cause });
  }
}

/** Every DER object of a kind in a file. */
export async function readAll(path: string, label: PemLabel): Promise<readonly Uint8Array[]> {
  return derIn(await readBytes(path), label, path);
}

/** The first DER object of a kind in a file. */
export async function readOne(path: string, label: PemLabel): Promise<Uint8Array> {
  const [first] = await readAll(path, label);
  if (!first) throw new UsageError('cli.pem_invalid', { params: { file: path, label } });
  return first;
}

/** A time on the command line: RFC 3339. */
export function timeOf(text: string): Date {
  const isRfc3339 = /^\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2}))?$/.test(text);
  const time = new Date(text);
  if (!isRfc3339 || Number.isNaN(time.getTime())) throw new UsageError('cli.time_invalid', { params: { time: text } });
  return time;
}

/** The output format that was asked for. Throws `cli.format_unknown`. */
export function formatOf(given: ParsedArguments): 'text' | 'json' {
  const format = given.text('format') ?? 'text';
  if (format === 'text' || format === 'json') return format;
  throw new UsageError('cli.format_unknown', { params: { format } });
}

import { readFile } from 'node:fs/promises';
import { fromBase64, fromHex, toBase64, toHex } from '@tra/kernel';
import { type BatchProof, IMPRINT_ALGORITHMS, type Imprint, type ImprintAlgorithm } from '@tra/timestamp';
import { UsageError } from '../usage-error.ts';

/** A digest of a batch with its way to the root. */
export interface ProvenImprint {
  readonly imprint: Imprint;
  readonly proof: BatchProof;
  /** Name of the file when it was stamped; nothing rests on it. */
  readonly file?: string;
}

/** What a proof file holds: one digest, or many with their token. */
export interface ProofFile {
  readonly entries: readonly ProvenImprint[];
  /** TimeStampResp in DER, in bundles. */
  readonly response?: Uint8Array;
}

const proofFormat = 'tra-timestamp-proof-1';
const bundleFormat = 'tra-timestamp-bundle-1';
const largestFile = 64 * 1024 * 1024;
const longestPath = 16;

/** The proof of one file as JSON: format, algorithm, digest (hexadecimal), index, size, path (SHA-256 hashes in base64, the lowest first). */
export function formatProof({ imprint, proof }: ProvenImprint): string {
  return `${JSON.stringify({ format: proofFormat, ...entryOf({ imprint, proof }) }, null, 2)}\n`;
}

/** Many files and their one token as JSON; `entries` as in a proof, `response` a TimeStampResp in base64. */
export function formatBundle(response: Uint8Array, entries: readonly ProvenImprint[]): string {
  const rows = entries.map((entry) => JSON.stringify({ file: entry.file, ...entryOf(entry) }));
  const head = `"format": "${bundleFormat}",\n  "response": "${toBase64(response)}"`;
  return `{\n  ${head},\n  "entries": [\n    ${rows.join(',\n    ')}\n  ]\n}\n`;
}

function entryOf({ imprint, proof }: ProvenImprint): Record<string, unknown> {
  const { index, size, path } = proof;
  return { algorithm: imprint.algorithm, digest: toHex(imprint.value), index, size, path: path.map(toBase64) };
}

/** Reads a proof or a bundle. Rejects with `cli.timestamp.proof_unreadable`. */
export async function readProofFile(file: string): Promise<ProofFile> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new UsageError('cli.file_unreadable', { params: { file }, cause });
  });
  try {
    if (bytes.length > largestFile) throw new RangeError('size');
    const data = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
    if (data.format === proofFormat) return { entries: [provenOf(data)] };
    if (data.format !== bundleFormat || !Array.isArray(data.entries)) throw new RangeError('format');
    const entries = data.entries.map((entry) => provenOf(entry as Record<string, unknown>));
    return { entries, response: fromBase64(textIn(data.response)) };
  } catch (cause) {
    throw new UsageError('cli.timestamp.proof_unreadable', { params: { file }, cause });
  }
}

function provenOf({ algorithm, digest, index, size, path, file }: Record<string, unknown>): ProvenImprint {
  if (!IMPRINT_ALGORITHMS.includes(algorithm as ImprintAlgorithm)) throw new RangeError('algorithm');
  if (!Array.isArray(path) || path.length > longestPath) throw new RangeError('path');
  const hashes = path.map((hash: unknown) => fromBase64(textIn(hash)));
  if (hashes.some((hash) => hash.length !== 32)) throw new RangeError('path');
  return {
    imprint: { algorithm: algorithm as ImprintAlgorithm, value: fromHex(textIn(digest)) },
    proof: { index: numberIn(index), size: numberIn(size), path: hashes },
    ...(typeof file === 'string' ? { file } : {}),
  };
}

function textIn(value: unknown): string {
  if (typeof value !== 'string') throw new RangeError('text');
  return value;
}

function numberIn(value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw new RangeError('number');
  return value as number;
}

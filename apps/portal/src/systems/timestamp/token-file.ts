import { der } from '@tra/asn1';
import { fromBase64, toBase64 } from '@tra/kernel';
import type { BatchProof, DigestName, StampedBatch } from './api.ts';

/** Endings of what is saved: the answer of the authority (RFC 3161 section 3.2), and where a file stands in a batch. */
export const RESPONSE_SUFFIX = '.tsr';
export const PROOF_SUFFIX = '.tsp.json';

/** Largest file that can hold a token or a proof. */
export const MAX_TOKEN_BYTES = 96_000;

const format = 'tra-timestamp-proof-1';

/** A granted TimeStampResp (RFC 3161 section 2.4.2) around a token, as programs that verify take it. */
export function responseOf(token: string): Uint8Array<ArrayBuffer> {
  return der.sequence(der.sequence(der.integer(0)), fromBase64(token)).slice();
}

/** The proof of one file of a batch, as `tra timestamp verify` reads it too. */
export function proofText(batch: Pick<StampedBatch, 'size' | 'proofs'>, index: number, digest: string): string {
  const { path = [] } = batch.proofs[index] ?? {};
  return `${JSON.stringify({ format, algorithm: 'sha256', digest, index, size: batch.size, path }, null, 2)}\n`;
}

/** A proof file as read. */
export interface ProofFile extends BatchProof {
  readonly algorithm: DigestName;
  readonly digest: string;
}

/** What somebody gave as a token: the token itself, or a proof of a batch beside it. */
export type GivenFile =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'proof'; readonly proof: ProofFile }
  | { readonly kind: 'unknown' };

/** Tells what a file is by what is in it: a token or answer in DER or PEM, or a proof in JSON. */
export async function readGiven(file: Blob): Promise<GivenFile> {
  if (file.size === 0 || file.size > MAX_TOKEN_BYTES) return { kind: 'unknown' };
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes[0] === 0x30) return { kind: 'token', token: toBase64(bytes) };
  const text = new TextDecoder('utf-8').decode(bytes).trim();
  if (text.startsWith('{')) return readProof(text);
  const pem = /-----BEGIN [A-Z0-9 ]{1,64}-----([A-Za-z0-9+/=\s]+)-----END /.exec(text)?.[1] ?? text;
  const base64 = pem.replace(/\s+/g, '');
  // A SEQUENCE with a long length begins so in base64.
  return /^M[A-Za-z0-9+/]{40,}={0,2}$/.test(base64) ? { kind: 'token', token: base64 } : { kind: 'unknown' };
}

function readProof(text: string): GivenFile {
  try {
    const { format: kind, algorithm, digest, index, size, path } = JSON.parse(text) as Record<string, unknown>;
    const whole = typeof index === 'number' && typeof size === 'number' && Array.isArray(path);
    if (kind !== format || !whole || typeof digest !== 'string' || typeof algorithm !== 'string')
      return { kind: 'unknown' };
    return { kind: 'proof', proof: { algorithm: algorithm as DigestName, digest, index, size, path } };
  } catch {
    return { kind: 'unknown' };
  }
}

import { createHash } from 'node:crypto';
import { type DerElement, der, readDer, SequenceReader } from '@tra/asn1';
import type { TestSigning } from '@tra/signature/testing';

/** SHA-256 over all parts. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** A token of the time-stamping authority over data. */
export const stampOver = (signing: TestSigning, ...data: readonly Uint8Array[]): Promise<Uint8Array> =>
  signing.timestamper.stamp({ algorithm: 'sha256', value: sha256(...data) });

/** Text with one part replaced; throws where there is nothing to replace. */
export function swap(text: string, from: string | RegExp, to: string): string {
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`nothing to change: ${from}`);
  return changed;
}

/** Bytes with one part replaced by another of the same length. */
export function overwrite(bytes: Uint8Array, from: Uint8Array, to: Uint8Array): Uint8Array {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(from);
  if (at < 0 || from.length !== to.length) throw new Error('nothing to overwrite');
  const copy = bytes.slice();
  copy.set(to, at);
  return copy;
}

/** Elements inside a constructed one. */
export const parts = (encoded: Uint8Array | DerElement): DerElement[] => {
  const element = encoded instanceof Uint8Array ? readDer(encoded) : encoded;
  return [...new SequenceReader(element, 'parts', element.tag).rest()];
};

/** A SEQUENCE of elements or encodings. */
export const sequenceOf = (list: readonly (Uint8Array | DerElement)[]): Uint8Array =>
  der.sequence(...list.map((one) => (one instanceof Uint8Array ? one : one.raw)));

/** An encoded Attribute. */
export const attribute = (type: string, ...values: readonly Uint8Array[]): Uint8Array =>
  der.sequence(der.oid(type), der.setOf(...values));

import { createHash } from 'node:crypto';
import { type DerElement, der, readDer, readExplicit, SequenceReader, TAG } from '@tra/asn1';
import { CMS_ATTRIBUTE, parseSignedData } from '@tra/cms';
import type { TestSigning } from '../src/testing.ts';

/** SHA-256. */
export const sha256 = (...parts: readonly Uint8Array[]): Uint8Array => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

/** An encoded Attribute. */
export const attribute = (type: string, ...values: readonly Uint8Array[]): Uint8Array =>
  der.sequence(der.oid(type), der.setOf(...values));

/** A token over data. */
export const stampOver = async (signing: TestSigning, ...data: readonly Uint8Array[]): Promise<Uint8Array> =>
  signing.timestamper.stamp({ algorithm: 'sha256', value: sha256(...data) });

/** `cms` with the unsigned attributes of its first signer replaced by what `change` makes of them. */
export function withUnsigned(
  cms: Uint8Array,
  change: (attributes: readonly Uint8Array[]) => readonly Uint8Array[],
): Uint8Array {
  const info = new SequenceReader(readDer(cms), 'ContentInfo').rest();
  const [type, tagged] = info as [DerElement, DerElement];
  const fields = new SequenceReader(readExplicit(tagged, 'content'), 'SignedData').rest();
  const [signer, ...others] = new SequenceReader(fields.at(-1) as DerElement, 'signerInfos', TAG.set).rest();
  const parts = new SequenceReader(signer as DerElement, 'SignerInfo').rest();
  const last = parts.at(-1) as DerElement;
  const has = last.tag === 0xa1;
  const old = has ? new SequenceReader(last, 'unsigned', 0xa1).rest().map(({ raw }) => raw) : [];
  const kept = (has ? parts.slice(0, -1) : parts).map(({ raw }) => raw);
  const attributes = change(old);
  const unsigned = attributes.length === 0 ? [] : [der.element(0xa1, ...attributes)];
  const signers = der.element(TAG.set, der.sequence(...kept, ...unsigned), ...others.map(({ raw }) => raw));
  return der.sequence(type.raw, der.explicit(0, der.sequence(...fields.slice(0, -1).map(({ raw }) => raw), signers)));
}

/** `cms` with further unsigned attributes. */
export const addUnsigned = (cms: Uint8Array, ...attributes: readonly Uint8Array[]): Uint8Array =>
  withUnsigned(cms, (old) => [...old, ...attributes]);

/** What is changed in an archive time-stamp, for refusals. */
export interface ArchiveChanges {
  /** Takes this many hashes of unsigned attributes out of the index. */
  readonly leaveOut?: number;
  /** A further hash of nothing. */
  readonly foreign?: boolean;
  /** The index that the token carries differs from the one that was stamped. */
  readonly exchanged?: boolean;
  /** Content that is stamped instead of the real one. */
  readonly content?: Uint8Array;
}

/** `cms` with an archive-time-stamp-v3 over everything in it, made by hand from ETSI EN 319 122-1 clause 5.5. */
export async function archived(
  signing: TestSigning,
  cms: Uint8Array,
  content: Uint8Array,
  changes: ArchiveChanges = {},
): Promise<Uint8Array> {
  const parsed = parseSignedData(cms);
  const [signer] = parsed.signers;
  if (!signer) throw new TypeError('no signer');
  const attributes = signer.unsignedAttributeList
    .flatMap(({ typeDer, values }) => values.map((value) => sha256(typeDer, value)))
    .slice(changes.leaveOut ?? 0);
  const list = (hashes: readonly Uint8Array[]): Uint8Array =>
    der.sequence(...hashes.map((one) => der.octetString(one)));
  const foreign = changes.foreign ? [sha256(Uint8Array.of(1))] : [];
  const index = (more: readonly Uint8Array[]): Uint8Array =>
    der.sequence(
      der.sequence(der.oid('2.16.840.1.101.3.4.2.1')),
      list(parsed.certificates.map((one) => sha256(one))),
      list(parsed.crls.map((one) => sha256(one))),
      list([...attributes, ...more]),
    );
  const token = await stampOver(
    signing,
    parsed.contentTypeDer,
    sha256(changes.content ?? content),
    ...signer.fieldsDer,
    index(foreign),
  );
  const carried = index(changes.exchanged ? [sha256(Uint8Array.of(2))] : foreign);
  const whole = addUnsigned(token, attribute(CMS_ATTRIBUTE.hashIndexV3, carried));
  return addUnsigned(cms, attribute(CMS_ATTRIBUTE.archiveTimeStampV3, whole));
}

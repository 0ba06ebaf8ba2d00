import { type DerElement, der, readDer, readExplicit, readOid, SequenceReader, TAG } from '@tra/asn1';
import { CMS_ATTRIBUTE } from './oids.ts';
import type { SignedData, SignerInfo } from './parse.ts';

const records: ReadonlySet<string> = new Set([
  CMS_ATTRIBUTE.evidenceRecordInternal,
  CMS_ATTRIBUTE.evidenceRecordExternal,
]);

/** An evidence record among the unsigned attributes (ETSI EN 319 122-3, RFC 4998 appendix A). */
export interface EmbeddedRecord {
  /** EvidenceRecord, DER. */
  readonly record: Uint8Array;
  /** Whether the content stands outside the CMS and is covered beside it. */
  readonly external: boolean;
}

/** The evidence records of one signer. */
export function embeddedRecords({ unsignedAttributeList }: SignerInfo): readonly EmbeddedRecord[] {
  return unsignedAttributeList
    .filter(({ type }) => records.has(type))
    .flatMap(({ type, values }) =>
      values.map((record) => ({ record, external: type === CMS_ATTRIBUTE.evidenceRecordExternal })),
    );
}

/**
 * The ContentInfo as it was before evidence records were put into it: what they cover (RFC 4998 appendix A). Attributes of no other type are touched; an
 * unsignedAttrs that held nothing else disappears.
 */
export function withoutRecords({ der: bytes }: SignedData): Uint8Array {
  const info = new SequenceReader(readDer(bytes), 'ContentInfo');
  const type = info.take(TAG.oid, 'contentType');
  const signedData = readExplicit(info.take(0xa0, 'content'), 'content');
  const fields = new SequenceReader(signedData, 'SignedData').rest();
  const head = fields.slice(0, -1).map(({ raw }) => raw);
  const signers = new SequenceReader(fields.at(-1) ?? signedData, 'signerInfos', TAG.set).rest();
  return der.sequence(type.raw, der.explicit(0, der.sequence(...head, der.element(TAG.set, ...signers.map(stripped)))));
}

function stripped(signer: DerElement): Uint8Array {
  const fields = new SequenceReader(signer, 'SignerInfo').rest();
  const last = fields.at(-1);
  if (last?.tag !== 0xa1) return signer.raw;
  const kept = new SequenceReader(last, 'unsignedAttrs', 0xa1).rest().filter((attribute) => !isRecord(attribute));
  const before = fields.slice(0, -1).map(({ raw }) => raw);
  const after = kept.length === 0 ? [] : [der.element(0xa1, ...kept.map(({ raw }) => raw))];
  return der.sequence(...before, ...after);
}

const isRecord = (attribute: DerElement): boolean =>
  records.has(readOid(new SequenceReader(attribute, 'Attribute').take(TAG.oid, 'attrType')));

import { createHash } from 'node:crypto';
import { der, readDer, readOctetString, readOid, SequenceReader, TAG } from '@tra/asn1';
import { toHex } from '@tra/kernel';
import { type DigestName, digestOfOid } from '@tra/pki';
import { CMS_ATTRIBUTE } from './oids.ts';
import { type CmsAttribute, parseSignedData, type SignedData, type SignerInfo } from './parse.ts';

/** Which objects of a signature an archive time-stamp covers, by the index in its token (ETSI EN 319 122-1 clause 5.5.2). */
export interface HashIndex {
  readonly version: 1 | 2 | 3;
  /** The index as encoded: the last part of what the token covers. */
  readonly der: Uint8Array;
  readonly digest: DigestName;
  readonly certificates: readonly Uint8Array[];
  readonly revocations: readonly Uint8Array[];
  readonly attributes: readonly Uint8Array[];
}

const versions: readonly (readonly [oid: string, version: HashIndex['version']])[] = [
  [CMS_ATTRIBUTE.hashIndexV3, 3],
  [CMS_ATTRIBUTE.hashIndexV2, 2],
  [CMS_ATTRIBUTE.hashIndex, 1],
];
const maxEntries = 4096;

/**
 * Reads the hash index out of the unsigned attributes of an archive time-stamp token; undefined when there is none, more than one, or it cannot be
 * read: a token that is ambiguous about what it covers covers nothing.
 */
export function readHashIndex(token: Uint8Array): HashIndex | undefined {
  try {
    const [signer] = parseSignedData(token).signers;
    const found = versions.flatMap(([oid, version]) =>
      (signer?.unsignedAttributes.get(oid) ?? []).map((value) => ({ value, version })),
    );
    const [only, second] = found;
    return only && !second ? decodeHashIndex(only.value, only.version) : undefined;
  } catch {
    return undefined;
  }
}

function decodeHashIndex(value: Uint8Array, version: HashIndex['version']): HashIndex | undefined {
  const reader = new SequenceReader(readDer(value), 'ATSHashIndex');
  const [first, ...more] = reader.rest();
  // hashIndAlgorithm has a default in version 1: an AlgorithmIdentifier begins with an OID, a list of hashes does not.
  const stated = first && isAlgorithm(first.content) ? first : undefined;
  const lists = stated ? more : [...(first ? [first] : []), ...more];
  const digest = stated
    ? digestOfOid(readOid(new SequenceReader(stated, 'hashIndAlgorithm').take(TAG.oid, 'algorithm')))
    : 'sha256';
  if (!digest || lists.length !== 3) return undefined;
  const [certificates = [], revocations = [], attributes = []] = lists.map((list) => {
    const members = new SequenceReader(list, 'hashes').rest();
    if (members.length > maxEntries) throw new RangeError('too many hashes');
    return members.map((member) => readOctetString(member));
  });
  return { version, der: value, digest, certificates, revocations, attributes };
}

const isAlgorithm = (content: Uint8Array): boolean => content[0] === TAG.oid;

/** What an index lists, found again in a signature. */
export interface IndexedObjects {
  readonly certificates: readonly Uint8Array[];
  readonly revocations: readonly Uint8Array[];
  readonly attributes: readonly CmsAttribute[];
  /** Hashes of the index that belong to nothing in the signature: something was taken out or changed. */
  readonly unmatched: number;
}

/** Finds the objects behind an index (ETSI EN 319 122-1 clause 5.5.2; ETSI TS 101 733 clause 6.4.2 for version 1). */
export function indexedObjects(index: HashIndex, signedData: SignedData, signer: SignerInfo): IndexedObjects {
  const hash = (...parts: readonly Uint8Array[]): string => {
    const digest = createHash(index.digest);
    for (const part of parts) digest.update(part);
    return digest.digest('hex');
  };
  const pick = <T>(wanted: readonly Uint8Array[], have: readonly T[], key: (one: T) => readonly string[]) => {
    const names = new Set(wanted.map(toHex));
    const found = have.filter((one) => key(one).every((name) => names.has(name)));
    const matched = new Set(found.flatMap(key));
    return { found, unmatched: [...names].filter((name) => !matched.has(name)).length };
  };
  const certificates = pick(index.certificates, signedData.certificateMembers, (one) => [hash(one)]);
  const revocations = pick(index.revocations, signedData.revocationMembers, (one) => [hash(one)]);
  const attributes = pick(index.attributes, signer.unsignedAttributeList, (one) =>
    index.version === 3 ? one.values.map((value) => hash(one.typeDer, value)) : [hash(one.der)],
  );
  return {
    certificates: certificates.found,
    revocations: revocations.found,
    attributes: attributes.found,
    unmatched: certificates.unmatched + revocations.unmatched + attributes.unmatched,
  };
}

/** What archive-time-stamp-v3 covers (clause 5.5.3): eContentType, the digest of the content, the fields of the SignerInfo, the index. */
export function archiveV3Input(
  signedData: SignedData,
  signer: SignerInfo,
  { contentDigest, index }: { readonly contentDigest: Uint8Array; readonly index: HashIndex },
): readonly Uint8Array[] {
  return [signedData.contentTypeDer, contentDigest, ...signer.fieldsDer, index.der];
}

/**
 * What archive-time-stamp-v2 covers (ETSI TS 101 733 clause 6.4.1 and annex K): encapContentInfo, the content when it is detached, certificates, crls, and
 * the SignerInfo with those unsigned attributes that `keep` names. Several forms: annex K once left out tag and length of unsignedAttrs, and a SignedData
 * in BER is covered as it was written; all bind the same.
 */
export function archiveV2Inputs(
  signedData: SignedData,
  signer: SignerInfo,
  { content, keep }: { readonly content: readonly Uint8Array[]; readonly keep: (attribute: CmsAttribute) => boolean },
): readonly (readonly Uint8Array[])[] {
  const { ber, certificatesDer, crlsDer, encapsulatedDer } = signedData;
  const attributes = signer.unsignedAttributeList.filter(keep).map((attribute) => attribute.der);
  const detached = signedData.content ? [] : content;
  const optional = (part: Uint8Array | undefined): readonly Uint8Array[] => (part ? [part] : []);
  const heads = [[encapsulatedDer, ...detached, ...optional(certificatesDer), ...optional(crlsDer)]];
  if (ber) heads.unshift([ber.encapsulated, ...detached, ...optional(ber.certificates), ...optional(ber.crls)]);
  const tails = attributes.length === 0 ? [[]] : [[der.element(0xa1, ...attributes)], attributes];
  return heads.flatMap((head) => tails.map((tail) => [...head, ...signer.fieldsDer, ...tail]));
}

/** What the time-stamps of CAdES-X cover (ETSI EN 319 122-1 annex A.1.5): the signature with its time-stamps and references, or the references. */
export function referencesInput(signer: SignerInfo, kind: 'signature-and-references' | 'references'): Uint8Array[] {
  const pairs = (...types: readonly string[]): Uint8Array[] =>
    types.flatMap((type) =>
      signer.unsignedAttributeList.filter((one) => one.type === type).flatMap((one) => [one.typeDer, one.valuesDer]),
    );
  const references = pairs(CMS_ATTRIBUTE.certificateRefs, CMS_ATTRIBUTE.revocationRefs);
  if (kind === 'references') return references;
  return [signer.signature, ...pairs(CMS_ATTRIBUTE.signatureTimeStampToken), ...references];
}

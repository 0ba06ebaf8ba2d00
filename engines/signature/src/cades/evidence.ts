import { createHash } from 'node:crypto';
import {
  archivedRevocation,
  archiveV2Inputs,
  archiveV3Input,
  CMS_ATTRIBUTE,
  type CmsAttribute,
  certificateValues,
  embeddedRecords,
  type IndexedObjects,
  indexedObjects,
  type Material,
  readCommitments,
  readHashIndex,
  readMimeType,
  readPolicyStore,
  readSignaturePolicy,
  referencesInput,
  revocationValues,
  type SignaturePolicyId,
  type SignedData,
  type SignerInfo,
  signedDataMaterial,
  withoutRecords,
} from '@tra/cms';
import { concatBytes } from '@tra/kernel';
import type { DigestName } from '@tra/pki';
import {
  type CoveredObjects,
  type Evidence,
  type FoundMaterial,
  type FoundTimestamp,
  joinMaterial,
  noMaterial,
  type PolicyReference,
} from '../evidence/model.ts';
import { type EmbeddedRecordInput, recordTimestamps } from '../evidence/records.ts';
import { formThatMatches, materialOfTokens, readToken } from '../evidence/token.ts';
import type { Digests } from '../subject.ts';

/** One signer of a CMS with the content that it signed. */
export interface CadesInput {
  readonly signedData: SignedData;
  readonly signer: SignerInfo;
  /** The signed content in parts; undefined when it is not at hand. */
  readonly content: readonly Uint8Array[] | undefined;
  /** Instead of the content: its digests. */
  readonly digests?: Digests;
  /** What hashing for archive time-stamps may cost; share one among the signers of a CMS. */
  readonly budget?: HashBudget;
}

/** What is left to spend on hashing; anyone can add time-stamps, each over everything. The field counts down. */
export interface HashBudget {
  octets: number;
  /** Digests of the content that were computed already. */
  readonly known: Map<string, Uint8Array>;
}

/** A fresh {@link HashBudget}: sixteen times what is signed, and 64 MiB. */
export function hashBudget(signedData: SignedData, content: readonly Uint8Array[] | undefined): HashBudget {
  const size = (content ?? []).reduce((sum, { length }) => sum + length, signedData.der.length);
  return { octets: 64 * 1024 * 1024 + 16 * size, known: new Map() };
}

/** Attributes that hold tokens, signed ones first, and what such a token is for (ETSI EN 319 122-1 clauses 5.2.8, 5.3, 5.5 and annex A.1.5). */
const kinds: ReadonlyMap<string, FoundTimestamp['kind']> = new Map<string, FoundTimestamp['kind']>([
  [CMS_ATTRIBUTE.contentTimeStamp, 'content'],
  [CMS_ATTRIBUTE.signatureTimeStampToken, 'signature'],
  [CMS_ATTRIBUTE.escTimeStamp, 'signature-and-references'],
  [CMS_ATTRIBUTE.certCrlTimeStamp, 'references'],
  [CMS_ATTRIBUTE.archiveTimeStampV2, 'archive'],
  [CMS_ATTRIBUTE.archiveTimeStampV3, 'archive'],
]);
const archives: ReadonlySet<string> = new Set([CMS_ATTRIBUTE.archiveTimeStampV2, CMS_ATTRIBUTE.archiveTimeStampV3]);
const maxTimestamps = 64;

/** Everything in a CMS signature that serves as evidence: time-stamps with what each covers, certificates, CRLs and OCSP responses with their place. */
export function cadesEvidence(input: CadesInput): Evidence {
  const { signedData, signer } = input;
  const found = [...tokensIn(signer.signedAttributeList, true), ...tokensIn(signer.unsignedAttributeList, false)];
  const stamps = found.slice(0, maxTimestamps).map((one) => timestampOf(one, input));
  const timestamps = [...stamps, ...recordTimestamps(recordsOf(input))];
  const mimeType = readMimeType(signer);
  const policy = readSignaturePolicy(signer);
  return {
    timestamps,
    material: materialOf(signedData, signer, timestamps),
    commitments: readCommitments(signer),
    ...(mimeType === undefined ? {} : { mimeType }),
    ...(policy === undefined ? {} : { policy: policy === 'malformed' ? policy : policyOf(policy, signer) }),
  };
}

function policyOf({ oid, ...policy }: SignaturePolicyId, signer: SignerInfo): PolicyReference {
  const store = readPolicyStore(signer);
  return { ...policy, id: oid, ...(store ? { store } : {}) };
}

/** Records cover the CMS as it was without them, and content beside it (ETSI EN 319 122-3 clause 5). */
function recordsOf({ content, signedData, signer }: CadesInput): readonly EmbeddedRecordInput[] {
  const found = embeddedRecords(signer);
  if (found.length === 0) return [];
  const own = withoutRecords(signedData);
  return found.map(({ external, record }) => ({
    record,
    objects: [[own], ...(external && content ? [[concatBytes(...content)]] : [])],
  }));
}

interface PlacedToken {
  readonly attribute: CmsAttribute;
  readonly kind: FoundTimestamp['kind'];
  readonly token: Uint8Array;
}

/** A content time-stamp must be signed, every other one cannot be: tokens in the wrong place are not looked at. */
function tokensIn(attributes: readonly CmsAttribute[], isSigned: boolean): readonly PlacedToken[] {
  return attributes.flatMap((attribute) => {
    const kind = kinds.get(attribute.type);
    if (!kind || (kind === 'content') !== isSigned) return [];
    return attribute.values.map((token) => ({ attribute, kind, token }));
  });
}

function materialOf(
  signedData: SignedData,
  signer: SignerInfo,
  timestamps: readonly FoundTimestamp[],
): readonly FoundMaterial[] {
  const all: readonly FoundMaterial[] = [
    { origin: 'signed-data', ...signedDataMaterial(signedData) },
    { origin: 'certificate-values', ...certificateValues(signer) },
    { origin: 'revocation-values', ...revocationValues(signer) },
    { origin: 'revocation-info-archival', ...archivedRevocation(signer) },
    { origin: 'time-stamp-token', ...materialOfTokens(timestamps.map(({ token }) => token)) },
  ];
  return all.filter((one) => one.certificates.length + one.crls.length + one.ocspResponses.length > 0);
}

function timestampOf(placed: PlacedToken, input: CadesInput): FoundTimestamp {
  const { kind, token } = placed;
  const { signer } = input;
  switch (kind) {
    case 'content':
      return { kind, token, ...held(token, input), covers: { ...nothingCovered, signedData: true } };
    case 'signature':
      return { kind, token, data: [signer.signature], covers: { ...nothingCovered, signature: true } };
    case 'references':
    case 'signature-and-references': {
      const stamped = kind === 'references' ? [] : signer.unsignedAttributes.get(CMS_ATTRIBUTE.signatureTimeStampToken);
      const covers = { ...nothingCovered, signature: kind !== 'references', timestamps: stamped ?? [] };
      return { kind, token, data: referencesInput(signer, kind), covers };
    }
    default:
      return placed.attribute.type === CMS_ATTRIBUTE.archiveTimeStampV3
        ? archiveV3(placed, input)
        : archiveV2(placed, input);
  }
}

const nothingCovered: CoveredObjects = { signedData: false, signature: false, material: noMaterial, timestamps: [] };

/** What a content time-stamp is held against: the content, or its digest where only that is at hand. */
function held(
  token: Uint8Array,
  { content, digests }: CadesInput,
): Pick<FoundTimestamp, 'data' | 'digest' | 'missing'> {
  if (content) return { data: content };
  const algorithm = readToken(token)?.info.imprint.algorithm;
  const value = algorithm && digests?.[algorithm];
  return algorithm && value ? { data: [], digest: { algorithm, value } } : { data: [], missing: true };
}

function digestOfContent(algorithm: DigestName, { budget, content, digests }: CadesInput): Uint8Array | undefined {
  const known = content ? budget?.known.get(algorithm) : digests?.[algorithm];
  if (known || !content) return known;
  const hash = createHash(algorithm);
  for (const part of content) hash.update(part);
  const value = hash.digest();
  budget?.known.set(algorithm, value);
  return value;
}

function archiveV3({ token }: PlacedToken, input: CadesInput): FoundTimestamp {
  const { signedData, signer } = input;
  const index = readHashIndex(token);
  const algorithm = readToken(token)?.info.imprint.algorithm;
  const base = { kind: 'archive', variant: 'CAdES-v3', token } as const;
  if (!index || !algorithm) return { ...base, data: [], covers: nothingCovered };
  const objects = indexedObjects(index, signedData, signer);
  const covers = {
    signedData: true,
    signature: true,
    material: materialAmong(objects, signedData, signer),
    timestamps: tokensAmong(objects.attributes),
  };
  const unmatched = objects.unmatched === 0 ? {} : { unmatched: objects.unmatched };
  const contentDigest = digestOfContent(algorithm, input);
  if (!contentDigest) return { ...base, data: [], missing: true, covers, ...unmatched };
  const data = archiveV3Input(signedData, signer, { contentDigest, index });
  return { ...base, data, covers, ...unmatched };
}

const tokensAmong = (attributes: readonly CmsAttribute[]): readonly Uint8Array[] =>
  attributes.filter(({ type }) => kinds.has(type)).flatMap(({ values }) => values);

function materialAmong(
  { attributes, certificates, revocations }: IndexedObjects,
  signedData: SignedData,
  signer: SignerInfo,
): Material {
  const all = signedDataMaterial(signedData);
  // Values that were added after the time-stamp stand in attributes of the same type.
  const valuesOf = (type: string): readonly Uint8Array[] =>
    attributes.filter((one) => one.type === type).flatMap(({ values }) => values);
  const kept = [CMS_ATTRIBUTE.certificateValues, CMS_ATTRIBUTE.revocationValues];
  const listed = { ...signer, unsignedAttributes: new Map(kept.map((type) => [type, valuesOf(type)])) };
  const has = (list: readonly Uint8Array[], one: Uint8Array): boolean => list.includes(one);
  return joinMaterial([
    {
      certificates: all.certificates.filter((one) => has(certificates, one)),
      crls: all.crls.filter((one) => has(revocations, one)),
      ocspResponses: revocations.length === signedData.revocationMembers.length ? all.ocspResponses : [],
    },
    certificateValues(listed),
    revocationValues(listed),
    materialOfTokens(tokensAmong(attributes)),
  ]);
}

/** Archive time-stamps that are not older do not belong to what this one covers (ETSI TS 101 733 clause 6.4.1). */
function archiveV2({ attribute, token }: PlacedToken, input: CadesInput): FoundTimestamp {
  const { content, signedData, signer } = input;
  const own = readToken(token)?.info.genTime;
  const isOlder = (other: CmsAttribute): boolean =>
    other.values.every((value) => {
      const time = readToken(value)?.info.genTime;
      return own !== undefined && time !== undefined && time < own;
    });
  const keep = (other: CmsAttribute): boolean => other !== attribute && (!archives.has(other.type) || isOlder(other));
  const kept = signer.unsignedAttributeList.filter(keep);
  const covers = {
    signedData: true,
    signature: true,
    material: joinMaterial([
      signedDataMaterial(signedData),
      certificateValues(signer),
      revocationValues(signer),
      materialOfTokens(tokensAmong(kept)),
    ]),
    timestamps: tokensAmong(kept),
  };
  const base = { kind: 'archive', variant: 'CAdES-v2', token, covers } as const;
  if (!signedData.content && !content) return { ...base, data: [], missing: true };
  const inputs = archiveV2Inputs(signedData, signer, { content: content ?? [], keep });
  if (!isAffordable(inputs, input)) return { ...base, data: [], missing: true };
  return {
    ...base,
    data: formThatMatches(
      token,
      inputs.map((form) => () => form),
    ),
  };
}

function isAffordable(inputs: readonly (readonly Uint8Array[])[], { budget }: CadesInput): boolean {
  if (!budget) return true;
  for (const parts of inputs) for (const { length } of parts) budget.octets -= length;
  return budget.octets >= 0;
}

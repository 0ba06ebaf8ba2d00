import {
  contextConstructedTag,
  type DerElement,
  der,
  readDer,
  readExplicit,
  readOctetString,
  readOid,
  readString,
  SequenceReader,
  TAG,
} from '@tra/asn1';
import { type DigestName, digestOfOid } from '@tra/pki';
import { CMS_ATTRIBUTE } from './oids.ts';
import type { SignedData, SignerInfo } from './parse.ts';

/** Certificates and revocation information out of one place of a signature. None of it is trusted for being there. */
export interface Material {
  readonly certificates: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  /** OCSPResponse, DER; a BasicOCSPResponse that stood bare is put into one. */
  readonly ocspResponses: readonly Uint8Array[];
}

/** OCSP response formats in SignedData.crls (RFC 5940 section 2, and the bare form that ETSI EN 319 122-1 clause 5.4.2.2 allows). */
const OCSP_RESPONSE = '1.3.6.1.5.5.7.16.2';
const OCSP_BASIC = '1.3.6.1.5.5.7.48.1.1';
const maxMembers = 256;
const nothing: Material = { certificates: [], crls: [], ocspResponses: [] };

/** A BasicOCSPResponse as the successful OCSPResponse that it came in (RFC 6960 section 4.2.1). */
export function wrapBasicOcsp(basic: Uint8Array): Uint8Array {
  const bytes = der.sequence(der.oid(OCSP_BASIC), der.octetString(basic));
  return der.sequence(der.element(0x0a, Uint8Array.of(0)), der.explicit(0, bytes));
}

/** Material in the fields of the SignedData itself (ETSI EN 319 122-1 clause 5.4). */
export function signedDataMaterial({ certificates, crls, otherRevocation }: SignedData): Material {
  const ocspResponses = otherRevocation.flatMap(({ format, value }) => {
    if (format === OCSP_RESPONSE) return [value];
    return format === OCSP_BASIC ? [wrapBasicOcsp(value)] : [];
  });
  return { certificates, crls, ocspResponses };
}

/** certificate-values (ETSI EN 319 122-1 annex A.1.1.2). Values that cannot be read are left out: they are not signed. */
export function certificateValues({ unsignedAttributes }: SignerInfo): Material {
  const values = unsignedAttributes.get(CMS_ATTRIBUTE.certificateValues) ?? [];
  return { ...nothing, certificates: values.flatMap((value) => readable(() => sequencesIn(readDer(value)))) };
}

/** revocation-values (annex A.1.2.2): CRLs and BasicOCSPResponses. */
export function revocationValues({ unsignedAttributes }: SignerInfo): Material {
  const values = unsignedAttributes.get(CMS_ATTRIBUTE.revocationValues) ?? [];
  const lists = values.flatMap((value) =>
    readable(() => new SequenceReader(readDer(value), 'RevocationValues').rest()),
  );
  return {
    ...nothing,
    crls: taggedLists(lists, 0),
    ocspResponses: taggedLists(lists, 1).map(wrapBasicOcsp),
  };
}

/** adbe-revocationInfoArchival among the signed attributes of a PDF signature (ISO 32000-2 clause 12.8.3.3.2): CRLs and OCSPResponses. */
export function archivedRevocation({ signedAttributes, unsignedAttributes }: SignerInfo): Material {
  const oid = CMS_ATTRIBUTE.revocationInfoArchival;
  const values = [...(signedAttributes.get(oid) ?? []), ...(unsignedAttributes.get(oid) ?? [])];
  const lists = values.flatMap((value) =>
    readable(() => new SequenceReader(readDer(value), 'RevocationInfoArchival').rest()),
  );
  return { ...nothing, crls: taggedLists(lists, 0), ocspResponses: taggedLists(lists, 1) };
}

function taggedLists(lists: readonly DerElement[], tag: number): readonly Uint8Array[] {
  return lists
    .filter((list) => list.tag === contextConstructedTag(tag))
    .flatMap((list) => readable(() => sequencesIn(readExplicit(list, 'list'))));
}

function sequencesIn(element: DerElement): readonly Uint8Array[] {
  const members = new SequenceReader(element, 'SEQUENCE OF').rest().slice(0, maxMembers);
  return members.filter(({ tag }) => tag === TAG.sequence).map(({ raw }) => raw);
}

function readable<T>(work: () => readonly T[]): readonly T[] {
  try {
    return work();
  } catch {
    return [];
  }
}

/** signature-policy-identifier (ETSI EN 319 122-1 clause 5.2.9): under which rules the signer says to have signed. */
export interface SignaturePolicyId {
  /** Empty for a policy that is implied. */
  readonly oid: string;
  readonly digest?: DigestName;
  readonly hash?: Uint8Array;
  /** Where the policy can be read, as the signer says; never fetched. */
  readonly uri?: string;
}

const SP_URI = '1.2.840.113549.1.9.16.5.1';

/** Reads signature-policy-identifier; undefined when there is none, `malformed` when it cannot be read or comes twice. */
export function readSignaturePolicy({ signedAttributes }: SignerInfo): SignaturePolicyId | 'malformed' | undefined {
  const values = signedAttributes.get(CMS_ATTRIBUTE.signaturePolicy);
  if (!values) return undefined;
  const [value] = values;
  if (!value || values.length !== 1) return 'malformed';
  try {
    const element = readDer(value);
    if (element.tag === TAG.null) return { oid: '' };
    const reader = new SequenceReader(element, 'SignaturePolicyId');
    const oid = readOid(reader.take(TAG.oid, 'sigPolicyId'));
    const hashPart = reader.takeOptional(TAG.sequence);
    const qualifiers = reader.takeOptional(TAG.sequence);
    const uri = qualifiers && readUri(qualifiers);
    return { oid, ...(hashPart ? readPolicyHash(hashPart) : {}), ...(uri === undefined ? {} : { uri }) };
  } catch {
    return 'malformed';
  }
}

function readPolicyHash(element: DerElement): Pick<SignaturePolicyId, 'digest' | 'hash'> {
  const reader = new SequenceReader(element, 'SigPolicyHash');
  const algorithm = new SequenceReader(reader.take(TAG.sequence, 'hashAlgorithm'), 'AlgorithmIdentifier');
  const digest = digestOfOid(readOid(algorithm.take(TAG.oid, 'algorithm')));
  const hash = readOctetString(reader.take(TAG.octetString, 'hashValue'));
  return { ...(digest ? { digest } : {}), hash };
}

function readUri(qualifiers: DerElement): string | undefined {
  for (const entry of new SequenceReader(qualifiers, 'sigPolicyQualifiers').rest().slice(0, 16)) {
    const reader = new SequenceReader(entry, 'SigPolicyQualifierInfo');
    const oid = readOid(reader.take(TAG.oid, 'sigPolicyQualifierId'));
    if (oid === SP_URI) return readString(reader.take(undefined, 'sigQualifier')).slice(0, 400);
  }
  return undefined;
}

/** The document in signature-policy-store (ETSI EN 319 122-1 clause 5.2.10); undefined when there is not exactly one, or only a place where it lies. */
export function readPolicyStore({ unsignedAttributes }: SignerInfo): Uint8Array | undefined {
  const [value, second] = unsignedAttributes.get(CMS_ATTRIBUTE.signaturePolicyStore) ?? [];
  if (!value || second) return undefined;
  const [document] = readable(() => {
    const [, spDocument] = new SequenceReader(readDer(value), 'SignaturePolicyStore').rest();
    return spDocument?.tag === TAG.octetString ? [readOctetString(spDocument)] : [];
  });
  return document;
}

/** OIDs of commitment-type-indication (clause 5.2.3): what the signer says to mean by signing. */
export function readCommitments({ signedAttributes }: SignerInfo): readonly string[] {
  const values = signedAttributes.get(CMS_ATTRIBUTE.commitmentType) ?? [];
  return values.flatMap((value) =>
    readable(() => [readOid(new SequenceReader(readDer(value), 'CommitmentType').take(TAG.oid, 'commitmentTypeId'))]),
  );
}

/** The mime type of the content: mime-type, else the description in content-hints (clauses 5.2.4.3 and 5.2.4.1). */
export function readMimeType({ signedAttributes }: SignerInfo): string | undefined {
  const [value] = signedAttributes.get(CMS_ATTRIBUTE.mimeType) ?? [];
  const [text] = value ? readable(() => [readString(readDer(value))]) : [];
  if (text !== undefined) return text.slice(0, 200);
  const [hint] = signedAttributes.get(CMS_ATTRIBUTE.contentHints) ?? [];
  if (!hint) return undefined;
  const [first] = readable(() => new SequenceReader(readDer(hint), 'ContentHints').rest());
  const [described] = first?.tag === TAG.utf8String ? readable(() => [readString(first)]) : [];
  return /(?:^|[\s:;])([a-z]+\/[a-z0-9.+-]+)/i.exec(described ?? '')?.[1];
}

import {
  Asn1Error,
  berToDer,
  childrenOf,
  contextConstructedTag,
  contextTag,
  type DerElement,
  der,
  readDer,
  readExplicit,
  readIntegerBytes,
  readOctetString,
  readOid,
  readSmallInteger,
  retag,
  SequenceReader,
  TAG,
} from '@tra/asn1';
import { toHex } from '@tra/kernel';
import { type Name, readName } from '@tra/pki';
import { type BerSlices, berSlices } from './ber-slices.ts';
import { CmsError } from './errors.ts';
import { CONTENT_TYPE } from './oids.ts';

/** Who signed: by issuer and serial number, or by subject key identifier (RFC 5652 section 5.3). */
export type SignerIdentifier =
  | { readonly kind: 'issuerAndSerial'; readonly issuer: Name; readonly serialHex: string }
  | { readonly kind: 'subjectKeyId'; readonly keyIdHex: string };

/** Attribute values as encoded, by attribute OID. */
export type Attributes = ReadonlyMap<string, readonly Uint8Array[]>;

/** One attribute as it stands (RFC 5652 section 5.3); the same type may come more than once. */
export interface CmsAttribute {
  readonly type: string;
  /** attrType and attrValues (a SET) as encoded, which some time-stamps cover without the SEQUENCE around them. */
  readonly typeDer: Uint8Array;
  readonly valuesDer: Uint8Array;
  /** The whole attribute as encoded. */
  readonly der: Uint8Array;
  readonly values: readonly Uint8Array[];
}

/** One SignerInfo as read. Nothing about it has been verified yet. */
export interface SignerInfo {
  readonly version: number;
  readonly identifier: SignerIdentifier;
  readonly digestAlgorithm: string;
  /** Encoded AlgorithmIdentifier of the digest. */
  readonly digestAlgorithmDer: Uint8Array;
  /** signedAttrs with the SET OF tag under which they are signed, in the order in which they came. */
  readonly signedAttributesDer?: Uint8Array;
  readonly signedAttributes: Attributes;
  /** Encoded AlgorithmIdentifier. */
  readonly signatureAlgorithm: Uint8Array;
  readonly signature: Uint8Array;
  readonly unsignedAttributes: Attributes;
  /** Signed and unsigned attributes one by one, in the order in which they came. */
  readonly signedAttributeList: readonly CmsAttribute[];
  readonly unsignedAttributeList: readonly CmsAttribute[];
  /** version, sid, digestAlgorithm, signedAttrs, signatureAlgorithm and signature as encoded, tags included. */
  readonly fieldsDer: readonly Uint8Array[];
}

/** A CMS SignedData as read (RFC 5652 section 5). Nothing about it has been verified yet. */
export interface SignedData {
  /** The whole ContentInfo. */
  readonly der: Uint8Array;
  readonly version: number;
  readonly digestAlgorithms: readonly string[];
  /** eContentType. */
  readonly contentType: string;
  /** The content, or undefined when the signature is detached. */
  readonly content?: Uint8Array;
  /** X.509 certificates; other certificate formats are left out. */
  readonly certificates: readonly Uint8Array[];
  /** CRLs; other revocation formats are left out. */
  readonly crls: readonly Uint8Array[];
  /** Other revocation information by the OID of its format, as OCSP responses are (RFC 5652 section 10.2.1, RFC 5940 section 2). */
  readonly otherRevocation: readonly { readonly format: string; readonly value: Uint8Array }[];
  /** Members of the crls field as encoded, whatever their format. */
  readonly revocationMembers: readonly Uint8Array[];
  /** Members of the certificates field as encoded, whatever their format. */
  readonly certificateMembers: readonly Uint8Array[];
  /** encapContentInfo, certificates and crls as encoded, tags included; what is absent is left out. */
  readonly encapsulatedDer: Uint8Array;
  readonly certificatesDer?: Uint8Array;
  readonly crlsDer?: Uint8Array;
  /** eContentType as encoded. */
  readonly contentTypeDer: Uint8Array;
  /** For a SignedData in BER: those fields as they were written. */
  readonly ber?: BerSlices;
  readonly signers: readonly SignerInfo[];
}

const maxBytes = 32 * 1024 * 1024;
const maxSigners = 32;
/** A time-stamp in an unsigned attribute of a time-stamp, and so on, is about twelve levels further down each time. */
const maxDepth = 128;
const maxMembers = 1024;
/** An OCTET STRING in pieces, which only BER has. */
const constructedOctetString = 0x24;

/**
 * Reads a ContentInfo that holds SignedData (RFC 5652 sections 3 and 5.1), in DER or, as older software writes it, in BER with
 * indefinite lengths and content in pieces; that is read as the DER it stands for, zero padding after it allowed. Throws {@link CmsError}: `cms.not_signed_data` for
 * another content type, `cms.invalid` for everything else that is wrong with it.
 */
export function parseSignedData(bytes: Uint8Array): SignedData {
  try {
    const element = readTolerantly(bytes);
    const slices = element.raw.buffer === bytes.buffer ? undefined : berSlices(bytes);
    return { ...readContentInfo(element), ...(slices ? { ber: slices } : {}) };
  } catch (cause) {
    if (cause instanceof CmsError) throw cause;
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable';
    throw new CmsError('cms.invalid', { params: { reason }, cause });
  }
}

const berCodes: ReadonlySet<string> = new Set(['asn1.length_indefinite', 'asn1.length_not_minimal']);

/** Strict DER unless the outermost element already is BER, or something inside turns out to be. */
function readTolerantly(bytes: Uint8Array): DerElement {
  try {
    const element = readDer(bytes, { maxBytes, maxDepth });
    walk(element);
    return element;
  } catch (error) {
    if (!(error instanceof Asn1Error) || !berCodes.has(error.code)) throw error;
    return readDer(berToDer(bytes, { maxBytes, maxDepth }), { maxBytes, maxDepth });
  }
}

/** Enters every constructed element, so that BER anywhere is noticed before anything is interpreted. */
function walk(element: DerElement): void {
  if ((element.tag & 0x20) === 0) return;
  if (element.tag === constructedOctetString) throw new Asn1Error('asn1.length_indefinite');
  for (const child of childrenOf(element)) walk(child);
}

function readContentInfo(element: DerElement): SignedData {
  const info = new SequenceReader(element, 'ContentInfo');
  const type = readOid(info.take(TAG.oid, 'contentType'));
  if (type !== CONTENT_TYPE.signedData) throw new CmsError('cms.not_signed_data', { params: { type } });
  const content = readExplicit(info.take(contextConstructedTag(0), 'content'), 'content');
  info.end();
  const reader = new SequenceReader(content, 'SignedData');
  const version = readSmallInteger(reader.take(TAG.integer, 'version'));
  const digestAlgorithms = new SequenceReader(
    reader.take(TAG.set, 'digestAlgorithms'),
    'digestAlgorithms',
    TAG.set,
  ).rest();
  const encapsulatedElement = reader.take(TAG.sequence, 'encapContentInfo');
  const encapsulated = new SequenceReader(encapsulatedElement, 'EncapsulatedContentInfo');
  const contentTypeElement = encapsulated.take(TAG.oid, 'eContentType');
  const eContent = encapsulated.takeOptional(contextConstructedTag(0));
  encapsulated.end();
  const certificates = reader.takeOptional(contextConstructedTag(0));
  const crls = reader.takeOptional(contextConstructedTag(1));
  const signers = new SequenceReader(reader.take(TAG.set, 'signerInfos'), 'signerInfos', TAG.set).rest();
  reader.end();
  if (signers.length > maxSigners) throw new CmsError('cms.too_many_signers', { params: { count: signers.length } });
  return {
    der: element.raw,
    version,
    digestAlgorithms: digestAlgorithms.slice(0, maxSigners).map(readAlgorithm),
    contentType: readOid(contentTypeElement),
    contentTypeDer: contentTypeElement.raw,
    encapsulatedDer: encapsulatedElement.raw,
    ...(eContent ? { content: readOctetString(readExplicit(eContent, 'eContent')) } : {}),
    ...certificateFields(certificates),
    ...revocationFields(crls),
    signers: signers.map(readSignerInfo),
  };
}

function membersOf(element: DerElement | undefined): readonly DerElement[] {
  if (!element) return [];
  const members = new SequenceReader(retag(element, TAG.set), 'set', TAG.set).rest();
  if (members.length > maxMembers) throw new CmsError('cms.invalid', { params: { reason: 'members' } });
  return members;
}

const plain = (members: readonly DerElement[]): readonly Uint8Array[] =>
  members.filter(({ tag }) => tag === TAG.sequence).map(({ raw }) => raw);

type CertificateFields = Pick<SignedData, 'certificateMembers' | 'certificates' | 'certificatesDer'>;

/** X.509 certificates are plain SEQUENCEs; tagged alternatives are not read. */
function certificateFields(element: DerElement | undefined): CertificateFields {
  const members = membersOf(element);
  return {
    certificates: plain(members),
    certificateMembers: members.map(({ raw }) => raw),
    ...(element ? { certificatesDer: element.raw } : {}),
  };
}

type RevocationFields = Pick<SignedData, 'crls' | 'crlsDer' | 'otherRevocation' | 'revocationMembers'>;

/** CRLs are plain SEQUENCEs, other formats OtherRevocationInfoFormat under tag 1. */
function revocationFields(element: DerElement | undefined): RevocationFields {
  const members = membersOf(element);
  return {
    crls: plain(members),
    revocationMembers: members.map(({ raw }) => raw),
    otherRevocation: members.filter(({ tag }) => tag === contextConstructedTag(1)).map(readOtherRevocation),
    ...(element ? { crlsDer: element.raw } : {}),
  };
}

function readOtherRevocation(element: DerElement): SignedData['otherRevocation'][number] {
  const reader = new SequenceReader(element, 'OtherRevocationInfoFormat', contextConstructedTag(1));
  const format = readOid(reader.take(TAG.oid, 'otherRevInfoFormat'));
  const value = reader.take(undefined, 'otherRevInfo').raw;
  reader.end();
  return { format, value };
}

function readAlgorithm(element: DerElement): string {
  return readOid(new SequenceReader(element, 'AlgorithmIdentifier').take(TAG.oid, 'algorithm'));
}

/** Reads one SignerInfo, as it stands in SignedData or in a countersignature attribute. Throws `Asn1Error` or {@link CmsError}. */
export function readSignerInfo(element: DerElement): SignerInfo {
  const reader = new SequenceReader(element, 'SignerInfo');
  const version = reader.take(TAG.integer, 'version');
  const sid = reader.take(undefined, 'sid');
  const digestAlgorithm = reader.take(TAG.sequence, 'digestAlgorithm');
  const signed = reader.takeOptional(contextConstructedTag(0));
  const signatureAlgorithm = reader.take(TAG.sequence, 'signatureAlgorithm');
  const signature = reader.take(TAG.octetString, 'signature');
  const unsigned = reader.takeOptional(contextConstructedTag(1));
  reader.end();
  const signedAttributeList = signed ? readAttributes(signed) : [];
  const unsignedAttributeList = unsigned ? readAttributes(unsigned) : [];
  const fields = [version, sid, digestAlgorithm, ...(signed ? [signed] : []), signatureAlgorithm, signature];
  return {
    version: readSmallInteger(version),
    identifier: readIdentifier(sid),
    digestAlgorithm: readAlgorithm(digestAlgorithm),
    digestAlgorithmDer: digestAlgorithm.raw,
    ...(signed ? { signedAttributesDer: der.element(TAG.set, signed.content) } : {}),
    signedAttributes: byType(signedAttributeList),
    signatureAlgorithm: signatureAlgorithm.raw,
    signature: readOctetString(signature),
    unsignedAttributes: byType(unsignedAttributeList),
    signedAttributeList,
    unsignedAttributeList,
    fieldsDer: fields.map(({ raw }) => raw),
  };
}

function readIdentifier(element: DerElement): SignerIdentifier {
  if (element.tag === contextTag(0)) return { kind: 'subjectKeyId', keyIdHex: toHex(element.content) };
  const reader = new SequenceReader(element, 'IssuerAndSerialNumber');
  const issuer = readName(reader.take(TAG.sequence, 'issuer'));
  const serialHex = toHex(readIntegerBytes(reader.take(TAG.integer, 'serialNumber')));
  reader.end();
  return { kind: 'issuerAndSerial', issuer, serialHex };
}

function readAttributes(element: DerElement): readonly CmsAttribute[] {
  const members = new SequenceReader(retag(element, TAG.set), 'Attributes', TAG.set).rest();
  if (members.length > maxMembers) throw new CmsError('cms.invalid', { params: { reason: 'attributes' } });
  return members.map((member) => {
    const reader = new SequenceReader(member, 'Attribute');
    const type = reader.take(TAG.oid, 'attrType');
    const set = reader.take(TAG.set, 'attrValues');
    reader.end();
    const values = new SequenceReader(set, 'attrValues', TAG.set).rest();
    return {
      type: readOid(type),
      typeDer: type.raw,
      valuesDer: set.raw,
      der: member.raw,
      values: values.map(({ raw }) => raw),
    };
  });
}

/** Attributes by type; one that comes twice among signed attributes is refused when it is looked up, not here. */
function byType(list: readonly CmsAttribute[]): Attributes {
  const attributes = new Map<string, readonly Uint8Array[]>();
  for (const { type, values } of list) attributes.set(type, [...(attributes.get(type) ?? []), ...values]);
  return attributes;
}

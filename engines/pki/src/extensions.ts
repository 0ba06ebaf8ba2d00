import {
  contextConstructedTag,
  contextTag,
  type DerElement,
  expectTag,
  readBoolean,
  readDer,
  readExplicit,
  readIntegerBytes,
  readNamedBits,
  readOctetString,
  readOid,
  readSmallInteger,
  readString,
  retag,
  SequenceReader,
  TAG,
} from '@tra/asn1';
import { toHex } from '@tra/kernel';
import { PkiError } from './errors.ts';
import { type GeneralName, readGeneralName } from './general-name.ts';
import type { Name } from './name.ts';

/** One extension as encoded. */
export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

const maxExtensions = 64;
const maxNames = 1024;

/** Extensions by OID. Throws when one comes twice (RFC 5280 section 4.2) or there are more than 64. */
export function readExtensions(element: DerElement): ReadonlyMap<string, Extension> {
  const extensions = new Map<string, Extension>();
  const items = new SequenceReader(element, 'Extensions').rest();
  if (items.length === 0 || items.length > maxExtensions)
    throw new PkiError('pki.request_invalid', { params: { reason: 'extensions' } });
  for (const item of items) {
    const reader = new SequenceReader(item, 'Extension');
    const oid = readOid(reader.take(TAG.oid, 'extnID'));
    const flag = reader.takeOptional(TAG.boolean);
    const value = readOctetString(reader.take(TAG.octetString, 'extnValue'));
    reader.end();
    if (extensions.has(oid)) throw new PkiError('pki.request_invalid', { params: { reason: 'extension_twice', oid } });
    extensions.set(oid, { oid, critical: flag ? readBoolean(flag) : false, value });
  }
  return extensions;
}

/** Key usage bits by the names of RFC 5280 section 4.2.1.3. */
export type KeyUsage =
  | 'digitalSignature'
  | 'nonRepudiation'
  | 'keyEncipherment'
  | 'dataEncipherment'
  | 'keyAgreement'
  | 'keyCertSign'
  | 'cRLSign'
  | 'encipherOnly'
  | 'decipherOnly';

/** Names in the order of the bits. */
export const KEY_USAGES: readonly KeyUsage[] = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
];

/** KeyUsage extension value. */
export function readKeyUsage(value: Uint8Array): ReadonlySet<KeyUsage> {
  const bits = readNamedBits(readDer(value));
  return new Set(KEY_USAGES.filter((_, bit) => bits.has(bit)));
}

/** BasicConstraints. */
export interface BasicConstraints {
  readonly ca: boolean;
  readonly pathLength?: number;
}

/** BasicConstraints extension value (RFC 5280 section 4.2.1.9). */
export function readBasicConstraints(value: Uint8Array): BasicConstraints {
  const reader = new SequenceReader(readDer(value), 'BasicConstraints');
  const flag = reader.takeOptional(TAG.boolean);
  const length = reader.takeOptional(TAG.integer);
  reader.end();
  const ca = flag ? readBoolean(flag) : false;
  return length ? { ca, pathLength: readSmallInteger(length) } : { ca };
}

/** SEQUENCE OF OBJECT IDENTIFIER, as in ExtKeyUsage. */
export function readOids(value: Uint8Array): readonly string[] {
  const items = new SequenceReader(readDer(value), 'SEQUENCE OF OBJECT IDENTIFIER').rest();
  if (items.length === 0) throw new PkiError('pki.request_invalid', { params: { reason: 'empty' } });
  return items.map((item) => readOid(item));
}

/** GeneralNames extension value. */
export function readGeneralNames(value: Uint8Array): readonly GeneralName[] {
  return generalNames(readDer(value));
}

function generalNames(element: DerElement, tag: number = TAG.sequence): readonly GeneralName[] {
  const items = new SequenceReader(element, 'GeneralNames', tag).rest();
  if (items.length === 0 || items.length > maxNames)
    throw new PkiError('pki.request_invalid', { params: { reason: 'names' } });
  return items.map(readGeneralName);
}

/** AuthorityKeyIdentifier. */
export interface AuthorityKeyIdentifier {
  readonly keyIdHex?: string;
  readonly issuers?: readonly GeneralName[];
  readonly serialHex?: string;
}

/** AuthorityKeyIdentifier extension value (RFC 5280 section 4.2.1.1). */
export function readAuthorityKeyIdentifier(value: Uint8Array): AuthorityKeyIdentifier {
  const reader = new SequenceReader(readDer(value), 'AuthorityKeyIdentifier');
  const keyId = reader.takeOptional(contextTag(0));
  const issuers = reader.takeOptional(contextConstructedTag(1));
  const serial = reader.takeOptional(contextTag(2));
  reader.end();
  return {
    ...(keyId ? { keyIdHex: toHex(keyId.content) } : {}),
    ...(issuers ? { issuers: generalNames(issuers, contextConstructedTag(1)) } : {}),
    ...(serial ? { serialHex: toHex(readIntegerBytes(serial, contextTag(2))) } : {}),
  };
}

/** Reasons of ReasonFlags by bit (RFC 5280 section 4.2.1.13); bit 0 is unused. */
export type ReasonFlags = ReadonlySet<number>;

/** Where a distribution point lies: full names, or a name relative to the CRL issuer. */
export interface DistributionPointName {
  readonly fullName?: readonly GeneralName[];
  /** Encoded RelativeDistinguishedName (a SET). */
  readonly relativeName?: Uint8Array;
}

/** One DistributionPoint. */
export interface DistributionPoint {
  readonly name?: DistributionPointName;
  readonly reasons?: ReasonFlags;
  readonly crlIssuer?: readonly Name[];
}

/** DistributionPointName inside its EXPLICIT tag. */
export function readDistributionPointName(element: DerElement): DistributionPointName {
  const choice = readExplicit(element, 'DistributionPointName');
  if (choice.tag === contextConstructedTag(0)) return { fullName: generalNames(choice, contextConstructedTag(0)) };
  expectTag(choice, contextConstructedTag(1), 'nameRelativeToCRLIssuer');
  const set = Uint8Array.from(choice.raw);
  set[0] = TAG.set;
  return { relativeName: set };
}

/** CRLDistributionPoints or FreshestCRL extension value (RFC 5280 section 4.2.1.13). */
export function readDistributionPoints(value: Uint8Array): readonly DistributionPoint[] {
  const items = new SequenceReader(readDer(value), 'CRLDistributionPoints').rest();
  if (items.length === 0 || items.length > 64)
    throw new PkiError('pki.request_invalid', { params: { reason: 'distribution_points' } });
  return items.map((item) => {
    const reader = new SequenceReader(item, 'DistributionPoint');
    const name = reader.takeOptional(contextConstructedTag(0));
    const reasons = reader.takeOptional(contextTag(1));
    const issuer = reader.takeOptional(contextConstructedTag(2));
    reader.end();
    return {
      ...(name ? { name: readDistributionPointName(name) } : {}),
      ...(reasons ? { reasons: readNamedBits(reasons, contextTag(1)) } : {}),
      ...(issuer ? { crlIssuer: generalNames(issuer, contextConstructedTag(2)).flatMap(directoryNames) } : {}),
    };
  });
}

function directoryNames(name: GeneralName): readonly Name[] {
  return name.kind === 'directory' ? [name.name] : [];
}

/** AuthorityInfoAccess: where the issuer's certificate and OCSP responder are (RFC 5280 section 4.2.2.1). */
export function readAuthorityInfoAccess(value: Uint8Array): { caIssuers: readonly string[]; ocsp: readonly string[] } {
  const found: { method: string; uri: string }[] = [];
  for (const item of new SequenceReader(readDer(value), 'AuthorityInfoAccess').rest()) {
    const reader = new SequenceReader(item, 'AccessDescription');
    const method = readOid(reader.take(TAG.oid, 'accessMethod'));
    const location = reader.take(undefined, 'accessLocation');
    reader.end();
    if (location.tag === contextTag(6)) found.push({ method, uri: readString(location, TAG.ia5String) });
  }
  const of = (method: string): string[] => found.filter((entry) => entry.method === method).map(({ uri }) => uri);
  return { caIssuers: of('1.3.6.1.5.5.7.48.2'), ocsp: of('1.3.6.1.5.5.7.48.1') };
}

/** Policy OIDs of a CertificatePolicies extension value (RFC 5280 section 4.2.1.4); qualifiers are not interpreted. */
export function readPolicies(value: Uint8Array): readonly string[] {
  const items = new SequenceReader(readDer(value), 'CertificatePolicies').rest();
  const policies = items.map((item) =>
    readOid(new SequenceReader(item, 'PolicyInformation').take(TAG.oid, 'policyIdentifier')),
  );
  if (policies.length === 0 || policies.length > 128 || new Set(policies).size < policies.length) {
    throw new PkiError('pki.request_invalid', { params: { reason: 'policies' } });
  }
  return policies;
}

/** One PolicyMapping. */
export interface PolicyMapping {
  readonly issuerDomainPolicy: string;
  readonly subjectDomainPolicy: string;
}

/** PolicyMappings extension value (RFC 5280 section 4.2.1.5). */
export function readPolicyMappings(value: Uint8Array): readonly PolicyMapping[] {
  const items = new SequenceReader(readDer(value), 'PolicyMappings').rest();
  if (items.length > 128) throw new PkiError('pki.request_invalid', { params: { reason: 'policy_mappings' } });
  return items.map((item) => {
    const reader = new SequenceReader(item, 'PolicyMapping');
    const issuerDomainPolicy = readOid(reader.take(TAG.oid, 'issuerDomainPolicy'));
    const subjectDomainPolicy = readOid(reader.take(TAG.oid, 'subjectDomainPolicy'));
    reader.end();
    return { issuerDomainPolicy, subjectDomainPolicy };
  });
}

/** PolicyConstraints extension value (RFC 5280 section 4.2.1.11). */
export function readPolicyConstraints(value: Uint8Array): {
  requireExplicitPolicy?: number;
  inhibitPolicyMapping?: number;
} {
  const reader = new SequenceReader(readDer(value), 'PolicyConstraints');
  const require = reader.takeOptional(contextTag(0));
  const inhibit = reader.takeOptional(contextTag(1));
  reader.end();
  return {
    ...(require ? { requireExplicitPolicy: readSmallInteger(require, contextTag(0)) } : {}),
    ...(inhibit ? { inhibitPolicyMapping: readSmallInteger(inhibit, contextTag(1)) } : {}),
  };
}

/** InhibitAnyPolicy extension value (RFC 5280 section 4.2.1.14). */
export function readInhibitAnyPolicy(value: Uint8Array): number {
  return readSmallInteger(readDer(value));
}

/** NameConstraints: base names; `minimum` other than 0 or a `maximum` is refused (RFC 5280 section 4.2.1.10). */
export interface NameConstraints {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
}

/** NameConstraints extension value. */
export function readNameConstraints(value: Uint8Array): NameConstraints {
  const reader = new SequenceReader(readDer(value), 'NameConstraints');
  const permitted = reader.takeOptional(contextConstructedTag(0));
  const excluded = reader.takeOptional(contextConstructedTag(1));
  reader.end();
  return { permitted: permitted ? readSubtrees(permitted) : [], excluded: excluded ? readSubtrees(excluded) : [] };
}

function readSubtrees(element: DerElement): readonly GeneralName[] {
  const items = new SequenceReader(retag(element, TAG.sequence), 'GeneralSubtrees').rest();
  if (items.length === 0 || items.length > maxNames)
    throw new PkiError('pki.request_invalid', { params: { reason: 'subtrees' } });
  return items.map((item) => {
    const reader = new SequenceReader(item, 'GeneralSubtree');
    const base = readGeneralName(reader.take(undefined, 'base'));
    const minimum = reader.takeOptional(contextTag(0));
    if (minimum && readSmallInteger(minimum, contextTag(0)) !== 0) {
      throw new PkiError('pki.request_invalid', { params: { reason: 'subtree_minimum' } });
    }
    reader.end();
    return base;
  });
}

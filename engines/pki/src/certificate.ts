import {
  contextConstructedTag,
  contextTag,
  type DerElement,
  readBitStringOctets,
  readDer,
  readExplicit,
  readIntegerBytes,
  readOctetString,
  readSmallInteger,
  readTime,
  SequenceReader,
  TAG,
} from '@tra/asn1';
import { equalBytes, toHex } from '@tra/kernel';
import { PkiError } from './errors.ts';
import {
  type AuthorityKeyIdentifier,
  type BasicConstraints,
  type DistributionPoint,
  type Extension,
  type KeyUsage,
  type NameConstraints,
  type PolicyMapping,
  readAuthorityInfoAccess,
  readAuthorityKeyIdentifier,
  readBasicConstraints,
  readDistributionPoints,
  readExtensions,
  readGeneralNames,
  readInhibitAnyPolicy,
  readKeyUsage,
  readNameConstraints,
  readOids,
  readPolicies,
  readPolicyConstraints,
  readPolicyMappings,
} from './extensions.ts';
import type { GeneralName } from './general-name.ts';
import { type Name, readName } from './name.ts';
import { EXTENSION } from './oids.ts';

/** An X.509 certificate as read (RFC 5280 section 4). Nothing about it has been verified yet. */
export interface Certificate {
  readonly der: Uint8Array;
  /** 1, 2 or 3. */
  readonly version: number;
  /** Content octets of the serial number, lower-case hexadecimal. */
  readonly serialHex: string;
  readonly subject: Name;
  readonly issuer: Name;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  /** tbsCertificate, the bytes that are signed. */
  readonly signedBytes: Uint8Array;
  /** Encoded AlgorithmIdentifier of the signature. */
  readonly signatureAlgorithm: Uint8Array;
  readonly signature: Uint8Array;
  /** Every extension as encoded, by OID. */
  readonly extensions: ReadonlyMap<string, Extension>;
  /** OIDs of critical extensions that this package does not process. */
  readonly unknownCritical: readonly string[];
  readonly subjectKeyIdHex?: string;
  readonly authorityKeyId?: AuthorityKeyIdentifier;
  /** Whether basicConstraints says CA. */
  readonly isCa: boolean;
  /** Whether subject and issuer are the same name (RFC 5280 section 6.1: self-issued). */
  readonly isSelfIssued: boolean;
  readonly basicConstraints?: BasicConstraints;
  readonly keyUsage?: ReadonlySet<KeyUsage>;
  readonly extendedKeyUsage?: readonly string[];
  readonly subjectAltNames: readonly GeneralName[];
  readonly nameConstraints?: NameConstraints;
  readonly distributionPoints: readonly DistributionPoint[];
  /** URIs of all distribution points. */
  readonly crlDistributionPoints: readonly string[];
  readonly policies?: readonly string[];
  readonly policyMappings?: readonly PolicyMapping[];
  readonly policyConstraints?: { readonly requireExplicitPolicy?: number; readonly inhibitPolicyMapping?: number };
  readonly inhibitAnyPolicy?: number;
  readonly caIssuers: readonly string[];
  readonly ocspResponders: readonly string[];
}

/** Critical extensions that path validation and revocation checking process. */
const processed: ReadonlySet<string> = new Set([
  EXTENSION.keyUsage,
  EXTENSION.subjectAltName,
  EXTENSION.basicConstraints,
  EXTENSION.nameConstraints,
  EXTENSION.crlDistributionPoints,
  EXTENSION.certificatePolicies,
  EXTENSION.policyMappings,
  EXTENSION.policyConstraints,
  EXTENSION.extendedKeyUsage,
  EXTENSION.inhibitAnyPolicy,
]);

const maxCertificateBytes = 256 * 1024;

/**
 * Reads one DER certificate. Strict: definite minimal lengths, no trailing bytes, both algorithm fields equal, no extension twice,
 * every extension of RFC 5280 that this package uses well formed. Throws {@link PkiError} `pki.certificate_invalid`.
 *
 * @example
 * const certificate = parseCertificate(parsePem(text, 'CERTIFICATE')[0]);
 * console.log(certificate.subject.text, certificate.notAfter);
 */
export function parseCertificate(der: Uint8Array): Certificate {
  try {
    return readCertificate(readDer(der, { maxBytes: maxCertificateBytes }));
  } catch (cause) {
    throw new PkiError('pki.certificate_invalid', { params: { reason: reasonOf(cause) }, cause });
  }
}

/** The code of whatever was thrown, for `params`. */
export function reasonOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'unreadable';
}

function readCertificate(element: DerElement): Certificate {
  const outer = new SequenceReader(element, 'Certificate');
  const tbs = outer.take(TAG.sequence, 'tbsCertificate');
  const signatureAlgorithm = outer.take(TAG.sequence, 'signatureAlgorithm').raw;
  const signature = readBitStringOctets(outer.take(TAG.bitString, 'signatureValue'));
  outer.end();
  const fields = readTbs(tbs);
  if (!equalBytes(fields.innerAlgorithm, signatureAlgorithm)) {
    throw new PkiError('pki.certificate_invalid', { params: { reason: 'algorithms_differ' } });
  }
  const { innerAlgorithm: _, extensions, ...rest } = fields;
  return {
    der: element.raw,
    ...rest,
    signedBytes: tbs.raw,
    signatureAlgorithm,
    signature,
    isSelfIssued: rest.subject.key === rest.issuer.key,
    ...readKnownExtensions(extensions),
  };
}

function readTbs(tbs: DerElement) {
  const reader = new SequenceReader(tbs, 'tbsCertificate');
  const versionTag = reader.takeOptional(contextConstructedTag(0));
  const version = versionTag ? readSmallInteger(readExplicit(versionTag, 'version')) + 1 : 1;
  const serial = readIntegerBytes(reader.take(TAG.integer, 'serialNumber'));
  const innerAlgorithm = reader.take(TAG.sequence, 'signature').raw;
  const issuer = readName(reader.take(TAG.sequence, 'issuer'));
  const validity = new SequenceReader(reader.take(TAG.sequence, 'validity'), 'Validity');
  const notBefore = readTime(validity.take(undefined, 'notBefore'));
  const notAfter = readTime(validity.take(undefined, 'notAfter'));
  validity.end();
  const subject = readName(reader.take(TAG.sequence, 'subject'));
  const publicKey = reader.take(TAG.sequence, 'subjectPublicKeyInfo').raw;
  const uniqueIds = [reader.takeOptional(contextTag(1)), reader.takeOptional(contextTag(2))];
  const extensionsTag = reader.takeOptional(contextConstructedTag(3));
  reader.end();
  const misplaced = (uniqueIds.some(Boolean) && version < 2) || (extensionsTag !== undefined && version !== 3);
  if (version > 3 || misplaced) throw new PkiError('pki.certificate_invalid', { params: { reason: 'version' } });
  if (serial.length > 64) throw new PkiError('pki.certificate_invalid', { params: { reason: 'serial' } });
  const extensions: ReadonlyMap<string, Extension> = extensionsTag
    ? readExtensions(readExplicit(extensionsTag, 'extensions'))
    : new Map<string, Extension>();
  return {
    version,
    serialHex: toHex(serial),
    innerAlgorithm,
    issuer,
    notBefore,
    notAfter,
    subject,
    publicKey,
    extensions,
  };
}

function readKnownExtensions(extensions: ReadonlyMap<string, Extension>) {
  const read = <T>(oid: string, reader: (value: Uint8Array) => T): T | undefined => {
    const extension = extensions.get(oid);
    return extension && reader(extension.value);
  };
  const basicConstraints = read(EXTENSION.basicConstraints, readBasicConstraints);
  const subjectKeyId = read(EXTENSION.subjectKeyIdentifier, (value) => readOctetString(readDer(value)));
  const distributionPoints = read(EXTENSION.crlDistributionPoints, readDistributionPoints) ?? [];
  const access = read(EXTENSION.authorityInfoAccess, readAuthorityInfoAccess);
  return {
    extensions,
    unknownCritical: [...extensions.values()]
      .filter(({ oid, critical }) => critical && !processed.has(oid))
      .map(({ oid }) => oid),
    isCa: basicConstraints?.ca ?? false,
    subjectAltNames: read(EXTENSION.subjectAltName, readGeneralNames) ?? [],
    distributionPoints,
    crlDistributionPoints: distributionPoints.flatMap(({ name }) =>
      (name?.fullName ?? []).flatMap((entry) => (entry.kind === 'uri' ? [entry.value] : [])),
    ),
    caIssuers: access?.caIssuers ?? [],
    ocspResponders: access?.ocsp ?? [],
    ...defined({
      basicConstraints,
      subjectKeyIdHex: subjectKeyId && toHex(subjectKeyId),
      authorityKeyId: read(EXTENSION.authorityKeyIdentifier, readAuthorityKeyIdentifier),
      keyUsage: read(EXTENSION.keyUsage, readKeyUsage),
      extendedKeyUsage: read(EXTENSION.extendedKeyUsage, readOids),
      nameConstraints: read(EXTENSION.nameConstraints, readNameConstraints),
      policies: read(EXTENSION.certificatePolicies, readPolicies),
      policyMappings: read(EXTENSION.policyMappings, readPolicyMappings),
      policyConstraints: read(EXTENSION.policyConstraints, readPolicyConstraints),
      inhibitAnyPolicy: read(EXTENSION.inhibitAnyPolicy, readInhibitAnyPolicy),
    }),
  };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}

import { createHash } from 'node:crypto';
import { readDer, readOid, SequenceReader, TAG } from '@tra/asn1';
import { type Json, toHex } from '@tra/kernel';
import { readPublicKey, readSignatureScheme } from '../algorithms.ts';
import type { Certificate } from '../certificate.ts';
import type { Extension } from '../extensions.ts';
import { VALUE_READERS } from './extension-values.ts';
import { describeName, type NameDescription, named } from './names.ts';
import { DESCRIBED_EXTENSIONS } from './oids.ts';

/** One extension: decoded when this package knows it, always as encoded too. */
export interface ExtensionDescription {
  readonly oid: string;
  /** As the standard names it, such as `keyUsage`; absent when it is not known. */
  readonly name?: string;
  readonly critical: boolean;
  /** `decoded`: see `value`; `malformed`: known, but not of its form; `unknown`: only `hex` is there. */
  readonly state: 'decoded' | 'malformed' | 'unknown';
  /** Plain data in the words of the standard. */
  readonly value?: Json;
  /** Encoded value, hexadecimal. */
  readonly hex: string;
}

/** What kind of key it is. */
export interface KeyDescription {
  /** `rsa`, `ec`, `ed25519` and so on; `unknown` when it cannot be read. */
  readonly type: string;
  readonly bits?: number;
  readonly curve?: string;
  /** SHA-256 of the SubjectPublicKeyInfo, hexadecimal. */
  readonly sha256: string;
}

/** How the certificate was signed. */
export interface SignatureDescription {
  readonly oid: string;
  /** `ecdsa-sha256`, `rsa-pss-sha512`, `ed25519`; absent when it is not supported. */
  readonly name?: string;
}

/** A certificate in plain data, the same in every language. */
export interface CertificateDescription {
  readonly version: number;
  readonly serialHex: string;
  readonly subject: NameDescription;
  readonly issuer: NameDescription;
  /** RFC 3339, UTC. */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly publicKey: KeyDescription;
  readonly signatureAlgorithm: SignatureDescription;
  /** Digests of the whole certificate, hexadecimal. */
  readonly fingerprints: { readonly sha256: string; readonly sha1: string };
  readonly isCa: boolean;
  readonly isSelfIssued: boolean;
  /** In encoded order. */
  readonly extensions: readonly ExtensionDescription[];
  /** OIDs of critical extensions that path validation refuses. */
  readonly unknownCritical: readonly string[];
}

/**
 * Describes a certificate for a page or a terminal: names by attribute, key, fingerprints, every extension decoded (RFC 5280,
 * ETSI EN 319 412-5, RFC 6962, RFC 7633), unknown ones in hexadecimal. Verifies nothing and never throws.
 *
 * @example
 * const { subject, publicKey, extensions } = describeCertificate(parseCertificate(der));
 * for (const { name, critical, value } of extensions) console.log(name, critical, value);
 */
export function describeCertificate(certificate: Certificate): CertificateDescription {
  const digest = (name: 'sha1' | 'sha256', bytes: Uint8Array): string => createHash(name).update(bytes).digest('hex');
  return {
    version: certificate.version,
    serialHex: certificate.serialHex,
    subject: describeName(certificate.subject),
    issuer: describeName(certificate.issuer),
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
    publicKey: { ...describeKey(certificate.publicKey), sha256: digest('sha256', certificate.publicKey) },
    signatureAlgorithm: describeSignature(certificate.signatureAlgorithm),
    fingerprints: { sha256: digest('sha256', certificate.der), sha1: digest('sha1', certificate.der) },
    isCa: certificate.isCa,
    isSelfIssued: certificate.isSelfIssued,
    extensions: [...certificate.extensions.values()].map(describeExtension),
    unknownCritical: certificate.unknownCritical,
  };
}

function describeExtension({ oid, critical, value }: Extension): ExtensionDescription {
  const { name } = named(oid, DESCRIBED_EXTENSIONS);
  const hex = toHex(value);
  const read = name === undefined ? undefined : VALUE_READERS[name];
  if (name === undefined || !read) return { oid, critical, state: 'unknown', hex };
  try {
    return { oid, name, critical, state: 'decoded', value: read(value), hex };
  } catch {
    return { oid, name, critical, state: 'malformed', hex };
  }
}

function describeKey(publicKey: Uint8Array): Omit<KeyDescription, 'sha256'> {
  try {
    const { asymmetricKeyType: type = 'unknown', asymmetricKeyDetails: details = {} } = readPublicKey(publicKey);
    const { modulusLength, namedCurve } = details;
    const bits = modulusLength ?? curveBits[namedCurve ?? type];
    return {
      type,
      ...(bits === undefined ? {} : { bits }),
      ...(namedCurve === undefined ? {} : { curve: curveNames[namedCurve] ?? namedCurve }),
    };
  } catch {
    return { type: 'unknown' };
  }
}

/** Names of NIST for the curves that OpenSSL calls otherwise. */
const curveNames: Readonly<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' };

const curveBits: Readonly<Record<string, number>> = {
  prime256v1: 256,
  secp256k1: 256,
  secp384r1: 384,
  secp521r1: 521,
  ed25519: 255,
  ed448: 448,
};

function describeSignature(algorithmIdentifier: Uint8Array): SignatureDescription {
  let oid = '';
  try {
    oid = readOid(new SequenceReader(readDer(algorithmIdentifier), 'AlgorithmIdentifier').take(TAG.oid, 'algorithm'));
    const { family, digest } = readSignatureScheme(algorithmIdentifier);
    return { oid, name: digest ? `${family}-${digest}` : family };
  } catch {
    return { oid };
  }
}

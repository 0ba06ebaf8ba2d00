import { der } from '@tra/asn1';
import { CMS_ATTRIBUTE, CONTENT_TYPE, encodeSigningCertificateV2 } from '@tra/cms';
import { fromHex, type Signer, toHex } from '@tra/kernel';
import {
  type Certificate,
  digestOfSigner,
  EXTENSION,
  oidOfDigest,
  PURPOSE,
  parseCertificate,
  signatureAlgorithmIdentifier,
} from '@tra/pki';
import { TimestampError } from './errors.ts';
import type { PolicyRules } from './policy.ts';

/** A key that signs tokens, with its certificate and what is stamped with it. */
export interface TimestampingUnit {
  readonly signer: Signer;
  /** extendedKeyUsage critical and id-kp-timeStamping only (RFC 3161 section 2.3). */
  readonly certificate: Uint8Array;
  /** Certificates put into tokens besides it when they are asked for: the issuing CAs. */
  readonly chain: readonly Uint8Array[];
  readonly policies: readonly PolicyRules[];
}

/** Reads the unit's certificate. Throws {@link TimestampError} `timestamp.unit_invalid` unless key, certificate and purpose belong together. */
export function checkUnit({ certificate: bytes, signer }: TimestampingUnit): Certificate {
  const certificate = parseCertificate(bytes);
  const purposes = certificate.extendedKeyUsage ?? [];
  const critical = certificate.extensions.get(EXTENSION.extendedKeyUsage)?.critical ?? false;
  const fits = purposes.length === 1 && purposes[0] === PURPOSE.timeStamping && critical;
  if (!fits) throw new TimestampError('timestamp.unit_invalid', { params: { reason: 'purpose' } });
  if (toHex(certificate.publicKey) !== toHex(signer.publicKey))
    throw new TimestampError('timestamp.unit_invalid', { params: { reason: 'key' } });
  return certificate;
}

/** The parts of a unit's tokens that never change, encoded. */
export interface UnitParts {
  readonly digest: ReturnType<typeof digestOfSigner>;
  /** AlgorithmIdentifier of the message digest. */
  readonly digestAlgorithm: Uint8Array;
  readonly signatureAlgorithm: Uint8Array;
  /** IssuerAndSerialNumber. */
  readonly signerIdentifier: Uint8Array;
  /** `[0]` with unit and chain in the order of a SET OF. */
  readonly certificates: Uint8Array;
  /** Attributes in the order of a SET OF, the message digest between them. */
  readonly contentTypeAttribute: Uint8Array;
  readonly signingCertificateAttribute: Uint8Array;
}

/** Encodes the {@link UnitParts} of `unit`. */
export function unitParts({ signer, certificate: bytes, chain }: TimestampingUnit): UnitParts {
  const certificate = parseCertificate(bytes);
  const digest = digestOfSigner(signer.algorithm);
  const all = new Map([bytes, ...chain].map((one) => [toHex(one), one]));
  return {
    digest,
    digestAlgorithm: der.sequence(der.oid(oidOfDigest(digest))),
    signatureAlgorithm: signatureAlgorithmIdentifier(signer.algorithm),
    signerIdentifier: der.sequence(certificate.issuer.der, der.element(0x02, fromHex(certificate.serialHex))),
    certificates: der.element(0xa0, ...der.sortSet([...all.values()])),
    contentTypeAttribute: attribute(CMS_ATTRIBUTE.contentType, der.oid(CONTENT_TYPE.tstInfo)),
    signingCertificateAttribute: attribute(CMS_ATTRIBUTE.signingCertificateV2, encodeSigningCertificateV2(bytes)),
  };
}

function attribute(oid: string, value: Uint8Array): Uint8Array {
  return der.sequence(der.oid(oid), der.setOf(value));
}

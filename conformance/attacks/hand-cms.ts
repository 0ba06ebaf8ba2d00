import { createHash, sign as nodeSign } from 'node:crypto';
import { der } from '@tra/asn1';
import { CMS_ATTRIBUTE, CONTENT_TYPE } from '@tra/cms';
import { fromHex } from '@tra/kernel';
import { parseCertificate } from '@tra/pki';
import type { TestEntity } from '@tra/pki/testing';
import { attribute, sha256 } from './bytes.ts';

/** OIDs that occur in attacks. */
export const OID = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
  ecdsaSha1: '1.2.840.10045.4.1',
  ecdsaSha256: '1.2.840.10045.4.3.2',
  ecdsaSha384: '1.2.840.10045.4.3.3',
  ecdsaSha512: '1.2.840.10045.4.3.4',
  rsa: '1.2.840.113549.1.1.1',
  rsaSha256: '1.2.840.113549.1.1.11',
  rsaSha512: '1.2.840.113549.1.1.13',
  pss: '1.2.840.113549.1.1.10',
  mgf1: '1.2.840.113549.1.1.8',
  md5: '1.2.840.113549.2.5',
  hmacSha256: '1.2.840.113549.2.9',
} as const;

export const algorithmOf = (oid: string, ...more: readonly Uint8Array[]): Uint8Array =>
  der.sequence(der.oid(oid), ...more);

/** The three attributes of CAdES-B; what is missing is left out, what is given stands instead. */
export function attributesOf(
  content: Uint8Array,
  certificate: Uint8Array,
  own: { readonly type?: Uint8Array; readonly digest?: Uint8Array; readonly signing?: Uint8Array } = {},
): Uint8Array[] {
  const type = own.type ?? attribute(CMS_ATTRIBUTE.contentType, der.oid(CONTENT_TYPE.data));
  const digest = own.digest ?? attribute(CMS_ATTRIBUTE.messageDigest, der.octetString(sha256(content)));
  const signing = own.signing ?? signingV2(certificate);
  return [type, digest, signing].filter(({ length }) => length > 0);
}

/** Nothing, for an attribute that is to be left out. */
export const none: Uint8Array = new Uint8Array();

/** signing-certificate-v2 for a certificate. */
export const signingV2 = (certificate: Uint8Array, ...issuerSerial: readonly Uint8Array[]): Uint8Array =>
  attribute(
    CMS_ATTRIBUTE.signingCertificateV2,
    der.sequence(der.sequence(der.sequence(der.octetString(sha256(certificate)), ...issuerSerial))),
  );

/** signing-certificate, with SHA-1. */
export const signingV1 = (certificate: Uint8Array): Uint8Array =>
  attribute(
    CMS_ATTRIBUTE.signingCertificate,
    der.sequence(der.sequence(der.sequence(der.octetString(createHash('sha1').update(certificate).digest())))),
  );

/** A SignerInfo made by hand. */
export interface HandSigner {
  readonly entity: TestEntity;
  readonly content: Uint8Array;
  /** Signed attributes; `false` for none at all, so that the content is signed itself. */
  readonly attributes?: readonly Uint8Array[] | false;
  readonly digestAlgorithm?: Uint8Array;
  readonly signatureAlgorithm?: Uint8Array;
  /** The certificate named, if not the signer's own. */
  readonly named?: Uint8Array;
  readonly unsigned?: readonly Uint8Array[];
  /** Makes the signature value instead of the key of the entity with SHA-256. */
  readonly sign?: (data: Uint8Array) => Uint8Array;
  readonly value?: (value: Uint8Array) => Uint8Array;
}

export function signerInfo({ entity, content, ...options }: HandSigner): Uint8Array {
  const { attributes = attributesOf(content, entity.certificate), named = entity.certificate, unsigned } = options;
  const { issuer, serialHex } = parseCertificate(named);
  const signed = attributes === false ? content : der.setOf(...attributes);
  const sign = options.sign ?? ((data) => new Uint8Array(nodeSign('sha256', data, entity.signer.privateKey)));
  const made = sign(signed);
  return der.sequence(
    der.integer(1),
    der.sequence(issuer.der, der.element(0x02, fromHex(serialHex))),
    options.digestAlgorithm ?? algorithmOf(OID.sha256),
    attributes === false ? undefined : der.implicit(0, signed),
    options.signatureAlgorithm ?? defaultAlgorithm(entity),
    der.octetString(options.value?.(made) ?? made),
    unsigned && der.element(0xa1, ...unsigned),
  );
}

const defaultAlgorithm = ({ signer }: TestEntity): Uint8Array =>
  signer.algorithm.startsWith('rsa') ? algorithmOf(OID.rsaSha256, der.nullValue()) : algorithmOf(OID.ecdsaSha256);

/** A ContentInfo around signers made by hand. */
export function signedData(options: {
  readonly content?: Uint8Array;
  readonly contentType?: string;
  readonly signers: readonly Uint8Array[];
  readonly certificates: readonly Uint8Array[];
  readonly digests?: readonly Uint8Array[];
}): Uint8Array {
  const {
    certificates,
    content,
    contentType = CONTENT_TYPE.data,
    digests = [algorithmOf(OID.sha256)],
    signers,
  } = options;
  const encapsulated = content && der.explicit(0, der.octetString(content));
  const inner = der.sequence(
    der.integer(contentType === CONTENT_TYPE.data ? 1 : 3),
    der.set(...digests),
    der.sequence(der.oid(contentType), encapsulated),
    certificates.length > 0 ? der.element(0xa0, ...certificates) : undefined,
    der.set(...signers),
  );
  return der.sequence(der.oid(CONTENT_TYPE.signedData), der.explicit(0, inner));
}

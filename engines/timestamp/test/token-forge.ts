import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { der, TAG } from '@tra/asn1';
import { CMS_ATTRIBUTE, CONTENT_TYPE } from '@tra/cms';
import { fromHex } from '@tra/kernel';
import { type DigestName, EXTENSION, oidOfDigest, parseCertificate } from '@tra/pki';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** Every octet that was stamped in these tests. */
export const data: Uint8Array = text('ข้อมูล');

export function hash(algorithm: string, bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash(algorithm).update(bytes).digest());
}

/** An AlgorithmIdentifier. */
export function algorithm(oid: string, parameters?: Uint8Array): Uint8Array {
  return der.sequence(der.oid(oid), parameters);
}

/** The fields of a TSTInfo as encoded; `undefined` leaves one out, what is not named is usual. */
export interface InfoFields {
  readonly version?: Uint8Array;
  readonly policy?: Uint8Array;
  readonly imprint?: Uint8Array;
  readonly serial?: Uint8Array;
  readonly genTime?: Uint8Array | undefined;
  readonly accuracy?: Uint8Array;
  readonly ordering?: Uint8Array;
  readonly nonce?: Uint8Array;
  readonly tsa?: Uint8Array;
  readonly extensions?: Uint8Array;
  readonly trailing?: Uint8Array;
}

export function generalizedTime(value: string): Uint8Array {
  return der.element(TAG.generalizedTime, text(value));
}

function utcTime(value: string): Uint8Array {
  return der.element(TAG.utcTime, text(value));
}

export function integer(hex: string): Uint8Array {
  return der.element(TAG.integer, fromHex(hex));
}

export function imprintOf(digest: DigestName, parameters?: Uint8Array): Uint8Array {
  return der.sequence(algorithm(oidOfDigest(digest), parameters), der.octetString(hash(digest, data)));
}

export function tstInfo(fields: InfoFields = {}): Uint8Array {
  const usual = {
    version: der.integer(1),
    policy: der.oid('1.2.3.4.5'),
    imprint: imprintOf('sha256', der.nullValue()),
    serial: der.integer(77),
    genTime: generalizedTime('20261121020000Z'),
  };
  const all: InfoFields = { ...usual, ...fields };
  return der.sequence(
    ...[all.version, all.policy, all.imprint, all.serial, all.genTime, all.accuracy, all.ordering, all.nonce],
    ...[all.tsa, all.extensions, all.trailing],
  );
}

export function attribute(oid: string, ...values: readonly Uint8Array[]): Uint8Array {
  return der.sequence(der.oid(oid), der.setOf(...values));
}

/** The signed attributes that every token has. */
export function usualAttributes(info: Uint8Array, certificate: Uint8Array, digest: DigestName = 'sha256') {
  return {
    contentType: attribute(CMS_ATTRIBUTE.contentType, der.oid(CONTENT_TYPE.tstInfo)),
    messageDigest: attribute(CMS_ATTRIBUTE.messageDigest, der.octetString(hash(digest, info))),
    ess: ess2(essId(certificate)),
  };
}

/** ESSCertIDv2, or ESSCertID with `sha1` of version 1: the hash algorithm is written for what is not the default. */
export function essId(certificate: Uint8Array, own: { digest?: DigestName; issuerSerial?: Uint8Array } = {}) {
  const { digest = 'sha256', issuerSerial } = own;
  const stated = digest === 'sha256' || digest === 'sha1' ? undefined : algorithm(oidOfDigest(digest));
  return der.sequence(stated, der.octetString(hash(digest, certificate)), issuerSerial);
}

export function ess2(...ids: readonly Uint8Array[]): Uint8Array {
  return attribute(CMS_ATTRIBUTE.signingCertificateV2, der.sequence(der.sequence(...ids)));
}

export function ess1(...ids: readonly Uint8Array[]): Uint8Array {
  return attribute(CMS_ATTRIBUTE.signingCertificate, der.sequence(der.sequence(...ids)));
}

export function issuerSerialOf(certificate: Uint8Array, own: { issuer?: Uint8Array; serial?: string } = {}) {
  const { issuer, serialHex } = parseCertificate(certificate);
  return der.sequence(der.sequence(der.element(0xa4, own.issuer ?? issuer.der)), integer(own.serial ?? serialHex));
}

/** How {@link forge} departs from the usual. */
export interface Forgery {
  readonly info?: Uint8Array;
  readonly contentType?: string;
  readonly detached?: true;
  /** Signed attributes, none at all for an empty list; in their order when `signed` says what is signed. */
  readonly attributes?: readonly Uint8Array[];
  /** What is signed instead of them. */
  readonly signed?: Uint8Array;
  readonly digest?: DigestName;
  readonly digestOid?: string;
  readonly signatureAlgorithm?: Uint8Array;
  readonly sid?: Uint8Array;
  readonly certificates?: readonly Uint8Array[];
  readonly crls?: readonly Uint8Array[];
  readonly unsigned?: readonly Uint8Array[];
  readonly version?: number;
}

function tagged(tag: number, parts: readonly Uint8Array[]): Uint8Array | undefined {
  return parts.length > 0 ? der.element(tag, ...parts) : undefined;
}

/** Signed attributes as DER has them. */
function inOrder(attributes: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.of(0xa0, ...der.setOf(...attributes).subarray(1));
}

/** A token of `unit`, well signed whatever stands in it, as somebody who has the key could make it. */
export function forge(
  { certificate, key }: { readonly certificate: Uint8Array; readonly key: KeyObject },
  own: Forgery = {},
): Uint8Array {
  const { info = tstInfo(), digest = 'sha256', certificates = [certificate] } = own;
  const attributes = own.attributes ?? Object.values(usualAttributes(info, certificate, digest));
  const { issuer, serialHex } = parseCertificate(certificate);
  const digestAlgorithm = algorithm(own.digestOid ?? oidOfDigest(digest));
  const signed = own.signed ?? (attributes.length > 0 ? der.setOf(...attributes) : info);
  const signer = der.sequence(
    der.integer(1),
    own.sid ?? der.sequence(issuer.der, integer(serialHex)),
    digestAlgorithm,
    own.signed ? tagged(0xa0, attributes) : attributes.length > 0 ? inOrder(attributes) : undefined,
    own.signatureAlgorithm ?? algorithm('1.2.840.10045.4.3.2'),
    der.octetString(new Uint8Array(sign(digest, signed, key))),
    tagged(0xa1, own.unsigned ?? []),
  );
  const signedData = der.sequence(
    der.integer(own.version ?? 3),
    der.setOf(digestAlgorithm),
    der.sequence(
      der.oid(own.contentType ?? CONTENT_TYPE.tstInfo),
      own.detached ? undefined : der.element(0xa0, der.octetString(info)),
    ),
    tagged(0xa0, certificates),
    tagged(0xa1, own.crls ?? []),
    der.element(TAG.set, signer),
  );
  return der.sequence(der.oid(CONTENT_TYPE.signedData), der.element(0xa0, signedData));
}

/** A key pair and what {@link certify} and {@link forge} need of it. */
export interface ForgedUnit {
  readonly certificate: Uint8Array;
  readonly key: KeyObject;
}

const extension = (oid: string, critical: boolean, value: Uint8Array): Uint8Array =>
  der.sequence(der.oid(oid), critical ? der.boolean(true) : undefined, der.octetString(value));

/** A time-stamping unit that no careful authority would certify, signed by `issuer` (P-256) all the same. */
export function certify(
  issuer: ForgedUnit,
  own: {
    readonly key?: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
    /** Bits of keyUsage; without any the extension is left out. */
    readonly usage?: readonly number[];
    readonly sha1?: true;
    readonly serial?: string;
    /** Of a certification authority, which has these purposes and no others. */
    readonly authorityFor?: readonly string[];
  } = {},
): ForgedUnit {
  const { key = generateKeyPairSync('ec', { namedCurve: 'P-256' }), usage = [0], serial = '4a0b' } = own;
  const purposes = own.authorityFor ?? ['1.3.6.1.5.5.7.3.8'];
  const signatureAlgorithm = algorithm(own.sha1 ? '1.2.840.10045.4.1' : '1.2.840.10045.4.3.2');
  const name = der.sequence(
    der.setOf(der.sequence(der.oid('2.5.4.3'), der.utf8String(own.authorityFor ? 'Forged authority' : 'Forged unit'))),
  );
  const tbs = der.sequence(
    der.element(0xa0, der.integer(2)),
    integer(serial),
    signatureAlgorithm,
    parseCertificate(issuer.certificate).subject.der,
    der.sequence(utcTime('260101000000Z'), utcTime('310101000000Z')),
    name,
    new Uint8Array(key.publicKey.export({ type: 'spki', format: 'der' })),
    der.element(
      0xa3,
      der.sequence(
        ...(usage.length > 0 ? [extension(EXTENSION.keyUsage, true, der.namedBits(usage))] : []),
        ...(own.authorityFor ? [extension(EXTENSION.basicConstraints, true, der.sequence(der.boolean(true)))] : []),
        extension(EXTENSION.extendedKeyUsage, !own.authorityFor, der.sequence(...purposes.map((oid) => der.oid(oid)))),
      ),
    ),
  );
  const signature = new Uint8Array(sign(own.sha1 ? 'sha1' : 'sha256', tbs, issuer.key));
  return { certificate: der.sequence(tbs, signatureAlgorithm, der.bitString(signature)), key: key.privateKey };
}

import { createHash } from 'node:crypto';
import { der, readBitStringOctets, readDer, SequenceReader, TAG } from '@tra/asn1';
import { type Random, type Signer, toHex } from '@tra/kernel';
import { readPublicKey, signatureAlgorithmIdentifier } from './algorithms.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { PkiError } from './errors.ts';
import { KEY_USAGES, type KeyUsage } from './extensions.ts';
import { encodeName, type NameAttributes } from './name.ts';
import { ANY_POLICY, EXTENSION, PURPOSE } from './oids.ts';

/** Kinds of certificates that this CA issues; a key signs under one of them only. */
export type CertificateProfile = 'root' | 'issuing-ca' | 'time-stamping' | 'document-signer';

/** Input of {@link issueCertificate}. */
export interface IssueRequest {
  readonly profile: CertificateProfile;
  readonly subject: NameAttributes;
  /** SubjectPublicKeyInfo of the subject. */
  readonly publicKey: Uint8Array;
  /** The issuing CA's certificate; left out for a root, which signs itself. */
  readonly issuer?: Uint8Array;
  /** The issuing CA's key; for a root its own. */
  readonly signer: Signer;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly random: Random;
  /** http addresses of the issuer's CRL. */
  readonly crlUrls?: readonly string[];
  /** http addresses of the issuer's certificate. */
  readonly issuerUrls?: readonly string[];
  /** Certificate policy OIDs; a CA gets anyPolicy when none are given. */
  readonly policies?: readonly string[];
}

interface ProfileRules {
  readonly ca?: { readonly pathLength?: number };
  readonly keyUsage: readonly KeyUsage[];
  readonly extendedKeyUsage?: { readonly oids: readonly string[]; readonly critical: boolean };
}

const profiles: Readonly<Record<CertificateProfile, ProfileRules>> = {
  root: { ca: {}, keyUsage: ['keyCertSign', 'cRLSign'] },
  'issuing-ca': { ca: { pathLength: 0 }, keyUsage: ['keyCertSign', 'cRLSign'] },
  'time-stamping': {
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: { oids: [PURPOSE.timeStamping], critical: true },
  },
  'document-signer': {
    keyUsage: ['digitalSignature', 'nonRepudiation'],
    extendedKeyUsage: { oids: [PURPOSE.documentSigning], critical: false },
  },
};

/** Octets of a serial number: 159 random bits, positive, within the 20 octets of RFC 5280 section 4.1.2.2. */
const serialLength = 20;

/** A new random serial number: positive, without a leading zero octet, at least 152 unpredictable bits. */
export function newSerial(random: Random): Uint8Array {
  const serial = Uint8Array.from(random.bytes(serialLength));
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  return serial;
}

/** Key identifier by method 1 of RFC 5280 section 4.2.1.2: SHA-1 of the key bits (an index, not a protection). */
export function keyIdentifier(publicKey: Uint8Array): Uint8Array {
  const reader = new SequenceReader(readDer(publicKey), 'SubjectPublicKeyInfo');
  reader.take(TAG.sequence, 'algorithm');
  const bits = readBitStringOctets(reader.take(TAG.bitString, 'subjectPublicKey'));
  return createHash('sha1').update(bits).digest();
}

/**
 * Issues a certificate by a declared profile (RFC 5280 section 4). The result is read back and its fields compared before it is
 * returned. Store it before you release it. Throws {@link PkiError}: `pki.request_invalid` when the request does not fit the
 * profile or the issuer, `pki.key_invalid` for a weak or unreadable key, `pki.name_invalid`.
 *
 * @example
 * const root = await issueCertificate({ profile: 'root', subject: { commonName: 'Root', country: 'TH' }, publicKey: signer.publicKey,
 *   signer, notBefore, notAfter, random });
 */
export async function issueCertificate(request: IssueRequest): Promise<Uint8Array> {
  const issuer = request.issuer ? parseCertificate(request.issuer) : undefined;
  checkRequest(request, issuer);
  const subject = encodeName(request.subject);
  const algorithm = signatureAlgorithmIdentifier(request.signer.algorithm);
  const serial = newSerial(request.random);
  const tbs = der.sequence(
    der.explicit(0, der.integer(2)),
    der.unsignedInteger(serial),
    algorithm,
    issuer?.subject.der ?? subject,
    der.sequence(der.time(request.notBefore), der.time(request.notAfter)),
    subject,
    request.publicKey,
    der.explicit(3, der.sequence(...extensionsOf(request, issuer))),
  );
  const certificate = der.sequence(tbs, algorithm, der.bitString(await request.signer.sign(tbs)));
  lint(parseCertificate(certificate), serial, request.profile);
  return certificate;
}

function checkRequest(request: IssueRequest, issuer: Certificate | undefined): void {
  const refuse = (reason: string): PkiError => new PkiError('pki.request_invalid', { params: { reason } });
  if ((request.profile === 'root') !== (issuer === undefined)) throw refuse('issuer');
  if (request.notAfter <= request.notBefore) throw refuse('validity');
  checkKey(request.publicKey);
  if (!issuer) {
    if (toHex(request.publicKey) !== toHex(request.signer.publicKey)) throw refuse('root_key');
    return;
  }
  if (toHex(issuer.publicKey) !== toHex(request.signer.publicKey)) throw refuse('signer');
  if (!issuer.isCa || !issuer.keyUsage?.has('keyCertSign')) throw refuse('issuer_not_ca');
  if (request.notAfter > issuer.notAfter || request.notBefore < issuer.notBefore) throw refuse('outlives_issuer');
  const isCa = profiles[request.profile].ca !== undefined;
  if (isCa && issuer.basicConstraints?.pathLength === 0) throw refuse('path_length');
  // A root signs CAs only.
  if (!isCa && issuer.isSelfIssued) throw refuse('root_signs_ca_only');
}

/** Keys that the profiles allow: P-256, P-384, RSA 2048 to 4096, Ed25519. */
function checkKey(publicKey: Uint8Array): void {
  const key = readPublicKey(publicKey);
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  const allowed =
    key.asymmetricKeyType === 'ed25519' ||
    (key.asymmetricKeyType === 'ec' && ['prime256v1', 'secp384r1'].includes(namedCurve)) ||
    (key.asymmetricKeyType === 'rsa' && modulusLength >= 2048 && modulusLength <= 4096);
  if (!allowed) throw new PkiError('pki.key_invalid', { params: { type: key.asymmetricKeyType ?? '' } });
}

function extension(oid: string, value: Uint8Array, critical: boolean = false): Uint8Array {
  return der.sequence(der.oid(oid), critical ? der.boolean(true) : undefined, der.octetString(value));
}

function extensionsOf(request: IssueRequest, issuer: Certificate | undefined): Uint8Array[] {
  const { ca, keyUsage, extendedKeyUsage } = profiles[request.profile];
  const issuerKeyId = keyIdentifier(issuer?.publicKey ?? request.publicKey);
  const policies = request.policies ?? (ca && issuer ? [ANY_POLICY] : []);
  const list = [
    extension(EXTENSION.keyUsage, der.namedBits(keyUsage.map((usage) => KEY_USAGES.indexOf(usage))), true),
    extension(EXTENSION.subjectKeyIdentifier, der.octetString(keyIdentifier(request.publicKey))),
    extension(EXTENSION.authorityKeyIdentifier, authorityKeyIdentifier(issuerKeyId)),
  ];
  const length = ca?.pathLength === undefined ? undefined : der.integer(ca.pathLength);
  if (ca) list.unshift(extension(EXTENSION.basicConstraints, der.sequence(der.boolean(true), length), true));
  if (extendedKeyUsage) {
    const { oids, critical } = extendedKeyUsage;
    list.push(extension(EXTENSION.extendedKeyUsage, der.sequence(...oids.map((oid) => der.oid(oid))), critical));
  }
  if (policies.length > 0) {
    list.push(
      extension(EXTENSION.certificatePolicies, der.sequence(...policies.map((oid) => der.sequence(der.oid(oid))))),
    );
  }
  const { crlUrls = [], issuerUrls = [] } = request;
  if (crlUrls.length > 0) list.push(extension(EXTENSION.crlDistributionPoints, distributionPoints(crlUrls)));
  if (issuerUrls.length > 0) list.push(extension(EXTENSION.authorityInfoAccess, caIssuers(issuerUrls)));
  return list;
}

/** AuthorityKeyIdentifier value with the key identifier only. */
export function authorityKeyIdentifier(keyId: Uint8Array): Uint8Array {
  return der.sequence(der.implicit(0, der.octetString(keyId)));
}

function distributionPoints(urls: readonly string[]): Uint8Array {
  const names = urls.map((url) => der.ia5String(url, 0x86));
  return der.sequence(der.sequence(der.explicit(0, der.element(0xa0, ...names))));
}

function caIssuers(urls: readonly string[]): Uint8Array {
  return der.sequence(...urls.map((url) => der.sequence(der.oid('1.3.6.1.5.5.7.48.2'), der.ia5String(url, 0x86))));
}

/** Reads back what was made: a certificate that says anything else than its profile is never returned. */
function lint(certificate: Certificate, serial: Uint8Array, profile: CertificateProfile): void {
  const { ca, keyUsage, extendedKeyUsage } = profiles[profile];
  const right =
    certificate.serialHex === toHex(serial) &&
    certificate.isCa === (ca !== undefined) &&
    certificate.basicConstraints?.pathLength === ca?.pathLength &&
    keyUsage.length === certificate.keyUsage?.size &&
    keyUsage.every((usage) => certificate.keyUsage?.has(usage)) &&
    (extendedKeyUsage?.oids ?? []).join() === (certificate.extendedKeyUsage ?? []).join();
  if (!right) throw new PkiError('pki.request_invalid', { params: { reason: 'lint' } });
}

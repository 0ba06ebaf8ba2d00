import { X509Certificate } from 'node:crypto';
import { der, readDer, SequenceReader, TAG } from '@tra/asn1';
import { toHex } from '@tra/kernel';
import { type Certificate, recentCertificate, verifySignature } from '@tra/pki';
import { digestOfKey, type MessageDigestName } from './message-digest.ts';
import type { SignedData, SignerInfo } from './parse.ts';
import { once, safely } from './safely.ts';
import { isSignedWith } from './signed-with.ts';
import { matchSigningCertificate } from './signing-certificate.ts';

/** The key out of a certificate that could not be read as RFC 5280 demands. */
interface BareKey {
  readonly publicKey: Uint8Array;
  readonly serialHex: string;
}

/** Where the certificate of a signer is looked for. */
export interface SignerSearch {
  readonly signedData: SignedData;
  readonly certificates: readonly Certificate[];
  /** Read only for a signer whose certificate is not embedded. */
  readonly more: () => readonly Certificate[];
  readonly bareKeys: () => readonly BareKey[];
}

/** The certificates of a SignedData, and others that may be a signer's. */
export function signerSearch(signedData: SignedData, extra: readonly Uint8Array[]): SignerSearch {
  return {
    signedData,
    certificates: signedData.certificates.flatMap(readable),
    more: once(() => extra.flatMap(readable)),
    bareKeys: once(() => signedData.certificates.flatMap(bareKey)),
  };
}

function bareKey(bytes: Uint8Array): readonly BareKey[] {
  const found = safely(() => new X509Certificate(bytes));
  if (!found || readable(bytes).length > 0) return [];
  const publicKey = safely(() => new Uint8Array(found.publicKey.export({ type: 'spki', format: 'der' })));
  return publicKey ? [{ publicKey, serialHex: found.serialNumber.toLowerCase().replace(/^0+/, '') }] : [];
}

function readable(bytes: Uint8Array): readonly Certificate[] {
  try {
    return [recentCertificate(bytes)];
  } catch {
    return [];
  }
}

/** The signer's certificate, where there is one, and whether its key made the signature. */
export interface FoundSigner {
  readonly certificate?: Certificate;
  readonly signatureIntact: boolean;
  /** The key out of a certificate that cannot be read made it. */
  readonly unreadable?: true;
}

/** Finds the certificate that a SignerInfo names and whose key verifies the signature; else the first that it names. */
export function findSigner(
  signer: SignerInfo,
  digest: MessageDigestName | undefined,
  context: SignerSearch,
): FoundSigner {
  const named = (certificate: Certificate): boolean => identifies(signer, certificate);
  const embedded = boundFirst(signer, context.certificates.filter(named));
  const candidates = isBound(signer, embedded[0])
    ? embedded
    : boundFirst(signer, [...embedded, ...more(context, named)]);
  const data = signedBytes(signer, context.signedData);
  for (const certificate of candidates.slice(0, 8)) {
    if (isSignedWith(signer, certificate, { data, digest })) return { certificate, signatureIntact: true };
  }
  const [certificate] = candidates;
  if (!certificate && verifiesWithBareKey(signer, data, { digest, keys: context.bareKeys() })) {
    return { signatureIntact: true, unreadable: true };
  }
  return certificate ? { certificate, signatureIntact: false } : { signatureIntact: false };
}

/** Certificates from elsewhere: read only when the one that the signature is bound to is not embedded. */
function more(context: SignerSearch, named: (certificate: Certificate) => boolean): readonly Certificate[] {
  return context.more().filter(named);
}

/** Several certificates may share issuer and serial number, and anybody can embed more: the one that the signed attributes name comes first. */
function boundFirst(signer: SignerInfo, candidates: readonly Certificate[]): readonly Certificate[] {
  if (candidates.length < 2) return candidates;
  const bound = candidates.filter((one) => isBound(signer, one));
  return [...bound, ...candidates.filter((one) => !bound.includes(one))];
}

function isBound({ signedAttributes }: SignerInfo, certificate: Certificate | undefined): boolean {
  return certificate !== undefined && matchSigningCertificate(signedAttributes, certificate) === 'match';
}

function verifiesWithBareKey(
  { identifier, signature, signatureAlgorithm }: SignerInfo,
  data: readonly Uint8Array[],
  { digest, keys }: { readonly digest: MessageDigestName | undefined; readonly keys: readonly BareKey[] },
): boolean {
  if (identifier.kind !== 'issuerAndSerial') return false;
  const serialHex = identifier.serialHex.replace(/^0+/, '');
  const named = keys.filter((key) => key.serialHex === serialHex).slice(0, 8);
  return named.some(({ publicKey }) =>
    data.some((bytes) => verifySignature(signatureAlgorithm, publicKey, bytes, signature, digestOfKey(digest))),
  );
}

function identifies({ identifier }: SignerInfo, certificate: Certificate): boolean {
  if (identifier.kind === 'subjectKeyId') return certificate.subjectKeyIdHex === identifier.keyIdHex;
  return certificate.serialHex === identifier.serialHex && certificate.issuer.key === identifier.issuer.key;
}

/** The signed bytes: the attributes as they came, and in DER order when they came in another (RFC 5652 section 5.4). */
function signedBytes({ signedAttributesDer }: SignerInfo, { content }: SignedData): readonly Uint8Array[] {
  if (!signedAttributesDer) return content ? [content] : [];
  const members = safely(() => new SequenceReader(readDer(signedAttributesDer), 'SignedAttributes', TAG.set).rest());
  const sorted = members && der.setOf(...members.map(({ raw }) => raw));
  return sorted && toHex(sorted) !== toHex(signedAttributesDer) ? [sorted, signedAttributesDer] : [signedAttributesDer];
}

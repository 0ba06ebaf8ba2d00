import { createHash, X509Certificate } from 'node:crypto';
import { der, readDer, readOctetString, readOid, readTime, SequenceReader, TAG } from '@tra/asn1';
import { equalBytes, toHex, type Verdict } from '@tra/kernel';
import {
  type Certificate,
  type Check,
  type DigestName,
  digestOfOid,
  readSignatureScheme,
  recentCertificate,
  verifySignature,
  worstStatus,
} from '@tra/pki';
import { CMS_ATTRIBUTE, CONTENT_TYPE } from './oids.ts';
import { readSignerInfo, type SignedData, type SignerInfo } from './parse.ts';
import { isSignedWith } from './signed-with.ts';
import { matchSigningCertificate, type SigningCertificateMatch } from './signing-certificate.ts';

/** Gives the digest of the detached content, or undefined when it is not at hand. */
export type DetachedDigest = (algorithm: DigestName) => Uint8Array | undefined;

/** What verifying one SignerInfo showed. The certificate's own trust is not part of it. */
export interface SignerVerification {
  readonly signer: SignerInfo;
  readonly verdict: Verdict;
  /** The decisive check, `cms.signature_valid` when all passed. */
  readonly code: string;
  readonly checks: readonly Check[];
  /** The signer's certificate when it was found. */
  readonly certificate?: Certificate;
  readonly digest?: DigestName;
  /** Whether the content is what was signed: message-digest equal; undefined when the content is not at hand. */
  readonly contentIntact?: boolean;
  /** Whether the signature over the signed attributes verifies with the signer's certificate. */
  readonly signatureIntact: boolean;
  /** The signer's certificate is at hand but breaks RFC 5280: its key verified the signature, whose key it is cannot be told. */
  readonly certificateUnreadable?: true;
  readonly essCertificate: SigningCertificateMatch;
  /** Claimed by the signer, not proven. */
  readonly signingTime?: Date;
  /** Signature time-stamp tokens, not verified here. */
  readonly timestamps: readonly Uint8Array[];
}

/**
 * Verifies every signer of `signedData` (RFC 5652 section 5.6, RFC 5035 for the certificate identifier). `detachedDigest` is asked
 * only when the content is not inside. `extraCertificates` are tried besides the embedded ones. Never throws: each reason is a
 * check in the result. A SignedData without signers gives an empty list: that is not a signature.
 */
export function verifySignedData(
  signedData: SignedData,
  detachedDigest: DetachedDigest,
  extraCertificates: readonly Uint8Array[] = [],
): SignerVerification[] {
  const certificates = signedData.certificates.flatMap(readable);
  const more = once(() => extraCertificates.flatMap(readable));
  const bareKeys = once(() => signedData.certificates.flatMap(bareKey));
  const context = { signedData, detachedDigest, certificates, more, bareKeys };
  return signedData.signers.map((signer) => verifySigner(signer, context));
}

/** Countersignatures looked at below one signature unless told. */
const maxCounterSignatures = 16;

/** How many countersignatures stand directly below a signature, whether they can be read or not. */
export function counterSignatureCount({ unsignedAttributes }: SignerInfo): number {
  return unsignedAttributes.get(CMS_ATTRIBUTE.counterSignature)?.length ?? 0;
}

/** What {@link verifyCounterSignatures} is told beside the signature. */
export interface CounterSignatureOptions {
  /** Tried besides the embedded ones, DER. */
  readonly certificates?: readonly Uint8Array[];
  /** How many are looked at; 16 unless told. */
  readonly most?: number;
}

/**
 * Verifies the countersignatures of `signer` (RFC 5652 section 11.4): each signs the signature octets of the one above it. One that cannot be read is
 * `undefined`. Never throws.
 */
export function verifyCounterSignatures(
  signedData: SignedData,
  signer: SignerInfo,
  { certificates: extra = [], most = maxCounterSignatures }: CounterSignatureOptions = {},
): readonly (SignerVerification | undefined)[] {
  const values = signer.unsignedAttributes.get(CMS_ATTRIBUTE.counterSignature) ?? [];
  return values.slice(0, most).map((value) => {
    const info = safely(() => readSignerInfo(readDer(value)));
    if (!info) return undefined;
    const signed: SignedData = { ...signedData, content: signer.signature, contentType: CONTENT_TYPE.data };
    const certificates = signedData.certificates.flatMap(readable);
    const more = once(() => extra.flatMap(readable));
    const bareKeys = once(() => signedData.certificates.flatMap(bareKey));
    const context = { signedData: signed, detachedDigest: () => undefined, certificates, more, bareKeys };
    return verifySigner(info, { ...context, isCounterSignature: true });
  });
}

interface Context {
  readonly signedData: SignedData;
  /** RFC 5652 section 11.4: a countersignature must not have a content-type attribute; one that says id-data changes nothing. */
  readonly isCounterSignature?: true;
  readonly detachedDigest: DetachedDigest;
  readonly certificates: readonly Certificate[];
  /** Read only for a signer whose certificate is not embedded. */
  readonly more: () => readonly Certificate[];
  readonly bareKeys: () => readonly BareKey[];
}

function once<T>(work: () => T): () => T {
  let done: { readonly value: T } | undefined;
  return () => {
    done ??= { value: work() };
    return done.value;
  };
}

/** The key out of a certificate that could not be read as RFC 5280 demands. */
interface BareKey {
  readonly publicKey: Uint8Array;
  readonly serialHex: string;
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

function check(ok: boolean | undefined, code: string, clause: string): Check {
  if (ok === undefined) return { code: `${code}_unknown`, status: 'indeterminate', clause };
  return { code: ok ? `${code}_ok` : code, status: ok ? 'passed' : 'failed', clause };
}

function verifySigner(signer: SignerInfo, context: Context): SignerVerification {
  const digest = digestOfOid(signer.digestAlgorithm);
  const checks: Check[] = [digestCheck(digest, signer)];
  const contentIntact = digest && contentMatches(signer, digest, context);
  const hasType = signer.signedAttributes.has(CMS_ATTRIBUTE.contentType);
  if (signer.signedAttributesDer && !(context.isCounterSignature && !hasType)) {
    checks.push(...attributeChecks(signer, context.signedData));
  }
  checks.push(check(contentIntact, 'cms.message_digest', 'RFC 5652 5.4, 11.2'));
  const { certificate, signatureIntact, unreadable } = findSigner(signer, digest, context);
  const atHand = signer.signedAttributesDer !== undefined || context.signedData.content !== undefined;
  if (certificate) checks.push(check(atHand ? signatureIntact : undefined, 'cms.signature', 'RFC 5652 5.6'));
  else
    checks.push({
      code: 'cms.signer_certificate_missing',
      status: 'indeterminate',
      clause: 'RFC 5652 5.3',
      params: identifierParams(signer),
    });
  checks.push(check(algorithmsAgree(signer, digest), 'cms.algorithms', 'RFC 5652 5.4'));
  const essCertificate = certificate ? matchSigningCertificate(signer.signedAttributes, certificate) : 'absent';
  if (essCertificate !== 'absent')
    checks.push(check(essCertificate === 'match', 'cms.signing_certificate', 'RFC 5035 4'));
  const verdict = worstStatus(checks);
  const signingTime = readSigningTime(signer);
  return {
    signer,
    verdict,
    code: checks.find(({ status }) => status === verdict && status !== 'passed')?.code ?? 'cms.signature_valid',
    checks,
    ...(certificate ? { certificate } : {}),
    ...(digest ? { digest } : {}),
    ...(contentIntact === undefined ? {} : { contentIntact }),
    signatureIntact,
    ...(unreadable ? { certificateUnreadable: true } : {}),
    essCertificate,
    ...(signingTime ? { signingTime } : {}),
    timestamps: signer.unsignedAttributes.get(CMS_ATTRIBUTE.signatureTimeStampToken) ?? [],
  };
}

function identifierParams({ identifier }: SignerInfo): Record<string, string> {
  if (identifier.kind === 'subjectKeyId') return { keyId: identifier.keyIdHex };
  return { issuer: identifier.issuer.text, serial: identifier.serialHex };
}

function digestCheck(digest: DigestName | undefined, signer: SignerInfo): Check {
  const clause = 'RFC 5652 5.4';
  const params = { algorithm: digest ?? signer.digestAlgorithm };
  if (!digest) return { code: 'cms.digest_unsupported', status: 'indeterminate', clause, params };
  if (digest === 'sha1') return { code: 'cms.digest_weak', status: 'indeterminate', clause: 'ETSI TS 119 312', params };
  return { code: 'cms.digest_ok', status: 'passed', clause, params };
}

/** content-type and message-digest once each with one value; content-type as encapsulated (RFC 5652 sections 5.3, 11.1, 11.2). */
function attributeChecks(signer: SignerInfo, signedData: SignedData): readonly Check[] {
  const single = (oid: string): Uint8Array | undefined => {
    const values = signer.signedAttributes.get(oid);
    return values?.length === 1 ? values[0] : undefined;
  };
  const type = single(CMS_ATTRIBUTE.contentType);
  const typeOk = type !== undefined && safely(() => readOid(readDer(type))) === signedData.contentType;
  return [check(typeOk, 'cms.content_type', 'RFC 5652 11.1')];
}

function contentMatches(signer: SignerInfo, digest: DigestName, context: Context): boolean | undefined {
  const { content } = context.signedData;
  if (!signer.signedAttributesDer) return withoutAttributes(context);
  const actual = content ? createHash(digest).update(content).digest() : context.detachedDigest(digest);
  const values = signer.signedAttributes.get(CMS_ATTRIBUTE.messageDigest) ?? [];
  const [value] = values;
  if (!value || values.length !== 1) return false;
  const claimed = safely(() => readOctetString(readDer(value)));
  if (!claimed) return false;
  return actual && equalBytes(claimed, actual);
}

/**
 * Without signed attributes the signature is over the content itself, allowed for id-data only. Content that is itself a set of
 * signed attributes is refused: such a signature was made for something else (RFC 5652 section 5.3; CMS attribute stripping).
 */
function withoutAttributes({ signedData }: Context): boolean | undefined {
  if (signedData.contentType !== CONTENT_TYPE.data) return false;
  const { content } = signedData;
  if (!content) return undefined;
  return !(
    content[0] === TAG.set && safely(() => new SequenceReader(readDer(content), 'Attributes', TAG.set)) !== undefined
  );
}

function findSigner(
  signer: SignerInfo,
  digest: DigestName | undefined,
  context: Context,
): { certificate?: Certificate; signatureIntact: boolean; unreadable?: true } {
  const named = (certificate: Certificate): boolean => identifies(signer, certificate);
  const embedded = context.certificates.filter(named);
  const candidates = embedded.length > 0 ? embedded : boundFirst(signer, context.more().filter(named));
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

/** Several certificates may share issuer and serial number: the one that the signed attributes name comes first. */
function boundFirst({ signedAttributes }: SignerInfo, candidates: readonly Certificate[]): readonly Certificate[] {
  const isBound = (one: Certificate): boolean => matchSigningCertificate(signedAttributes, one) === 'match';
  return [...candidates.filter(isBound), ...candidates.filter((one) => !isBound(one))];
}

function verifiesWithBareKey(
  { identifier, signature, signatureAlgorithm }: SignerInfo,
  data: readonly Uint8Array[],
  { digest, keys }: { readonly digest: DigestName | undefined; readonly keys: readonly BareKey[] },
): boolean {
  if (identifier.kind !== 'issuerAndSerial') return false;
  const serialHex = identifier.serialHex.replace(/^0+/, '');
  const named = keys.filter((key) => key.serialHex === serialHex).slice(0, 8);
  return named.some(({ publicKey }) =>
    data.some((bytes) => verifySignature(signatureAlgorithm, publicKey, bytes, signature, digest)),
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

/** One digest for content and signature; EdDSA names none. */
function algorithmsAgree(signer: SignerInfo, digest: DigestName | undefined): boolean | undefined {
  const scheme = safely(() => readSignatureScheme(signer.signatureAlgorithm));
  if (!scheme || !digest) return undefined;
  return scheme.digest === undefined || scheme.digest === digest;
}

function readSigningTime({ signedAttributes }: SignerInfo): Date | undefined {
  const [value] = signedAttributes.get(CMS_ATTRIBUTE.signingTime) ?? [];
  return value && safely(() => readTime(readDer(value)));
}

function safely<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

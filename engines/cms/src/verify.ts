import { readDer, readOctetString, readOid, readTime, SequenceReader, TAG } from '@tra/asn1';
import { equalBytes, type Verdict } from '@tra/kernel';
import { type Certificate, type Check, readSignatureScheme, worstStatus } from '@tra/pki';
import { algorithmsProtected } from './algorithm-protection.ts';
import { type FoundSigner, findSigner, type SignerSearch, signerSearch } from './find-signer.ts';
import { type MessageDigestName, messageDigestOf, messageHash } from './message-digest.ts';
import { CMS_ATTRIBUTE, CONTENT_TYPE } from './oids.ts';
import { readSignerInfo, type SignedData, type SignerInfo } from './parse.ts';
import { safely } from './safely.ts';
import { matchSigningCertificate, type SigningCertificateMatch } from './signing-certificate.ts';

/** Gives the digest of the detached content, or undefined when it is not at hand. */
export type DetachedDigest = (algorithm: MessageDigestName) => Uint8Array | undefined;

/** What verifying one SignerInfo showed. The certificate's own trust is not part of it. */
export interface SignerVerification {
  readonly signer: SignerInfo;
  readonly verdict: Verdict;
  /** The decisive check, `cms.signature_valid` when all passed. */
  readonly code: string;
  readonly checks: readonly Check[];
  /** The signer's certificate when it was found. */
  readonly certificate?: Certificate;
  readonly digest?: MessageDigestName;
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
  const context = { ...signerSearch(signedData, extraCertificates), detachedDigest };
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
    const context = { ...signerSearch(signed, extra), detachedDigest: () => undefined };
    return verifySigner(info, { ...context, isCounterSignature: true });
  });
}

interface Context extends SignerSearch {
  /** RFC 5652 section 11.4: a countersignature must not have a content-type attribute; one that says id-data changes nothing. */
  readonly isCounterSignature?: true;
  readonly detachedDigest: DetachedDigest;
}

function check(ok: boolean | undefined, code: string, clause: string): Check {
  if (ok === undefined) return { code: `${code}_unknown`, status: 'indeterminate', clause };
  return { code: ok ? `${code}_ok` : code, status: ok ? 'passed' : 'failed', clause };
}

function verifySigner(signer: SignerInfo, context: Context): SignerVerification {
  const digest = messageDigestOf(signer);
  const checks: Check[] = [digestCheck(digest, signer)];
  const contentIntact = digest && contentMatches(signer, digest, context);
  const hasType = signer.signedAttributes.has(CMS_ATTRIBUTE.contentType);
  if (signer.signedAttributesDer && !(context.isCounterSignature && !hasType)) {
    checks.push(...attributeChecks(signer, context.signedData));
  }
  checks.push(check(contentIntact, 'cms.message_digest', 'RFC 5652 5.4, 11.2'));
  const found = findSigner(signer, digest, context);
  const { certificate, signatureIntact, unreadable } = found;
  checks.push(signatureCheck(signer, found, { atHand: isAtHand(signer, context), digest }));
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

function isAtHand(signer: SignerInfo, { signedData }: Context): boolean {
  return signer.signedAttributesDer !== undefined || signedData.content !== undefined;
}

function signatureCheck(
  signer: SignerInfo,
  { certificate, signatureIntact }: FoundSigner,
  { atHand, digest }: { readonly atHand: boolean; readonly digest: MessageDigestName | undefined },
): Check {
  if (!certificate) {
    const params = identifierParams(signer);
    return { code: 'cms.signer_certificate_missing', status: 'indeterminate', clause: 'RFC 5652 5.3', params };
  }
  const algorithm = signatureIntact ? undefined : unsupportedMethod(signer, digest);
  if (algorithm === undefined) return check(atHand ? signatureIntact : undefined, 'cms.signature', 'RFC 5652 5.6');
  return {
    code: 'cms.signature_unsupported',
    status: 'indeterminate',
    clause: 'RFC 5652 5.6',
    params: { algorithm },
  };
}

function identifierParams({ identifier }: SignerInfo): Record<string, string> {
  if (identifier.kind === 'subjectKeyId') return { keyId: identifier.keyIdHex };
  return { issuer: identifier.issuer.text, serial: identifier.serialHex };
}

function digestCheck(digest: MessageDigestName | undefined, signer: SignerInfo): Check {
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

function contentMatches(signer: SignerInfo, digest: MessageDigestName, context: Context): boolean | undefined {
  const { content } = context.signedData;
  if (!signer.signedAttributesDer) return withoutAttributes(context);
  const actual = content ? messageHash(digest).update(content).digest() : context.detachedDigest(digest);
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

/** The method of signing when it is not known here, and so nothing can be said of the value. */
function unsupportedMethod(signer: SignerInfo, digest: MessageDigestName | undefined): string | undefined {
  const scheme = safely(() => readSignatureScheme(signer.signatureAlgorithm));
  const leavesOpen = scheme && scheme.digest === undefined && !scheme.family.startsWith('ed');
  if (scheme && !(leavesOpen && !digest)) return undefined;
  const reader = safely(() => new SequenceReader(readDer(signer.signatureAlgorithm), 'AlgorithmIdentifier'));
  return (reader && safely(() => readOid(reader.take(TAG.oid, 'algorithm')))) ?? '-';
}

/** One digest for content and signature; EdDSA names none. What is said of both among signed attributes holds too. */
function algorithmsAgree(signer: SignerInfo, digest: MessageDigestName | undefined): boolean | undefined {
  if (algorithmsProtected(signer) === false) return false;
  const scheme = safely(() => readSignatureScheme(signer.signatureAlgorithm));
  if (!scheme || !digest) return undefined;
  return scheme.digest === undefined || scheme.digest === digest;
}

function readSigningTime({ signedAttributes }: SignerInfo): Date | undefined {
  const [value] = signedAttributes.get(CMS_ATTRIBUTE.signingTime) ?? [];
  return value && safely(() => readTime(readDer(value)));
}

import {
  CONTENT_TYPE,
  counterSignatureCount,
  type MessageDigestName,
  messageHash,
  parseSignedData,
  type SignedData,
  type SignerInfo,
  type SignerVerification,
  verifyCounterSignatures,
  verifySignedData,
} from '@tra/cms';
import { concatBytes, equalBytes } from '@tra/kernel';
import { algorithmsProtected } from './algorithm-protection.ts';
import { bindingDigestOf } from './cades/binding-digest.ts';
import { cadesEvidence, type HashBudget, hashBudget } from './cades/evidence.ts';
import { type CadesSigner, cadesLevelFacts } from './cades/level.ts';
import { differsInLineEnds } from './cades/line-ends.ts';
import { contentDiffers } from './cades/unsupported-digest.ts';
import type { DigestMatcherData } from './diagnostic/token.ts';
import { evidenceChecks } from './evidence/checks.ts';
import { withContainerStamps } from './evidence/container-stamps.ts';
import { type Evidence, type FoundTimestamp, joinMaterial } from './evidence/model.ts';
import { withPolicyDocument } from './evidence/policy-document.ts';
import { type CmsFacts, digestOver, type SignedFacts, type SignerFacts } from './facts.ts';
import { digestName } from './gather/algorithms.ts';
import { methodName } from './method-names.ts';
import { padesLevelFacts } from './pades/level.ts';
import type { PdfSurroundings } from './pades/surroundings.ts';
import { isKeylessMethod, isKnownMethod, methodOid } from './signature-method.ts';
import type { DetachedPart, Digests } from './subject.ts';

/** What a CMS is held against. */
export interface CmsContent {
  /** The signed bytes in order; when given, content inside the CMS is not looked at. */
  readonly content?: readonly Uint8Array[];
  /** Instead of the signed bytes: their digests by the name of the algorithm. A signature without signed attributes cannot be verified with them. */
  readonly contentDigests?: Digests;
  /** The CMS holds the SHA-1 digest of the content as its own content (`adbe.pkcs7.sha1`). */
  readonly digestInside?: boolean;
  /** Certificates that may be a signer's, for a CMS that does not carry them. */
  readonly certificates?: readonly Uint8Array[];
  /** For a signature in a PDF: what the document holds around it. */
  readonly surroundings?: PdfSurroundings;
  /** For a signature in a container: time-stamps over the file that it is in. */
  readonly archives?: readonly FoundTimestamp[];
  /** Files of which one may be the document of the signature policy. */
  readonly documents?: readonly DetachedPart[];
}

/** Reads a CMS SignedData and verifies its signers; undefined when the bytes are none. */
export function readCms(bytes: Uint8Array, held: CmsContent): CmsFacts | undefined {
  let signedData: SignedData;
  try {
    signedData = parseSignedData(bytes);
  } catch {
    return undefined;
  }
  const parts = held.digestInside ? undefined : held.content;
  const digests = parts ? undefined : held.contentDigests;
  const verified = verifySignedData(
    contentOf(signedData, digests ? [] : parts, digests !== undefined),
    (digest) => (parts ? hashOf(digest, parts) : digests?.[digest]),
    held.certificates ?? [],
  );
  const inside = digestInsideMatches(signedData, held.content ?? []);
  const content = held.content ?? (signedData.content && !digests ? [signedData.content] : undefined);
  const budget = hashBudget(signedData, content);
  const { archives = [], documents, surroundings } = held;
  const place = { signedData, content, digests, budget, surroundings, archives, ...(documents ? { documents } : {}) };
  const signers = verified.map((verification) =>
    signerFacts(verification, place, held.digestInside ? { matches: inside } : undefined),
  );
  return {
    signers,
    ...materialBeside(signers),
    isTimestampToken: signedData.contentType === CONTENT_TYPE.tstInfo,
    signedData,
  };
}

function materialBeside(signers: readonly SignerFacts[]): Omit<SignedFacts, 'signers'> {
  const { certificates, crls, ocspResponses } = joinMaterial(
    signers.flatMap(({ evidence }) => evidence?.material ?? []),
  );
  const unique = (list: readonly Uint8Array[]): readonly Uint8Array[] => [...new Set(list)];
  return { certificates: unique(certificates), crls: unique(crls), ocspResponses: unique(ocspResponses) };
}

/** A countersignature; undefined facts when it cannot be read. */
export interface CounterFacts {
  /** What it signs: the index of a signer, or behind those the index of an earlier countersignature. */
  readonly over: number;
  readonly facts?: SignedFacts;
}

/** Countersignatures of one CMS that are looked at, and how far below each other they may stand. */
const counterLimits = { count: 64, depth: 4 } as const;

/**
 * The countersignatures of every signer and of each other (RFC 5652 section 11.4, ETSI EN 319 122-1 clause 5.2.7): each signs the signature octets above it.
 * `left` are those that nobody looked at: too many, or too far down.
 */
export function readCounterSignatures(
  { signedData }: CmsFacts,
  certificates: readonly Uint8Array[],
): { readonly counters: readonly CounterFacts[]; readonly left: number } {
  const counters: CounterFacts[] = [];
  let left = 0;
  let level = signedData.signers.map((signer, over) => ({ signer, over }));
  for (let depth = 0; level.length > 0; depth += 1) {
    const below: typeof level = [];
    for (const { over, signer } of level) {
      const count = counterSignatureCount(signer);
      const room = depth < counterLimits.depth ? Math.min(count, counterLimits.count - counters.length) : 0;
      left += count - room;
      for (const verification of verifyCounterSignatures(signedData, signer, { certificates, most: room })) {
        if (verification)
          below.push({ signer: verification.signer, over: signedData.signers.length + counters.length });
        counters.push({ over, ...counterFacts(verification, signer, signedData) });
      }
    }
    level = below;
  }
  return { counters, left };
}

function counterFacts(
  verification: SignerVerification | undefined,
  outer: SignerInfo,
  signedData: SignedData,
): Pick<CounterFacts, 'facts'> {
  if (!verification) return {};
  const place = { signedData, content: [outer.signature], surroundings: undefined, isCounterSignature: true as const };
  const signers = [signerFacts(verification, place, undefined)];
  return { facts: { signers, ...materialBeside(signers) } };
}

/**
 * Content that is given replaces content inside: a PDF whose signature carries other content must not pass for it. It is joined
 * only when a signer signed it directly, without signed attributes; otherwise its digest will do.
 */
function contentOf(signedData: SignedData, parts: readonly Uint8Array[] | undefined, hashed: boolean): SignedData {
  if (!parts) return signedData;
  const { content: _, ...detached } = signedData;
  if (hashed) return detached;
  const direct = signedData.signers.some(({ signedAttributesDer }) => !signedAttributesDer);
  return direct ? { ...detached, content: concatBytes(...parts) } : detached;
}

function hashOf(digest: MessageDigestName, parts: readonly Uint8Array[]): Uint8Array {
  const hash = messageHash(digest);
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function digestInsideMatches({ content }: SignedData, parts: readonly Uint8Array[]): boolean {
  return content !== undefined && equalBytes(content, hashOf('sha1', parts));
}

interface SignerPlace {
  readonly signedData: SignedData;
  readonly content: readonly Uint8Array[] | undefined;
  readonly digests?: Digests | undefined;
  readonly budget?: HashBudget;
  readonly surroundings: PdfSurroundings | undefined;
  readonly documents?: readonly DetachedPart[];
  readonly archives?: readonly FoundTimestamp[];
  readonly isCounterSignature?: true;
}

/** A chain of digests is as weak as its weakest: with a SHA-1 digest inside, SHA-1 is what the signature rests on. */
function signerFacts(
  verification: SignerVerification,
  place: SignerPlace,
  inside: { readonly matches: boolean } | undefined,
): SignerFacts {
  const { signer, certificate, digest, signingTime } = verification;
  const evidence = evidenceOf(verification, place);
  return {
    digest: inside ? 'sha1' : (digest ?? signer.digestAlgorithm),
    ...(certificate ? { certificate } : {}),
    ...(verification.certificateUnreadable ? { certificateUnreadable: true } : {}),
    binding: ({ match: 'bound', mismatch: 'mismatch', absent: 'absent' } as const)[verification.essCertificate],
    hash: inside?.matches === false ? 'differs' : hashState(verification, place.content),
    value: valueState(verification),
    method: unknownMethod(verification),
    ...lineEnds(verification, place),
    ...toBeSigned(verification),
    signatureValue: signer.signature,
    timestamps: evidence.timestamps.filter(({ kind }) => kind === 'signature'),
    ...(signingTime ? { claimedTime: signingTime } : {}),
    digests: [digestMatcher(verification, place.content, inside)],
    ...bindingDigestOf(signer.signedAttributes),
    evidence,
    levels: levelsOf({ ...place, signer, certificate, evidence }, place.surroundings),
    evidenceChecks: evidenceChecks(evidence),
  };
}

/** Of signed attributes in DER (RFC 5652 section 5.4); without them the key signs the content, whose digest the report has already. */
function toBeSigned({ digest, signer }: SignerVerification): Pick<SignerFacts, 'toBeSigned'> {
  const { signedAttributesDer } = signer;
  // RFC 8032: what EdDSA makes of them needs the key as well; under SHAKE256 no other digest is defined.
  return digest && digest !== 'shake256' && signedAttributesDer
    ? { toBeSigned: digestOver(digest, signedAttributesDer) }
    : {};
}

function digestMatcher(
  verification: SignerVerification,
  content: SignerPlace['content'],
  inside: { matches: boolean } | undefined,
): DigestMatcherData {
  const { contentIntact, digest, signer } = verification;
  const algorithm = digestName(inside ? 'sha1' : digest);
  const hash = hashState(verification, content);
  return {
    type: signer.signedAttributesDer ? 'message-digest' : 'content-digest',
    ...(algorithm === undefined ? {} : { digest: { algorithm } }),
    found: contentIntact !== undefined || digest === undefined,
    intact: hash === 'matches' && inside?.matches !== false,
    ...(hash === 'unknown' && inside?.matches !== false ? { unsupported: true as const } : {}),
  };
}

function evidenceOf({ signer }: SignerVerification, place: SignerPlace): Evidence {
  const { budget, content, digests, documents, signedData, surroundings } = place;
  const found = cadesEvidence({
    signedData,
    signer,
    content,
    ...(digests ? { digests } : {}),
    ...(budget ? { budget } : {}),
  });
  const own = withContainerStamps(withPolicyDocument(found, documents), place.archives);
  if (!surroundings) return own;
  const { documentTimestamps, store } = surroundings;
  return {
    ...own,
    timestamps: [...own.timestamps, ...documentTimestamps],
    material: store ? [...own.material, { origin: 'security-store', ...store }] : own.material,
  };
}

const levelsOf = (one: CadesSigner, surroundings: PdfSurroundings | undefined): NonNullable<SignerFacts['levels']> =>
  surroundings ? padesLevelFacts(one, surroundings) : cadesLevelFacts(one);

/** Without signed attributes only the signature itself says whether the content is the signed one. */
function hashState(
  { contentIntact, digest, signer, signatureIntact }: SignerVerification,
  content: SignerPlace['content'],
): SignerFacts['hash'] {
  if (!digest) return contentDiffers(signer, content) ? 'differs' : 'unknown';
  if (contentIntact === undefined) return 'content_missing';
  if (!contentIntact) return 'differs';
  if (signer.signedAttributesDer || signatureIntact) return 'matches';
  return isKnownMethod(signer.signatureAlgorithm) ? 'differs' : 'unknown';
}

/** Of content beside or inside a signature by itself; in a PDF there are no lines. */
function lineEnds(
  { contentIntact, digest, signatureIntact, signer }: SignerVerification,
  place: SignerPlace,
): Pick<SignerFacts, 'lineEnds'> {
  const isAsked =
    contentIntact === false &&
    digest !== undefined &&
    signatureIntact &&
    !place.surroundings &&
    !place.isCounterSignature;
  return isAsked && differsInLineEnds(signer, digest, place.content) ? { lineEnds: true } : {};
}

/** Of the method and the digest the first that is not implemented. */
function unknownMethod({ signer }: SignerVerification): string {
  const { digestAlgorithm, signatureAlgorithm } = signer;
  return methodName(isKnownMethod(signatureAlgorithm) ? digestAlgorithm : (methodOid(signatureAlgorithm) ?? '?'));
}

function valueState(verification: SignerVerification): SignerFacts['value'] {
  const { certificate, checks, contentIntact, digest, signer } = verification;
  const failed = (code: string): boolean => checks.some((check) => check.code === code && check.status === 'failed');
  // What does not take the method itself is told first: whoever exchanges its name must not turn what fails into what is open.
  if (failed('cms.algorithms') || !algorithmsProtected(signer)) return 'algorithm_inconsistent';
  if (failed('cms.content_type')) return 'attributes_invalid';
  if (isKeylessMethod(signer.signatureAlgorithm)) return 'algorithm_keyless';
  if (!digest || !isKnownMethod(signer.signatureAlgorithm)) return 'algorithm_unsupported';
  if (verification.certificateUnreadable) return 'valid';
  if (!certificate || (!signer.signedAttributesDer && contentIntact === undefined)) return 'unverifiable';
  return verification.signatureIntact ? 'valid' : 'invalid';
}

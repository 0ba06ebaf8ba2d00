import { createHash } from 'node:crypto';
import { CONTENT_TYPE, parseSignedData, type SignedData, type SignerVerification, verifySignedData } from '@tra/cms';
import { concatBytes, equalBytes } from '@tra/kernel';
import { type DigestName, readSignatureScheme } from '@tra/pki';
import { algorithmsProtected } from './algorithm-protection.ts';
import type { CmsFacts, SignerFacts } from './facts.ts';
import type { Digests } from './subject.ts';

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
  return {
    signers: verified.map((verification) =>
      signerFacts(verification, held.digestInside ? { matches: inside } : undefined),
    ),
    certificates: signedData.certificates,
    crls: signedData.crls,
    isTimestampToken: signedData.contentType === CONTENT_TYPE.tstInfo,
  };
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

function hashOf(digest: DigestName, parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash(digest);
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function digestInsideMatches({ content }: SignedData, parts: readonly Uint8Array[]): boolean {
  return content !== undefined && equalBytes(content, hashOf('sha1', parts));
}

/** A chain of digests is as weak as its weakest: with a SHA-1 digest inside, SHA-1 is what the signature rests on. */
function signerFacts(verification: SignerVerification, inside: { readonly matches: boolean } | undefined): SignerFacts {
  const { signer, certificate, digest, signingTime, timestamps } = verification;
  return {
    digest: inside ? 'sha1' : (digest ?? signer.digestAlgorithm),
    ...(certificate ? { certificate } : {}),
    ...(verification.certificateUnreadable ? { certificateUnreadable: true } : {}),
    binding: ({ match: 'bound', mismatch: 'mismatch', absent: 'absent' } as const)[verification.essCertificate],
    hash: inside?.matches === false ? 'differs' : hashState(verification),
    value: valueState(verification),
    signatureValue: signer.signature,
    timestamps: timestamps.map((token) => ({ token, data: [signer.signature] })),
    ...(signingTime ? { claimedTime: signingTime } : {}),
  };
}

/** Without signed attributes only the signature itself says whether the content is the signed one. */
function hashState({ contentIntact, digest, signer, signatureIntact }: SignerVerification): SignerFacts['hash'] {
  if (!digest) return 'unknown';
  if (contentIntact === undefined) return 'content_missing';
  return contentIntact && (signer.signedAttributesDer || signatureIntact) ? 'matches' : 'differs';
}

function valueState(verification: SignerVerification): SignerFacts['value'] {
  const { certificate, checks, contentIntact, digest, signer } = verification;
  const failed = (code: string): boolean => checks.some((check) => check.code === code && check.status === 'failed');
  if (!digest || !isKnownScheme(signer.signatureAlgorithm)) return 'algorithm_unsupported';
  if (failed('cms.algorithms') || !algorithmsProtected(signer)) return 'algorithm_inconsistent';
  if (failed('cms.content_type')) return 'attributes_invalid';
  if (verification.certificateUnreadable) return 'valid';
  if (!certificate || (!signer.signedAttributesDer && contentIntact === undefined)) return 'unverifiable';
  return verification.signatureIntact ? 'valid' : 'invalid';
}

function isKnownScheme(algorithmIdentifier: Uint8Array): boolean {
  try {
    readSignatureScheme(algorithmIdentifier);
    return true;
  } catch {
    return false;
  }
}

import { createHash } from 'node:crypto';
import { equalBytes } from '@tra/kernel';
import { readSignatureScheme } from '../algorithms.ts';
import { type Certificate, parseCertificate } from '../certificate.ts';
import { isSignedByKey } from '../signed-by.ts';
import { keyBits } from './cert-id.ts';
import { OCSP } from './oids.ts';
import type { BasicOcspResponse, ResponderId } from './response.ts';

/** Why the signer of an answer is not believed; the tail of a message key. */
export type ResponderProblem =
  | 'pki.ocsp_responder_missing'
  | 'pki.ocsp_responder_unauthorised'
  | 'pki.ocsp_responder_expired'
  | 'pki.ocsp_responder_unchecked'
  | 'pki.ocsp_responder_revoked'
  | 'pki.ocsp_algorithm_weak'
  | 'pki.ocsp_signature_invalid'
  | 'pki.work_limit';

/** What {@link judgeSigner} needs to know. */
export interface SignerContext {
  readonly issuer: Certificate;
  /** The instant for which the status is wanted: a responder that had expired by then speaks no more. */
  readonly at: Date;
  /** Certificates besides those in the answer that may belong to the responder. */
  readonly responders: readonly Certificate[];
  /** Status of a responder's own certificate, where the caller can find it. */
  readonly responderStatus?: ((responder: Certificate) => 'good' | 'revoked' | 'unknown') | undefined;
  /** False when no more signature may be verified. */
  spendSignature(): boolean;
}

/** Who signed an answer, or why nobody who may. */
export type SignerJudgement =
  | { readonly responder: Certificate; readonly problem?: never }
  | { readonly problem: ResponderProblem; readonly responder?: Certificate };

/**
 * Finds the certificate under which an answer was signed and whether it may speak for the issuer (RFC 6960 sections 3.2 and
 * 4.2.2.2): the issuing CA itself, or a responder whose certificate that very CA signed with id-kp-OCSPSigning.
 */
export function judgeSigner(basic: BasicOcspResponse, context: SignerContext): SignerJudgement {
  let best: SignerJudgement = { problem: 'pki.ocsp_responder_missing' };
  for (const candidate of candidatesOf(basic, context)) {
    const problem = problemOf(candidate, basic, context);
    if (problem === undefined) return { responder: candidate };
    if (best.responder === undefined) best = { problem, responder: candidate };
    if (problem === 'pki.work_limit') break;
  }
  return best;
}

function candidatesOf(basic: BasicOcspResponse, { issuer, responders }: SignerContext): readonly Certificate[] {
  const sent = basic.certificates.flatMap((der) => {
    try {
      return [parseCertificate(der)];
    } catch {
      return [];
    }
  });
  return [issuer, ...sent, ...responders].filter((certificate) => isNamedBy(basic.responderId, certificate));
}

function isNamedBy(id: ResponderId, certificate: Certificate): boolean {
  if (id.kind === 'name') return id.name.key === certificate.subject.key;
  try {
    return equalBytes(id.hash, createHash('sha1').update(keyBits(certificate.publicKey)).digest());
  } catch {
    return false;
  }
}

function problemOf(
  candidate: Certificate,
  basic: BasicOcspResponse,
  context: SignerContext,
): ResponderProblem | undefined {
  if (isWeak(basic.signatureAlgorithm)) return 'pki.ocsp_algorithm_weak';
  const isIssuer = equalBytes(candidate.der, context.issuer.der);
  const problem = isIssuer ? problemOfIssuer(candidate) : problemOfDelegate(candidate, basic, context);
  if (problem) return problem;
  if (!context.spendSignature()) return 'pki.work_limit';
  return isSignedByKey(basic, candidate.publicKey) ? undefined : 'pki.ocsp_signature_invalid';
}

/** A CA that may sign certificates may say what became of them, when its key may sign anything else than certificates at all. */
function problemOfIssuer({ keyUsage }: Certificate): ResponderProblem | undefined {
  const able =
    !keyUsage ||
    ['digitalSignature', 'nonRepudiation', 'keyCertSign', 'cRLSign'].some((use) => keyUsage.has(use as 'cRLSign'));
  return able ? undefined : 'pki.ocsp_responder_unauthorised';
}

function problemOfDelegate(
  responder: Certificate,
  basic: BasicOcspResponse,
  context: SignerContext,
): ResponderProblem | undefined {
  const { issuer, at } = context;
  const { keyUsage, extendedKeyUsage } = responder;
  const signs = !keyUsage || keyUsage.has('digitalSignature') || keyUsage.has('nonRepudiation');
  const strange = responder.unknownCritical.some((oid) => oid !== OCSP.noCheck);
  // anyExtendedKeyUsage is not enough: RFC 6960 section 4.2.2.2 asks for the purpose itself.
  const named = extendedKeyUsage?.includes(OCSP.signing) && responder.issuer.key === issuer.subject.key;
  if (!named || !signs || strange) return 'pki.ocsp_responder_unauthorised';
  if (isWeak(responder.signatureAlgorithm)) return 'pki.ocsp_algorithm_weak';
  if (!context.spendSignature()) return 'pki.work_limit';
  if (!isSignedByKey(responder, issuer.publicKey)) return 'pki.ocsp_responder_unauthorised';
  if (!isValidAt(responder, basic.producedAt) || at.getTime() >= end(responder)) return 'pki.ocsp_responder_expired';
  return problemOfStatus(responder, context);
}

/** RFC 6960 section 4.2.2.2.1: nocheck says that the responder needs no status of its own; otherwise somebody must know it. */
function problemOfStatus(responder: Certificate, { responderStatus }: SignerContext): ResponderProblem | undefined {
  const status = responderStatus?.(responder) ?? 'unknown';
  if (status === 'revoked') return 'pki.ocsp_responder_revoked';
  return status === 'good' || responder.extensions.has(OCSP.noCheck) ? undefined : 'pki.ocsp_responder_unchecked';
}

/** notAfter is inclusive and given to the second. */
function end({ notAfter }: Certificate): number {
  return notAfter.getTime() + 1000;
}

function isValidAt(certificate: Certificate, instant: Date): boolean {
  return instant >= certificate.notBefore && instant.getTime() < end(certificate);
}

/** SHA-1 protects nothing here: the client's nonce is a place where a collision could be prepared. */
function isWeak(algorithmIdentifier: Uint8Array): boolean {
  try {
    return readSignatureScheme(algorithmIdentifier).digest === 'sha1';
  } catch {
    return true;
  }
}

import { buildOcspRequest, type Certificate, type PathPurpose, validatePath } from '@tra/pki';
import { readCms } from './cms-facts.ts';
import type { SignedFacts, StampedData } from './facts.ts';
import { findSignatures } from './find-signatures.ts';
import { anchorSetOf } from './gather/certificate-pool.ts';
import { ownCertificates, type TrustContext } from './path-step.ts';
import { defaultPolicy } from './policy.ts';
import type { SignatureSubject } from './subject.ts';
import type { ValidationInput } from './validate-document.ts';

/** Something that is not at hand and that a certificate says where to find. */
export type EvidenceNeed =
  /** The certificate of an issuer (RFC 5280 section 4.2.2.1, caIssuers): a DER certificate or a certs-only CMS is expected. */
  | { readonly kind: 'issuer'; readonly subject: string; readonly issuer: string; readonly urls: readonly string[] }
  /** The revocation status: by OCSP (RFC 6960, POST of `request`), or by a CRL (RFC 5280 section 4.2.1.13). */
  | {
      readonly kind: 'status';
      readonly subject: string;
      readonly issuer: string;
      readonly ocspUrls: readonly string[];
      readonly request: Uint8Array;
      readonly crlUrls: readonly string[];
    };

const maximumNeeds = 64;
const maximumUrls = 4;

interface Wanted {
  readonly certificate: Certificate;
  readonly purpose: PathPurpose;
  readonly facts: SignedFacts;
}

/**
 * Lists what a document, judged with this input, would need beyond it: issuers for paths that end too early, and status information
 * for paths that are complete. Only addresses inside the certificates are named (http and https), and nothing is fetched: the caller
 * decides whom to ask, adds what came to `intermediates`, `crls` and `ocspResponses`, and judges again. What comes is believed only when
 * the path validation verifies it.
 *
 * @example
 * const needs = missingEvidence(input);
 * const crls = await Promise.all(needs.flatMap((need) => (need.kind === 'status' ? need.crlUrls.map(fetchCrl) : [])));
 */
export function missingEvidence(input: ValidationInput): readonly EvidenceNeed[] {
  const trust: TrustContext = {
    anchors: input.anchors,
    intermediates: input.intermediates ?? [],
    crls: input.crls ?? [],
    ocspResponses: input.ocspResponses ?? [],
    at: input.at,
    policy: input.policy ?? defaultPolicy,
  };
  const detached = (input.detached ?? []).map((file) => (file instanceof Uint8Array ? { bytes: file } : file));
  const certificates = ownCertificates(trust);
  const limit = trust.policy.maximumSignatures;
  const { subjects } = findSignatures(input.bytes, { detached, certificates, limit });
  const wanted = subjects.flatMap((subject) => wantedBy(subject, certificates));
  const needs = new Map<string, EvidenceNeed>();
  for (const one of wanted) {
    for (const need of needsOf(one, trust)) {
      if (needs.size < maximumNeeds) needs.set(`${need.kind} ${need.subject} ${need.issuer}`, need);
    }
  }
  return [...needs.values()];
}

function wantedBy(subject: SignatureSubject, certificates: readonly Uint8Array[]): readonly Wanted[] {
  if (subject.kind === 'timestamp') {
    const stamps = subject.stamps ?? [{ token: subject.cms }];
    return stamps.flatMap(({ token }) => authorityOf({ token }));
  }
  const facts = subject.facts ?? readCms(subject.cms, { certificates });
  const signer = facts?.signers[subject.signer ?? 0];
  if (!facts || !signer) return [];
  const stamps = signer.timestamps.flatMap(authorityOf);
  return signer.certificate
    ? [{ certificate: signer.certificate, purpose: 'document-signing', facts }, ...stamps]
    : stamps;
}

function authorityOf({ token }: Pick<StampedData, 'token'>): readonly Wanted[] {
  const facts = token.length > 0 ? readCms(token, {}) : undefined;
  const certificate = facts?.signers[0]?.certificate;
  return facts && certificate ? [{ certificate, purpose: 'time-stamping', facts }] : [];
}

function needsOf({ certificate, purpose, facts }: Wanted, trust: TrustContext): readonly EvidenceNeed[] {
  const { path, code } = validatePath({
    certificate,
    intermediates: [...trust.intermediates, ...facts.certificates.slice(0, 64)],
    anchors: anchorSetOf(trust.anchors),
    crls: [...trust.crls, ...facts.crls.slice(0, 16)],
    ocspResponses: [...(trust.ocspResponses ?? []), ...(facts.ocspResponses ?? []).slice(0, 16)],
    at: trust.at,
    purpose,
    revocation: trust.policy.revocationRequired ? 'require' : 'prefer',
  });
  if (code === 'pki.no_anchor') return issuerNeed(path.at(-1) ?? certificate);
  if (code !== 'pki.revocation_unknown') return [];
  const needs: EvidenceNeed[] = [];
  for (const [index, one] of path.slice(0, -1).entries()) {
    const issuer = path[index + 1];
    if (issuer) needs.push(...statusNeed(one, issuer));
  }
  return needs;
}

function issuerNeed(top: Certificate): readonly EvidenceNeed[] {
  const urls = fetchable(top.caIssuers);
  if (top.isSelfIssued || urls.length === 0) return [];
  return [{ kind: 'issuer', subject: top.subject.text, issuer: top.issuer.text, urls }];
}

function statusNeed(certificate: Certificate, issuer: Certificate): readonly EvidenceNeed[] {
  const ocspUrls = fetchable(certificate.ocspResponders);
  const crlUrls = fetchable(certificate.crlDistributionPoints);
  if (ocspUrls.length + crlUrls.length === 0) return [];
  const request = buildOcspRequest({ certificate, issuer });
  const names = { subject: `${certificate.subject.text} ${certificate.serialHex}`, issuer: issuer.subject.text };
  return [{ kind: 'status', ...names, ocspUrls, crlUrls, request }];
}

function fetchable(urls: readonly string[]): readonly string[] {
  return urls.filter((url) => /^https?:\/\//i.test(url)).slice(0, maximumUrls);
}

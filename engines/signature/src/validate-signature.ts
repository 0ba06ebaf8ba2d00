import type { Check } from '@tra/pki';
import { judgeAlgorithm } from './algorithm-step.ts';
import type { JudgedSignature } from './answers.ts';
import { readCms } from './cms-facts.ts';
import { conclude, concludeWith } from './conclusion.ts';
import { described } from './describe.ts';
import type { TimestampKind } from './evidence/model.ts';
import type { SignedFacts, SignerFacts } from './facts.ts';
import { findCheck, finding } from './findings.ts';
import { judgeSignerPath, ownCertificates, type TrustContext } from './path-step.ts';
import { reasonsOf } from './process-reasons.ts';
import type { SignatureLevel, SignatureReport } from './report.ts';
import type { FindingCode } from './rules.ts';
import type { SignatureSubject } from './subject.ts';
import { noTime, proveSignatureTime, proveTime, type TimeOutcome } from './time-step.ts';

/** A CMS is read, and its signers verified, where its format did not bring the facts along. */
export function withFacts(subject: SignatureSubject, trust: TrustContext): SignatureSubject {
  if (subject.facts || subject.kind === 'timestamp') return subject;
  const facts = readCms(subject.cms, { ...subject, certificates: ownCertificates(trust) });
  return facts ? { ...subject, facts } : subject;
}

/**
 * The validation of one signature (ETSI EN 319 102-1 clause 5.5, signatures with time): format check, identification of the
 * signer, cryptographic verification, acceptance of algorithms, time-stamp, path of the signer at the proven time, revocation,
 * conclusion. Every step runs whatever the one before found, so that the report holds all reasons.
 */
export function validateSignature(subject: SignatureSubject, trust: TrustContext): JudgedSignature {
  if (subject.kind === 'timestamp') return validateTimestamp(subject, trust);
  const cms = subject.facts;
  const signer = cms?.signers[subject.signer ?? 0];
  if (!cms || !signer) return withoutSigner(subject, cms);
  const known = withCollected(trust, cms);
  const format = [...subject.format, ...formatFindings(subject, cms)];
  const identification = identifySigner(subject, signer);
  const hash = [...(signer.references ?? []), ...hashFindings(signer)];
  const value = valueFindings(signer);
  const process = trust.process?.signature(subject.id);
  // Of a method that is not implemented nothing is known, not even that it is weak.
  const algorithm =
    signer.certificate && signer.value !== 'algorithm_unsupported'
      ? [judgeAlgorithm(signer.certificate, signer.digest, { ...trust, process })]
      : [];
  const time = proveSignatureTime(signer.timestamps, signer.evidence?.timestamps ?? [], known);
  const claimedTime = subject.claimedTime ?? signer.claimedTime;
  const order = orderFindings(claimedTime, time, trust);
  const path = signer.certificate
    ? judgeSignerPath(signer.certificate, known, time.provenTime)
    : { path: [], revocation: [] };
  const found = [
    ...format,
    ...identification,
    ...hash,
    ...value,
    ...algorithm,
    ...time.checks,
    ...(signer.evidenceChecks ?? []),
    ...order,
    ...path.path,
    ...path.revocation,
  ];
  const more = reasonsOf(process, found, trust.process?.chain(subject.id) ?? []);
  const checks = [...found, ...more.checks];
  return {
    kind: subject.kind,
    report: {
      ...described(subject, signer, time, claimedTime),
      ...chainFacts(subject, trust),
      ...concludeWith(checks, 'signature', process),
      timestamps: time.timestamps,
      checks,
    },
    groups: {
      unchanged: [...format, ...hash, ...value, ...more.unchanged],
      signer: [...identification, ...value, ...algorithm, ...path.path, ...more.signer],
      time: [...time.checks, ...order, ...more.time],
      status: [...path.revocation, ...more.status],
    },
  };
}

/** The path as the process saw it, and whom it ends at when nobody in it is trusted. */
function chainFacts(
  subject: SignatureSubject,
  { process }: TrustContext,
): Pick<SignatureReport, 'chain' | 'token' | 'missingIssuer'> {
  const chain = process?.chain(subject.id) ?? [];
  const token = process?.signature(subject.id)?.token;
  const top = chain.at(-1);
  return {
    chain: chain.map(({ id, notAfter, notBefore, subject: name, trusted }) => ({
      subject: name,
      certificateSha256: id,
      notBefore,
      notAfter,
      trusted,
    })),
    ...(top && !top.trusted ? { missingIssuer: top.issuer } : {}),
    ...(token === undefined ? {} : { token }),
  };
}

function validateTimestamp(subject: SignatureSubject, trust: TrustContext): JudgedSignature {
  const level = timestampLevel(subject);
  const process =
    subject.form === 'evidence-record' ? trust.process?.record(subject.id) : trust.process?.timestamp(subject.cms);
  const format = [...subject.format, finding('signature.format_recognised', { format: level })];
  const stamps = subject.stamps ?? (subject.content ? [{ token: subject.cms, data: subject.content }] : undefined);
  const { covers, store, storeBeneath } = subject.surroundings ?? {};
  const known = store ? withCollected(trust, store) : trust;
  const more = { ...(covers ? { covers } : {}), ...(storeBeneath ? { variant: 'PAdES' as const } : {}) };
  const time: TimeOutcome = stamps
    ? proveTime(
        stamps.map((stamp) => ({ ...stamp, ...more })),
        kindOf(subject, level),
        known,
      )
    : { checks: [finding('signature.content_missing')], timestamps: [] };
  const covered = coverFindings([...subject.format, ...time.checks], level);
  const checks = [...format, ...covered, ...time.checks];
  return {
    kind: subject.kind,
    report: {
      ...described(subject, undefined, time, undefined),
      chain: [],
      ...(process ? { token: process.token } : {}),
      level,
      ...concludeWith(checks, 'timestamp', process),
      timestamps: time.timestamps,
      checks,
    },
    groups: { unchanged: [...format, ...covered], signer: time.checks, time: time.checks, status: [] },
  };
}

function timestampLevel({ fieldName, form }: SignatureSubject): SignatureLevel {
  if (form === 'evidence-record') return form;
  return fieldName === undefined || fieldName.startsWith('META-INF/') ? 'timestamp-token' : 'document-timestamp';
}

function kindOf({ fieldName, form }: SignatureSubject, level: SignatureLevel): TimestampKind {
  if (form === 'evidence-record') return 'record';
  if (level === 'document-timestamp') return 'document';
  return fieldName === undefined ? 'content' : 'container';
}

const unheld: readonly FindingCode[] = [
  'signature.reference_differs',
  'signature.reference_method_unsupported',
  'signature.reference_missing',
  'signature.reference_needs_octets',
  'signature.renewal_broken',
  'signature.content_missing',
];

/** For a time-stamp over content the message imprint is the hash of the content. */
function coverFindings(checks: readonly Check[], algorithm: string): readonly Check[] {
  const differs = checks.some(({ code }) => code === 'timestamp.imprint_mismatch');
  if (!differs && findCheck(checks, unheld)) return [];
  if (!differs && checks.some(({ code }) => code === 'timestamp.imprint_ok'))
    return [finding('signature.hash_matches', { algorithm })];
  return differs ? [finding('signature.hash_mismatch')] : [];
}

function withoutSigner(subject: SignatureSubject, cms: SignedFacts | undefined): JudgedSignature {
  const code: FindingCode = cms ? 'signature.no_signer' : 'signature.contents_not_cms';
  const empty = subject.cms.length === 0;
  const format = empty ? subject.format : [...subject.format, finding(code)];
  return {
    kind: subject.kind,
    report: {
      ...described(subject, undefined, noTime, subject.claimedTime),
      chain: [],
      level: 'unknown',
      ...conclude(format, 'signature'),
      timestamps: [],
      checks: format,
    },
    groups: { unchanged: format, signer: [], time: [], status: [] },
  };
}

const maximumCertificates = 64;
const maximumCrls = 16;

/** Certificates and CRLs inside the signature help to build paths; they are never trusted for being there. */
function withCollected(trust: TrustContext, cms: Omit<SignedFacts, 'signers'>): TrustContext {
  return {
    ...trust,
    intermediates: [...trust.intermediates, ...cms.certificates.slice(0, maximumCertificates)],
    crls: [...trust.crls, ...cms.crls.slice(0, maximumCrls)],
    ocspResponses: [...(trust.ocspResponses ?? []), ...(cms.ocspResponses ?? []).slice(0, maximumCrls)],
  };
}

function formatFindings(subject: SignatureSubject, cms: SignedFacts): readonly Check[] {
  const recognised = finding('signature.format_recognised', { format: formNames[subject.form] });
  return cms.signers.length > 1 && subject.form !== 'cades'
    ? [recognised, finding('signature.several_signers')]
    : [recognised];
}

const formNames: Readonly<Record<SignatureSubject['form'], string>> = {
  pades: 'PAdES',
  'pdf-pkcs7': 'PDF, PKCS #7',
  'pdf-pkcs1': 'PDF, PKCS #1',
  cades: 'CMS',
  'timestamp-token': 'RFC 3161',
  xades: 'XAdES',
  xmldsig: 'XML Signature',
  jades: 'JAdES',
  jws: 'JWS',
  'evidence-record': 'RFC 4998, RFC 6283',
};

/** Identification of the signing certificate (clause 5.2.3). AdES demands the binding attribute, the plain formats do not know it. */
function identifySigner(subject: SignatureSubject, signer: SignerFacts): readonly Check[] {
  if (signer.certificateUnreadable) return [finding('signature.signer_certificate_unreadable')];
  if (!signer.certificate) return [finding('signature.signer_certificate_missing')];
  if (signer.binding === 'mismatch') return [finding('signature.signer_certificate_mismatch')];
  const found = finding('signature.signer_certificate_found');
  const demanded = subject.form === 'pades' || subject.form === 'xades' || subject.form === 'jws';
  if (signer.binding === 'bound') return [found, finding('signature.signer_certificate_bound')];
  return demanded ? [found, finding('signature.signer_certificate_not_bound')] : [found];
}

function hashFindings({ hash, digest, lineEnds }: SignerFacts): readonly Check[] {
  if (hash === 'unknown') return [];
  if (hash === 'content_missing') return [finding('signature.content_missing')];
  const more = lineEnds ? [finding('signature.content_line_ends')] : [];
  if (hash === 'differs') return [finding('signature.hash_mismatch'), ...more];
  return [finding('signature.hash_matches', { algorithm: digest.toUpperCase() })];
}

const valueCodes: Readonly<Record<Exclude<SignerFacts['value'], 'unverifiable'>, FindingCode>> = {
  valid: 'signature.value_valid',
  invalid: 'signature.value_invalid',
  attributes_invalid: 'signature.attributes_invalid',
  algorithm_unsupported: 'signature.algorithm_unsupported',
  algorithm_keyless: 'signature.algorithm_keyless',
  algorithm_inconsistent: 'signature.algorithm_inconsistent',
};

function valueFindings({ method = '?', value }: SignerFacts): readonly Check[] {
  if (value === 'algorithm_unsupported') return [finding(valueCodes[value], { algorithm: method })];
  return value === 'unverifiable' ? [] : [finding(valueCodes[value])];
}

/** A signer cannot have signed after the time at which the signature is proven to exist. */
function orderFindings(claimed: Date | undefined, time: TimeOutcome, trust: TrustContext): readonly Check[] {
  if (!claimed || !time.provenTime) return [];
  if (claimed.getTime() - time.provenTime.getTime() <= trust.policy.claimedTimeToleranceMs) return [];
  const params = { claimed: claimed.toISOString(), time: time.provenTime.toISOString() };
  return [finding('signature.claimed_time_contradicts', params)];
}

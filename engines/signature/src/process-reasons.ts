import type { ErrorParams } from '@tra/kernel';
import type { Check } from '@tra/pki';
import type { CertificateData } from './diagnostic/certificate.ts';
import { findCheck, finding } from './findings.ts';
import type { ProcessSubIndication } from './process/report.ts';
import type { ProcessVerdict } from './process-verdicts.ts';
import type { FindingCode } from './rules.ts';

type Question = 'unchanged' | 'signer' | 'time' | 'status';

/** Why the process does not let a signature pass, by the question that it concerns. */
export interface ProcessReasons extends Readonly<Record<Question, readonly Check[]>> {
  readonly checks: readonly Check[];
}

const none: ProcessReasons = { checks: [], unchanged: [], signer: [], time: [], status: [] };

interface Meaning {
  readonly question: Question;
  readonly code: FindingCode;
  /** Findings that say the same already. */
  readonly instead?: readonly FindingCode[];
}

const expired: Meaning = { question: 'signer', code: 'signature.certificate_expired' };
const revoked: Meaning = {
  question: 'status',
  code: 'signature.certificate_revoked_no_proof',
  instead: ['signature.certificate_revoked'],
};
const untrusted: Meaning = {
  question: 'signer',
  code: 'signature.path_untrusted',
  instead: ['signature.signer_certificate_missing', 'signature.signer_certificate_unreadable'],
};
const unknown: Meaning = { question: 'status', code: 'signature.revocation_unknown' };
const unmet: Meaning = { question: 'signer', code: 'signature.constraints_unmet' };
const weak: Meaning = {
  question: 'signer',
  code: 'signature.algorithm_too_weak',
  instead: ['signature.algorithm_unsupported', 'signature.reference_method_unsupported'],
};
const faulty: Meaning = {
  question: 'signer',
  code: 'signature.path_invalid',
  instead: ['signature.revocation_unknown', 'signature.path_constraints', 'signature.path_untrusted'],
};

/** What a sub-indication means in the words of the simple report. */
const meanings: Readonly<Partial<Record<ProcessSubIndication, Meaning>>> = {
  CRYPTO_CONSTRAINTS_FAILURE: weak,
  CRYPTO_CONSTRAINTS_FAILURE_NO_POE: weak,
  REVOKED: revoked,
  REVOKED_NO_POE: revoked,
  REVOKED_CA_NO_POE: faulty,
  EXPIRED: expired,
  OUT_OF_BOUNDS_NO_POE: expired,
  OUT_OF_BOUNDS_NOT_REVOKED: expired,
  NOT_YET_VALID: { question: 'signer', code: 'signature.certificate_not_yet_valid' },
  NO_CERTIFICATE_CHAIN_FOUND: untrusted,
  NO_CERTIFICATE_CHAIN_FOUND_NO_POE: untrusted,
  CERTIFICATE_CHAIN_GENERAL_FAILURE: faulty,
  CHAIN_CONSTRAINTS_FAILURE: { question: 'signer', code: 'signature.path_constraints' },
  TRY_LATER: unknown,
  NO_SIGNING_CERTIFICATE_FOUND: {
    question: 'signer',
    code: 'signature.signer_certificate_mismatch',
    instead: ['signature.signer_certificate_missing', 'signature.signer_certificate_unreadable'],
  },
  SIGNED_DATA_NOT_FOUND: {
    question: 'unchanged',
    code: 'signature.content_missing',
    instead: ['signature.reference_missing', 'signature.reference_needs_octets', 'signature.manifest_entry_missing'],
  },
};

/**
 * The reasons of the process in the words of the simple report, where it does not let a signature pass and no finding has said why. What failed in
 * format, digest or value was found by the same measurements as the findings, which name it.
 */
export function reasonsOf(
  process: ProcessVerdict | undefined,
  found: readonly Check[],
  chain: readonly CertificateData[],
): ProcessReasons {
  if (!process || process.verdict === 'passed') return none;
  const told = process.because.errors.map(
    ({ code, params }): Check => ({
      code,
      status: process.verdict,
      clause: 'EN 319 102-1 5.1.3',
      ...(params ? { params } : {}),
    }),
  );
  const meaning = (process.subIndication && meanings[process.subIndication]) ?? unmet;
  const isSaid =
    findCheck(found, [meaning.code, ...(meaning.instead ?? [])]) !== undefined ||
    found.some(({ status }) => status === 'failed');
  const said = isSaid ? [] : [finding(meaning.code, paramsOf(meaning.code, process, chain))];
  const checks = [...said, ...told];
  return { ...none, checks, [meaning.question]: checks };
}

/** What the sentence of a finding names. */
function paramsOf(
  code: FindingCode,
  { subIndication, token }: ProcessVerdict,
  chain: readonly CertificateData[],
): ErrorParams {
  const [signer] = chain;
  const top = chain.at(-1);
  const revocation = signer?.revocations.find(({ status }) => status === 'revoked');
  switch (code) {
    case 'signature.certificate_expired':
      return { until: signer?.notAfter ?? '-' };
    case 'signature.certificate_not_yet_valid':
      return { from: signer?.notBefore ?? '-' };
    case 'signature.certificate_revoked_no_proof':
      return { since: revocation?.revocationTime ?? '-', reason: revocation?.reason ?? 'unspecified' };
    case 'signature.path_untrusted':
      return { issuer: top?.issuer ?? '-' };
    case 'signature.algorithm_too_weak':
      return { algorithm: `${signer?.publicKey.algorithm ?? '?'} ${signer?.publicKey.size ?? '?'}` };
    case 'signature.constraints_unmet':
      return { reason: subIndication ?? token };
    default:
      return {};
  }
}

import type { ErrorParams, Verdict } from '@tra/kernel';
import type { Check } from '@tra/pki';
import { findCheck } from './findings.ts';
import type { Answer, Question, SignatureReport } from './report.ts';
import type { FindingCode } from './rules.ts';

/** The findings about one signature, by the question under which they are shown. */
export interface GroupedChecks {
  readonly unchanged: readonly Check[];
  readonly signer: readonly Check[];
  readonly time: readonly Check[];
  readonly status: readonly Check[];
}

/** A signature with its findings by question. */
export interface JudgedSignature {
  readonly kind: 'signature' | 'timestamp';
  readonly report: SignatureReport;
  readonly groups: GroupedChecks;
}

interface Row {
  readonly when: readonly FindingCode[];
  readonly code: string;
  readonly status: Verdict;
}

const unreadable: readonly FindingCode[] = [
  'signature.signature_malformed',
  'signature.contents_empty',
  'signature.contents_not_cms',
  'signature.no_signer',
  'signature.subfilter_unsupported',
];
const broken: readonly FindingCode[] = [
  'signature.several_signers',
  'signature.value_invalid',
  'signature.attributes_invalid',
  'signature.algorithm_keyless',
  'signature.algorithm_inconsistent',
];
const unknownMethod: readonly FindingCode[] = [
  'signature.algorithm_unsupported',
  'signature.reference_method_unsupported',
];
const damaged: readonly FindingCode[] = [
  'signature.hash_mismatch',
  'signature.reference_differs',
  'signature.reference_unreadable',
  'signature.renewal_broken',
  'signature.renewed_digest_differs',
  'signature.byte_range_invalid',
  'signature.hole_not_contents',
  'signature.structure_damaged',
];

/** For each question the answers in the order in which they are tried; the first whose finding was made is given. */
const tables: Readonly<Record<Question, readonly Row[]>> = {
  unchanged: [
    {
      when: ['signature.extended_after_signing', 'signature.hole_stuffed'],
      code: 'validation.unchanged.extended_after_signing',
      status: 'failed',
    },
    {
      when: ['signature.content_wrapped', 'signature.reference_ambiguous', 'signature.counter_signature_misplaced'],
      code: 'validation.unchanged.wrapped',
      status: 'failed',
    },
    { when: ['signature.content_line_ends'], code: 'validation.unchanged.line_ends', status: 'failed' },
    { when: damaged, code: 'validation.unchanged.modified', status: 'failed' },
    { when: [...unreadable, ...broken], code: 'validation.unchanged.unproven', status: 'failed' },
    { when: unknownMethod, code: 'validation.unchanged.method_unknown', status: 'indeterminate' },
    { when: ['signature.reference_needs_octets'], code: 'validation.unchanged.octets_needed', status: 'indeterminate' },
    { when: ['signature.content_missing'], code: 'validation.unchanged.content_missing', status: 'indeterminate' },
    {
      when: ['signature.extended_in_doubt'],
      code: 'validation.unchanged.extended_in_doubt',
      status: 'indeterminate',
    },
    {
      when: ['signature.content_not_covered', 'signature.file_not_covered', 'signature.stylesheet_not_signed'],
      code: 'validation.unchanged.partly_signed',
      status: 'indeterminate',
    },
    { when: ['signature.structure_repaired'], code: 'validation.unchanged.ambiguous', status: 'indeterminate' },
    { when: ['signature.content_encrypted'], code: 'validation.unchanged.encrypted', status: 'indeterminate' },
    {
      when: ['signature.extended_as_permitted'],
      code: 'validation.unchanged.extended_as_permitted',
      status: 'passed',
    },
    { when: ['signature.hash_matches'], code: 'validation.unchanged.intact', status: 'passed' },
  ],
  signer: [
    { when: unreadable, code: 'validation.signer.unreadable', status: 'failed' },
    { when: broken, code: 'validation.signer.signature_invalid', status: 'failed' },
    { when: ['signature.algorithm_unsupported'], code: 'validation.signer.method_unknown', status: 'indeterminate' },
    { when: ['signature.certificate_revoked'], code: 'validation.signer.certificate_revoked', status: 'failed' },
    {
      when: ['signature.certificate_revoked_no_proof'],
      code: 'validation.signer.certificate_revoked',
      status: 'indeterminate',
    },
    {
      when: [
        'signature.signer_certificate_missing',
        'signature.signer_certificate_mismatch',
        'signature.signer_certificate_not_bound',
        'signature.signer_certificate_unreadable',
      ],
      code: 'validation.signer.unknown',
      status: 'indeterminate',
    },
    {
      when: ['signature.certificate_not_yet_valid'],
      code: 'validation.signer.certificate_not_yet_valid',
      status: 'failed',
    },
    { when: ['signature.certificate_expired'], code: 'validation.signer.certificate_expired', status: 'indeterminate' },
    { when: ['signature.path_untrusted'], code: 'validation.signer.untrusted', status: 'indeterminate' },
    {
      when: ['signature.path_invalid', 'signature.path_constraints'],
      code: 'validation.signer.certificate_invalid',
      status: 'indeterminate',
    },
    {
      when: ['signature.constraints_unmet'],
      code: 'validation.signer.constraints_unmet',
      status: 'indeterminate',
    },
    { when: damaged, code: 'validation.signer.signed_before_change', status: 'indeterminate' },
    { when: ['signature.path_trusted'], code: 'validation.signer.trusted', status: 'passed' },
    { when: ['signature.timestamp_valid'], code: 'validation.signer.timestamp_authority', status: 'passed' },
  ],
  time: [
    {
      when: ['signature.timestamp_other_data', 'signature.timestamp_invalid', 'signature.timestamp_authority_revoked'],
      code: 'validation.time.invalid',
      status: 'failed',
    },
    { when: ['signature.claimed_time_contradicts'], code: 'validation.time.contradicts', status: 'indeterminate' },
    { when: ['signature.timestamp_valid'], code: 'validation.time.proven', status: 'passed' },
    {
      when: [
        'signature.timestamp_untrusted',
        'signature.timestamp_in_future',
        'signature.timestamp_certificate_expired',
      ],
      code: 'validation.time.untrusted',
      status: 'indeterminate',
    },
  ],
  status: [
    { when: ['signature.certificate_revoked'], code: 'validation.status.certificate_revoked', status: 'failed' },
    {
      when: ['signature.certificate_revoked_no_proof'],
      code: 'validation.status.certificate_revoked',
      status: 'indeterminate',
    },
    {
      when: ['signature.certificate_revoked_later'],
      code: 'validation.status.certificate_revoked_later',
      status: 'indeterminate',
    },
    { when: ['signature.revocation_good'], code: 'validation.status.certificate_good', status: 'passed' },
  ],
};

const severity: Readonly<Record<Verdict, number>> = { failed: 0, indeterminate: 1, passed: 2 };

/** Every answer code that {@link answerFor} can give, and those without a signature behind them. */
export const answerCodes: readonly string[] = [
  ...new Set(Object.values(tables).flatMap((rows) => rows.map(({ code }) => code))),
  'validation.unchanged.unproven',
  'validation.signer.unknown',
  'validation.time.claimed_only',
  'validation.time.none',
  'validation.status.unknown',
  ...(['not_signed', 'locked', 'unreadable', 'not_judged'] as const).flatMap((reason) =>
    answersWithoutSignature(reason).map(({ code }) => code),
  ),
];

/**
 * The answer to `question` over all signatures: of those that are not equally good, the worst one counts. Document time-stamps beside
 * signatures speak for the content only.
 */
export function answerFor<Q extends Question>(question: Q, judged: readonly JudgedSignature[]): Answer<Q> {
  const signatures = judged.filter(({ kind }) => kind === 'signature');
  const asked = question === 'unchanged' || signatures.length === 0 ? judged : signatures;
  const answers = asked.map((signature) => answerOfOne(question, signature));
  const worst = answers.reduce((left, right) => (severity[right.status] < severity[left.status] ? right : left));
  return { ...worst, checks: answers.flatMap(({ checks }) => checks) };
}

function answerOfOne<Q extends Question>(question: Q, { report, groups }: JudgedSignature): Answer<Q> {
  const checks = groups[question];
  for (const { when, code, status } of tables[question]) {
    const found = findCheck(report.checks, when);
    if (found) return { question, status, code, params: { ...shown(report), ...found.params }, checks };
  }
  return { question, ...fallback(question, report), params: shown(report), checks };
}

function fallback(question: Question, report: SignatureReport): { code: string; status: Verdict } {
  const status = 'indeterminate';
  if (question !== 'time')
    return { code: `validation.${question}.${question === 'unchanged' ? 'unproven' : 'unknown'}`, status };
  return { code: report.claimedTime ? 'validation.time.claimed_only' : 'validation.time.none', status };
}

/** What the sentences of the answers may name. */
function shown(report: SignatureReport): ErrorParams {
  const { signer } = report;
  const params: Record<string, string> = {};
  if (signer) params.name = signer.commonName ?? signer.organization ?? signer.text;
  if (signer) params.issuer = signer.issuer;
  if (report.claimedTime) params.claimed = report.claimedTime;
  if (report.provenTime) params.time = report.provenTime;
  if (report.timestampAuthority) params.authority = report.timestampAuthority;
  return params;
}

/** Why there is no signature to judge: none in it, none to be seen behind a password, no document that can be read, or not judged to the end. */
export type NothingJudged = 'not_signed' | 'locked' | 'unreadable' | 'not_judged';

/** The four answers when no signature was judged: nothing can be said, neither for the document nor against it. Codes are message keys, without params. */
export function answersWithoutSignature(
  reason: NothingJudged,
): readonly [Answer<'unchanged'>, Answer<'signer'>, Answer<'time'>, Answer<'status'>] {
  const open = { status: 'indeterminate', params: {}, checks: [] } as const;
  return [
    { question: 'unchanged', code: `validation.unchanged.${reason}`, ...open },
    { question: 'signer', code: `validation.signer.${reason === 'unreadable' ? 'file_unreadable' : reason}`, ...open },
    { question: 'time', code: 'validation.time.none', ...open },
    { question: 'status', code: `validation.status.${reason === 'not_signed' ? reason : 'unknown'}`, ...open },
  ];
}

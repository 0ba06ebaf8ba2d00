import { useQuery } from '@tanstack/react-query';
import type { Verdict } from '@tra/kernel';
import type { ReactNode } from 'react';
import { formatDate } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Fingerprint } from '../../ui/copy.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { SummaryList } from '../../ui/lists.tsx';
import { type VerdictAnswer, VerdictCard } from '../../ui/verdict-card.tsx';
import { pkiQueries } from '../pki/api.ts';
import { type TokenCheck, type TokenReport, timestampQueries } from './api.ts';
import { accuracyWords, bangkokTime, utcTime } from './exact-time.ts';

const order: readonly Verdict[] = ['failed', 'indeterminate', 'passed'];

function worst(checks: readonly TokenCheck[]): Verdict {
  return order.find((status) => checks.some((check) => check.status === status)) ?? 'indeterminate';
}

const aboutData = /^timestamp\.(imprint|proof)_/;
const aboutStatus = /^pki\.(not_revoked|revo|crl|suspended|ocsp)/;

const revoked = /^pki\.(ocsp_)?revoked$/;

/** The checks by the question that they answer. */
interface Groups {
  readonly data: readonly TokenCheck[];
  readonly status: readonly TokenCheck[];
  readonly rest: readonly TokenCheck[];
}

function groupsOf(checks: readonly TokenCheck[]): Groups {
  const data = checks.filter(({ code }) => aboutData.test(code));
  const status = checks.filter(({ code }) => aboutStatus.test(code));
  return { data, status, rest: checks.filter((check) => !data.includes(check) && !status.includes(check)) };
}

const ofOther = /^timestamp\.(imprint_mismatch|proof_)/;
const comparedWithNone = 'timestamp.imprint_not_compared';

/** Whether the token is over something else than the file. */
function isOfOther(data: readonly TokenCheck[]): boolean {
  return data.some(({ code, status }) => status === 'failed' && ofOther.test(code));
}

/** Whether the time that a token states is proven for the file, with the sentence for it: only when everything else holds. */
function timeAnswer({ data, status, rest }: Groups, at: string): VerdictAnswer {
  const row = (verdict: Verdict, code: string): VerdictAnswer => ({
    ...{ question: 'time', status: verdict, code, params: { at }, checks: [] },
  });
  if (isOfOther(data)) return row('failed', 'stampcheck.time_other');
  const all = worst([...data, ...status, ...rest]);
  if (all === 'failed') return row('failed', 'stampcheck.time_void');
  return data.length > 0 && all === 'passed'
    ? row('passed', 'stampcheck.exists')
    : row('indeterminate', 'stampcheck.time_unknown');
}

function answersOf({ token, authority }: TokenReport, groups: Groups, later: LaterRevocation | undefined) {
  const { data, status, rest } = groups;
  const row = (
    question: VerdictAnswer['question'],
    own: readonly TokenCheck[],
    good: string,
    params = {},
  ): VerdictAnswer => {
    const verdict = worst(own);
    const decisive = own.find((check) => check.status === verdict);
    return {
      question,
      status: verdict,
      code: verdict === 'passed' || !decisive ? good : plainCode(decisive.code),
      params: verdict === 'passed' ? params : (decisive?.params ?? {}),
      checks: own,
    };
  };
  const answers: VerdictAnswer[] = [];
  if (data.length > 0) answers.push(row('unchanged', data, 'stampcheck.same_data'));
  if (rest.length > 0)
    answers.push(row('signer', rest, 'stampcheck.signed_by', { authority: commonName(authority?.subject ?? '') }));
  if (token) answers.push(timeAnswer(groups, token.genTime));
  if (status.length > 0)
    answers.push(
      later
        ? row('status', status, 'stampcheck.revoked_later', { ...later })
        : row('status', status, 'stampcheck.not_revoked'),
    );
  return answers;
}

function commonName(subject: string): string {
  return /CN=((?:[^,\\]|\\.)+)/.exec(subject)?.[1]?.replace(/\\(.)/g, '$1') ?? subject;
}

/** The verdict on a time-stamp with every reason, and what it states. */
export function TokenReportCard(props: { report: TokenReport; name: string }): ReactNode {
  const { t, tc } = useI18n();
  const { report, name } = props;
  const later = useLaterRevocation(report);
  const inWords = ({ params, ...check }: TokenCheck): TokenCheck => {
    const reason = params?.reason;
    return {
      ...check,
      params: { ...params, ...(reason ? { reason: tc(`pki.reason.${reason}`, {}, String(reason)) } : {}) },
    };
  };
  const groups = groupsOf(report.checks.map(inWords));
  return (
    <VerdictCard
      verdict={report.verdict}
      summary={{ code: `stampcheck.summary.${summaryOf(report.verdict, groups)}` }}
      subject={name}
      answers={answersOf(report, groups, later)}
    >
      {report.token && (
        <Disclosure label={t('stampcheck.details')} open={report.verdict === 'passed'}>
          <Facts report={report} />
        </Disclosure>
      )}
    </VerdictCard>
  );
}

function summaryOf(verdict: Verdict, { data, status, rest }: Groups): string {
  if (verdict === 'indeterminate') {
    const others = [...status, ...rest].every((check) => check.status === 'passed');
    return others && data.some(({ code }) => code === comparedWithNone) ? 'not_compared' : verdict;
  }
  if (verdict === 'passed') return verdict;
  if (isOfOther(data)) return 'other_file';
  const isRevoked = status.some(({ code, status: found }) => found === 'failed' && revoked.test(code));
  return isRevoked && (rest.length === 0 || worst(rest) === 'passed') ? 'revoked' : 'failed';
}

/** The sentence that stands in the answer for a finding: those that name everything in full stay behind it. */
function plainCode(code: string): string {
  if (revoked.test(code)) return 'stampcheck.revoked';
  if (code === 'timestamp.imprint_mismatch') return 'stampcheck.other_data';
  return code === comparedWithNone ? 'stampcheck.compared_with_none' : code;
}

interface LaterRevocation {
  readonly since: string;
  readonly reason: string;
}

/** When and why one of our units was revoked after the stamp, which still holds: the reader may have heard of it. */
function useLaterRevocation({ verdict, authority }: TokenReport): LaterRevocation | undefined {
  const { tc } = useI18n();
  const own = verdict === 'passed' && authority?.own === true;
  const about = useQuery({ ...timestampQueries.authority(), enabled: own });
  const unit = about.data?.certificates.find(({ sha256 }) => sha256 === authority?.sha256);
  const asked = own && unit?.revoked === true;
  const status = useQuery({ ...pkiQueries.status(unit?.serial ?? ''), enabled: asked });
  const answer = asked ? status.data?.items.find((one) => one.status === 'revoked' && one.since) : undefined;
  if (!answer?.since) return undefined;
  return { since: answer.since, reason: tc(`pki.reason.${answer.reason ?? 'unspecified'}`) };
}

/** `sha256` as `SHA-256`; `sha3-256` as `SHA3-256`; an OID as it is. */
function digestName(algorithm: string): string {
  return algorithm.toUpperCase().replace(/^SHA(?=\d{3}$|1$)/, 'SHA-');
}

function Facts(props: { report: TokenReport }): ReactNode {
  const { t, language } = useI18n();
  const { token, authority } = props.report;
  if (!token) return null;
  const digest = digestName(token.algorithm);
  const rows = [
    { key: 'time', label: t('stamp.time'), value: <b>{bangkokTime(token.genTime, language)}</b> },
    { key: 'utc', label: t('stamp.time_utc'), value: <span className="tabular">{utcTime(token.genTime)}</span> },
    ...(token.accuracyMs === undefined
      ? []
      : [
          {
            key: 'accuracy',
            label: t('stamp.accuracy'),
            value: accuracyWords(token.accuracyMs, { t, language }),
          },
        ]),
    { key: 'serial', label: t('stamp.serial'), value: <Fingerprint value={token.serial} what={t('stamp.serial')} /> },
    { key: 'policy', label: t('stamp.policy'), value: <code>{token.policy}</code> },
    { key: 'digest', label: digest, value: <Fingerprint value={token.digest} what={digest} /> },
    ...(token.qualified ? [{ key: 'qualified', label: t('stamp.qualified'), value: t('stamp.yes') }] : []),
  ];
  const by = authority && [
    { key: 'authority', label: t('stampcheck.authority'), value: commonName(authority.subject) },
    { key: 'issuer', label: t('stampcheck.issuer'), value: commonName(authority.issuer) },
    {
      key: 'valid',
      label: t('stampcheck.certificate_valid'),
      value: `${formatDate(authority.notBefore, language)} – ${formatDate(authority.notAfter, language)}`,
    },
    {
      key: 'sha256',
      label: t('stampcheck.certificate_sha256'),
      value: <Fingerprint value={authority.sha256} what={t('stampcheck.certificate_sha256')} />,
    },
  ];
  return (
    <div className="stack stretch">
      {authority && !authority.own && (
        <p>{t(authority.trustedByCaller ? 'stampcheck.foreign_trusted' : 'stampcheck.foreign')}</p>
      )}
      <SummaryList title={t('stampcheck.details')} rows={[...rows, ...(by ?? [])]} />
    </div>
  );
}

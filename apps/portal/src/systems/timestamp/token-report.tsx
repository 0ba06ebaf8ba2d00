import type { Verdict } from '@tra/kernel';
import type { ReactNode } from 'react';
import { formatDate } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Fingerprint } from '../../ui/copy.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { SummaryList } from '../../ui/lists.tsx';
import { type VerdictAnswer, VerdictCard } from '../../ui/verdict-card.tsx';
import type { TokenCheck, TokenReport } from './api.ts';
import { accuracyWords, bangkokTime, utcTime } from './exact-time.ts';

const order: readonly Verdict[] = ['failed', 'indeterminate', 'passed'];

function worst(checks: readonly TokenCheck[]): Verdict {
  return order.find((status) => checks.some((check) => check.status === status)) ?? 'indeterminate';
}

const aboutData = /^timestamp\.(imprint|proof)_/;
const aboutStatus = /^pki\.(not_revoked|revo|crl|suspended|ocsp)/;

/** The checks by the question that they answer. */
function answersOf(report: TokenReport): VerdictAnswer[] {
  const { checks, token, authority } = report;
  const data = checks.filter(({ code }) => aboutData.test(code));
  const status = checks.filter(({ code }) => aboutStatus.test(code));
  const rest = checks.filter((check) => !data.includes(check) && !status.includes(check));
  const row = (
    question: VerdictAnswer['question'],
    own: readonly TokenCheck[],
    good: string,
    params = {},
  ): VerdictAnswer => {
    const verdict = worst(own);
    const decisive = own.find((check) => check.status === verdict);
    const code = verdict === 'passed' ? good : (decisive?.code ?? good);
    return {
      question,
      status: verdict,
      code,
      params: verdict === 'passed' ? params : (decisive?.params ?? {}),
      checks: own,
    };
  };
  const answers: VerdictAnswer[] = [];
  if (data.length > 0) answers.push(row('unchanged', data, 'stampcheck.same_data'));
  if (rest.length > 0)
    answers.push(row('signer', rest, 'stampcheck.signed_by', { authority: commonName(authority?.subject ?? '') }));
  if (token) {
    const proven = worst(rest) === 'passed' ? 'passed' : worst(rest);
    answers.push({
      question: 'time',
      status: proven,
      code: 'stampcheck.exists',
      params: { at: token.genTime },
      checks: [],
    });
  }
  if (status.length > 0) answers.push(row('status', status, 'stampcheck.not_revoked'));
  return answers;
}

function commonName(subject: string): string {
  return /CN=((?:[^,\\]|\\.)+)/.exec(subject)?.[1]?.replace(/\\(.)/g, '$1') ?? subject;
}

/** The verdict on a time-stamp with every reason, and what it states. */
export function TokenReportCard(props: { report: TokenReport; name: string }): ReactNode {
  const { t } = useI18n();
  const { report, name } = props;
  return (
    <VerdictCard
      verdict={report.verdict}
      summary={{ code: `stampcheck.summary.${report.verdict}` }}
      subject={name}
      answers={answersOf(report)}
    >
      {report.token && (
        <Disclosure label={t('stampcheck.details')} open={report.verdict === 'passed'}>
          <Facts report={report} />
        </Disclosure>
      )}
    </VerdictCard>
  );
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

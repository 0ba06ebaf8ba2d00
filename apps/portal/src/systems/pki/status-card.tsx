import type { Verdict } from '@tra/kernel';
import type { ReactNode } from 'react';
import { formatDate, formatDateTime } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton, Fingerprint } from '../../ui/copy.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { SummaryList, type SummaryRow } from '../../ui/lists.tsx';
import { type VerdictAnswer, VerdictCard } from '../../ui/verdict-card.tsx';
import type { StatusAnswer } from './api.ts';
import { SubjectList, useProfileLabel } from './names.tsx';
import type { CertificateFacts } from './pki-file.ts';
import { nameOf, nameOfSubject, readSubject } from './subject.ts';

export interface StatusCardProps {
  readonly answer: StatusAnswer;
  /** What was asked for. */
  readonly serial?: string;
  /** What the file says of itself. */
  readonly file?: CertificateFacts;
  readonly fileName?: string;
}

function verdictOf(status: StatusAnswer['status']): Verdict {
  if (status === 'valid') return 'passed';
  return status === 'unknown' ? 'indeterminate' : 'failed';
}

/** The answer about one certificate: the sentence, the three questions, the details, and an address to keep. */
export function StatusCard(props: StatusCardProps): ReactNode {
  const { t } = useI18n();
  const { answer, file, fileName, serial } = props;
  const subject = answer.subject ? nameOfSubject(answer.subject) : file && nameOf(file.subject);
  const known = answer.serial ?? file?.serial ?? serial ?? '';
  return (
    <VerdictCard
      verdict={verdictOf(answer.status)}
      summary={{ code: `certstatus.answer.${answer.status}` }}
      answers={useAnswers(props)}
      level={3}
      {...(subject || fileName ? { subject: [subject, fileName].filter(Boolean).join(' · ') } : {})}
    >
      <div className="stack stretch">
        <p>{t(`certstatus.next.${answer.status}`)}</p>
        <Details {...props} />
        <div className="row no-print">
          {answer.serial && (
            <CopyButton
              text={`${window.location.origin}/pki/status?serial=${answer.serial}`}
              label={t('certstatus.copy_link')}
              what={known}
            />
          )}
          <Button tone="quiet" onClick={() => window.print()}>
            {t('certstatus.print')}
          </Button>
        </div>
      </div>
    </VerdictCard>
  );
}

function useAnswers({ answer, file }: StatusCardProps): VerdictAnswer[] {
  const { tc, language } = useI18n();
  const params = {
    since: answer.since ? formatDateTime(answer.since, language, 'long') : '',
    reason: answer.reason ? tc(`pki.reason.${answer.reason}`) : '',
  };
  const from = answer.notBefore ?? file?.notBefore;
  const to = answer.notAfter ?? file?.notAfter;
  const inTime = answer.status !== 'expired' && answer.status !== 'not-yet-valid';
  const issued = answer.status !== 'unknown';
  const answers: VerdictAnswer[] = [
    {
      question: 'signer',
      status: issued ? 'passed' : 'indeterminate',
      code: issued ? 'certstatus.issuer.ours' : file ? 'certstatus.issuer.claims' : 'certstatus.issuer.none',
      params: { issuer: file ? nameOf(file.issuer) : '' },
      checks: [],
    },
  ];
  if (from && to) {
    const dates = { from: formatDate(from, language, 'long'), to: formatDate(to, language, 'long') };
    const status = issued ? (inTime ? 'passed' : 'failed') : 'indeterminate';
    answers.push({ question: 'time', status, code: 'pkipage.from_to', params: dates, checks: [] });
  }
  if (issued) {
    const status = answer.status === 'revoked' || answer.status === 'suspended' ? 'failed' : 'passed';
    answers.push({ question: 'status', status, code: `certstatus.now.${answer.status}`, params, checks: [] });
  }
  return answers;
}

function Details({ answer, file }: StatusCardProps): ReactNode {
  const { t } = useI18n();
  const profile = useProfileLabel();
  const parts = answer.subject ? readSubject(answer.subject) : (file?.subject ?? []);
  const serial = answer.serial ?? file?.serial;
  if (parts.length === 0 && !serial) return null;
  const rows: SummaryRow[] = [];
  if (answer.profile) rows.push({ key: 'profile', label: t('pkipage.profile'), value: profile(answer.profile) });
  if (serial) rows.push({ key: 'serial', label: t('pkipage.serial'), value: <code>{serial}</code> });
  if (answer.fingerprint) {
    rows.push({
      key: 'fingerprint',
      label: t('pkipage.fingerprint'),
      value: <Fingerprint value={answer.fingerprint} what={serial ?? ''} />,
    });
  }
  return (
    <Disclosure label={t('certstatus.details')}>
      <SubjectList parts={parts} title={t('pkipage.subject')} />
      <SummaryList rows={rows} title={t('certstatus.details')} />
    </Disclosure>
  );
}

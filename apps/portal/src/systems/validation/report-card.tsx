import type { ReactNode } from 'react';
import type { Check, ValidationReport } from '../../api/types.ts';
import { formatBytes, formatDate, formatDateTime } from '../../i18n/format.ts';
import { type I18n, useI18n } from '../../i18n/language.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy.tsx';
import { SummaryList, type SummaryRow } from '../../ui/lists.tsx';
import { Notice } from '../../ui/notice.tsx';
import { VerdictCard } from '../../ui/verdict-card.tsx';
import { NextStep } from './next-step.tsx';
import { readableParams } from './readable-params.ts';
import { ReportDetails } from './report-details.tsx';
import { ReportFormats } from './report-formats.tsx';
import { SignatureList } from './signature-tree.tsx';
import { VersionsOf } from './versions.tsx';

export interface ReportCardProps {
  readonly report: ValidationReport;
  readonly name: string;
  /** The document itself, while it is in this window. */
  readonly file?: File;
  /** Files that its signatures were made over. */
  readonly detached?: readonly File[];
  /** Where the report can be seen again. */
  readonly kept?: { readonly id: string; readonly expiresAt: string };
  /** Checks once more for the report in another format, while the document is in this window. */
  readonly reportAgain?: (format: string) => Promise<Uint8Array<ArrayBuffer>>;
  readonly onRemove?: () => void;
  /** Checks again together with the files that signatures were made over. */
  readonly onDetached?: (files: readonly File[]) => void;
}

/** The report of one document: the answer, what to do with it, and everything behind it for whoever wants to see. */
export function ReportCard(props: ReportCardProps): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const { report } = props;
  const name = report.document.name ?? props.name;
  return (
    <VerdictCard
      verdict={report.verdict}
      summary={worded(report.summary, i18n)}
      answers={report.answers.map((answer) => ({
        ...worded(answer, i18n),
        checks: answer.checks.map((check) => worded(check, i18n)),
      }))}
      subject={subjectOf(props, name, i18n)}
      level={3}
    >
      <div className="stack stretch">
        <NextStep {...props} />
        {report.trust.basis === 'request' && (
          <Notice tone="warning" title={t('validate.trust_of_request')}>
            {t('validate.trust_of_request_text')}
          </Notice>
        )}
        {report.policyFacts.source === 'request' && (
          <Notice tone="warning" title={t('validate.policy_of_request')}>
            {t('validate.policy_of_request_text')}
          </Notice>
        )}
        {props.kept && <Kept kept={props.kept} />}
        {report.licence && <RegisterEntry licence={report.licence} />}
        <VersionsOf report={report} name={name} {...(props.file ? { file: props.file } : {})} />
        <div>
          <SignatureList signatures={report.signatures} />
          <ReportDetails report={report} name={name} />
          <ReportFormats report={report} name={name} {...(props.reportAgain ? { again: props.reportAgain } : {})} />
        </div>
        <div className="row no-print">
          <Button onClick={() => window.print()}>{t('validate.print')}</Button>
          {props.onRemove && (
            <Button tone="quiet" onClick={props.onRemove}>
              {t('ui.remove')} <span className="visually-hidden">{name}</span>
            </Button>
          )}
        </div>
      </div>
    </VerdictCard>
  );
}

/** A coded sentence with times in the reader's calendar, and the server's own words where the portal has none. */
function worded<T extends Pick<Check, 'code' | 'params' | 'message'>>(one: T, { language }: I18n): T {
  return { ...one, params: readableParams(one.params, language) };
}

function subjectOf({ report, detached = [] }: ReportCardProps, name: string, { t, language }: I18n): string {
  const beside = detached.map((file) => t('validate.with_file', { name: file.name }));
  const when = t('validate.checked_at', { when: formatDateTime(report.validatedAt, language) });
  return [name, ...beside, formatBytes(report.document.size), when].join(' · ');
}

/** Where the report is kept, until when, and how to have it deleted. */
function Kept(props: { kept: NonNullable<ReportCardProps['kept']> }): ReactNode {
  const { t, language } = useI18n();
  const { id, expiresAt } = props.kept;
  const link = new URL(`/validate/results/${id}`, window.location.href).href;
  return (
    <Notice
      title={t('validate.kept', { until: formatDateTime(expiresAt, language, 'long') })}
      actions={
        <>
          <ButtonLink to="/validate/results/$id" params={{ id }}>
            {t('validate.kept_open')}
          </ButtonLink>
          <CopyButton text={link} what={t('validate.kept_link')} label={t('validate.kept_copy')} />
        </>
      }
    >
      {t('validate.kept_text')}
    </Notice>
  );
}

function RegisterEntry(props: { licence: NonNullable<ValidationReport['licence']> }): ReactNode {
  const { t, pick, language } = useI18n();
  const { licence } = props;
  const date = (value: string): string => formatDate(value, language, 'long');
  const rows: SummaryRow[] = [
    { key: 'title', label: t('licence.one'), value: pick(licence.serviceTitle) },
    { key: 'number', label: t('licence.number'), value: licence.number },
    { key: 'status', label: t('licence.status'), value: t(`licence.state.${licence.status}`) },
    {
      key: 'valid',
      label: t('licence.valid'),
      value: t('licence.valid_between', { from: date(licence.validFrom), to: date(licence.validTo) }),
    },
  ];
  return (
    <section className="stack stack-tight stretch" aria-label={t('validate.licence')}>
      <h4>{t('validate.licence')}</h4>
      <SummaryList rows={rows} />
      <div className="no-print">
        <ButtonLink to="/v/$publicId" params={{ publicId: licence.publicId }}>
          {t('validate.open_record')}
        </ButtonLink>
      </div>
    </section>
  );
}

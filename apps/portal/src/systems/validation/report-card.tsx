import { type ReactNode, useState } from 'react';
import type { Check, ValidationReport } from '../../api/types.ts';
import { formatBytes, formatDate, formatDateTime } from '../../i18n/format.ts';
import { type I18n, useI18n } from '../../i18n/language.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { Later } from '../../ui/later.tsx';
import { SummaryList, type SummaryRow } from '../../ui/lists.tsx';
import { Notice } from '../../ui/notice.tsx';
import { VerdictCard } from '../../ui/verdict-card.tsx';
import { mostChanged } from './changes.ts';
import { NextStep } from './next-step.tsx';
import { outcomeOf, toneOfOutcome, useOutcomeWord, wasJudged } from './outcome.ts';
import { readableParams } from './readable-params.ts';
import {
  attachmentList,
  fileDetails,
  howChecked,
  openVersions,
  reportFormats,
  signatureList,
  structureList,
} from './report-parts.ts';

export interface ReportCardProps {
  readonly report: ValidationReport;
  readonly name: string;
  /** The document itself, while it is in this window. */
  readonly file?: File;
  /** Names of the files that its signatures were made over. */
  readonly beside?: readonly string[];
  /** Where the report can be seen again. */
  readonly kept?: { readonly id: string; readonly expiresAt: string };
  /** Checks once more for the report in another format, while the document is in this window. */
  readonly reportAgain?: (format: string) => Promise<Uint8Array<ArrayBuffer>>;
  readonly onRemove?: () => void;
  /** Checks again together with the files that signatures were made over. */
  readonly onDetached?: (files: readonly File[]) => void;
  /** Checks again with certificates that count besides those that are trusted already. */
  readonly onTrust?: (files: readonly File[]) => void;
  /** Checks a signature that lies beside the document. */
  readonly onSignature?: (file: File) => void;
  /** Files at hand that a signature may have been made over. */
  readonly contents?: readonly File[];
}

/** The report of one document: the answer, what to do with it, and everything behind it for whoever wants to see. */
export function ReportCard(props: ReportCardProps): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const word = useOutcomeWord();
  const { report } = props;
  const name = report.document.name ?? props.name;
  const outcome = outcomeOf(report);
  const judged = wasJudged(outcome);
  return (
    <VerdictCard
      verdict={report.verdict}
      {...(judged ? {} : { instead: { tone: toneOfOutcome(outcome), word: word(outcome) } })}
      summary={outcome === 'locked' ? { code: 'validate.locked' } : worded(report.summary, i18n)}
      answers={
        judged
          ? report.answers.map((answer) => ({
              ...worded(answer, i18n),
              checks: answer.checks.map((check) => worded(check, i18n)),
            }))
          : []
      }
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
        <VersionsOf report={report} {...(props.file ? { file: props.file } : {})} />
        <Behind report={report} name={name} {...(props.reportAgain ? { again: props.reportAgain } : {})} />
        <div className="row no-print">
          <Button onClick={() => window.print()}>
            {t('validate.print')} <span className="visually-hidden">{name}</span>
          </Button>
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

interface BehindProps {
  readonly report: ValidationReport;
  readonly name: string;
  readonly again?: NonNullable<ReportCardProps['reportAgain']>;
}

/** What is in the file, what it was judged by, and the report to keep; each is fetched when it is opened. */
function Behind({ report, name, again }: BehindProps): ReactNode {
  const { t } = useI18n();
  const { attachments, signatures, structures } = report;
  const parts: readonly (readonly [label: string, part: () => ReactNode, count?: number])[] = [
    [
      t('validate.signatures', { count: signatures.length }),
      () => <Later part={signatureList} with={{ signatures }} />,
      signatures.length,
    ],
    [
      t('validate.structures', { count: structures.length }),
      () => <Later part={structureList} with={{ structures }} />,
      structures.length,
    ],
    [
      t('validate.attachments', { count: attachments.length }),
      () => <Later part={attachmentList} with={{ attachments }} />,
      attachments.length,
    ],
    [t('validate.how_checked'), () => <Later part={howChecked} with={{ report }} />],
    [t('validate.file_details'), () => <Later part={fileDetails} with={{ report, name }} />],
    [
      t('validate.save_report'),
      () => <Later part={reportFormats} with={{ report, name, ...(again ? { again } : {}) }} />,
    ],
  ];
  return (
    <div>
      {parts.flatMap(([label, part, count = 1]) =>
        count === 0
          ? []
          : [
              <Disclosure key={label} label={label} context={name}>
                {part}
              </Disclosure>,
            ],
      )}
    </div>
  );
}

/** Offers to look at a PDF: its signed version beside the newest one when something came after signing. */
function VersionsOf({ report, file }: { report: ValidationReport; file?: File }): ReactNode {
  const { t } = useI18n();
  const [open, setOpen] = useState(false);
  if (report.document.type !== 'pdf') return null;
  const revision = mostChanged(report.signatures)?.revision;
  const changed = revision !== undefined && revision.changes !== 'unchanged';
  const grave = changed && revision.changes !== 'allowed';
  return (
    <section className="stack stretch no-print" aria-label={t('versions.title')}>
      <div>
        <Button
          icon="file"
          aria-expanded={open}
          {...(grave && !open ? { tone: 'primary' as const } : {})}
          onClick={() => setOpen(!open)}
        >
          {t(open ? 'versions.close' : changed ? 'versions.open' : 'versions.look')}
        </Button>
      </div>
      {open && <Later part={openVersions} with={{ report, ...(file ? { file } : {}) }} />}
    </section>
  );
}

/** A coded sentence with times in the reader's calendar, and the server's own words where the portal has none. */
function worded<T extends Pick<Check, 'code' | 'params' | 'message'>>(one: T, { language }: I18n): T {
  return { ...one, params: readableParams(one.params, language) };
}

function subjectOf({ report, beside = [] }: ReportCardProps, name: string, { t, language }: I18n): string {
  const together = beside.map((file) => t('validate.with_file', { name: file }));
  const when = t('validate.checked_at', { when: formatDateTime(report.validatedAt, language) });
  return [name, ...together, formatBytes(report.document.size), when].join(' · ');
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

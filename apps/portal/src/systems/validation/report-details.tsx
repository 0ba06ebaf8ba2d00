import type { ReactNode } from 'react';
import type { StructureReport, ValidationReport } from '../../api/types.ts';
import { formatBytes, formatDateTime } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { SummaryList, type SummaryRow } from '../../ui/lists.tsx';
import { StatusTag, toneOfVerdict } from '../../ui/status-tag.tsx';

interface DetailsProps {
  readonly report: ValidationReport;
  readonly name: string;
}

/** What is in the file, and what it was judged by. */
export function ReportDetails(props: DetailsProps): ReactNode {
  return (
    <>
      <Structures structures={props.report.structures} />
      <EmbeddedFiles report={props.report} />
      <HowChecked {...props} />
      <FileDetails {...props} />
    </>
  );
}

function Structures(props: { structures: readonly StructureReport[] }): ReactNode {
  const { t } = useI18n();
  const { structures } = props;
  if (structures.length === 0) return null;
  return (
    <Disclosure label={t('validate.structures', { count: structures.length })}>
      <div className="stack stretch">
        {structures.map((one) => (
          <div key={`${one.name} ${one.structure}`} className="stack stack-tight">
            <span className="row">
              <StatusTag tone={toneOfVerdict(one.status)}>{t(`verdict.row.${one.status}`)}</StatusTag>
              <span>{[one.name, `${one.structure} ${one.release}`].filter(Boolean).join(' · ')}</span>
            </span>
            {one.faults.length > 0 && (
              <ul className="small">
                {one.faults.map(({ place, text }) => (
                  <li key={`${place} ${text}`}>
                    <span className="mono">{place}</span> {text}
                  </li>
                ))}
              </ul>
            )}
          </div>
        ))}
      </div>
    </Disclosure>
  );
}

function EmbeddedFiles(props: { report: ValidationReport }): ReactNode {
  const { t } = useI18n();
  const { attachments } = props.report;
  if (attachments.length === 0) return null;
  const rows = attachments.map((file, index) => ({
    key: `${index}-${file.name}`,
    label: file.name,
    value: (
      <>
        {[file.mediaType, formatBytes(file.size), file.relationship].filter(Boolean).join(' · ')}
        <br />
        <span className="soft small mono">SHA-256 {file.sha256}</span>
      </>
    ),
  }));
  return (
    <Disclosure label={t('validate.attachments', { count: attachments.length })}>
      <SummaryList rows={rows} />
    </Disclosure>
  );
}

/** Policy, time, trusted lists and what was asked of others: enough to repeat the check later. */
function HowChecked({ report, name }: DetailsProps): ReactNode {
  const { t, tc, language } = useI18n();
  const { trust, fetched, policyFacts } = report;
  const rows: SummaryRow[] = [
    {
      key: 'time',
      label: t('validate.judged_for'),
      value: t('validate.thai_time', { when: formatDateTime(report.validatedAt, language, 'long') }),
    },
    {
      key: 'policy',
      label: t('validate.policy'),
      value: (
        <>
          {policyFacts.name}
          <br />
          <span className="soft small mono">SHA-256 {policyFacts.sha256}</span>
        </>
      ),
    },
    ...trust.trustLists.map(({ territory, sequence, sha256 }) => ({
      key: `list ${territory}`,
      label: t('validate.trust_list', { territory }),
      value: (
        <>
          {t('validate.trust_list_number', { sequence })}
          <br />
          <span className="soft small mono">SHA-256 {sha256}</span>
        </>
      ),
    })),
    ...fetched.map(({ kind, url, outcome }) => ({
      key: `${kind} ${url}`,
      label: tc(`validate.fetched.${kind}`, {}, kind),
      value: (
        <>
          {tc(`validate.outcome.${outcome}`, {}, outcome)}
          <br />
          <span className="soft small mono">{url}</span>
        </>
      ),
    })),
  ];
  return (
    <Disclosure label={t('validate.how_checked')} context={name}>
      <SummaryList rows={rows} />
    </Disclosure>
  );
}

function FileDetails({ report, name }: DetailsProps): ReactNode {
  const { t } = useI18n();
  const { document, indication, subIndication } = report;
  const rows = [
    { key: 'name', label: t('validate.file_name'), value: name },
    { key: 'size', label: t('validate.file_size'), value: formatBytes(document.size) },
    { key: 'type', label: t('validate.file_type'), value: t(`validate.document.${document.type}`) },
    { key: 'sha256', label: t('record.fingerprint'), value: <span className="small mono">{document.sha256}</span> },
    {
      key: 'indication',
      label: t('validate.indication'),
      value: [indication, subIndication].filter(Boolean).join(' · '),
    },
  ];
  return (
    <Disclosure label={t('validate.file_details')} context={name}>
      <SummaryList rows={rows} />
    </Disclosure>
  );
}

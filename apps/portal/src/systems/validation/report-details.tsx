import type { ReactNode } from 'react';
import type { StructureReport, ValidationReport } from '../../api/types.ts';
import { formatBytes, formatDateTime } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { SummaryList, type SummaryRow } from '../../ui/lists.tsx';
import { StatusTag, toneOfVerdict } from '../../ui/status-tag.tsx';

/** Structures of the file and the XML in it, each held against its release, with what was not looked at. */
export function Structures(props: { structures: readonly StructureReport[] }): ReactNode {
  const { t } = useI18n();
  return (
    <div className="stack stretch">
      {props.structures.map((one) => (
        <div key={`${one.name} ${one.structure}`} className="stack stack-tight">
          <span className="row">
            <StatusTag tone={toneOfVerdict(one.status)}>{t(`verdict.row.${one.status}`)}</StatusTag>
            <span>{one.summary?.message ?? nameOf(one)}</span>
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
          {one.notChecked && one.notChecked.length > 0 && (
            <p className="soft small">
              {t('validate.not_checked')}: {one.notChecked.map(({ code, message }) => message ?? code).join(' · ')}
            </p>
          )}
        </div>
      ))}
    </div>
  );
}

function nameOf({ name, structure, release }: StructureReport): string {
  return [name, `${structure} ${release}`].filter(Boolean).join(' · ');
}

/** Files embedded in the document. */
export function Attachments(props: Pick<ValidationReport, 'attachments'>): ReactNode {
  const rows = props.attachments.map((file, index) => ({
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
  return <SummaryList rows={rows} />;
}

/** Policy, time, trusted lists and what was asked of others: enough to repeat the check later. */
export function HowChecked({ report }: { report: ValidationReport }): ReactNode {
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
  return <SummaryList rows={rows} />;
}

/** The file itself: size, kind, hash. */
export function FileDetails({ report, name }: { report: ValidationReport; name: string }): ReactNode {
  const { t } = useI18n();
  const { document, indication, subIndication } = report;
  const rows = [
    { key: 'name', label: t('validate.file_name'), value: name },
    { key: 'size', label: t('validate.file_size'), value: formatBytes(document.size) },
    { key: 'type', label: t('validate.file_type'), value: t(`validate.document.${document.type}`) },
    { key: 'sha256', label: t('validate.fingerprint'), value: <span className="small mono">{document.sha256}</span> },
    {
      key: 'indication',
      label: t('validate.indication'),
      value: [indication, subIndication].filter(Boolean).join(' · '),
    },
  ];
  return <SummaryList rows={rows} />;
}

import type { ReactNode } from 'react';
import type { ValidationReport } from '../../api/types.ts';
import { useI18n } from '../../i18n/language.tsx';
import { StatusTag, toneOfVerdict } from '../../ui/status-tag.tsx';
import { readableParams } from './readable-params.ts';

/** A result in one line: verdict, name, and the answer in a sentence. */
export function ReportLine(props: { report: ValidationReport; name: string }): ReactNode {
  const { t, tc, language } = useI18n();
  const { verdict, summary, document } = props.report;
  return (
    <>
      <StatusTag tone={toneOfVerdict(verdict)}>{t(`verdict.${verdict}`)}</StatusTag>
      <b>{document.name ?? props.name}</b>
      <span className="soft small">{tc(summary.code, readableParams(summary.params, language), summary.message)}</span>
    </>
  );
}

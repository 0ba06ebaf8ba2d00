import type { ReactNode } from 'react';
import type { ValidationReport } from '../../api/types.ts';
import { useI18n } from '../../i18n/language.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { outcomeOf, toneOfOutcome, useOutcomeWord } from './outcome.ts';
import { readableParams } from './readable-params.ts';

/** A result in one line: what came of it, name, and the answer in a sentence. */
export function ReportLine(props: { report: ValidationReport; name: string }): ReactNode {
  const { t, tc, language } = useI18n();
  const word = useOutcomeWord();
  const { summary, document } = props.report;
  const outcome = outcomeOf(props.report);
  return (
    <>
      <StatusTag tone={toneOfOutcome(outcome)}>{word(outcome)}</StatusTag>
      <b className="name">{document.name ?? props.name}</b>
      <span className="soft small">
        {outcome === 'locked'
          ? t('validate.locked')
          : tc(summary.code, readableParams(summary.params, language), summary.message)}
      </span>
    </>
  );
}

import type { Verdict } from '@tra/kernel';
import type { ValidationReport } from '../../api/types.ts';
import { useI18n } from '../../i18n/language.tsx';
import { type StatusTone, toneOfVerdict } from '../../ui/status-tag.tsx';

/** What a person is told first: the verdict on the signatures, or that there was nothing to judge. */
export type Outcome = Verdict | 'unsigned' | 'locked' | 'unreadable';

const nothingToJudge: Readonly<Record<string, Outcome>> = {
  'validation.summary.not_signed': 'unsigned',
  'validation.summary.locked': 'locked',
  'validation.summary.not_a_document': 'unreadable',
};

/** A document without a signature did not fail: nothing can be said about it, and a locked one may hold what cannot be seen. */
export function outcomeOf({ summary, answers, verdict }: ValidationReport): Outcome {
  const outcome = nothingToJudge[summary.code] ?? verdict;
  const isLocked = answers.some(({ checks }) => checks.some(({ code }) => code === 'pdf.encrypted'));
  return outcome === 'unsigned' && isLocked ? 'locked' : outcome;
}

/** Whether the four answers have anything to say. */
export function wasJudged(outcome: Outcome): outcome is Verdict {
  return outcome === 'passed' || outcome === 'failed' || outcome === 'indeterminate';
}

export function toneOfOutcome(outcome: Outcome): StatusTone {
  return wasJudged(outcome) ? toneOfVerdict(outcome) : 'unknown';
}

/** Names outcomes in a word or two. */
export function useOutcomeWord(): (outcome: Outcome) => string {
  const { t } = useI18n();
  return (outcome) => (wasJudged(outcome) ? t(`verdict.${outcome}`) : t(`validate.nothing.${outcome}`));
}

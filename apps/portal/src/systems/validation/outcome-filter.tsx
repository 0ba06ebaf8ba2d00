import type { ReactNode } from 'react';
import { useI18n } from '../../i18n/language.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { Select } from '../../ui/select.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { type Outcome, toneOfOutcome, useOutcomeWord } from './outcome.ts';

export interface OutcomeFilterProps<O extends Outcome> {
  readonly total: number;
  /** What there is, in the order in which it is offered. */
  readonly counts: readonly { readonly outcome: O; readonly count: number }[];
  readonly value: O | undefined;
  readonly onChange: (outcome: O | undefined) => void;
  /** Another word for some of them. */
  readonly words?: Readonly<Partial<Record<O, string>>>;
}

/** How many came out how, and which of them are shown. */
export function OutcomeFilter<O extends Outcome>(props: OutcomeFilterProps<O>): ReactNode {
  const { t } = useI18n();
  const { total, counts, value, onChange, words } = props;
  const usual = useOutcomeWord();
  const word = (outcome: O): string => words?.[outcome] ?? usual(outcome);
  return (
    <>
      {/* biome-ignore lint/a11y/noRedundantRoles: Safari drops the list role when the bullets are styled away */}
      <ul role="list" className="row" aria-label={t('validate.counts')}>
        {counts.map(({ outcome, count }) => (
          <li key={outcome}>
            <StatusTag tone={toneOfOutcome(outcome)}>
              {t('validate.count_of', { word: word(outcome), count })}
            </StatusTag>
          </li>
        ))}
      </ul>
      {counts.length > 1 && (
        <FilterBar>
          <Select
            id="validate-filter"
            label={t('validate.filter')}
            emptyLabel={t('validate.filter_all', { count: total })}
            choices={counts.map(({ outcome, count }) => ({
              value: outcome,
              label: t('validate.count_of', { word: word(outcome), count }),
            }))}
            value={value ?? ''}
            onChange={(chosen) => onChange(counts.find(({ outcome }) => outcome === chosen)?.outcome)}
          />
        </FilterBar>
      )}
    </>
  );
}

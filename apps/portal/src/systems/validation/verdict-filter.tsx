import type { Verdict } from '@tra/kernel';
import type { ReactNode } from 'react';
import { useI18n } from '../../i18n/language.tsx';
import { Select } from '../../ui/choices.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';

const verdicts: readonly Verdict[] = ['failed', 'indeterminate', 'passed'];

/** Chooses which results are shown; each choice says how many there are. */
export function VerdictFilter(props: {
  readonly total: number;
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly value: Verdict | undefined;
  readonly onChange: (verdict: Verdict | undefined) => void;
}): ReactNode {
  const { t } = useI18n();
  return (
    <FilterBar>
      <Select
        id="validate-filter"
        label={t('validate.filter')}
        emptyLabel={t('validate.filter_all', { count: props.total })}
        choices={verdicts.map((verdict) => ({
          value: verdict,
          label: `${t(`verdict.${verdict}`)} (${props.counts[verdict]})`,
        }))}
        value={props.value ?? ''}
        onChange={(value) => props.onChange(verdicts.find((verdict) => verdict === value))}
      />
    </FilterBar>
  );
}

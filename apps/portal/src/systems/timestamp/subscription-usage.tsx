import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { urlOf } from '../../api/index.ts';
import { formatDate, formatNumber, monthNames } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Bars } from '../../ui/bars.tsx';
import { ButtonHref } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/lists.tsx';
import { Select } from '../../ui/select.tsx';
import { Loaded } from '../loaded.tsx';
import { type Subscriber, timestampQueries, type UsageLine, usagePath } from './api.ts';

type By = 'day' | 'month';
const dayMs = 86_400_000;
const spans: Readonly<Record<By, number>> = { day: 30, month: 364 };

/** The first day of a report that ends today, in Bangkok. */
function firstDay(by: By): string {
  return new Date(Date.now() + 7 * 3_600_000 - spans[by] * dayMs).toISOString().slice(0, 10);
}

/** What a subscription used: bars for the eye, the same numbers in a table, and CSV. */
export function SubscriptionUsage(props: { subscriber: Subscriber }): ReactNode {
  const { t } = useI18n();
  const { id } = props.subscriber;
  const [by, setBy] = useState<By>('day');
  const from = firstDay(by);
  const query = useQuery(timestampQueries.usage(id, by, from));
  return (
    <section className="stack stretch" aria-labelledby="usage">
      <h2 id="usage">{t('stampuse.title')}</h2>
      <div className="row no-print">
        <Select
          id="usage-by"
          label={t('stampuse.by')}
          value={by}
          onChange={(value) => setBy(value === 'month' ? 'month' : 'day')}
          emptyLabel={t('stampuse.by.day')}
          choices={[{ value: 'month', label: t('stampuse.by.month') }]}
        />
      </div>
      <Loaded query={query} lines={5}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={t('stampuse.none')} icon="search">
              {t('stampuse.none_text')}
            </EmptyState>
          ) : (
            <Report lines={items} />
          )
        }
      </Loaded>
      <div className="no-print">
        <ButtonHref icon="download" href={urlOf(`${usagePath(id)}.csv`, { query: { by, from } })} download="">
          {t('stampuse.csv')}
        </ButtonHref>
      </div>
    </section>
  );
}

function usePeriodWords(): (period: string) => string {
  const { language } = useI18n();
  return (period) => {
    if (period.length > 7) return formatDate(period, language);
    const [year = '', month = ''] = period.split('-');
    return `${monthNames(language)[Number(month) - 1] ?? ''} ${Number(year) + (language === 'th' ? 543 : 0)}`;
  };
}

function Report(props: { lines: readonly UsageLine[] }): ReactNode {
  const { t, tc, language } = useI18n();
  const words = usePeriodWords();
  const number = (value: number): string => formatNumber(value, language);
  const columns: Column<UsageLine>[] = [
    { key: 'period', label: t('stampuse.period'), primary: true, cell: (row) => words(row.period) },
    {
      key: 'outcome',
      label: t('stampuse.outcome'),
      cell: (row) => tc(`stampuse.outcome.${row.outcome.replace(/^timestamp\./, '')}`, {}, row.outcome),
    },
    { key: 'policy', label: t('stamp.policy'), cell: (row) => (row.policy === '' ? '–' : <code>{row.policy}</code>) },
    { key: 'requests', label: t('stampuse.requests'), align: 'end', cell: (row) => number(row.requests) },
    { key: 'digests', label: t('stampuse.digests'), align: 'end', cell: (row) => number(row.digests) },
    { key: 'tokens', label: t('stampuse.tokens'), align: 'end', cell: (row) => number(row.tokens) },
  ];
  const sums = new Map<string, number>();
  for (const { period, digests } of props.lines) sums.set(period, (sums.get(period) ?? 0) + digests);
  const bars = [...sums].toReversed().map(([period, digests]) => ({
    ...{ key: period, label: words(period), value: digests, shown: number(digests) },
  }));
  return (
    <>
      <Bars bars={bars} />
      <DataTable
        caption={t('stampuse.title')}
        columns={columns}
        rows={props.lines}
        rowKey={({ period, outcome, policy }) => `${period} ${outcome} ${policy}`}
      />
    </>
  );
}

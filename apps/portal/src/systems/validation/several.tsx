import { type ReactNode, useState } from 'react';
import { useI18n } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { Fold, FoldList } from '../../ui/fold.tsx';
import { Progress } from '../../ui/progress.tsx';
import { saveFile } from '../save-file.ts';
import type { FileCheck } from './file-checks.ts';
import { FileResult } from './file-result.tsx';
import { checks } from './judging.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { OutcomeFilter } from './outcome-filter.tsx';
import { ReportLine } from './report-line.tsx';
import { tableOf } from './report-table.ts';

const order: readonly Outcome[] = ['failed', 'indeterminate', 'unsigned', 'locked', 'unreadable', 'passed'];

/** Several files: how far they are, a filter, the table to save, and a line for each that opens its report. */
export function Several({ items }: { items: readonly FileCheck[] }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const [chosen, setChosen] = useState<Outcome>();
  const ended = items.filter(({ status }) => status === 'done' || status === 'failed').length;
  const outcomes = items.flatMap(({ report }) => (report ? [outcomeOf(report)] : []));
  const counts = order.flatMap((outcome) => {
    const count = outcomes.filter((one) => one === outcome).length;
    return count > 0 ? [{ outcome, count }] : [];
  });
  // A filter whose last document went away would leave an empty page that nobody can explain.
  const wanted = counts.some(({ outcome }) => outcome === chosen) ? chosen : undefined;
  const shown = items.filter(({ report }) => wanted === undefined || (report && outcomeOf(report) === wanted));
  return (
    <>
      {ended < items.length && (
        <Progress
          label={t('validate.checking')}
          value={ended / items.length}
          detail={t('validate.progress', { done: ended, total: items.length })}
        />
      )}
      <OutcomeFilter total={items.length} counts={counts} value={wanted} onChange={setChosen} />
      <FoldList label={t('validate.results')}>
        {shown.map((item) =>
          item.report ? (
            <Fold key={item.key} head={<ReportLine report={item.report} name={item.name} />}>
              {() => <FileResult item={item} items={items} />}
            </Fold>
          ) : (
            <li key={item.key}>
              <FileResult item={item} items={items} />
            </li>
          ),
        )}
      </FoldList>
      <div className="row no-print">
        {ended > 0 && (
          <Button
            icon="download"
            onClick={() => saveFile('results.csv', [tableOf(items, i18n)], 'text/csv;charset=utf-8')}
          >
            {t('validate.save_table')}
          </Button>
        )}
        <Button tone="quiet" icon="trash" onClick={checks.clear}>
          {t('validate.clear')}
        </Button>
      </div>
    </>
  );
}

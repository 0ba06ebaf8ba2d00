import type { Verdict } from '@tra/kernel';
import { type ReactNode, useEffect, useState } from 'react';
import { ApiProblem } from '../../api/index.ts';
import { formatBytes } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { Fold, FoldList } from '../../ui/fold.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Progress } from '../../ui/progress.tsx';
import { useExplain } from '../failure.tsx';
import type { FileCheck, FileChecks } from './file-checks.ts';
import { ReportCard } from './report-card.tsx';
import { ReportLine } from './report-line.tsx';
import { tableOf } from './report-table.ts';
import { saveFile } from './save-file.ts';
import { VerdictFilter } from './verdict-filter.tsx';

interface ResultsProps {
  readonly items: readonly FileCheck[];
  readonly checks: FileChecks;
  /** Checks a document once more for its report in a format. */
  readonly reportAgain: (item: FileCheck, format: string) => Promise<Uint8Array<ArrayBuffer>>;
}

type ResultProps = Omit<ResultsProps, 'items'> & { readonly item: FileCheck };

/** What came of the files that were chosen on this page. */
export function Results(props: ResultsProps): ReactNode {
  const { t, tc } = useI18n();
  const { items } = props;
  const done = items.filter((item) => item.status === 'done' || item.status === 'failed');
  const last = done.at(-1);
  const any = done.length > 0;
  useEffect(() => {
    // The first answer may lie below the fold of a phone; later ones must not move what is being read.
    if (any) document.getElementById('results')?.scrollIntoView({ block: 'start' });
  }, [any]);
  const summary = last?.report?.summary;
  const said = last && summary ? `${last.file.name}: ${tc(summary.code, summary.params, summary.message)}` : '';
  return (
    <>
      <p className="visually-hidden" role="status">
        {said}
      </p>
      {items.length > 0 && (
        <section className="stack stretch" aria-labelledby="results">
          <h2 id="results">{t('validate.results')}</h2>
          {items.length > 1 ? (
            <Several {...props} done={done.length} />
          ) : (
            items.map((item) => <Result key={item.key} {...props} item={item} />)
          )}
        </section>
      )}
    </>
  );
}

/** Several files: how far they are, a filter, the table to save, and a line for each that opens its report. */
function Several(props: ResultsProps & { done: number }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const { items, checks, done } = props;
  const [verdict, setVerdict] = useState<Verdict>();
  const shown = items.filter((item) => verdict === undefined || item.report?.verdict === verdict);
  const count = (wanted: Verdict): number => items.filter(({ report }) => report?.verdict === wanted).length;
  const counts = { passed: count('passed'), failed: count('failed'), indeterminate: count('indeterminate') };
  return (
    <>
      {done < items.length && (
        <Progress
          label={t('validate.checking')}
          value={done / items.length}
          detail={t('validate.progress', { done, total: items.length })}
        />
      )}
      <VerdictFilter total={items.length} counts={counts} value={verdict} onChange={setVerdict} />
      <FoldList label={t('validate.results')}>
        {shown.map((item) =>
          item.report ? (
            <Fold key={item.key} head={<ReportLine report={item.report} name={item.file.name} />}>
              {() => <Result {...props} item={item} />}
            </Fold>
          ) : (
            <li key={item.key}>
              <Result {...props} item={item} />
            </li>
          ),
        )}
      </FoldList>
      <div className="row no-print">
        {done > 0 && (
          <Button
            icon="download"
            onClick={() => saveFile('results.csv', tableOf(items, i18n), 'text/csv;charset=utf-8')}
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

function Result(props: ResultProps): ReactNode {
  const { item, checks } = props;
  if (!item.report) return item.status === 'failed' ? <Failed {...props} /> : <Underway {...props} />;
  return (
    <ReportCard
      report={item.report}
      name={item.file.name}
      file={item.file}
      detached={item.detached}
      reportAgain={(format) => props.reportAgain(item, format)}
      onRemove={() => checks.remove(item.key)}
      onDetached={(files) => checks.again(item.key, files)}
      {...(item.kept ? { kept: item.kept } : {})}
    />
  );
}

/** A file that waits, is sent or is being judged; each can be stopped. */
function Underway(props: ResultProps): ReactNode {
  const { t } = useI18n();
  const { item, checks } = props;
  const { name, size } = item.file;
  const [beside] = item.detached;
  const sending = item.status === 'sending';
  const held = item.problem instanceof ApiProblem ? item.problem : undefined;
  const seconds = held?.retryAfterSeconds ?? 2;
  const labels = {
    waiting: t('validate.waiting'),
    sending: t('validate.sending'),
    checking: t('validate.checking'),
    held: t(held?.status === 429 ? 'validate.held_rate' : 'validate.held_busy', { seconds }),
  };
  return (
    <div className="card stack stretch">
      <p>
        <b>{name}</b> <span className="soft small">{formatBytes(size)}</span>
        {beside && <span className="soft small"> · {t('validate.with_file', { name: beside.name })}</span>}
      </p>
      <Progress label={labels[item.status as keyof typeof labels]} {...(sending ? { value: item.progress } : {})} />
      <div>
        <Button tone="quiet" icon="cross" onClick={() => checks.remove(item.key)}>
          {t('ui.cancel')} <span className="visually-hidden">{name}</span>
        </Button>
      </div>
    </div>
  );
}

function Failed(props: ResultProps): ReactNode {
  const { t } = useI18n();
  const { item, checks } = props;
  const explain = useExplain();
  const lost = item.problem instanceof ApiProblem && item.problem.isConnection;
  return (
    <Notice
      tone="danger"
      live
      title={t('validate.failed', { name: item.file.name })}
      actions={
        <>
          <Button onClick={() => checks.again(item.key)}>{t('validate.again')}</Button>
          <Button tone="quiet" onClick={() => checks.remove(item.key)}>
            {t('ui.remove')} <span className="visually-hidden">{item.file.name}</span>
          </Button>
        </>
      }
    >
      <p>{explain(item.problem)}</p>
      {lost && <p>{t('validate.reconnects')}</p>}
    </Notice>
  );
}

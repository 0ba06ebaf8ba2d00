import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { Verdict } from '@tra/kernel';
import { type ReactNode, useState } from 'react';
import type { BatchStatus } from '../../api/types.ts';
import { validations } from '../../api/validation.ts';
import { formatDateTime } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { LoadMore } from '../../ui/data-table.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { Fold, FoldList } from '../../ui/fold.tsx';
import { EmptyState } from '../../ui/lists.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Progress, Skeleton } from '../../ui/progress.tsx';
import { ActionFailure, Failure } from '../failure.tsx';
import { Loaded } from '../loaded.tsx';
import { saveFile } from '../save-file.ts';
import { heldFile, releaseFiles } from './held-files.ts';
import { OutcomeFilter } from './outcome-filter.tsx';
import { batchQuery, reportsQuery } from './queries.ts';
import { ReportCard } from './report-card.tsx';
import { ReportLine } from './report-line.tsx';

const route = getRouteApi('/validate/results/$id');

/** Results that lie on the server for a while: of a batch, or kept for a link. Survives a reload; whoever knows the address may read. */
export function ResultsPage(): ReactNode {
  const { t } = useI18n();
  const { id } = route.useParams();
  const query = useQuery(batchQuery(id));
  const missing = {
    title: t('validate.gone'),
    text: t('validate.gone_text'),
    action: <ButtonLink to="/validate">{t('validate.another')}</ButtonLink>,
  };
  return (
    <Page width="wide" title={t('validate.results')}>
      <div className="stack stack-wide stretch">
        <Loaded query={query} lines={8} missing={missing}>
          {(status) => <BatchBody status={status} />}
        </Loaded>
      </div>
    </Page>
  );
}

function BatchBody({ status }: { status: BatchStatus }): ReactNode {
  const { t, language } = useI18n();
  const [verdict, setVerdict] = useState<Verdict>();
  const underway = status.state === 'waiting' || status.state === 'running';
  const until = formatDateTime(status.expiresAt, language, 'long');
  return (
    <div className="stack stretch">
      {underway && <Underway status={status} />}
      {status.state === 'cancelled' && (
        <Notice tone="warning" title={t('validate.cancelled')}>
          {t('validate.progress', { done: status.done, total: status.total })}
        </Notice>
      )}
      <p className="soft no-print">{t(status.keep ? 'validate.kept_until' : 'validate.batch_until', { until })}</p>
      {status.total > 1 && (
        <OutcomeFilter
          total={status.done}
          counts={countsOf(status)}
          value={verdict}
          onChange={setVerdict}
          words={{ failed: t('validate.failed_or_none') }}
        />
      )}
      <Reports status={status} verdict={verdict} />
      <Tools status={status} />
    </div>
  );
}

const verdicts = ['failed', 'indeterminate', 'passed'] as const satisfies readonly Verdict[];

function countsOf(status: BatchStatus) {
  return verdicts.flatMap((outcome) => (status[outcome] > 0 ? [{ outcome, count: status[outcome] }] : []));
}

function Underway({ status }: { status: BatchStatus }): ReactNode {
  const { t } = useI18n();
  const client = useQueryClient();
  const { queryKey } = batchQuery(status.id);
  const cancel = useMutation({
    mutationFn: () => validations.cancel(status.id),
    onSuccess: (now) => client.setQueryData(queryKey, now),
  });
  return (
    <div className="card stack stretch no-print">
      <Progress
        label={t(status.state === 'waiting' ? 'validate.waiting' : 'validate.checking')}
        value={status.total > 0 ? status.done / status.total : 0}
        detail={t('validate.progress', { done: status.done, total: status.total })}
      />
      <p className="small soft">{t('validate.may_leave')}</p>
      <ActionFailure problem={cancel.error} />
      <div>
        <Button tone="quiet" icon="cross" pending={cancel.isPending} onClick={() => cancel.mutate()}>
          {t('validate.cancel_batch')}
        </Button>
      </div>
    </div>
  );
}

function Reports({ status, verdict }: { status: BatchStatus; verdict: Verdict | undefined }): ReactNode {
  const { t } = useI18n();
  const query = useInfiniteQuery(reportsQuery(status.id, verdict, status.done));
  const items = query.data?.pages.flatMap((page) => page.items);
  if (status.done === 0) return null;
  if (query.error && !items) return <Failure problem={query.error} retry={() => void query.refetch()} />;
  if (!items) return <Skeleton lines={6} />;
  if (items.length === 0) return <EmptyState title={t('validate.none_of_these')} icon="search" />;
  const card = (item: (typeof items)[number]): ReactNode => {
    const file = heldFile(status.id, item.position);
    const name = item.report.document.name ?? t('validate.document_number', { number: item.position });
    return <ReportCard report={item.report} name={name} {...(file ? { file } : {})} />;
  };
  const [only] = items;
  if (status.total === 1 && only) return card(only);
  return (
    <>
      <FoldList label={t('validate.results')}>
        {items.map((item) => (
          <Fold
            key={item.position}
            head={<ReportLine report={item.report} name={t('validate.document_number', { number: item.position })} />}
          >
            {() => card(item)}
          </Fold>
        ))}
      </FoldList>
      <LoadMore
        shown={items.length}
        hasMore={query.hasNextPage}
        pending={query.isFetchingNextPage}
        onMore={() => void query.fetchNextPage()}
      />
    </>
  );
}

function Tools({ status }: { status: BatchStatus }): ReactNode {
  const { t } = useI18n();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const save = useMutation({
    mutationFn: async (kind: 'csv' | 'ndjson') =>
      saveFile(`results.${kind}`, [await validations.table(status.id, kind)], 'application/octet-stream'),
  });
  const remove = useMutation({
    mutationFn: () => validations.remove(status.id),
    onSuccess: () => {
      releaseFiles(status.id);
      void navigate({ to: '/validate' });
    },
  });
  return (
    <div className="stack stretch no-print">
      <ActionFailure problem={save.error ?? remove.error} />
      <div className="row">
        {status.total > 1 && (
          <>
            <Button icon="download" pending={save.isPending} onClick={() => save.mutate('csv')}>
              {t('validate.save_table')}
            </Button>
            <Button icon="download" pending={save.isPending} onClick={() => save.mutate('ndjson')}>
              {t('validate.save_reports')}
            </Button>
          </>
        )}
        <Button tone="quiet" icon="trash" onClick={() => setAsking(true)}>
          {t('validate.delete')}
        </Button>
        <ButtonLink to="/validate">{t('validate.another')}</ButtonLink>
      </div>
      <ConfirmDialog
        open={asking}
        title={t('validate.delete_title')}
        confirmLabel={t('validate.delete')}
        tone="danger"
        pending={remove.isPending}
        onConfirm={() => remove.mutate()}
        onCancel={() => setAsking(false)}
      >
        {t('validate.delete_text')}
      </ConfirmDialog>
    </div>
  );
}

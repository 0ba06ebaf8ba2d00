import { type ReactNode, useState } from 'react';
import { useI18n } from '../i18n/index.ts';
import {
  Button,
  ButtonLink,
  ConfirmDialog,
  DataTable,
  Disclosure,
  EmptyState,
  LoadMore,
  Progress,
  Skeleton,
  StatusTag,
  SummaryList,
  TaskList,
  Timeline,
  useToast,
} from '../ui/index.ts';
import { sample } from './samples.ts';

/** Buttons, lists, tables, dialogs. */
export function ControlSamples(): ReactNode {
  return (
    <div className="stack stretch">
      <Buttons />
      <Lists />
      <Table />
    </div>
  );
}

function Buttons(): ReactNode {
  const { t, language } = useI18n();
  const words = sample[language];
  const toast = useToast();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <div className="row">
        <Button tone="primary">{t('form.save')}</Button>
        <Button>{t('ui.retry')}</Button>
        <Button tone="danger" onClick={() => setAsking(true)}>
          {words.confirmVerb}
        </Button>
        <Button tone="quiet">{t('ui.change')}</Button>
        <Button tone="primary" pending>
          {t('form.saving')}
        </Button>
        <ButtonLink to="/validate" icon="seal">
          {t('nav.validate')}
        </ButtonLink>
        <Button onClick={() => toast({ text: t('ui.remove'), undo: () => undefined })}>{t('ui.undo')}</Button>
      </div>
      <ConfirmDialog
        open={asking}
        title={words.confirm}
        confirmLabel={words.confirmVerb}
        onConfirm={() => setAsking(false)}
        onCancel={() => setAsking(false)}
      >
        {words.confirmText}
      </ConfirmDialog>
      <Disclosure label={t('verdict.why')} open>
        <p>{words.check}</p>
      </Disclosure>
      <Progress label={t('file.uploading', { name: words.fileName })} value={0.62} />
      <Skeleton lines={2} />
      <EmptyState title={words.emptyTitle} actions={<Button>{t('ui.retry')}</Button>}>
        <p>{words.emptyText}</p>
      </EmptyState>
    </>
  );
}

function Lists(): ReactNode {
  const { language } = useI18n();
  const words = sample[language];
  return (
    <>
      <TaskList
        tasks={[
          { key: 'a', label: words.step1, to: '/style', status: { tone: 'done', label: words.done } },
          {
            key: 'b',
            label: words.step2,
            hint: words.detailLabel,
            to: '/style',
            status: { tone: 'draft', label: words.started },
          },
          { key: 'c', label: words.step3, status: { tone: 'neutral', label: words.cannotYet } },
        ]}
      />
      <SummaryList
        rows={[
          { key: 'name', label: words.nameLabel, value: words.shop, change: { to: '/style' } },
          { key: 'id', label: words.idLabel, value: '1-1037-02071-81-1', change: { to: '/style' } },
          { key: 'detail', label: words.detailLabel, value: '', change: { to: '/style' } },
        ]}
      />
      <Timeline
        items={[
          { key: '1', at: '2026-11-18T02:05:00Z', title: words.submitted, by: words.name, tone: 'done' },
          { key: '2', at: '2026-11-19T07:30:00Z', title: words.recommended, by: words.agency, tone: 'done' },
          { key: '3', at: '2026-11-20T07:05:00Z', title: words.approved, by: words.agency, tone: 'progress' },
        ]}
      />
    </>
  );
}

interface Row {
  readonly id: string;
  readonly overdue: boolean;
}

const rows: readonly Row[] = [
  { id: 'EC-7K2M-9QRT', overdue: true },
  { id: 'EC-4H8N-1XWV', overdue: false },
];

function Table(): ReactNode {
  const { t, language } = useI18n();
  const words = sample[language];
  return (
    <>
      <DataTable<Row>
        caption={t('nav.queue')}
        showCaption
        rows={rows}
        rowKey={(row) => row.id}
        selectedKey="EC-4H8N-1XWV"
        columns={[
          { key: 'id', label: words.reference, primary: true, cell: (row) => <a href="#table">{row.id}</a> },
          { key: 'name', label: words.nameLabel, cell: () => words.shop },
          {
            key: 'status',
            label: words.statusTitle,
            cell: (row) => (
              <StatusTag tone={row.overdue ? 'refused' : 'progress'}>
                {row.overdue ? words.overdue : words.started}
              </StatusTag>
            ),
          },
          { key: 'fee', label: words.fee, align: 'end', cell: () => '50.00' },
        ]}
      />
      <LoadMore shown={2} hasMore onMore={() => undefined} />
    </>
  );
}

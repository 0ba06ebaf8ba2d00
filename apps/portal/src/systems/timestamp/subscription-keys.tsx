import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { hasRole, useAccount } from '../../api/index.ts';
import { formatDate, formatDateTime } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { CodeBlock, Copyable } from '../../ui/copy.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/lists.tsx';
import { Notice } from '../../ui/notice.tsx';
import { StatusTag, type StatusTone } from '../../ui/status-tag.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { ActionFailure } from '../failure.tsx';
import { Loaded } from '../loaded.tsx';
import { type NewSubscriberKey, type Subscriber, type SubscriberKey, timestamp, timestampQueries } from './api.ts';
import { keyStanding } from './subscriber-words.ts';

const tones: Readonly<Record<ReturnType<typeof keyStanding>, StatusTone>> = {
  active: 'holds',
  expired: 'neutral',
  ended: 'fails',
};
const yearMs = 365 * 86_400_000;
const inAYear = (): string => new Date(Date.now() + yearMs).toISOString();

/** The keys of a subscription: made (shown once), rotated, ended. */
export function SubscriptionKeys(props: { subscriber: Subscriber }): ReactNode {
  const { t } = useI18n();
  const { subscriber } = props;
  const query = useQuery(timestampQueries.keys(subscriber.id));
  const [made, setMade] = useState<NewSubscriberKey>();
  const account = useAccount();
  const officer = hasRole(account, 'timestamp-officer');
  const holds = subscriber.owned ? subscriber.mine : officer;
  return (
    <section className="stack stretch" aria-labelledby="keys">
      <h2 id="keys">{t('stampkey.title')}</h2>
      <p className="soft">{t('stampkey.lead')}</p>
      {made && <FreshKey made={made} onKept={() => setMade(undefined)} />}
      <Loaded query={query} lines={3}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={t('stampkey.none')} icon="lock">
              {t(holds ? 'stampkey.none_text' : 'stampkey.none_officer')}
            </EmptyState>
          ) : (
            <Keys
              subscriber={subscriber}
              keys={items}
              {...(holds ? { onMade: setMade } : {})}
              mayEnd={holds || officer}
            />
          )
        }
      </Loaded>
      {holds && subscriber.state === 'active' && !made && <MakeKey subscriber={subscriber} onMade={setMade} />}
    </section>
  );
}

function useAfterKeyChange(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ['timestamp', 'keys'] });
}

function MakeKey(props: { subscriber: Subscriber; onMade: (key: NewSubscriberKey) => void }): ReactNode {
  const { t } = useI18n();
  const [label, setLabel] = useState('');
  const [error, setError] = useState<string>();
  const changed = useAfterKeyChange();
  const make = useMutation({
    mutationFn: () => timestamp.makeKey(props.subscriber.id, { label: label.trim(), expiresAt: inAYear() }),
    onSuccess: async (key) => {
      props.onMade(key);
      await changed();
    },
    gcTime: 0,
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const missing = label.trim() === '';
    setError(missing ? t('stampkey.label_missing') : undefined);
    if (!missing && !make.isPending) make.mutate();
  };
  return (
    <form className="stack stretch" noValidate onSubmit={submit}>
      <TextField
        id="key-label"
        label={t('stampkey.label')}
        hint={t('stampkey.label_hint')}
        value={label}
        onChange={setLabel}
        maxLength={100}
        error={error}
      />
      <ActionFailure problem={make.error} />
      <div>
        <Button type="submit" pending={make.isPending}>
          {t('stampkey.make')}
        </Button>
      </div>
    </form>
  );
}

/** A key just made, with the commands that use it. Leaving by accident is asked about: it cannot be shown again. */
function FreshKey(props: { made: NewSubscriberKey; onKept: () => void }): ReactNode {
  const { t } = useI18n();
  const { made } = props;
  useEffect(() => {
    const onLeave = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', onLeave);
    return () => window.removeEventListener('beforeunload', onLeave);
  }, []);
  const { origin, protocol, host } = window.location;
  const commands = [
    `curl -sH 'authorization: Bearer ${made.key}' -H 'content-type: application/timestamp-query' --data-binary @file.tsq ${origin}/timestamp -o file.tsr`,
    `${protocol}//${made.key}@${host}/timestamp`,
  ];
  return (
    <Notice
      tone="warning"
      live
      title={t('stampkey.once')}
      actions={
        <Button tone="primary" onClick={props.onKept}>
          {t('stampkey.kept')}
        </Button>
      }
    >
      <p>{t('stampkey.once_text', { label: made.label })}</p>
      <Copyable text={made.key} what={t('stampkey.key')} />
      <p>{t('stampkey.how')}</p>
      <CodeBlock text={commands.join('\n')} what={t('stampkey.how')} />
    </Notice>
  );
}

function Keys(props: {
  subscriber: Subscriber;
  keys: readonly SubscriberKey[];
  onMade?: (key: NewSubscriberKey) => void;
  mayEnd: boolean;
}): ReactNode {
  const { t } = useI18n();
  const [asked, setAsked] = useState<{ readonly key: SubscriberKey; readonly action: 'rotate' | 'end' }>();
  const { subscriber, keys, onMade, mayEnd } = props;
  const columns = useKeyColumns({
    ...(onMade && subscriber.state === 'active' ? { rotate: (key) => setAsked({ key, action: 'rotate' }) } : {}),
    ...(mayEnd ? { end: (key) => setAsked({ key, action: 'end' }) } : {}),
  });
  return (
    <>
      <DataTable caption={t('stampkey.title')} columns={columns} rows={keys} rowKey={(row) => row.id} />
      {asked && (
        <KeyDialog
          asked={asked}
          subscriber={subscriber.id}
          onMade={(key) => onMade?.(key)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  );
}

function KeyDialog(props: {
  subscriber: string;
  asked: { readonly key: SubscriberKey; readonly action: 'rotate' | 'end' };
  onMade: (key: NewSubscriberKey) => void;
  onClose: () => void;
}): ReactNode {
  const { t } = useI18n();
  const { subscriber, asked, onMade, onClose } = props;
  const { action } = asked;
  const changed = useAfterKeyChange();
  const act = useMutation({
    mutationFn: async () => {
      if (action === 'end') await timestamp.endKey(subscriber, asked.key.id);
      else onMade(await timestamp.rotateKey(subscriber, asked.key.id, inAYear()));
    },
    onSuccess: async () => {
      await changed();
      onClose();
    },
    gcTime: 0,
  });
  return (
    <ConfirmDialog
      open
      title={t(`stampkey.${action}_title`, { label: asked.key.label })}
      confirmLabel={t(`stampkey.${action}`)}
      pending={act.isPending}
      onConfirm={() => act.mutate()}
      onCancel={onClose}
    >
      <div className="stack stretch">
        <p>{t(`stampkey.${action}_text`)}</p>
        <ActionFailure problem={act.error} />
      </div>
    </ConfirmDialog>
  );
}

function useKeyColumns(may: {
  rotate?: (key: SubscriberKey) => void;
  end?: (key: SubscriberKey) => void;
}): Column<SubscriberKey>[] {
  const { t, language } = useI18n();
  const now = new Date();
  const columns: Column<SubscriberKey>[] = [
    {
      key: 'label',
      label: t('stampkey.label'),
      primary: true,
      cell: (row) => (
        <>
          <b>{row.label}</b>
          <div className="small soft">
            <code>tsk_{row.id}_…</code>
          </div>
        </>
      ),
    },
    {
      key: 'state',
      label: t('stampsub.state'),
      cell: (row) => {
        const standing = keyStanding(row, now);
        return <StatusTag tone={tones[standing]}>{t(`stampkey.standing.${standing}`)}</StatusTag>;
      },
    },
    { key: 'until', label: t('stampkey.until'), cell: (row) => formatDate(row.expiresAt, language) },
    {
      key: 'used',
      label: t('stampkey.last_used'),
      cell: (row) => (row.lastUsedAt ? formatDateTime(row.lastUsedAt, language) : t('stampkey.never')),
    },
  ];
  if (!may.rotate && !may.end) return columns;
  const button = (row: SubscriberKey, words: string, act: ((key: SubscriberKey) => void) | undefined) =>
    act && (
      <Button tone="quiet" onClick={() => act(row)}>
        {words}
        <span className="visually-hidden"> {row.label}</span>
      </Button>
    );
  return [
    ...columns,
    {
      key: 'actions',
      label: t('stampkey.actions'),
      cell: (row) =>
        keyStanding(row, now) === 'active' ? (
          <span className="row">
            {button(row, t('stampkey.rotate'), may.rotate)}
            {button(row, t('stampkey.end'), may.end)}
          </span>
        ) : (
          ''
        ),
    },
  ];
}

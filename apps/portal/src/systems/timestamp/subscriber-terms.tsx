import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useI18n } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { CheckboxGroup } from '../../ui/choices.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { useToast } from '../../ui/toast.tsx';
import { ActionFailure } from '../failure.tsx';
import { type Subscriber, type SubscriberChange, timestamp, timestampQueries } from './api.ts';
import { quotaOf } from './subscriber-words.ts';

const text = (value: number | null): string => (value === null ? '' : String(value));

/** What an officer decides: quotas, policies, and whether the subscription is granted, suspended or closed. */
export function SubscriberTerms(props: { subscriber: Subscriber }): ReactNode {
  const { t } = useI18n();
  const { subscriber } = props;
  const [draft, setDraft] = useState({
    perSecond: text(subscriber.perSecond),
    perDay: text(subscriber.perDay),
    perMonth: text(subscriber.perMonth),
    policies: [...subscriber.policies],
  });
  const [attempted, setAttempted] = useState(false);
  const [closing, setClosing] = useState(false);
  const change = useChange(subscriber);
  const authority = useQuery(timestampQueries.authority());
  const quotas = {
    perSecond: quotaOf(draft.perSecond),
    perDay: quotaOf(draft.perDay),
    perMonth: quotaOf(draft.perMonth),
  };
  const save = (more: SubscriberChange = {}): void => {
    setAttempted(true);
    const wrong = (Object.keys(quotas) as (keyof typeof quotas)[]).find((name) => Number.isNaN(quotas[name]));
    if (wrong) document.getElementById(`terms-${wrong}`)?.querySelector('input')?.focus();
    else change.mutate({ ...quotas, policies: draft.policies, ...more });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!change.isPending) save(subscriber.state === 'requested' ? { state: 'active' } : {});
  };
  const field = (name: 'perSecond' | 'perDay' | 'perMonth') => ({
    id: `terms-${name}`,
    value: draft[name],
    inputMode: 'numeric' as const,
    short: true,
    optional: true,
    onChange: (value: string) => setDraft((before) => ({ ...before, [name]: value })),
    error: attempted && Number.isNaN(quotas[name]) ? t('stampsub.quota_wrong') : undefined,
  });
  if (subscriber.state === 'closed') return null;
  return (
    <section className="card stack stretch" aria-labelledby="terms">
      <h2 id="terms">{t('stampsub.terms')}</h2>
      <form className="stack stretch" noValidate onSubmit={submit}>
        <p className="soft">{t('stampsub.terms_text')}</p>
        <TextField {...field('perDay')} label={t('stampsub.per_day')} />
        <TextField {...field('perMonth')} label={t('stampsub.per_month')} />
        <TextField {...field('perSecond')} label={t('stampsub.per_second')} hint={t('stampsub.per_second_hint')} />
        {(authority.data?.policies.length ?? 0) > 1 && (
          <CheckboxGroup
            id="terms-policies"
            label={t('stampsub.policies')}
            hint={t('stampsub.policies_hint')}
            value={draft.policies}
            onChange={(policies) => setDraft((before) => ({ ...before, policies }))}
            choices={(authority.data?.policies ?? []).map(({ oid }) => ({ value: oid, label: oid }))}
          />
        )}
        <ActionFailure problem={change.error} />
        <div className="row">
          <Button type="submit" tone="primary" pending={change.isPending}>
            {t(subscriber.state === 'requested' ? 'stampsub.grant' : 'stampsub.save')}
          </Button>
          {subscriber.state === 'active' && (
            <Button onClick={() => change.mutate({ state: 'suspended' })}>{t('stampsub.suspend')}</Button>
          )}
          {subscriber.state === 'suspended' && (
            <Button onClick={() => change.mutate({ state: 'active' })}>{t('stampsub.resume')}</Button>
          )}
          <Button tone="danger" onClick={() => setClosing(true)}>
            {t(subscriber.state === 'requested' ? 'stampsub.refuse' : 'stampsub.close')}
          </Button>
        </div>
      </form>
      <ConfirmDialog
        open={closing}
        title={t('stampsub.close_title', { name: subscriber.name })}
        confirmLabel={t(subscriber.state === 'requested' ? 'stampsub.refuse' : 'stampsub.close')}
        pending={change.isPending}
        onConfirm={() => change.mutate({ state: 'closed' }, { onSuccess: () => setClosing(false) })}
        onCancel={() => setClosing(false)}
      >
        <p>{t('stampsub.close_text')}</p>
      </ConfirmDialog>
    </section>
  );
}

function useChange(subscriber: Subscriber) {
  const { t } = useI18n();
  const client = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: (change: SubscriberChange) => timestamp.change(subscriber, change),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['timestamp'] });
      toast({ text: t('stampsub.saved') });
    },
  });
}

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useState } from 'react';
import { hasRole, useAccount } from '../../api/index.ts';
import { useI18n } from '../../i18n/language.tsx';
import type { TextKey } from '../../i18n/texts.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorSummary } from '../../ui/error-summary.tsx';
import { Page } from '../../ui/page.tsx';
import { TextArea, TextField } from '../../ui/text-field.tsx';
import { ActionFailure } from '../failure.tsx';
import { RoleGate } from '../role-gate.tsx';
import { timestamp } from './api.ts';
import { quotaOf } from './subscriber-words.ts';

const empty = { name: '', contact: '', purpose: '', perDay: '', perMonth: '' };
type Draft = typeof empty;

interface Fault {
  readonly field: keyof Draft;
  readonly code: TextKey;
}

/** What keeps a request from being sent, in the order of the fields. */
export function subscriptionFaults(draft: Draft): Fault[] {
  const faults: Fault[] = [];
  if (draft.name.trim() === '') faults.push({ field: 'name', code: 'stampsub.name_missing' });
  if (draft.contact.trim().length < 3) faults.push({ field: 'contact', code: 'stampsub.contact_missing' });
  for (const field of ['perDay', 'perMonth'] as const)
    if (Number.isNaN(quotaOf(draft[field]))) faults.push({ field, code: 'stampsub.quota_wrong' });
  return faults;
}

/** Asks for a subscription; an officer enters a subscriber. */
export function NewSubscriptionPage(): ReactNode {
  const { t } = useI18n();
  const officer = hasRole(useAccount(), 'timestamp-officer');
  const back = officer
    ? { to: '/officer/subscribers', label: t('stampsub.all') }
    : { to: '/subscriptions', label: t('stampsub.mine') };
  return (
    <Page
      title={t(officer ? 'stampsub.enter' : 'stampsub.ask')}
      lead={t(officer ? 'stampsub.enter_lead' : 'stampsub.ask_lead')}
      back={back}
    >
      <RoleGate>
        <Form officer={officer} />
      </RoleGate>
    </Page>
  );
}

function Form(props: { officer: boolean }): ReactNode {
  const { t } = useI18n();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [draft, setDraft] = useState(empty);
  const [attempt, setAttempt] = useState(0);
  const faults = subscriptionFaults(draft);
  const shown = attempt > 0 ? faults : [];
  const send = useMutation({
    mutationFn: timestamp.subscribe,
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: ['timestamp', 'subscribers'] });
      await navigate({ to: '/subscriptions/$id', params: { id } });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setAttempt((count) => count + 1);
    if (faults.length > 0 || send.isPending) return;
    const { name, contact, purpose, perDay, perMonth } = draft;
    const quotas = { perDay: quotaOf(perDay), perMonth: quotaOf(perMonth) };
    send.mutate({ name: name.trim(), contact: contact.trim(), purpose: purpose.trim(), ...quotas });
  };
  const field = (name: keyof Draft) => {
    const fault = shown.find((one) => one.field === name);
    return {
      id: `subscription-${name}`,
      value: draft[name],
      onChange: (value: string) => setDraft((before) => ({ ...before, [name]: value })),
      error: fault && t(fault.code),
    };
  };
  return (
    <form className="stack stack-wide stretch" noValidate onSubmit={submit}>
      <ErrorSummary
        errors={shown.map((fault) => ({ id: `subscription-${fault.field}`, message: t(fault.code) }))}
        attempt={attempt}
      />
      <TextField
        {...field('name')}
        label={t('stampsub.name')}
        hint={t('stampsub.name_hint')}
        maxLength={200}
        spellCheck
      />
      <TextField
        {...field('contact')}
        label={t('stampsub.contact')}
        hint={t('stampsub.contact_hint')}
        maxLength={200}
      />
      <TextArea
        {...field('purpose')}
        label={t('stampsub.purpose')}
        hint={t('stampsub.purpose_hint')}
        maxLength={1000}
        rows={3}
        optional
      />
      <TextField
        {...field('perDay')}
        label={t('stampsub.per_day')}
        hint={t('stampsub.quota_hint')}
        inputMode="numeric"
        short
        optional
      />
      <TextField {...field('perMonth')} label={t('stampsub.per_month')} inputMode="numeric" short optional />
      <ActionFailure problem={send.error} />
      <div>
        <Button type="submit" tone="primary" pending={send.isPending}>
          {t(props.officer ? 'stampsub.enter_send' : 'stampsub.ask_send')}
        </Button>
      </div>
    </form>
  );
}

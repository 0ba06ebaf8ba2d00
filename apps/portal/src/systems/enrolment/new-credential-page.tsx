import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useI18n } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { RadioGroup } from '../../ui/choices.tsx';
import { DateField } from '../../ui/date-field.tsx';
import { ErrorSummary } from '../../ui/error-summary.tsx';
import { Page } from '../../ui/page.tsx';
import { TextArea, TextField } from '../../ui/text-field.tsx';
import { ActionFailure } from '../failure.tsx';
import { RegistrarsOnly } from '../pki/registrars-only.tsx';
import { enrolment } from './api.ts';
import { type CredentialDraft, credentialFaults, firstDraft, wishOf } from './credential-draft.ts';
import { CredentialSecret } from './credential-secret.tsx';

/** Hands out a credential; the secret is shown this once, with commands that work as they stand. */
export function NewCredentialPage(): ReactNode {
  const { t } = useI18n();
  const client = useQueryClient();
  const create = useMutation({
    mutationFn: enrolment.create,
    onSuccess: () => client.invalidateQueries({ queryKey: ['enrolment'] }),
    gcTime: 0,
  });
  return (
    <Page
      title={t(create.data ? 'credential.created' : 'credential.new')}
      back={{ to: '/officer/credentials', label: t('credential.title') }}
    >
      <RegistrarsOnly roles={['registrar']}>
        {create.data ? (
          <CredentialSecret credential={create.data} />
        ) : (
          <CredentialForm
            pending={create.isPending}
            problem={create.error}
            onSubmit={(draft) => create.mutate(wishOf(draft))}
          />
        )}
      </RegistrarsOnly>
    </Page>
  );
}

function CredentialForm(props: {
  pending: boolean;
  problem: unknown;
  onSubmit: (draft: CredentialDraft) => void;
}): ReactNode {
  const { t, tc } = useI18n();
  const [draft, setDraft] = useState(() => firstDraft(new Date()));
  const [attempt, setAttempt] = useState(0);
  const faults = credentialFaults(draft, new Date());
  const shown = attempt > 0 ? faults : [];
  const change = (part: Partial<CredentialDraft>): void => setDraft((before) => ({ ...before, ...part }));
  const error = (field: string): string | undefined => {
    const fault = shown.find((one) => one.field === field);
    return fault && tc(fault.code, fault.params);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setAttempt((count) => count + 1);
    if (faults.length === 0 && !props.pending) props.onSubmit(draft);
  };
  return (
    <form className="stack stack-wide stretch" noValidate onSubmit={submit}>
      <ErrorSummary
        errors={shown.map((fault) => ({ id: `credential-${fault.field}`, message: tc(fault.code, fault.params) }))}
        attempt={attempt}
      />
      <RadioGroup
        id="credential-use"
        label={t('credential.use')}
        value={draft.use}
        onChange={(use) => change({ use: use as CredentialDraft['use'] })}
        choices={(['acme', 'est-tls', 'est-signer'] as const).map((value) => ({
          value,
          label: t(`credential.use.${value}`),
          hint: t(`credential.use.${value}.hint`),
        }))}
        error={error('use')}
      />
      <TextField
        id="credential-label"
        label={t('credential.label')}
        hint={t(draft.use === 'est-signer' ? 'credential.label_hint_signer' : 'credential.label_hint')}
        value={draft.label}
        onChange={(label) => change({ label })}
        maxLength={64}
        spellCheck
        error={error('label')}
      />
      {draft.use === 'est-signer' ? (
        <TextField
          id="credential-organization"
          label={t('pkipage.attribute.organization')}
          optional
          value={draft.organization}
          onChange={(organization) => change({ organization })}
          maxLength={64}
        />
      ) : (
        <TextArea
          id="credential-names"
          label={t('credential.names')}
          hint={t('credential.names_hint')}
          optional={draft.use === 'acme'}
          value={draft.names}
          onChange={(names) => change({ names })}
          maxLength={20_000}
          rows={3}
          error={error('names')}
        />
      )}
      <DateField
        id="credential-expires"
        label={t('credential.expires')}
        hint={t('credential.expires_hint')}
        value={draft.expires}
        onChange={(expires) => change({ expires })}
        error={error('expires')}
      />
      <ActionFailure problem={props.problem} />
      <div>
        <Button type="submit" tone="primary" pending={props.pending}>
          {t('credential.create')}
        </Button>
      </div>
    </form>
  );
}

import { type FormEvent, type ReactNode, useState } from 'react';
import { useI18n } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { RadioGroup } from '../../ui/choices.tsx';
import { CodeBlock } from '../../ui/copy.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { ErrorSummary } from '../../ui/error-summary.tsx';
import { FileUpload } from '../../ui/file-upload.tsx';
import { Notice } from '../../ui/notice.tsx';
import { TextArea, TextField } from '../../ui/text-field.tsx';
import { ActionFailure } from '../failure.tsx';
import type { NewRequest, Profile } from './api.ts';
import { SubjectList, textOfName, useAttributeLabel, useProfileLabel } from './names.tsx';
import { type CertificateRequestFacts, MAX_PKI_BYTES } from './pki-file.ts';
import {
  type DraftFault,
  draftFaults,
  factsOf,
  missingAttributes,
  type RequestDraft,
  requestFileAsPem,
  requestOf,
  surplusAttributes,
} from './request-draft.ts';

export interface RequestFormProps {
  readonly profiles: readonly Profile[];
  readonly start: RequestDraft;
  /** A correction keeps its profile. */
  readonly fixedProfile?: boolean;
  readonly pending: boolean;
  readonly problem: unknown;
  readonly onSubmit: (request: NewRequest) => void;
}

interface Part {
  readonly draft: RequestDraft;
  readonly change: (part: Partial<RequestDraft>) => void;
  readonly error: (field: string) => string | undefined;
}

/** The application for a certificate on one page: what kind, the CSR and what was read from it, the names, the evidence. */
export function RequestForm(props: RequestFormProps): ReactNode {
  const { t, tc } = useI18n();
  const label = useAttributeLabel();
  const [draft, setDraft] = useState(props.start);
  const [attempt, setAttempt] = useState(0);
  const profile = props.profiles.find((one) => one.profile === draft.profile);
  const facts = factsOf(draft.csr);
  const faults = draftFaults(draft, profile);
  const shown = attempt > 0 ? faults : [];
  const say = (fault: DraftFault): string =>
    tc(fault.code, { ...fault.params, label: label(fault.field.replace('subject-', '')) });
  const part: Part = {
    draft,
    change: (some) => setDraft((before) => ({ ...before, ...some })),
    error: (field) => {
      const fault = shown.find((one) => one.field === field);
      return fault && say(fault);
    },
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setAttempt((count) => count + 1);
    if (faults.length === 0 && profile && facts && !props.pending) props.onSubmit(requestOf(draft, profile, facts));
  };
  return (
    <form className="stack stack-wide stretch" noValidate onSubmit={submit}>
      <ErrorSummary
        errors={shown.map((fault) => ({ id: `certificate-${fault.field}`, message: say(fault) }))}
        attempt={attempt}
      />
      {!props.fixedProfile && <ProfileChoice {...part} profiles={props.profiles} />}
      <CsrField {...part} />
      {facts && <Preview {...part} facts={facts} profile={profile} />}
      {profile && profile.alternativeNames.length > 0 && <NamesField {...part} profile={profile} />}
      <TextArea
        id="certificate-evidence"
        label={t('regist.evidence')}
        hint={t('certrequest.evidence_hint')}
        value={draft.evidence}
        onChange={(evidence) => part.change({ evidence })}
        maxLength={4000}
        spellCheck
        error={part.error('evidence')}
      />
      <div className="stack stretch">
        <ActionFailure problem={props.problem} title={t('certrequest.refused')} />
        <p className="soft">{t('certrequest.then')}</p>
        <div>
          <Button type="submit" tone="primary" pending={props.pending}>
            {t('certrequest.send')}
          </Button>
        </div>
      </div>
    </form>
  );
}

function ProfileChoice(props: Part & { profiles: readonly Profile[] }): ReactNode {
  const { t, tc } = useI18n();
  const profile = useProfileLabel();
  return (
    <RadioGroup
      id="certificate-profile"
      label={t('certrequest.profile')}
      value={props.draft.profile}
      onChange={(value) => props.change({ profile: value })}
      choices={props.profiles.map((one) => ({
        value: one.profile,
        label: profile(one.profile),
        hint: tc(`certrequest.profile.${one.profile}`, {}, one.clause),
      }))}
      error={props.error('profile')}
    />
  );
}

const howTo = [
  'openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem',
  'openssl req -new -utf8 -key key.pem -subj "/C=TH/O=หน่วยงานตัวอย่าง/CN=ชื่อในใบรับรอง" -out request.csr',
].join('\n');

function CsrField(props: Part): ReactNode {
  const { t } = useI18n();
  const [refused, setRefused] = useState<string>();
  const take = (csr: string): void => {
    const facts = factsOf(csr);
    const fill = facts && props.draft.names.trim() === '' ? facts.alternativeNames.map(textOfName).join('\n') : '';
    props.change({ csr, ...(fill ? { names: fill } : {}) });
  };
  const read = async (file: File): Promise<void> => {
    try {
      take(requestFileAsPem(new Uint8Array(await file.arrayBuffer())));
      setRefused(undefined);
    } catch {
      setRefused(t('certrequest.file_unreadable', { name: file.name }));
    }
  };
  return (
    <section className="stack stretch" aria-labelledby="csr">
      <h2 id="csr">{t('certrequest.csr')}</h2>
      <p>{t('certrequest.csr_text')}</p>
      <Disclosure label={t('certrequest.csr_how')}>
        <div className="stack stretch">
          <CodeBlock text={howTo} what={t('certrequest.csr_how')} />
          <p>{t('certrequest.csr_how_text')}</p>
        </div>
      </Disclosure>
      <FileUpload
        id="certificate-file"
        label={t('certrequest.csr_file')}
        accept={[]}
        types="CSR, PEM, DER"
        maxBytes={MAX_PKI_BYTES}
        maxFiles={1}
        files={[]}
        onAdd={([file]) => file && void read(file)}
        onRemove={() => undefined}
        error={refused}
      />
      <TextArea
        id="certificate-csr"
        label={t('certrequest.csr_or_paste')}
        hint={t('certrequest.csr_paste')}
        value={props.draft.csr}
        onChange={take}
        maxLength={MAX_PKI_BYTES}
        rows={6}
        error={props.error('csr')}
      />
    </section>
  );
}

function Preview(props: Part & { facts: CertificateRequestFacts; profile: Profile | undefined }): ReactNode {
  const { t } = useI18n();
  const label = useAttributeLabel();
  const { facts, profile, draft } = props;
  const surplus = profile ? surplusAttributes(profile, facts) : [];
  const kept = facts.subject.filter(({ attribute }) => !surplus.includes(attribute));
  const missing = profile ? missingAttributes(profile, facts) : [];
  return (
    <section className="stack stretch" aria-labelledby="preview">
      <h2 id="preview">{t('certrequest.preview')}</h2>
      <p role="status">{t('certrequest.preview_text', { key: facts.key })}</p>
      {kept.length > 0 && <SubjectList parts={kept} title={t('certrequest.preview')} />}
      {surplus.length > 0 && (
        <Notice tone="warning" title={t('certrequest.surplus')}>
          {surplus.map(label).join(', ')}
        </Notice>
      )}
      {missing.length > 0 && <p>{t('certrequest.missing')}</p>}
      {missing.map((attribute) => (
        <TextField
          key={attribute}
          id={`certificate-subject-${attribute}`}
          label={label(attribute)}
          value={draft.subject[attribute] ?? ''}
          onChange={(value) => props.change({ subject: { ...draft.subject, [attribute]: value } })}
          maxLength={attribute === 'country' ? 2 : 64}
          short={attribute === 'country'}
          error={props.error(`subject-${attribute}`)}
          {...(attribute === 'country' ? { hint: t('certrequest.country_hint') } : {})}
        />
      ))}
    </section>
  );
}

function NamesField(props: Part & { profile: Profile }): ReactNode {
  const { t } = useI18n();
  const label = useAttributeLabel();
  const kinds = props.profile.alternativeNames.map(label).join(', ');
  return (
    <TextArea
      id="certificate-names"
      label={t('pkipage.names')}
      hint={t('certrequest.names_hint', { kinds })}
      optional={!props.profile.alternativeNamesRequired}
      value={props.draft.names}
      onChange={(names) => props.change({ names })}
      maxLength={20_000}
      rows={3}
      error={props.error('names')}
    />
  );
}

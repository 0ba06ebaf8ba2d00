import { type ReactNode, useState } from 'react';
import type { TextKey } from '../../i18n/index.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { RadioGroup } from '../../ui/choices.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { focusField } from '../../ui/error-summary.tsx';
import { TextArea } from '../../ui/text-field.tsx';
import { ActionFailure } from '../failure.tsx';
import type { Certificate, CertificateWish } from './api.ts';
import type { CertificateActionName } from './certificate-actions.tsx';
import { readCertificateRequest } from './pki-file.ts';
import { StampConsequence } from './stamp-consequence.tsx';
import { nameOfSubject } from './subject.ts';

const reasons = [
  'keyCompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'privilegeWithdrawn',
  'unspecified',
] as const;

export interface CertificateDialogProps {
  readonly action: CertificateActionName;
  readonly certificate: Certificate;
  readonly own: boolean;
  readonly pending: boolean;
  readonly problem: unknown;
  readonly onCancel: () => void;
  readonly onConfirm: (wish: CertificateWish) => void;
}

interface Answers {
  readonly reason: string;
  readonly note: string;
  readonly key: string;
  readonly csr: string;
}

/** What must be known before a certificate is touched, and what will happen then. */
export function CertificateDialog(props: CertificateDialogProps): ReactNode {
  const { t } = useI18n();
  const { action, certificate, own } = props;
  const [answers, setAnswers] = useState<Answers>({ reason: '', note: '', key: '', csr: '' });
  const [tried, setTried] = useState(false);
  const faults = faultsOf(action, answers);
  const label = t(`certaction.${action}`);
  const confirm = (): void => {
    setTried(true);
    const [first] = Object.keys(faults);
    if (first) focusField(`certificate-${first}`);
    else props.onConfirm(wishOf(action, answers));
  };
  return (
    <Dialog
      open
      title={t('regist.ask', { action: label, subject: nameOfSubject(certificate.subject) || certificate.serial })}
      onClose={props.onCancel}
      actions={
        <>
          <Button tone={action === 'revoke' ? 'danger' : 'primary'} pending={props.pending} onClick={confirm}>
            {label}
          </Button>
          <Button onClick={props.onCancel}>{t('ui.cancel')}</Button>
        </>
      }
    >
      <div className="stack stretch">
        <p>{t(consequenceOf(action, own, answers.reason))}</p>
        <ActionFailure problem={props.problem} />
        <Questions
          action={action}
          profile={certificate.profile}
          answers={answers}
          onChange={setAnswers}
          faults={tried ? faults : {}}
        />
      </div>
    </Dialog>
  );
}

type Faults = Partial<Record<keyof Answers, TextKey>>;

function Questions(props: {
  action: CertificateActionName;
  profile: string;
  answers: Answers;
  onChange: (answers: Answers) => void;
  faults: Faults;
}): ReactNode {
  const { t, tc } = useI18n();
  const { action, answers, onChange, faults } = props;
  const error = (name: keyof Answers): string | undefined => faults[name] && t(faults[name]);
  if (action === 'suspend') return null;
  return (
    <>
      {action === 'revoke' && (
        <RadioGroup
          id="certificate-reason"
          label={t('regist.reason')}
          value={answers.reason}
          onChange={(reason) => onChange({ ...answers, reason })}
          choices={reasons.map((value) => ({
            value,
            label: tc(`pki.reason.${value}`),
            hint: t(`certaction.reason.${value}`),
          }))}
          error={error('reason')}
        />
      )}
      {action === 'revoke' && <StampConsequence profile={props.profile} reason={answers.reason} />}
      {action === 'renew' && (
        <RadioGroup
          id="certificate-key"
          label={t('certaction.which_key')}
          value={answers.key}
          onChange={(key) => onChange({ ...answers, key })}
          choices={[
            { value: 'new', label: t('certaction.new_key'), hint: t('certaction.new_key_hint') },
            { value: 'same', label: t('certaction.same_key'), hint: t('certaction.same_key_hint') },
          ]}
          error={error('key')}
        />
      )}
      {action === 'renew' && answers.key === 'new' && (
        <TextArea
          id="certificate-csr"
          label={t('certrequest.csr')}
          hint={t('certrequest.csr_paste')}
          value={answers.csr}
          onChange={(csr) => onChange({ ...answers, csr })}
          maxLength={64_000}
          rows={6}
          error={error('csr')}
        />
      )}
      <TextArea
        id="certificate-note"
        label={t(action === 'renew' ? 'regist.evidence' : 'certaction.note')}
        hint={t(action === 'renew' ? 'certrequest.evidence_hint' : 'certaction.note_hint')}
        value={answers.note}
        onChange={(note) => onChange({ ...answers, note })}
        maxLength={4000}
        spellCheck
        error={error('note')}
      />
    </>
  );
}

function isRequest(text: string): boolean {
  try {
    readCertificateRequest(new TextEncoder().encode(text));
    return true;
  } catch {
    return false;
  }
}

function faultsOf(action: CertificateActionName, answers: Answers): Faults {
  if (action === 'suspend') return {};
  const newKey = action === 'renew' && answers.key === 'new';
  return {
    ...(action === 'revoke' && answers.reason === '' ? { reason: 'certaction.reason_missing' } : {}),
    ...(action === 'renew' && answers.key === '' ? { key: 'certaction.key_missing' } : {}),
    ...(newKey && !isRequest(answers.csr) ? { csr: 'certrequest.csr_unreadable' } : {}),
    ...(answers.note.trim() === ''
      ? { note: action === 'renew' ? 'certrequest.evidence_missing' : 'certaction.note_missing' }
      : {}),
  } as Faults;
}

function wishOf(action: CertificateActionName, { reason, note, key, csr }: Answers): CertificateWish {
  if (action === 'suspend') return { action };
  return {
    action,
    note: note.trim(),
    ...(action === 'revoke' ? { reason } : {}),
    ...(action === 'renew' && key === 'new' ? { csr } : {}),
  };
}

function consequenceOf(action: CertificateActionName, own: boolean, reason: string): TextKey {
  if (action === 'renew') return 'certaction.renew.then';
  if (action === 'suspend') return 'certaction.suspend.then';
  if (action === 'reinstate') return own ? 'certaction.reinstate.then_own' : 'certaction.reinstate.then';
  if (own) return 'certaction.revoke.then_own';
  return reason === 'keyCompromise' ? 'certaction.revoke.then_now' : 'certaction.revoke.then';
}

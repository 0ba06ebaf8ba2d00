import { type ReactNode, useState } from 'react';
import { useI18n } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { RadioGroup } from '../../ui/choices.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { focusField } from '../../ui/error-summary.tsx';
import { TextArea } from '../../ui/text-field.tsx';
import type { CertificateRequest, RequestDecision } from './api.ts';
import { useProfileLabel } from './names.tsx';
import { actionKey, type OfficerAction } from './request-decision.tsx';
import { useRequestSubject } from './request-facts.tsx';
import { StampConsequence } from './stamp-consequence.tsx';

const methods = ['in-person', 'digital-id', 'video', 'documents'] as const;

export interface DecisionDialogProps {
  readonly action: OfficerAction;
  readonly request: CertificateRequest;
  readonly pending: boolean;
  readonly onCancel: () => void;
  readonly onConfirm: (decision: RequestDecision) => void;
}

/** Asks for what a decision needs: the first officer how the identity was proven, a refusal why; and names what will happen. */
export function DecisionDialog(props: DecisionDialogProps): ReactNode {
  const { t } = useI18n();
  const { action, request } = props;
  const [method, setMethod] = useState('');
  const [text, setText] = useState('');
  const [tried, setTried] = useState(false);
  const subject = useRequestSubject()(request);
  const profile = useProfileLabel()(request.profile);
  const proves = action === 'approve' && request.officers.length === 0 && request.kind !== 'reinstatement';
  const writes = proves || action !== 'approve';
  const label = t(actionKey(request, action));
  const confirm = (): void => {
    setTried(true);
    if (proves && method === '') focusField('decision-method');
    else if (writes && text.trim() === '') focusField('decision-text');
    else if (action !== 'approve') props.onConfirm({ action, note: text.trim() });
    else props.onConfirm({ action, ...(proves ? { proofing: { method, statement: text.trim() } } : {}) });
  };
  return (
    <Dialog
      open
      title={t('regist.ask', { action: label, subject })}
      onClose={props.onCancel}
      actions={
        <>
          <Button tone={action === 'reject' ? 'danger' : 'primary'} pending={props.pending} onClick={confirm}>
            {label}
          </Button>
          <Button onClick={props.onCancel}>{t('ui.cancel')}</Button>
        </>
      }
    >
      <div className="stack stretch">
        <p>{t(consequenceOf(request, action), { profile, subject })}</p>
        {action === 'approve' && request.kind === 'revocation' && (
          <StampConsequence profile={request.profile} reason={request.details.reason} />
        )}
        {proves && (
          <RadioGroup
            id="decision-method"
            label={t('regist.proofing')}
            value={method}
            onChange={setMethod}
            choices={methods.map((value) => ({ value, label: t(`regist.method.${value}`) }))}
            error={tried && method === '' ? t('regist.method_missing') : undefined}
          />
        )}
        {writes && (
          <TextArea
            id="decision-text"
            label={t(proves ? 'regist.statement' : 'officer.reason')}
            hint={t(proves ? 'regist.statement_hint' : 'officer.reason_hint')}
            value={text}
            onChange={setText}
            maxLength={4000}
            spellCheck
            error={
              tried && text.trim() === ''
                ? t(proves ? 'regist.statement_missing' : 'officer.reason_missing')
                : undefined
            }
          />
        )}
      </div>
    </Dialog>
  );
}

function consequenceOf(request: CertificateRequest, action: OfficerAction) {
  if (action === 'reject') {
    return request.state === 'confirmation' ? 'regist.then.unconfirmed' : 'regist.then.reject';
  }
  if (action === 'ask-correction') return 'regist.then.correction';
  if (request.state === 'confirmation') return 'regist.then.confirm';
  if (request.officers.length === 0) return 'regist.then.first';
  if (request.kind === 'revocation') return 'regist.then.revoke';
  if (request.kind === 'reinstatement') return 'regist.then.reinstate';
  return request.kind === 'certificate' ? 'regist.then.issue' : 'regist.then.authority';
}

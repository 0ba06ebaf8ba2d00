import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { type AllowedAction, ApiProblem, type Application, hasRole, licensing, useAccount } from '../../api/index.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { TextArea, TextField } from '../../ui/text-field.tsx';
import { ActionFailure } from '../failure.tsx';
import { useAction } from './use-application.ts';

/** Actions that end something for good and are therefore asked about even when they need no words. */
const irreversible = new Set(['approve']);

const needsReceipt = (action: AllowedAction): boolean => action.action === 'record-payment';

/** What the officer may do with the case now; a reason or a confirmation is asked for in a dialog that names the case. */
export function Decision(props: { application: Application }): ReactNode {
  const { t, pick } = useI18n();
  const { application } = props;
  const [chosen, setChosen] = useState<AllowedAction>();
  const [done, setDone] = useState<string>();
  const [reason, setReason] = useState('');
  const action = useAction(application);
  const actions = application.allowedActions.filter((one) => one.action !== 'withdraw' && one.action !== 'pay');
  const run = (one: AllowedAction, receiptNumber?: string): void => {
    action.mutate(
      {
        action: one.action,
        ...(one.needsReason ? { reason: reason.trim() } : {}),
        ...(receiptNumber ? { receiptNumber } : {}),
      },
      {
        onSuccess: () => {
          setReason('');
          setDone(pick(one.label));
        },
        onSettled: () => setChosen(undefined),
      },
    );
  };
  const begin = (one: AllowedAction): void => {
    setDone(undefined);
    const ask = one.needsReason || needsReceipt(one) || one.tone === 'danger' || irreversible.has(one.action);
    if (ask) setChosen(one);
    else run(one);
  };
  return (
    <section className="stack stretch" aria-labelledby="decide">
      <h2 id="decide" className={done ? 'visually-hidden' : ''}>
        {t('officer.decide')}
      </h2>
      {done && <Done label={done} application={application} />}
      <Refusal problem={action.error} />
      <SameOfficer application={application} />
      {actions.length > 0 ? (
        <div className="row">
          {actions.map((one) => (
            <Button
              key={one.action}
              tone={one.tone === 'neutral' ? 'secondary' : one.tone}
              pending={action.isPending && action.variables?.action === one.action}
              onClick={() => begin(one)}
            >
              {pick(one.label)}
            </Button>
          ))}
        </div>
      ) : (
        !done && <p className="soft">{t('officer.nothing_to_decide')}</p>
      )}
      {chosen && (
        <AskDialog
          action={chosen}
          application={application}
          reason={reason}
          onReason={setReason}
          pending={action.isPending}
          onCancel={() => setChosen(undefined)}
          onConfirm={(receipt) => run(chosen, receipt)}
        />
      )}
    </section>
  );
}

interface AskProps {
  readonly action: AllowedAction;
  readonly application: Application;
  readonly reason: string;
  readonly onReason: (reason: string) => void;
  readonly pending: boolean;
  readonly onCancel: () => void;
  readonly onConfirm: (receiptNumber?: string) => void;
}

function AskDialog(props: AskProps): ReactNode {
  const { t, pick } = useI18n();
  const { action, application, reason } = props;
  const [receipt, setReceipt] = useState('');
  const [tried, setTried] = useState(false);
  const missing = (action.needsReason && reason.trim() === '') || (needsReceipt(action) && receipt.trim() === '');
  const label = pick(action.label);
  const confirm = (): void => {
    setTried(true);
    if (missing)
      document
        .getElementById(action.needsReason ? 'decision-reason' : 'decision-receipt')
        ?.querySelector<HTMLElement>('input, textarea')
        ?.focus();
    else props.onConfirm(needsReceipt(action) ? receipt.trim() : undefined);
  };
  return (
    <Dialog
      open
      title={t('officer.confirm_title', { action: label, reference: application.reference })}
      onClose={props.onCancel}
      actions={
        <>
          <Button tone={action.tone === 'danger' ? 'danger' : 'primary'} pending={props.pending} onClick={confirm}>
            {label}
          </Button>
          <Button onClick={props.onCancel}>{t('ui.cancel')}</Button>
        </>
      }
    >
      <div className="stack stretch">
        <p>
          {pick(application.applicant.displayName)} · {pick(application.service.title)}
        </p>
        {(action.tone === 'danger' || irreversible.has(action.action)) && <p>{t('officer.confirm_final')}</p>}
        {action.needsReason && (
          <TextArea
            id="decision-reason"
            label={t('officer.reason')}
            hint={t('officer.reason_hint')}
            value={reason}
            onChange={props.onReason}
            maxLength={2000}
            spellCheck
            error={tried && reason.trim() === '' ? t('officer.reason_missing') : undefined}
          />
        )}
        {needsReceipt(action) && (
          <TextField
            id="decision-receipt"
            label={t('officer.receipt')}
            value={receipt}
            onChange={setReceipt}
            maxLength={40}
            error={tried && receipt.trim() === '' ? t('officer.receipt_missing') : undefined}
          />
        )}
      </div>
    </Dialog>
  );
}

/** Says that it is done and offers the next case, so that two hundred of them need no way back to the list. */
function Done(props: { label: string; application: Application }): ReactNode {
  const { t } = useI18n();
  const { id, reference } = props.application;
  const box = useRef<HTMLDivElement>(null);
  const next = useQuery({
    queryKey: ['applications', 'next-after', id, props.application.version],
    queryFn: ({ signal }) => licensing.list({ scope: 'queue', limit: 5 }, signal),
    gcTime: 0,
  });
  const other = next.data?.items.find((one) => one.id !== id);
  useEffect(() => {
    // The button that was pressed is gone, and the focus with it; whoever has gone on since then keeps the focus.
    const free = document.activeElement === null || document.activeElement === document.body;
    if (next.data && free) box.current?.querySelector('a')?.focus();
  }, [next.data]);
  return (
    <div ref={box}>
      <Notice
        tone="success"
        live
        title={t('officer.done', { action: props.label, reference })}
        actions={
          <>
            {other && (
              <ButtonLink tone="primary" to="/officer/cases/$id" params={{ id: other.id }}>
                {t('officer.next_case', { reference: other.reference })}
              </ButtonLink>
            )}
            <ButtonLink to="/officer/queue">{t('officer.to_queue')}</ButtonLink>
          </>
        }
      />
    </div>
  );
}

function Refusal(props: { problem: unknown }): ReactNode {
  const { t } = useI18n();
  const { problem } = props;
  if (problem instanceof ApiProblem && problem.status === 412) {
    return (
      <Notice tone="warning" live title={t('officer.stale_title')}>
        {t('officer.stale_text')}
      </Notice>
    );
  }
  if (problem instanceof ApiProblem && problem.code === 'cases.same_officer') {
    return (
      <Notice tone="warning" live title={t('officer.same_officer_title')}>
        {t('officer.same_officer_text')}
      </Notice>
    );
  }
  return <ActionFailure problem={problem} />;
}

/** Explains why an approver finds no way to approve: the same person recommended the case. */
function SameOfficer(props: { application: Application }): ReactNode {
  const { t } = useI18n();
  const account = useAccount();
  const { state, allowedActions } = props.application;
  const barred =
    state === 'decision' && hasRole(account, 'approver') && !allowedActions.some((one) => one.action === 'approve');
  if (!barred) return null;
  return (
    <Notice tone="warning" title={t('officer.same_officer_title')}>
      {t('officer.same_officer_text')}
    </Notice>
  );
}

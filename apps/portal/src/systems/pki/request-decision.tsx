import { type ReactNode, useState } from 'react';
import { type Account, ApiProblem, hasRole, useAccount } from '../../api/index.ts';
import type { TextKey } from '../../i18n/index.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button, ButtonLink, type ButtonTone } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { ActionFailure } from '../failure.tsx';
import type { CertificateRequest, RequestDecision as Decision, RequestAction } from './api.ts';
import { DecisionDialog } from './decision-dialog.tsx';
import { useDecision } from './use-decision.ts';

/** What an officer decides; the rest belongs to the applicant. */
export type OfficerAction = 'approve' | 'ask-correction' | 'reject';

const order: readonly { readonly action: OfficerAction; readonly tone: ButtonTone }[] = [
  { action: 'approve', tone: 'primary' },
  { action: 'ask-correction', tone: 'secondary' },
  { action: 'reject', tone: 'danger' },
];

/** The text of an action at this point: the first approval and the second do different things. */
export function actionKey(request: CertificateRequest, action: OfficerAction): TextKey {
  if (action !== 'approve') return `regist.action.${action}`;
  if (request.state === 'confirmation') return 'regist.action.confirm';
  return request.officers.length === 0 ? 'regist.action.first' : 'regist.action.second';
}

function doneKey(request: CertificateRequest, action: OfficerAction): TextKey {
  const key = actionKey(request, action);
  return key === 'regist.action.second' && request.kind === 'revocation'
    ? 'regist.revoked_done'
    : (`${key}_done` as TextKey);
}

/** What the officer may do with the request now, or in clear words why nothing. */
export function RequestDecision(props: { request: CertificateRequest }): ReactNode {
  const { t } = useI18n();
  const { request } = props;
  const account = useAccount();
  const decide = useDecision(request);
  const [chosen, setChosen] = useState<OfficerAction>();
  const [done, setDone] = useState<TextKey>();
  const open = order.filter(({ action }) => (request.allowedActions as readonly RequestAction[]).includes(action));
  const run = (decision: Decision): void => {
    decide.mutate(decision, {
      onSuccess: () => {
        if (chosen) setDone(doneKey(request, chosen));
      },
      onSettled: () => setChosen(undefined),
    });
  };
  return (
    <section className="stack stretch" aria-labelledby="decide">
      <h2 id="decide" className={done ? 'visually-hidden' : ''}>
        {t('officer.decide')}
      </h2>
      {done && <Done text={done} request={request} />}
      <Refusal problem={decide.error} />
      {open.length === 0 && !done && <WhyNot request={request} account={account} />}
      {open.length > 0 && (
        <div className="row no-print">
          {open.map(({ action, tone }) => (
            <Button
              key={action}
              tone={tone}
              onClick={() => {
                setDone(undefined);
                setChosen(action);
              }}
            >
              {t(actionKey(request, action))}
            </Button>
          ))}
        </div>
      )}
      {chosen && (
        <DecisionDialog
          action={chosen}
          request={request}
          pending={decide.isPending}
          onCancel={() => setChosen(undefined)}
          onConfirm={run}
        />
      )}
    </section>
  );
}

/** Which sentence explains why the reader cannot decide. */
export function barrierOf(request: CertificateRequest, account: Account | undefined): TextKey {
  const waiting = ['submitted', 'first-approved', 'confirmation'].includes(request.state);
  if (!waiting) return request.state === 'correction' ? 'regist.barred.correction' : 'regist.barred.decided';
  const [first] = request.officers;
  if (first && first.accountId === account?.id) return 'regist.barred.same_officer';
  if (request.applicant.accountId === account?.id) return 'regist.barred.own';
  return hasRole(account, 'registrar', 'ca-operator') ? 'regist.barred.role' : 'regist.barred.reader';
}

function WhyNot(props: { request: CertificateRequest; account: Account | undefined }): ReactNode {
  const { t } = useI18n();
  const key = barrierOf(props.request, props.account);
  if (key === 'regist.barred.decided' || key === 'regist.barred.correction') return <p className="soft">{t(key)}</p>;
  return (
    <Notice tone="info" title={t('regist.barred')}>
      {t(key)}
    </Notice>
  );
}

function Done(props: { text: TextKey; request: CertificateRequest }): ReactNode {
  const { t } = useI18n();
  const { request } = props;
  const serial = request.result ?? request.target;
  return (
    <Notice
      tone="success"
      live
      title={t(props.text)}
      actions={
        <>
          <ButtonLink tone="primary" to="/officer/certificate-requests">
            {t('regist.to_requests')}
          </ButtonLink>
          {serial && (
            <ButtonLink to="/officer/certificates/$authority/$serial" params={{ authority: request.authority, serial }}>
              {t('regist.open_certificate')}
            </ButtonLink>
          )}
        </>
      }
    />
  );
}

function Refusal(props: { problem: unknown }): ReactNode {
  const { t } = useI18n();
  const { problem } = props;
  if (problem instanceof ApiProblem && (problem.status === 412 || problem.code === 'pki.request_changed')) {
    return (
      <Notice tone="warning" live title={t('regist.stale')}>
        {t('regist.stale_text')}
      </Notice>
    );
  }
  return <ActionFailure problem={problem} />;
}

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { ApiProblem, hasRole, useAccount } from '../../api/index.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { type Certificate, type CertificateOutcome, type CertificateWish, pki, pkiQueries } from './api.ts';
import { CertificateDialog } from './certificate-dialog.tsx';

export type CertificateActionName = CertificateWish['action'];

export interface CertificateActionsProps {
  readonly certificate: Certificate;
  readonly own: boolean;
  readonly side: 'officer' | 'holder';
}

/** What may be asked for in each state; the server decides for itself. */
export function possibleActions(
  { status, profile }: Pick<Certificate, 'status' | 'profile'>,
  who: { readonly own: boolean; readonly officer: boolean },
): CertificateActionName[] {
  if (!who.own && !who.officer) return [];
  const renewal: CertificateActionName[] = who.own ? ['renew'] : [];
  // A CA is not suspended but revoked.
  const suspension: CertificateActionName[] = ['root', 'subordinate-ca', 'issuing-ca'].includes(profile)
    ? []
    : ['suspend'];
  if (status === 'suspended') return ['reinstate', 'revoke'];
  if (status === 'valid' || status === 'not-yet-valid') return [...renewal, ...suspension, 'revoke'];
  return status === 'expired' ? renewal : [];
}

/** Suspend, reinstate, revoke, renew; what came of it is said, and leads to the request when another officer decides. */
export function CertificateActions(props: CertificateActionsProps): ReactNode {
  const { t } = useI18n();
  const { certificate, own, side } = props;
  const account = useAccount();
  const client = useQueryClient();
  const [chosen, setChosen] = useState<CertificateActionName>();
  const [outcome, setOutcome] = useState<{ readonly action: CertificateActionName; readonly is: CertificateOutcome }>();
  const one = pkiQueries.certificate(certificate.authority, certificate.serial).queryKey;
  const act = useMutation({
    mutationFn: (wish: CertificateWish) => pki.act(certificate.authority, certificate.serial, wish),
    onSuccess: async (is, { action }) => {
      setOutcome({ action, is });
      setChosen(undefined);
      await client.invalidateQueries({ queryKey: ['pki'] });
    },
    onError: async (problem) => {
      if (problem instanceof ApiProblem && problem.status === 409) await client.invalidateQueries({ queryKey: one });
    },
  });
  const officer = side === 'officer' && hasRole(account, 'registrar', 'ca-operator');
  const actions = possibleActions(certificate, { own, officer });
  if (actions.length === 0 && !outcome) return null;
  return (
    <section className="stack stretch no-print" aria-labelledby="actions">
      <h2 id="actions">{t('regist.certificate_actions')}</h2>
      {outcome && <Outcome action={outcome.action} outcome={outcome.is} side={side} />}
      <div className="row">
        {actions.map((action) => (
          <Button
            key={action}
            tone={action === 'revoke' ? 'danger' : 'secondary'}
            onClick={() => {
              act.reset();
              setOutcome(undefined);
              setChosen(action);
            }}
          >
            {t(`certaction.${action}`)}
          </Button>
        ))}
      </div>
      {chosen && (
        <CertificateDialog
          action={chosen}
          certificate={certificate}
          own={own}
          pending={act.isPending}
          problem={act.error}
          onCancel={() => setChosen(undefined)}
          onConfirm={(wish) => act.mutate(wish)}
        />
      )}
    </section>
  );
}

function Outcome(props: {
  action: CertificateActionName;
  outcome: CertificateOutcome;
  side: 'officer' | 'holder';
}): ReactNode {
  const { t } = useI18n();
  const { action, outcome, side } = props;
  const { request, done } = outcome;
  const to = side === 'officer' ? '/officer/certificate-requests/$id' : '/certificates/requests/$id';
  return (
    <Notice
      tone="success"
      live
      title={t(done ? `certaction.${action}.done` : `certaction.${action}.asked`)}
      actions={
        request && (
          <ButtonLink to={to} params={{ id: request.id }}>
            {t('regist.open_request')}
          </ButtonLink>
        )
      }
    >
      {done && request ? t('certaction.confirm_later') : undefined}
    </Notice>
  );
}

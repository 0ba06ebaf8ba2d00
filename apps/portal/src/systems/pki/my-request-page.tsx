import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { TextKey } from '../../i18n/index.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { Notice, type NoticeTone } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { ActionFailure } from '../failure.tsx';
import { Loaded } from '../loaded.tsx';
import { RoleGate } from '../role-gate.tsx';
import { type CertificateRequest, pkiQueries, type RequestState } from './api.ts';
import { RequestFacts, RequestHistory, RequestTag, useRequestSubject } from './request-facts.tsx';
import { useDecision } from './use-decision.ts';

const route = getRouteApi('/certificates/requests/$id');
const moving: ReadonlySet<RequestState> = new Set(['submitted', 'first-approved', 'approved', 'ceremony']);

/** An own request: where it stands, what to do next, and what came of it. */
export function MyRequestPage(): ReactNode {
  const { t } = useI18n();
  const { id } = route.useParams();
  const query = useQuery({
    ...pkiQueries.request(id),
    refetchInterval: ({ state }) => (state.data && moving.has(state.data.state) ? 5_000 : false),
  });
  const subject = useRequestSubject();
  const request = query.data;
  return (
    <Page
      title={request ? subject(request) : t('regist.request')}
      kicker={request && t(`regist.kind.${request.kind}`)}
      aside={request && <RequestTag request={request} />}
      back={{ to: '/certificates', label: t('nav.certificates') }}
    >
      <RoleGate>
        <Loaded query={query} lines={8} missing={{ title: t('request.missing'), text: t('request.missing_text') }}>
          {(data) => <Body request={data} />}
        </Loaded>
      </RoleGate>
    </Page>
  );
}

const tones: Partial<Record<RequestState, NoticeTone>> = {
  issued: 'success',
  done: 'success',
  correction: 'warning',
  rejected: 'danger',
};

function Body(props: { request: CertificateRequest }): ReactNode {
  const { t } = useI18n();
  const { request } = props;
  const { state, note, result, authority, allowedActions } = request;
  return (
    <div className="stack stack-wide stretch">
      <Notice
        tone={tones[state] ?? 'info'}
        title={t(`mycert.next.${state}` satisfies TextKey)}
        actions={
          <>
            {result && (
              <ButtonLink tone="primary" to="/certificates/$authority/$serial" params={{ authority, serial: result }}>
                {t('mycert.open')}
              </ButtonLink>
            )}
            {allowedActions.includes('correct') && (
              <ButtonLink tone="primary" to="/certificates/requests/$id/correct" params={{ id: request.id }}>
                {t('mycert.correct')}
              </ButtonLink>
            )}
          </>
        }
      >
        {note ? t('request.reason_is', { reason: note }) : undefined}
      </Notice>
      <section className="stack stretch" aria-labelledby="application">
        <h2 id="application">{t('regist.application')}</h2>
        <RequestFacts request={request} />
      </section>
      <RequestHistory request={request} />
      {allowedActions.includes('withdraw') && <Withdraw request={request} />}
    </div>
  );
}

function Withdraw(props: { request: CertificateRequest }): ReactNode {
  const { t } = useI18n();
  const [asked, setAsked] = useState(false);
  const decide = useDecision(props.request);
  const subject = useRequestSubject()(props.request);
  return (
    <div className="stack no-print">
      <ActionFailure problem={decide.error} />
      <Button tone="danger" onClick={() => setAsked(true)}>
        {t('mycert.withdraw')}
      </Button>
      <ConfirmDialog
        open={asked}
        title={t('regist.ask', { action: t('mycert.withdraw'), subject })}
        confirmLabel={t('mycert.withdraw')}
        pending={decide.isPending}
        onCancel={() => setAsked(false)}
        onConfirm={() => decide.mutate({ action: 'withdraw' }, { onSettled: () => setAsked(false) })}
      >
        {t('request.withdraw_text')}
      </ConfirmDialog>
    </div>
  );
}

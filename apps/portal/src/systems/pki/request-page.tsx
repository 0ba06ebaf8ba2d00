import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useI18n } from '../../i18n/language.tsx';
import { Page } from '../../ui/page.tsx';
import { Loaded } from '../loaded.tsx';
import { type CertificateRequest, pkiQueries } from './api.ts';
import { RegistrarsOnly } from './registrars-only.tsx';
import { RequestDecision } from './request-decision.tsx';
import {
  RequestChecks,
  RequestFacts,
  RequestFile,
  RequestHistory,
  RequestTag,
  useRequestSubject,
} from './request-facts.tsx';

const route = getRouteApi('/officer/certificate-requests/$id');

/** One request for the officer who decides: what is asked for on one side, checks and history on the other, the decision on top. */
export function RequestPage(): ReactNode {
  const { t } = useI18n();
  const { id } = route.useParams();
  const query = useQuery({
    ...pkiQueries.request(id),
    // Issuing goes on behind the scenes after the second approval.
    refetchInterval: ({ state }) => (state.data?.state === 'approved' ? 1_000 : false),
  });
  const subject = useRequestSubject();
  const request = query.data;
  return (
    <Page
      title={request ? subject(request) : t('regist.request')}
      kicker={request && t(`regist.kind.${request.kind}`)}
      aside={request && <RequestTag request={request} />}
      back={{ to: '/officer/certificate-requests', label: t('regist.to_requests') }}
      width="wide"
    >
      <RegistrarsOnly>
        <Loaded
          query={query}
          lines={10}
          missing={{ title: t('request.missing'), text: t('regist.missing_text') }}
          roles={t('regist.roles')}
        >
          {(data) => <Body request={data} />}
        </Loaded>
      </RegistrarsOnly>
    </Page>
  );
}

function Body(props: { request: CertificateRequest }): ReactNode {
  const { t } = useI18n();
  const { request } = props;
  return (
    <div className="stack stack-wide stretch">
      <RequestDecision key={request.id} request={request} />
      <div className="two-columns">
        <div className="stack stack-wide stretch">
          <section className="stack stretch" aria-labelledby="application">
            <h2 id="application">{t('regist.application')}</h2>
            <RequestFacts request={request} officer />
          </section>
          <RequestFile request={request} />
        </div>
        <div className="stack stack-wide stretch">
          <RequestChecks request={request} />
          <RequestHistory request={request} />
        </div>
      </div>
    </div>
  );
}

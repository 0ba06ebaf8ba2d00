import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ApiProblem } from '../../api/index.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Loaded } from '../loaded.tsx';
import { RoleGate } from '../role-gate.tsx';
import { type CertificateRequest, type NewRequest, type Profile, pki, pkiQueries } from './api.ts';
import { textOfName, useProfileLabel } from './names.tsx';
import { emptyDraft, type RequestDraft } from './request-draft.ts';
import { RequestForm } from './request-form.tsx';

const correctRoute = getRouteApi('/certificates/requests/$id/correct');

/** Applies for a certificate. */
export function NewRequestPage(): ReactNode {
  const { t } = useI18n();
  const profiles = useQuery(pkiQueries.profiles());
  const send = useSend((request) => pki.submit(request));
  return (
    <Page
      title={t('certrequest.title')}
      lead={t('certrequest.lead')}
      back={{ to: '/certificates', label: t('nav.certificates') }}
    >
      <RoleGate>
        <Loaded query={profiles} lines={8}>
          {(data) => (
            <RequestForm
              profiles={data}
              start={emptyDraft}
              pending={send.isPending}
              problem={send.error}
              onSubmit={(request) => send.mutate(request)}
            />
          )}
        </Loaded>
      </RoleGate>
    </Page>
  );
}

/** Corrects an application that an officer sent back. */
export function CorrectRequestPage(): ReactNode {
  const { t } = useI18n();
  const { id } = correctRoute.useParams();
  const profiles = useQuery(pkiQueries.profiles());
  const request = useQuery(pkiQueries.request(id));
  const csr = useQuery({ ...pkiQueries.csr(id, request.data?.version ?? 0), enabled: request.data !== undefined });
  const data =
    profiles.data && request.data && csr.data
      ? { profiles: profiles.data, request: request.data, csr: new TextDecoder().decode(csr.data) }
      : undefined;
  const query = {
    data,
    error: profiles.error ?? request.error ?? csr.error,
    refetch: () => Promise.all([profiles.refetch(), request.refetch(), csr.refetch()]),
  };
  return (
    <Page
      title={t('mycert.correct')}
      back={{ to: '/certificates/requests/$id', params: { id }, label: t('regist.request') }}
    >
      <RoleGate>
        <Loaded query={query} lines={8} missing={{ title: t('request.missing'), text: t('request.missing_text') }}>
          {(loaded) => <Correction {...loaded} />}
        </Loaded>
      </RoleGate>
    </Page>
  );
}

function Correction(props: { profiles: readonly Profile[]; request: CertificateRequest; csr: string }): ReactNode {
  const { t } = useI18n();
  const { request, profiles, csr } = props;
  const profile = useProfileLabel()(request.profile);
  const send = useSend((next) => pki.correct(request.id, request.version, next));
  if (!request.allowedActions.includes('correct')) {
    return <Notice title={t('step.locked_title')}>{t('mycert.not_correctable')}</Notice>;
  }
  const stale = send.error instanceof ApiProblem && send.error.status === 412;
  const start: RequestDraft = {
    profile: request.profile ?? '',
    csr,
    subject: request.subject ?? {},
    names: request.alternativeNames.map(textOfName).join('\n'),
    evidence: request.evidence,
  };
  return (
    <div className="stack stack-wide stretch">
      {request.note && (
        <Notice tone="warning" title={t('mycert.next.correction')}>
          {t('request.reason_is', { reason: request.note })}
        </Notice>
      )}
      <p>
        {t('pkipage.profile')}: <b>{profile}</b>
      </p>
      {stale && (
        <Notice tone="warning" live title={t('regist.stale')}>
          {t('regist.stale_text')}
        </Notice>
      )}
      <RequestForm
        profiles={profiles}
        start={start}
        fixedProfile
        pending={send.isPending}
        problem={stale ? undefined : send.error}
        onSubmit={(next) => send.mutate(next)}
      />
    </div>
  );
}

function useSend(send: (request: NewRequest) => Promise<CertificateRequest>) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: send,
    onSuccess: async (request) => {
      client.setQueryData(pkiQueries.request(request.id).queryKey, request);
      await client.invalidateQueries({ queryKey: ['pki', 'requests', 'list'] });
      await navigate({ to: '/certificates/requests/$id', params: { id: request.id } });
    },
  });
}

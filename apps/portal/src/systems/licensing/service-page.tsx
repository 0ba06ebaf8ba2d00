import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import {
  type Application,
  hasRole,
  keepApplication,
  licensing,
  type PublicService,
  queries,
  useAccount,
} from '../../api/index.ts';
import { formatMoney } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { SummaryList } from '../../ui/lists.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { ActionFailure } from '../failure.tsx';
import { Loaded } from '../loaded.tsx';

const route = getRouteApi('/services/$id');

/** What a service is, what it takes, and the way into it. */
export function ServicePage(): ReactNode {
  const { t, pick } = useI18n();
  const { id } = route.useParams();
  const service = useQuery(queries.service(id));
  const title = service.data ? pick(service.data.title) : t('request.choose_service');
  const kicker = service.data && t('service.for_whom', { agency: pick(service.data.agency.name) });
  return (
    <Page title={title} kicker={kicker} lead={service.data && pick(service.data.summary)}>
      <Loaded query={service} lines={8} missing={{ title: t('service.missing'), text: t('service.missing_text') }}>
        {(found) => <ServiceBody service={found} />}
      </Loaded>
    </Page>
  );
}

function ServiceBody(props: { service: PublicService }): ReactNode {
  const { t, language } = useI18n();
  const { service } = props;
  const fee = feeOf(service);
  const price = fee === undefined ? t('service.no_fee') : formatMoney(fee, language);
  return (
    <div className="stack stack-wide stretch">
      <section className="stack stretch" aria-labelledby="facts">
        <h2 id="facts">{t('service.facts')}</h2>
        <SummaryList
          rows={[
            { key: 'fee', label: t('service.fee'), value: price },
            { key: 'time', label: t('service.time'), value: t('service.days', { days: service.decisionDays }) },
            { key: 'result', label: t('service.result'), value: t('service.result_text') },
          ]}
        />
      </section>
      <section className="stack" aria-labelledby="need">
        <h2 id="need">{t('service.need')}</h2>
        <Needs service={service} />
        <p className="soft">{t('service.questions', { count: service.form.steps.length })}</p>
      </section>
      <section className="stack" aria-labelledby="steps">
        <h2 id="steps">{t('service.steps')}</h2>
        <ol>
          <li>{t('service.step_fill')}</li>
          {fee !== undefined && <li>{t('service.step_pay', { fee: price })}</li>}
          <li>{t('service.step_check')}</li>
          <li>{t('service.step_decide')}</li>
          <li>{t('service.step_issue')}</li>
        </ol>
      </section>
      <Start service={service} />
    </div>
  );
}

function Needs(props: { service: PublicService }): ReactNode {
  const { t, pick } = useI18n();
  const fields = props.service.form.steps.flatMap((step) => step.fields);
  const has = (kind: string): boolean => fields.some((field) => field.kind === kind);
  return (
    <ul>
      {has('thaiNationalId') && <li>{t('service.need_national_id')}</li>}
      {has('juristicPersonNumber') && <li>{t('service.need_juristic_id')}</li>}
      {fields
        .filter((field) => field.kind === 'attachment')
        .map((field) => {
          const label = t('service.need_file', { label: pick(field.label) });
          const always = field.required && field.showIf === undefined;
          return <li key={field.id}>{always ? label : t('service.need_if_asked', { label })}</li>;
        })}
    </ul>
  );
}

/** The fee when it is the same for everybody; a fee that depends on answers is not told here. */
function feeOf(service: PublicService): number | undefined {
  const amounts = service.fees.map((fee) => fee.amount);
  const fixed = amounts.filter((amount): amount is number => typeof amount === 'number');
  return fixed.length > 0 ? fixed.reduce((sum, amount) => sum + amount, 0) : undefined;
}

function Start(props: { service: PublicService }): ReactNode {
  const { t } = useI18n();
  const account = useAccount();
  const { id } = props.service;
  if (!account) {
    return (
      <ButtonLink tone="primary" to="/sign-in" search={{ return: `/services/${id}` }}>
        {t('service.sign_in_to_start')}
      </ButtonLink>
    );
  }
  if (!hasRole(account, 'citizen')) return <Notice>{t('service.officers_do_not_apply')}</Notice>;
  return <StartAsCitizen serviceId={id} />;
}

function StartAsCitizen(props: { serviceId: string }): ReactNode {
  const { t } = useI18n();
  const navigate = useNavigate();
  const client = useQueryClient();
  const mine = useInfiniteQuery(queries.applications({ scope: 'mine' }));
  const begin = useMutation({
    mutationFn: () => licensing.start(props.serviceId),
    onSuccess: async (application: Application) => {
      await keepApplication(client, application);
      await navigate({ to: '/applications/$id', params: { id: application.id } });
    },
  });
  const drafts = mine.data?.pages.flatMap((page) => page.items) ?? [];
  const draft = drafts.find((one) => one.state === 'draft' && one.service.id === props.serviceId);
  return (
    <div className="stack">
      <ActionFailure problem={begin.error} />
      <div className="row">
        {draft && (
          <ButtonLink tone="primary" to="/applications/$id" params={{ id: draft.id }}>
            {t('service.continue_draft', { reference: draft.reference })}
          </ButtonLink>
        )}
        <Button tone={draft ? 'secondary' : 'primary'} pending={begin.isPending} onClick={() => begin.mutate()}>
          {t(draft ? 'service.start_another' : 'service.start')}
        </Button>
      </div>
    </div>
  );
}

import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type Application, useSession } from '../../api/index.ts';
import { formatMoney } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { SummaryList } from '../../ui/lists.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { ActionFailure } from '../failure.tsx';
import { Loaded } from '../loaded.tsx';
import { amountDue, isPaid } from './case-parts.tsx';
import { useAction, useApplication } from './use-application.ts';

const route = getRouteApi('/applications/$id/pay');

/** What is to be paid, and paying it. */
export function PayPage(): ReactNode {
  const { t, pick } = useI18n();
  const { id } = route.useParams();
  const query = useApplication(id);
  return (
    <Page
      title={t('pay.title')}
      kicker={query.data && pick(query.data.service.title)}
      back={{ to: '/applications/$id', params: { id }, label: t('request.to_request') }}
    >
      <Loaded query={query} missing={{ title: t('request.missing'), text: t('request.missing_text') }}>
        {(application) => <PayBody application={application} />}
      </Loaded>
    </Page>
  );
}

function PayBody(props: { application: Application }): ReactNode {
  const { t, pick, language } = useI18n();
  const navigate = useNavigate();
  const session = useSession();
  const { application } = props;
  const action = useAction(application);
  const total = formatMoney(amountDue(application), language);
  if (application.state !== 'payment') {
    return (
      <Notice
        tone="success"
        title={t('pay.nothing_due')}
        actions={
          <ButtonLink to="/applications/$id" params={{ id: application.id }}>
            {t('request.to_request')}
          </ButtonLink>
        }
      />
    );
  }
  const rows = application.fees
    .filter((fee) => !isPaid(fee))
    .map((fee) => ({ key: fee.code, label: pick(fee.label), value: formatMoney(fee.amount.value, language) }));
  const done = (): void => void navigate({ to: '/applications/$id/done', params: { id: application.id } });
  const online = application.allowedActions.some((one) => one.action === 'pay');
  const demo = session.status === 'signed-in' && session.demo;
  return (
    <div className="stack stretch">
      <SummaryList
        rows={[
          { key: 'reference', label: t('request.reference'), value: application.reference },
          ...rows,
          { key: 'total', label: t('pay.total'), value: <b>{total}</b> },
        ]}
      />
      {demo && (
        <Notice tone="warning" title={t('pay.demo_title')}>
          {t('pay.demo_text')}
        </Notice>
      )}
      {!online && <Notice title={t('pay.offline_title')}>{t('pay.offline_text')}</Notice>}
      <ActionFailure problem={action.error} />
      <div className="row">
        {online && (
          <Button
            tone="primary"
            pending={action.isPending}
            onClick={() => action.mutate({ action: 'pay' }, { onSuccess: done })}
          >
            {t(demo ? 'pay.demo_now' : 'pay.now', { amount: total })}
          </Button>
        )}
        <ButtonLink tone="quiet" to="/applications/$id" params={{ id: application.id }}>
          {t('pay.later')}
        </ButtonLink>
      </div>
    </div>
  );
}

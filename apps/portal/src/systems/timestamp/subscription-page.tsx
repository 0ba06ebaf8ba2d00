import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { hasRole, useAccount } from '../../api/index.ts';
import { formatDateTime, formatNumber } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { SummaryList, type SummaryRow } from '../../ui/lists.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Progress } from '../../ui/progress.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { Loaded } from '../loaded.tsx';
import { RoleGate } from '../role-gate.tsx';
import { type Subscriber, timestampQueries } from './api.ts';
import { SubscriberTerms } from './subscriber-terms.tsx';
import { stateTones } from './subscriber-words.ts';
import { SubscriptionKeys } from './subscription-keys.tsx';
import { SubscriptionUsage } from './subscription-usage.tsx';

const route = getRouteApi('/subscriptions/$id');

/** One subscription: how it stands, its keys, what it used; officers decide on it here. */
export function SubscriptionPage(): ReactNode {
  const { t } = useI18n();
  const { id } = route.useParams();
  const query = useQuery(timestampQueries.subscriber(id));
  const officer = hasRole(useAccount(), 'timestamp-officer', 'auditor');
  const back = officer
    ? { to: '/officer/subscribers', label: t('stampsub.all') }
    : { to: '/subscriptions', label: t('stampsub.mine') };
  const found = query.data;
  return (
    <Page
      title={found?.name ?? t('stampsub.one')}
      back={back}
      width="wide"
      aside={found && <StatusTag tone={stateTones[found.state]}>{t(`stampsub.state.${found.state}`)}</StatusTag>}
    >
      <RoleGate>
        <Loaded query={query} missing={{ title: t('stampsub.missing'), text: t('stampsub.missing_text') }}>
          {(subscriber) => <Subscription subscriber={subscriber} />}
        </Loaded>
      </RoleGate>
    </Page>
  );
}

function Subscription(props: { subscriber: Subscriber }): ReactNode {
  const { t } = useI18n();
  const { subscriber } = props;
  const officer = hasRole(useAccount(), 'timestamp-officer');
  const { state, mine } = subscriber;
  return (
    <div className="stack stack-wide stretch">
      {mine && state !== 'active' && (
        <Notice tone={state === 'requested' ? 'info' : 'warning'} title={t(`stampsub.notice.${state}`)}>
          {t(`stampsub.notice.${state}_text`)}
        </Notice>
      )}
      <Facts subscriber={subscriber} />
      {officer && <SubscriberTerms key={subscriber.version} subscriber={subscriber} />}
      {state !== 'requested' && <SubscriptionKeys subscriber={subscriber} />}
      {state !== 'requested' && <SubscriptionUsage subscriber={subscriber} />}
    </div>
  );
}

function Facts(props: { subscriber: Subscriber }): ReactNode {
  const { t, language } = useI18n();
  const { subscriber } = props;
  const { used = { day: 0, month: 0 } } = subscriber;
  const rows: SummaryRow[] = [
    { key: 'contact', label: t('stampsub.contact'), value: subscriber.contact },
    { key: 'purpose', label: t('stampsub.purpose'), value: subscriber.purpose },
    {
      key: 'policies',
      label: t('stampsub.policies'),
      value: subscriber.policies.length > 0 ? subscriber.policies.join(', ') : t('stampsub.all_policies'),
    },
    {
      key: 'day',
      label: t('stampsub.today'),
      value: <Used used={used.day} limit={subscriber.perDay} what={t('stampsub.today')} />,
    },
    {
      key: 'month',
      label: t('stampsub.this_month'),
      value: <Used used={used.month} limit={subscriber.perMonth} what={t('stampsub.this_month')} />,
    },
    {
      key: 'second',
      label: t('stampsub.per_second'),
      value: subscriber.perSecond === null ? t('stampsub.unlimited') : formatNumber(subscriber.perSecond, language),
    },
    { key: 'since', label: t('stampsub.since'), value: formatDateTime(subscriber.createdAt, language) },
  ];
  return <SummaryList title={subscriber.name} rows={rows} />;
}

function Used(props: { used: number; limit: number | null; what: string }): ReactNode {
  const { t, language } = useI18n();
  const { used, limit, what } = props;
  const count = formatNumber(used, language);
  if (limit === null) return t('stampsub.used', { count });
  const detail = t('stampsub.used_of', { count, limit: formatNumber(limit, language) });
  return <Progress label={what} hideLabel value={Math.min(1, used / limit)} detail={detail} />;
}

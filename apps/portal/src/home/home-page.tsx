import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { queries } from '../api/queries.ts';
import type { ServiceSummary } from '../api/types.ts';
import { hasRole, useSession } from '../api/use-session.ts';
import { formatMoney, type TextKey, useI18n } from '../i18n/index.ts';
import { Button, ButtonLink, Notice, Page, Seal, Skeleton } from '../ui/frame.ts';

import './home.css';

/** What this is, what can be done here, and the shortest way to it. */
export function HomePage(): ReactNode {
  const { t } = useI18n();
  return (
    <Page title={t('home.title')} lead={t('home.lead')} width="wide">
      <div className="home-columns">
        <div className="home-side">
          <Services />
          <Continue />
        </div>
        <VerifyCard />
      </div>
      <HowItWorks />
    </Page>
  );
}

function Services(): ReactNode {
  const { t } = useI18n();
  const { data, isError, refetch } = useQuery(queries.services());
  return (
    <section className="home-services" aria-labelledby="services">
      <h2 id="services">{t('home.services')}</h2>
      {isError && (
        <Notice tone="warning" actions={<Button onClick={() => void refetch()}>{t('ui.retry')}</Button>}>
          {t('home.servicesFailed')}
        </Notice>
      )}
      {!data && !isError && <Skeleton lines={4} />}
      {data?.length === 0 && <p className="soft">{t('home.servicesEmpty')}</p>}
      {data && data.length > 0 && (
        // biome-ignore lint/a11y/noRedundantRoles: Safari drops the list role when the bullets are styled away
        <ul role="list" className="home-list">
          {data.map((service) => (
            <ServiceEntry key={service.id} service={service} />
          ))}
        </ul>
      )}
    </section>
  );
}

function ServiceEntry(props: { service: ServiceSummary }): ReactNode {
  const { t, pick, language } = useI18n();
  const { service } = props;
  const fee = service.fee.amount === 0 ? t('home.free') : formatMoney(service.fee.amount, language);
  return (
    <li className="service">
      <p className="small soft">{pick(service.agency.name)}</p>
      <h3>
        <Link to={'/services/$id'} params={{ id: service.id }} className="service-link">
          {pick(service.title)}
        </Link>
      </h3>
      <p>{pick(service.summary)}</p>
      <dl className="service-facts">
        <div>
          <dt>{t('home.serviceFee')}</dt>
          <dd>{fee}</dd>
        </div>
        <div>
          <dt>{t('home.serviceDays')}</dt>
          <dd>{t('home.days', { count: service.decisionDays })}</dd>
        </div>
      </dl>
    </li>
  );
}

function VerifyCard(): ReactNode {
  const { t } = useI18n();
  return (
    <section className="home-verify card" aria-labelledby="verify">
      <Seal size="large" />
      <h2 id="verify">{t('home.checkTitle')}</h2>
      <p>{t('home.checkText')}</p>
      <ButtonLink tone="primary" to="/validate">
        {t('home.checkAction')}
      </ButtonLink>
    </section>
  );
}

function Continue(): ReactNode {
  const { t } = useI18n();
  const state = useSession();
  if (state.status === 'signed-in') {
    const officer = hasRole(state.account, 'officer', 'approver', 'auditor', 'operator');
    if (!officer && hasRole(state.account, 'registrar', 'ca-operator')) {
      return <ButtonLink to="/officer/certificate-requests">{t('home.officer')}</ButtonLink>;
    }
    if (!officer && hasRole(state.account, 'timestamp-officer')) {
      return <ButtonLink to="/officer/subscribers">{t('home.officer')}</ButtonLink>;
    }
    return (
      <ButtonLink to={officer ? '/officer/queue' : '/applications'}>
        {t(officer ? 'home.officer' : 'home.continue')}
      </ButtonLink>
    );
  }
  return (
    <section className="home-sign-in" aria-labelledby="sign-in">
      <h2 id="sign-in">{t('home.signInTitle')}</h2>
      <p>{t('home.signInText')}</p>
      <ButtonLink to="/sign-in">{t('shell.signIn')}</ButtonLink>
    </section>
  );
}

const steps: readonly (readonly [TextKey, TextKey])[] = [
  ['home.how1', 'home.how1Text'],
  ['home.how2', 'home.how2Text'],
  ['home.how3', 'home.how3Text'],
  ['home.how4', 'home.how4Text'],
];

function HowItWorks(): ReactNode {
  const { t } = useI18n();
  return (
    <section className="home-how" aria-labelledby="how">
      <h2 id="how">{t('home.howTitle')}</h2>
      {/* biome-ignore lint/a11y/noRedundantRoles: Safari drops the list role when the bullets are styled away */}
      <ol role="list" className="how-steps">
        {steps.map(([title, text], index) => (
          <li key={title}>
            <span className="how-number" aria-hidden="true">
              {index + 1}
            </span>
            <h3>{t(title)}</h3>
            <p className="soft">{t(text)}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}

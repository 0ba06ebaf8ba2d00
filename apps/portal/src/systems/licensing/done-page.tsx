import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Application } from '../../api/index.ts';
import { formatDate, formatMoney } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Loaded } from '../loaded.tsx';
import { amountDue } from './case-parts.tsx';
import { useApplication } from './use-application.ts';

const route = getRouteApi('/applications/$id/done');

/** The end of applying: that it arrived, its reference, what happens next and by when. */
export function DonePage(): ReactNode {
  const { t, pick } = useI18n();
  const { id } = route.useParams();
  const query = useApplication(id);
  return (
    <Page title={t('done.title')} kicker={query.data && pick(query.data.service.title)}>
      <Loaded query={query} missing={{ title: t('request.missing'), text: t('request.missing_text') }}>
        {(application) => <DoneBody application={application} />}
      </Loaded>
    </Page>
  );
}

function DoneBody(props: { application: Application }): ReactNode {
  const { t, language } = useI18n();
  const { application } = props;
  const unpaid = application.state === 'payment';
  return (
    <div className="stack stack-wide stretch">
      <Notice tone="success" title={t('request.reference_is', { reference: application.reference })}>
        {t('done.keep_reference')}
      </Notice>
      <section className="stack" aria-labelledby="next">
        <h2 id="next">{t('request.next')}</h2>
        {unpaid && <p>{t('done.unpaid')}</p>}
        <ol>
          <li>{t('done.next_1')}</li>
          <li>{t('done.next_2')}</li>
          <li>{t('done.next_3')}</li>
        </ol>
        {application.dueAt && !unpaid && (
          <p>{t('done.by', { when: formatDate(application.dueAt, language, 'long') })}</p>
        )}
      </section>
      <div className="row">
        {unpaid && (
          <ButtonLink tone="primary" to="/applications/$id/pay" params={{ id: application.id }}>
            {t('request.pay_now', { amount: formatMoney(amountDue(application), language) })}
          </ButtonLink>
        )}
        <ButtonLink tone={unpaid ? 'secondary' : 'primary'} to="/applications/$id" params={{ id: application.id }}>
          {t('done.follow')}
        </ButtonLink>
      </div>
    </div>
  );
}

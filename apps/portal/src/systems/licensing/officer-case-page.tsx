import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Application, PublicService } from '../../api/index.ts';
import { useI18n } from '../../i18n/language.tsx';
import { SummaryList } from '../../ui/lists.tsx';
import { Page } from '../../ui/page.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { Loaded } from '../loaded.tsx';
import { Answers } from './answers.tsx';
import { Attachments } from './attachments.tsx';
import { Due, Fees, History } from './case-parts.tsx';
import { Decision } from './decision.tsx';
import { OfficersOnly } from './officers-only.tsx';
import { useCase } from './use-application.ts';

const route = getRouteApi('/officer/cases/$id');

/** One case for the officer who decides it: the application on one side, its evidence on the other, the decision on top. */
export function OfficerCasePage(): ReactNode {
  const { t, pick } = useI18n();
  const { id } = route.useParams();
  const query = useCase(id);
  const application = query.data?.application;
  return (
    <Page
      title={application ? t('request.reference_is', { reference: application.reference }) : t('officer.case')}
      kicker={application && pick(application.service.title)}
      aside={application && <StatusTag tone={application.tone}>{pick(application.stateLabel)}</StatusTag>}
      back={{ to: '/officer/queue', label: t('officer.to_queue') }}
      width="wide"
    >
      <OfficersOnly>
        <Loaded
          query={query}
          lines={10}
          missing={{ title: t('request.missing'), text: t('officer.case_missing_text') }}
          roles={t('officer.roles')}
        >
          {(data) => <CaseBody {...data} />}
        </Loaded>
      </OfficersOnly>
    </Page>
  );
}

function CaseBody(props: { application: Application; service: PublicService }): ReactNode {
  const { t, pick } = useI18n();
  const { application, service } = props;
  const rows = [
    { key: 'applicant', label: t('officer.applicant'), value: pick(application.applicant.displayName) },
    { key: 'due', label: t('request.due_label'), value: <Due application={application} /> },
  ];
  return (
    <div className="stack stack-wide stretch">
      <Decision key={application.id} application={application} />
      <div className="two-columns">
        <section className="stack stretch" aria-labelledby="application">
          <h2 id="application">{t('officer.application')}</h2>
          <SummaryList rows={rows} />
          <Answers service={service} application={application} withoutFiles />
        </section>
        <div className="stack stack-wide stretch">
          <Attachments service={service} application={application} />
          <Fees application={application} />
          <History application={application} />
        </div>
      </div>
    </div>
  );
}

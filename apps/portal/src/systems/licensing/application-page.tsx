import { getRouteApi } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { Application, PublicService } from '../../api/index.ts';
import { formatMoney } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';
import { type Task, TaskList } from '../../ui/lists.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { StatusTag } from '../../ui/status-tag.tsx';
import { useToast } from '../../ui/toast.tsx';
import { ActionFailure } from '../failure.tsx';
import { Loaded } from '../loaded.tsx';
import { Answers } from './answers.tsx';
import { amountDue, DueText, Fees, History } from './case-parts.tsx';
import { isEditable, latestReason, nextStepKey } from './next-step.ts';
import { bangkokToday, stepStates } from './tasks.ts';
import { useAction, useCase } from './use-application.ts';

const route = getRouteApi('/applications/$id');

/** One application as its applicant sees it: where it stands, what to do next, and all that happened. */
export function ApplicationPage(): ReactNode {
  const { t, pick } = useI18n();
  const { id } = route.useParams();
  const query = useCase(id);
  const application = query.data?.application;
  return (
    <Page
      title={application ? pick(application.service.title) : t('request.one')}
      kicker={application && t('request.reference_is', { reference: application.reference })}
      aside={application && <StatusTag tone={application.tone}>{pick(application.stateLabel)}</StatusTag>}
      back={{ to: '/applications', label: t('request.to_mine') }}
    >
      <Loaded query={query} lines={8} missing={{ title: t('request.missing'), text: t('request.missing_text') }}>
        {(data) => <ApplicationBody {...data} />}
      </Loaded>
    </Page>
  );
}

function ApplicationBody(props: { application: Application; service: PublicService }): ReactNode {
  const { t } = useI18n();
  const { application, service } = props;
  const editable = isEditable(application);
  return (
    <div className="stack stack-wide stretch">
      <NextStep application={application} />
      {editable && <Tasks application={application} service={service} />}
      <Fees application={application} />
      <History application={application} />
      {!editable && (
        <Disclosure label={t('request.your_answers')}>
          <Answers service={service} application={application} level={2} />
        </Disclosure>
      )}
      <Withdraw application={application} />
    </div>
  );
}

function NextStep(props: { application: Application }): ReactNode {
  const { t, language } = useI18n();
  const { application } = props;
  const key = nextStepKey(application);
  const reason =
    application.state === 'draft' || application.tone === 'refused' ? latestReason(application) : undefined;
  const due = amountDue(application);
  const actions = (
    <>
      {application.state === 'payment' && (
        <ButtonLink tone="primary" to="/applications/$id/pay" params={{ id: application.id }}>
          {t('request.pay_now', { amount: formatMoney(due, language) })}
        </ButtonLink>
      )}
      {application.licence && (
        <ButtonLink tone="primary" to="/licences/$id" params={{ id: application.licence.id }}>
          {t('request.view_licence')}
        </ButtonLink>
      )}
    </>
  );
  const tone =
    application.tone === 'refused' || key === 'request.next_returned'
      ? 'warning'
      : application.tone === 'done'
        ? 'success'
        : 'info';
  return (
    <Notice
      tone={tone}
      title={t('request.next')}
      actions={application.state === 'payment' || application.licence ? actions : undefined}
    >
      <p>{t(key)}</p>
      {reason && <p>{t('request.reason_is', { reason })}</p>}
      <DueText application={application} />
    </Notice>
  );
}

const tones = { complete: 'done', started: 'waiting', empty: 'neutral' } as const;

function Tasks(props: { application: Application; service: PublicService }): ReactNode {
  const { t, pick } = useI18n();
  const { application, service } = props;
  const states = stepStates(service, application.data, application.attachments, bangkokToday());
  const done = states.filter((state) => state.status === 'complete').length;
  const ready = done === states.length;
  const next = states.find((state) => state.status !== 'complete');
  const tasks = states.map((state): Task => {
    const step = service.form.steps.find((one) => one.id === state.id);
    return {
      key: state.id,
      label: pick(step?.title),
      to: '/applications/$id/steps/$step',
      params: { id: application.id, step: state.id },
      status: { tone: tones[state.status], label: t(`request.task_${state.status}`) },
    };
  });
  const check: Task = {
    key: 'check',
    label: t('request.check_answers'),
    status: ready
      ? { tone: 'neutral', label: t('request.task_ready') }
      : { tone: 'neutral', label: t('request.check_locked') },
    ...(ready ? { to: '/applications/$id/check', params: { id: application.id } } : {}),
  };
  return (
    <section className="stack stretch" aria-labelledby="tasks">
      <h2 id="tasks">{t('request.tasks')}</h2>
      <p className="soft">{t('request.tasks_done', { done, total: states.length })}</p>
      <TaskList tasks={[...tasks, check]} />
      <div>
        {next ? (
          <ButtonLink tone="primary" to="/applications/$id/steps/$step" params={{ id: application.id, step: next.id }}>
            {t(done === 0 && next.status === 'empty' ? 'request.begin' : 'request.continue')}
          </ButtonLink>
        ) : (
          <ButtonLink tone="primary" to="/applications/$id/check" params={{ id: application.id }}>
            {t('request.check_answers')}
          </ButtonLink>
        )}
      </div>
    </section>
  );
}

function Withdraw(props: { application: Application }): ReactNode {
  const { t, pick } = useI18n();
  const [asking, setAsking] = useState(false);
  const toast = useToast();
  const action = useAction(props.application);
  const allowed = props.application.allowedActions.find((one) => one.action === 'withdraw');
  if (!allowed) return null;
  const label = pick(allowed.label);
  const { reference } = props.application;
  return (
    <div className="stack">
      <ActionFailure problem={action.error} />
      <Button tone="quiet" icon="cross" onClick={() => setAsking(true)}>
        {label}
      </Button>
      <ConfirmDialog
        open={asking}
        title={t('request.withdraw_title', { action: label, reference })}
        confirmLabel={label}
        pending={action.isPending}
        onCancel={() => setAsking(false)}
        onConfirm={() =>
          action.mutate(
            { action: 'withdraw' },
            { onSuccess: () => toast({ text: t('request.withdrawn') }), onSettled: () => setAsking(false) },
          )
        }
      >
        {t('request.withdraw_text')}
      </ConfirmDialog>
    </div>
  );
}

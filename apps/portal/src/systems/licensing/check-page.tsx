import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { ApiProblem, type Application, type PublicService } from '../../api/index.ts';
import { formatMoney } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { ActionFailure } from '../failure.tsx';
import { Loaded } from '../loaded.tsx';
import { Answers } from './answers.tsx';
import { amountDue } from './case-parts.tsx';
import { isEditable } from './next-step.ts';
import { bangkokToday, type StepState, stepStates } from './tasks.ts';
import { useAction, useCase } from './use-application.ts';

const route = getRouteApi('/applications/$id/check');

/** Everything that was answered on one page, with a way back to each, and then the one button that submits. */
export function CheckPage(): ReactNode {
  const { t, pick } = useI18n();
  const { id } = route.useParams();
  const query = useCase(id);
  return (
    <Page
      title={t('check.title')}
      kicker={query.data && pick(query.data.application.service.title)}
      back={{ to: '/applications/$id', params: { id }, label: t('request.to_request') }}
    >
      <Loaded query={query} lines={8} missing={{ title: t('request.missing'), text: t('request.missing_text') }}>
        {({ application, service }) =>
          isEditable(application) ? (
            <CheckBody application={application} service={service} />
          ) : (
            <Notice title={t('step.locked_title')}>{t('step.locked_text')}</Notice>
          )
        }
      </Loaded>
    </Page>
  );
}

function CheckBody(props: { application: Application; service: PublicService }): ReactNode {
  const { t, language } = useI18n();
  const navigate = useNavigate();
  const { application, service } = props;
  const action = useAction(application);
  const [tried, setTried] = useState(false);
  const open = stepStates(service, application.data, application.attachments, bangkokToday()).filter(
    (state) => state.status !== 'complete',
  );
  const due = amountDue(application);
  const submit = (): void => {
    setTried(true);
    if (open.length > 0) return;
    action.mutate(
      { action: 'submit' },
      {
        onSuccess: (next) =>
          void navigate({
            to: next.state === 'payment' ? '/applications/$id/pay' : '/applications/$id/done',
            params: { id: next.id },
          }),
      },
    );
  };
  const refused = action.error instanceof ApiProblem && action.error.status === 412;
  return (
    <div className="stack stack-wide stretch">
      {(tried || open.length > 0) && <Problems open={open} application={application} service={service} />}
      <Answers service={service} application={application} editable level={2} />
      <div className="stack">
        {due > 0 && <p>{t('check.then_pay', { amount: formatMoney(due, language) })}</p>}
        {refused ? (
          <Notice tone="warning" live title={t('step.conflict_title')}>
            {t('check.changed_elsewhere')}
          </Notice>
        ) : (
          <ActionFailure problem={action.error} />
        )}
        <Button tone="primary" pending={action.isPending} onClick={submit}>
          {t('check.submit')}
        </Button>
      </div>
    </div>
  );
}

function Problems(props: { open: readonly StepState[]; application: Application; service: PublicService }): ReactNode {
  const { t, pick } = useI18n();
  if (props.open.length === 0) return null;
  return (
    <Notice tone="warning" title={t('check.problems')}>
      <ul>
        {props.open.map((state) => {
          const step = props.service.form.steps.find((one) => one.id === state.id);
          return (
            <li key={state.id}>
              <ButtonLink
                tone="quiet"
                to="/applications/$id/steps/$step"
                params={{ id: props.application.id, step: state.id }}
              >
                {t('check.complete_step', { step: pick(step?.title) })}
              </ButtonLink>
            </li>
          );
        })}
      </ul>
    </Notice>
  );
}

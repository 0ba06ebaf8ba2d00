import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useLocation, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { ApiProblem, type Application, keepApplication, licensing, type PublicService } from '../../api/index.ts';
import { StepForm } from '../../form/index.ts';
import { keepInput } from '../../form/kept-input.ts';
import { formatTime } from '../../i18n/format.ts';
import { useI18n } from '../../i18n/language.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { focusField } from '../../ui/error-summary.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { ActionFailure, useExplain } from '../failure.tsx';
import { Loaded } from '../loaded.tsx';
import { createDraft, type Draft } from './draft.ts';
import { isEditable } from './next-step.ts';
import { placeLoader } from './places.ts';
import type { SaveState } from './saver.ts';
import { bangkokToday, formOf, type StepState, stepStates } from './tasks.ts';
import { useCase } from './use-application.ts';

const route = getRouteApi('/applications/$id/steps/$step');

/** One part of the application on one page; what is typed is stored by itself. */
export function StepPage(): ReactNode {
  const { t, pick } = useI18n();
  const { id, step } = route.useParams();
  const query = useCase(id);
  const steps = query.data?.service.form.steps ?? [];
  const at = steps.findIndex((one) => one.id === step);
  const found = steps[at];
  return (
    <Page
      title={found ? pick(found.title) : t('request.tasks')}
      kicker={found && t('step.of', { step: at + 1, total: steps.length })}
      back={{ to: '/applications/$id', params: { id }, label: t('request.to_request') }}
    >
      <Loaded query={query} lines={8} missing={{ title: t('request.missing'), text: t('request.missing_text') }}>
        {({ application, service }) => {
          if (!found) return <Notice tone="warning">{t('step.unknown')}</Notice>;
          if (!isEditable(application)) return <Locked id={id} />;
          return <Step key={step} application={application} service={service} stepId={step} />;
        }}
      </Loaded>
    </Page>
  );
}

function Locked(props: { id: string }): ReactNode {
  const { t } = useI18n();
  const back = (
    <ButtonLink to="/applications/$id" params={{ id: props.id }}>
      {t('request.to_request')}
    </ButtonLink>
  );
  return (
    <Notice title={t('step.locked_title')} actions={back}>
      {t('step.locked_text')}
    </Notice>
  );
}

interface StepProps {
  readonly application: Application;
  readonly service: PublicService;
  readonly stepId: string;
}

/** The answers of the application being filled in, with their keeping; one per visit of a step. */
function useDraft(application: Application): Draft {
  const client = useQueryClient();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the draft follows the versions that it makes by itself
  const draft = useMemo(
    () => createDraft(application, (next) => void keepApplication(client, next)),
    [application.id, client],
  );
  useEffect(() => () => void draft.leave(), [draft]);
  return draft;
}

function Step(props: StepProps): ReactNode {
  const { application, service, stepId } = props;
  const client = useQueryClient();
  const navigate = useNavigate();
  const draft = useDraft(application);
  const saving = useSyncExternalStore(draft.saver.subscribe, draft.saver.state);
  const explain = useExplain();
  const places = useMemo(() => placeLoader(client), [client]);
  const [round, setRound] = useState(0);
  const [refusal, setRefusal] = useState<unknown>();
  const [pending, setPending] = useState(false);
  const today = bangkokToday();
  useFieldOfAddress();
  const submit = async (values: Readonly<Record<string, unknown>>): Promise<void> => {
    setPending(true);
    setRefusal(undefined);
    try {
      const stored = await draft.store(values as Application['data']);
      const next = afterStep(stepStates(service, stored.data, stored.attachments, today), stepId);
      if (next) await navigate({ to: '/applications/$id/steps/$step', params: { id: stored.id, step: next } });
      else await navigate({ to: '/applications/$id/check', params: { id: stored.id } });
    } catch (problem) {
      setRefusal(problem);
    } finally {
      setPending(false);
    }
  };
  const settle = async (choice: 'mine' | 'theirs'): Promise<void> => {
    await draft.settle(choice);
    setRefusal(undefined);
    if (choice === 'theirs') {
      keepInput(sessionStorage, application.id, {});
      setRound((count) => count + 1);
    }
  };
  const fields = refusal instanceof ApiProblem ? refusal.errors : [];
  return (
    <div className="stack stretch">
      {saving.status === 'conflict' ? (
        <Conflict onChoose={(choice) => void settle(choice)} />
      ) : (
        fields.length === 0 && <ActionFailure problem={refusal} />
      )}
      <StepForm
        key={round}
        definition={formOf(service)}
        stepId={stepId}
        values={application.data}
        attachments={application.attachments}
        today={today}
        places={places}
        files={{
          attach: (field, file, options) => draft.attach(field, file, options),
          detach: (attachment) => draft.detach(attachment),
          href: (attachment) => licensing.attachmentUrl(application.id, attachment),
          explain,
        }}
        storageKey={application.id}
        serverErrors={fields}
        pending={pending}
        status={<Saving state={saving} />}
        onChange={(values) => draft.saver.change(values as Application['data'])}
        onSubmit={(values) => void submit(values)}
      />
    </div>
  );
}

/** Where to go from a step: the next that is not complete, then any that is not; nowhere when all are. */
export function afterStep(states: readonly StepState[], current: string): string | undefined {
  const open = states.filter((state) => state.status !== 'complete' && state.id !== current);
  const at = states.findIndex((state) => state.id === current);
  const later = open.find((state) => states.indexOf(state) > at);
  return (later ?? open[0])?.id;
}

/** A link to a single field (from "check your answers") puts the cursor there. */
function useFieldOfAddress(): void {
  const hash = useLocation({ select: (location) => location.hash });
  useEffect(() => {
    if (hash) focusField(hash);
  }, [hash]);
}

function Saving(props: { state: SaveState }): ReactNode {
  const { t, language } = useI18n();
  const { state } = props;
  const said =
    state.status === 'failed'
      ? t('form.saveFailed')
      : state.savedAt
        ? t('form.saved', { time: formatTime(state.savedAt, language) })
        : '';
  return (
    <span className="soft small" role="status">
      {state.status === 'conflict' ? '' : said}
    </span>
  );
}

function Conflict(props: { onChoose: (choice: 'mine' | 'theirs') => void }): ReactNode {
  const { t } = useI18n();
  const actions = (
    <>
      <Button tone="primary" onClick={() => props.onChoose('mine')}>
        {t('step.conflict_mine')}
      </Button>
      <Button onClick={() => props.onChoose('theirs')}>{t('step.conflict_theirs')}</Button>
    </>
  );
  return (
    <Notice tone="warning" live title={t('step.conflict_title')} actions={actions}>
      {t('step.conflict_text')}
    </Notice>
  );
}

import { type Field, type ServiceDefinition, visibleFields } from '@tra/cases';
import { type FormEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useI18n } from '../i18n/language.tsx';
import type { PlaceLoader } from '../ui/address-field.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorSummary } from '../ui/error-summary.tsx';
import { Notice } from '../ui/notice.tsx';
import { type Attached, type AttachmentActions, AttachmentInput } from './attachment-input.tsx';
import { FieldInput } from './field-input.tsx';
import {
  describeErrors,
  type FormValues,
  fromServer,
  type ShownError,
  soundValues,
  stepErrors,
} from './form-errors.ts';
import { keepInput, keptInput, unsavedValues } from './kept-input.ts';

export interface StepFormProps {
  readonly definition: ServiceDefinition;
  readonly stepId: string;
  /** What the server holds, all steps. */
  readonly values: FormValues;
  readonly attachments: readonly Attached[];
  /** Today in Bangkok, YYYY-MM-DD. */
  readonly today: string;
  readonly places: PlaceLoader;
  readonly files: AttachmentActions;
  /** Names the form in this tab's storage, for example the id of the application. */
  readonly storageKey: string;
  /** Field problems of the last refused request. */
  readonly serverErrors?: readonly { readonly pointer: string; readonly code: string; readonly message: string }[];
  readonly pending?: boolean;
  /** Beside the button: "saved at 14.05". */
  readonly status?: ReactNode;
  readonly submitLabel?: string;
  /** At each change, with the values that are sound enough to be stored as a draft. */
  readonly onChange: (values: FormValues) => void;
  /** When the step is complete and right. */
  readonly onSubmit: (values: FormValues) => void;
}

interface Typed {
  readonly values: FormValues;
  readonly restored: boolean;
}

function keyOf(props: StepFormProps): string {
  return `${props.storageKey}/${props.stepId}`;
}

function startWith(props: StepFormProps, fields: readonly Field[]): Typed {
  const ids = fields.map((field) => field.id);
  const kept = unsavedValues(keptInput(sessionStorage, keyOf(props), ids), props.values);
  return { values: { ...props.values, ...kept }, restored: Object.keys(kept).length > 0 };
}

/** One page of a form: fields that appear as answers ask for them, errors said in full, nothing typed ever lost. */
export function StepForm(props: StepFormProps): ReactNode {
  const i18n = useI18n();
  const { definition } = props;
  const step = definition.form.steps.find((candidate) => candidate.id === props.stepId);
  const fields = step?.fields ?? [];
  const [typed, setTyped] = useState(() => startWith(props, fields));
  const [attempt, setAttempt] = useState(0);
  const { values } = typed;

  const shown = useMemo(() => {
    const visible = new Set(visibleFields(definition, values as Parameters<typeof visibleFields>[1]));
    return fields.filter((field) => visible.has(field));
  }, [definition, values, fields]);
  const found = useMemo(
    () => stepErrors(definition, shown, values, { attachments: props.attachments, today: props.today }),
    [definition, shown, values, props.attachments, props.today],
  );
  const own = attempt > 0 ? describeErrors(found, shown, i18n) : [];
  const errors = own.length > 0 ? own : fromServer(props.serverErrors ?? [], shown);
  const focusAttempt = useAttempts(attempt, props.serverErrors);

  const key = keyOf(props);
  useEffect(() => {
    keepInput(sessionStorage, key, unsavedValues(values, props.values));
  }, [values, props.values, key]);

  const change = (id: string, value: unknown): void => {
    const next = { ...values, [id]: value };
    setTyped((before) => ({ ...before, values: next }));
    props.onChange(soundValues(definition, next, props.today));
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setAttempt((count) => count + 1);
    if (found.length === 0 && !props.pending) props.onSubmit(soundValues(definition, values, props.today));
  };
  return (
    <form className="stack stretch" noValidate onSubmit={submit}>
      <ErrorSummary errors={errors} attempt={focusAttempt} />
      {typed.restored && <Notice>{i18n.t('form.restored')}</Notice>}
      {step?.description && <p>{i18n.pick(step.description)}</p>}
      {shown.map((field) => (
        <StepField key={field.id} {...props} field={field} value={values[field.id]} errors={errors} change={change} />
      ))}
      <div className="row">
        <Button type="submit" tone="primary" pending={props.pending ?? false}>
          {props.submitLabel ?? i18n.t('form.save')}
        </Button>
        {props.status}
      </div>
    </form>
  );
}

interface StepFieldProps extends StepFormProps {
  readonly field: Field;
  readonly value: unknown;
  readonly errors: readonly ShownError[];
  readonly change: (id: string, value: unknown) => void;
}

function StepField(props: StepFieldProps): ReactNode {
  const { field } = props;
  const errors = props.errors.filter((error) => error.field === field.id);
  if (field.kind === 'attachment') {
    const attached = props.attachments.filter((attachment) => attachment.field === field.id);
    return <AttachmentInput field={field} attached={attached} errors={errors} actions={props.files} />;
  }
  return (
    <FieldInput
      field={field}
      value={props.value}
      errors={errors}
      places={props.places}
      onChange={(value) => props.change(field.id, value)}
    />
  );
}

/** Counts the submits and the refusals by the server: each time the summary takes focus. */
function useAttempts(attempt: number, serverErrors: StepFormProps['serverErrors']): number {
  const refusals = useRef({ last: serverErrors, count: 0 });
  if (refusals.current.last !== serverErrors) {
    const count = refusals.current.count + (serverErrors && serverErrors.length > 0 ? 1 : 0);
    refusals.current = { last: serverErrors, count };
  }
  return attempt + refusals.current.count;
}

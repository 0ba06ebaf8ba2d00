import { type FieldError, type FormAttachment, type ServiceDefinition, validateForm, visibleFields } from '@tra/cases';
import type { FormValues, PublicService } from '../../api/types.ts';

export interface StepState {
  readonly id: string;
  readonly status: 'complete' | 'started' | 'empty';
  readonly errors: readonly FieldError[];
}

/** The engine reads nothing but the form of a definition when it checks answers; the public part has all of that. */
export function formOf(service: PublicService): ServiceDefinition {
  return service as PublicService & ServiceDefinition;
}

/** How far each step of a form is, by the same rules as the server's; steps without a question to show are left out. */
export function stepStates(
  service: PublicService,
  data: FormValues,
  attachments: readonly FormAttachment[],
  today: string,
): StepState[] {
  const definition = formOf(service);
  const errors = validateForm(definition, data, { partial: false, attachments, today });
  const visible = new Set(visibleFields(definition, data).map((field) => field.id));
  const given = new Set([...Object.keys(data), ...attachments.map((attachment) => attachment.field)]);
  return service.form.steps.flatMap((step): StepState[] => {
    const fields = step.fields.filter((field) => visible.has(field.id));
    if (fields.length === 0) return [];
    const ids = new Set(fields.map((field) => field.id));
    const own = errors.filter((error) => ids.has(error.field));
    const started = fields.some((field) => given.has(field.id));
    return [
      {
        id: step.id,
        status: own.length === 0 && started ? 'complete' : started ? 'started' : statusOfUntouched(own),
        errors: own,
      },
    ];
  });
}

/** A step that nobody opened is empty, unless all of it is optional. */
function statusOfUntouched(errors: readonly FieldError[]): 'complete' | 'empty' {
  return errors.length === 0 ? 'complete' : 'empty';
}

/** Today in Bangkok as the engine wants it. */
export function bangkokToday(now: Date = new Date()): string {
  return new Date(now.getTime() + 7 * 3_600_000).toISOString().slice(0, 10);
}

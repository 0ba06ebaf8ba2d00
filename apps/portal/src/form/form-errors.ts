import { type Field, type FieldError, type FormAttachment, type ServiceDefinition, validateForm } from '@tra/cases';
import { formatMoney } from '../i18n/format.ts';
import type { I18n } from '../i18n/language.tsx';
import type { SummaryError } from '../ui/error-summary.tsx';

export type FormValues = Readonly<Record<string, unknown>>;

/** A field in error, ready to be shown: `part` names the part of an address. */
export interface ShownError extends SummaryError {
  readonly field: string;
  readonly part?: string;
}

/** Id in the page of a field, or of a part of it. */
export function fieldElementId(field: string, part?: string): string {
  return part ? `field-${field}-${part}` : `field-${field}`;
}

/** What the rules of the definition say about the fields of one step; hidden fields are never in error. */
export function stepErrors(
  definition: ServiceDefinition,
  fields: readonly Field[],
  values: FormValues,
  options: { readonly attachments: readonly FormAttachment[]; readonly today: string },
): FieldError[] {
  const own = new Set(fields.map((field) => field.id));
  return validateForm(definition, values, { partial: false, ...options }).filter((error) => own.has(error.field));
}

/** The values that may be stored as they are; input that is not finished yet stays in the page and in session storage. */
export function soundValues(definition: ServiceDefinition, values: FormValues, today: string): FormValues {
  const unsound = new Set(validateForm(definition, values, { partial: true, today }).map((error) => error.field));
  return Object.fromEntries(Object.entries(values).filter(([id, value]) => !unsound.has(id) && value !== undefined));
}

/** One line per error in the reader's language; two errors at the same place are shown once. */
export function describeErrors(errors: readonly FieldError[], fields: readonly Field[], i18n: I18n): ShownError[] {
  const byId = new Map(fields.map((field) => [field.id, field]));
  const shown = new Map<string, ShownError>();
  for (const error of errors) {
    const part = partOf(error, byId.get(error.field));
    const id = fieldElementId(error.field, part);
    if (shown.has(id)) continue;
    const label = i18n.pick(byId.get(error.field)?.label);
    const message = i18n.tc(error.code, { label, ...readableParams(error, i18n) });
    shown.set(id, { id, field: error.field, message, ...(part ? { part } : {}) });
  }
  return [...shown.values()];
}

function partOf(error: FieldError, field: Field | undefined): string | undefined {
  if (field?.kind !== 'address') return undefined;
  // A missing address as a whole is told at its first box.
  return error.pointer.split('/')[2] ?? 'line';
}

function readableParams(error: FieldError, i18n: I18n): Record<string, string | number> {
  const money = error.code.startsWith('cases.money');
  const entries = Object.entries(error.params).map(([name, value]): [string, string | number] => {
    if (money && typeof value === 'number') return [name, formatMoney(value, i18n.language)];
    return [name, typeof value === 'number' ? value : String(value)];
  });
  return Object.fromEntries(entries);
}

/** Errors that the server found, as the engine would have said them. */
export function fromServer(
  problems: readonly { readonly pointer: string; readonly code: string; readonly message: string }[],
  fields: readonly Field[],
): ShownError[] {
  const own = new Set(fields.map((field) => field.id));
  return problems.flatMap((problem) => {
    const [, first = '', second = '', third] = problem.pointer.split('/');
    const [field, part] = first === 'data' ? [second, third] : [first, second || undefined];
    if (!own.has(field)) return [];
    return [{ id: fieldElementId(field, part), field, message: problem.message, ...(part ? { part } : {}) }];
  });
}

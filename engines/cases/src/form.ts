import type { Json } from '@tra/kernel';
import { type Field, fieldsOf, type ServiceDefinition } from './definition.ts';
import type { Finding } from './errors.ts';
import { isEmpty, type RuleContext, rules, tidyValue } from './field-rules.ts';
import { evaluate, holds } from './logic.ts';

/** The answers of a form by field id. */
export type FormData = Readonly<Record<string, Json>>;

/** One wrong answer. `field` is the id of the field, `pointer` where in the data it is, such as `/address/postalCode`. */
export interface FieldError extends Finding {
  readonly field: string;
}

/** An attachment as far as the form is concerned. */
export interface FormAttachment {
  readonly field: string;
  readonly mediaType: string;
}

/** How strictly a form is checked, and what the engine cannot know by itself. */
export interface FormOptions {
  /** Drafts may miss answers; what is there must be sound. */
  readonly partial: boolean;
  /** Without it attachments are not checked. */
  readonly attachments?: readonly FormAttachment[];
  /** Today in Bangkok, `YYYY-MM-DD`; without it a bound of `today` is not checked. */
  readonly today?: string;
  /** Whether a code of a province, district or sub-district exists. */
  readonly addressExists?: (code: string) => boolean;
}

/** The most names in the data of one form, so that a flood of unknown fields costs nothing. */
const MAX_NAMES = 400;

/** The fields that are shown for these answers. A condition that reads a hidden field reads nothing. */
export function visibleFields(definition: ServiceDefinition, data: FormData): readonly Field[] {
  const seen: Record<string, Json> = {};
  const visible: Field[] = [];
  for (const field of fieldsOf(definition)) {
    if (field.showIf !== undefined && !holds(evaluate(field.showIf, seen))) continue;
    visible.push(field);
    if (Object.hasOwn(data, field.id)) seen[field.id] = data[field.id] ?? null;
  }
  return visible;
}

/** The answers of the shown fields only: what an application submits. Empty answers are left out. */
export function visibleData(definition: ServiceDefinition, data: FormData): FormData {
  const kept = visibleFields(definition, data).filter(
    (field) => Object.hasOwn(data, field.id) && !isEmpty(data[field.id]),
  );
  return Object.fromEntries(kept.map((field) => [field.id, data[field.id] ?? null]));
}

/**
 * The answers in their stored form: text without white space around it and composed (NFC); Thai digits, spaces and hyphens
 * of numbers understood. Unknown fields stay, so that {@link validateForm} can refuse them.
 */
export function tidyData(definition: ServiceDefinition, data: FormData): FormData {
  const byId = new Map(fieldsOf(definition).map((field) => [field.id, field]));
  const entries = Object.entries(data).map(([name, value]): [string, Json] => {
    const field = byId.get(name);
    return [name, field ? tidyValue(value, field) : value];
  });
  return Object.fromEntries(entries);
}

/**
 * Everything that is wrong with a form, in the order of its fields; empty when it is right. Never throws for bad data.
 * Each code is the key of a message that says what to do; messages may show `{label}`, the label of the field, which
 * whoever renders the message adds in the reader's language.
 *
 * @example
 * validateForm(definition, { nationalId: '123456789012' }, { partial: true });
 * // [{ field: 'nationalId', pointer: '/nationalId', code: 'cases.national_id_length', params: { expected: 13, actual: 12 } }]
 */
export function validateForm(definition: ServiceDefinition, data: unknown, options: FormOptions): FieldError[] {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    return [{ field: '', pointer: '', code: 'cases.value_type', params: { expected: 'object' } }];
  }
  const answers = data as FormData;
  const unknown = unknownNames(definition, answers);
  if (unknown.length > 0) return unknown;
  const tidy = tidyData(definition, answers);
  const visible = new Set(visibleFields(definition, tidy).map((field) => field.id));
  return fieldsOf(definition).flatMap((field) =>
    checkField(field, tidy[field.id], { ...options, hidden: !visible.has(field.id) }),
  );
}

function unknownNames(definition: ServiceDefinition, data: FormData): FieldError[] {
  const known = new Set(fieldsOf(definition).flatMap((field) => (field.kind === 'attachment' ? [] : [field.id])));
  const names = Object.keys(data);
  if (names.length > MAX_NAMES) {
    return [
      { field: '', pointer: '', code: 'cases.too_many_fields', params: { max: MAX_NAMES, actual: names.length } },
    ];
  }
  return names
    .filter((name) => !known.has(name))
    .map((name) => ({ field: name, pointer: `/${escapePointer(name)}`, code: 'cases.field_unknown', params: {} }));
}

function checkField(field: Field, value: Json | undefined, options: FormOptions & { hidden: boolean }): FieldError[] {
  if (field.kind === 'attachment') return options.hidden ? [] : checkAttachments(field, options);
  if (isEmpty(value)) return options.hidden ? [] : checkMissing(field, value, options);
  const context: RuleContext = options.hidden ? { ...options, partial: true } : options;
  const problems = rules[field.kind](value ?? null, field, context);
  const reported = options.hidden ? problems.filter((problem) => untouchable.has(problem.code)) : problems;
  return reported.map(({ at, code, params }) => ({ field: field.id, pointer: `/${field.id}${at}`, code, params }));
}

/** What is refused even in a field that is not shown: it could never be stored. */
const untouchable: ReadonlySet<string> = new Set([
  'cases.value_type',
  'cases.text_broken',
  'cases.text_too_long',
  'cases.field_unknown',
]);

function checkMissing(field: Field, value: Json | undefined, options: FormOptions): FieldError[] {
  if (value !== undefined && value !== null && !emptyOfKind(field, value)) {
    return [
      { field: field.id, pointer: `/${field.id}`, code: 'cases.value_type', params: { expected: typeName(field) } },
    ];
  }
  if (!field.required || options.partial) return [];
  return [{ field: field.id, pointer: `/${field.id}`, code: requiredCode(field), params: {} }];
}

function emptyOfKind(field: Field, value: Json): boolean {
  if (field.kind === 'multiChoice') return Array.isArray(value);
  if (field.kind === 'address') return rules.address(value, field, { partial: true }).length === 0;
  return typeof value === 'string';
}

function typeName(field: Field): string {
  if (field.kind === 'multiChoice') return 'choices';
  return field.kind === 'address' ? 'address' : 'text';
}

function requiredCode(field: Field): string {
  if (field.kind === 'choice' || field.kind === 'multiChoice') return 'cases.choice_required';
  if (field.kind === 'yesNo') return field.mustBe === true ? 'cases.must_agree' : 'cases.choice_required';
  return field.kind === 'address' ? 'cases.address_required' : 'cases.field_required';
}

function checkAttachments(field: Field, options: FormOptions): FieldError[] {
  if (!options.attachments) return [];
  const files = options.attachments.filter((attachment) => attachment.field === field.id);
  const report = (code: string, params = {}): FieldError[] => [
    { field: field.id, pointer: `/${field.id}`, code, params },
  ];
  if (files.length > (field.maxFiles ?? 1)) {
    return report('cases.attachment_too_many', { max: field.maxFiles ?? 1, actual: files.length });
  }
  const accept = field.accept ?? [];
  if (files.some((file) => !accept.includes(file.mediaType))) return report('cases.attachment_type');
  return files.length === 0 && field.required && !options.partial ? report('cases.attachment_required') : [];
}

function escapePointer(name: string): string {
  return name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');
}

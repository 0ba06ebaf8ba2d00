import {
  bangkokDate,
  type FormData,
  type FormOptions,
  fieldsOf,
  isIsoDate,
  type ServiceDefinition,
  validateForm,
} from '@tra/cases';
import type { Json, Language } from '@tra/kernel';
import { formatDate } from '@tra/platform-i18n';
import type { Licensing } from '../context.ts';
import { type FieldFault, LicensingError } from '../errors.ts';

/** Rules of the form that need the clock and the table of addresses. */
export function formRules(licensing: Licensing): Required<Pick<FormOptions, 'today' | 'addressExists'>> {
  return {
    today: bangkokDate(licensing.clock.now()),
    addressExists: (code) => licensing.addresses.find(code) !== undefined,
  };
}

/** The findings of the form as faults of a request: pointers into `data`, the label of the field in the reader's language. */
export function formFaults(
  definition: ServiceDefinition,
  findings: readonly Pick<FieldFault, 'pointer' | 'code' | 'params'>[],
  language: Language,
): FieldFault[] {
  const labels = new Map(fieldsOf(definition).map((field) => [field.id, field.label[language]]));
  return findings.slice(0, 100).map(({ pointer, code, params }) => {
    const shown = readable(params, language);
    const label = labels.get(pointer.split('/')[1] ?? '');
    return { pointer: `/data${pointer}`, code, params: label === undefined ? shown : { ...shown, label } };
  });
}

/** Days are shown in the calendar of the reader. */
function readable(params: FieldFault['params'], language: Language): FieldFault['params'] {
  const entries = Object.entries(params).map(([name, value]) => [
    name,
    typeof value === 'string' && isIsoDate(value) ? formatDate(value, language) : value,
  ]);
  return Object.fromEntries(entries);
}

function textsOf(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  return Object.values(value).map(textsOf).join('');
}

/** Answers that the printed document could not show, because its font lacks a character. */
export function unprintable(licensing: Licensing, definition: ServiceDefinition, data: FormData): FieldFault[] {
  return definition.document.fields.flatMap((name) => {
    const characters = licensing.documents.unsupportedCharacters(textsOf(data[name]));
    if (characters.length === 0) return [];
    const params = { characters: characters.slice(0, 8).join(' ') };
    return [{ pointer: `/${name}`, code: 'licensing.characters_unprintable', params }];
  });
}

/** Checks a draft. Throws `licensing.form_invalid` with every fault. */
export function checkDraft(
  licensing: Licensing,
  definition: ServiceDefinition,
  given: { readonly data: unknown; readonly language: Language },
): void {
  const findings = validateForm(definition, given.data, { ...formRules(licensing), partial: true });
  const faults = findings.length > 0 ? findings : unprintable(licensing, definition, given.data as FormData);
  if (faults.length > 0) {
    throw new LicensingError('licensing.form_invalid', {
      params: { count: faults.length },
      errors: formFaults(definition, faults, given.language),
    });
  }
}

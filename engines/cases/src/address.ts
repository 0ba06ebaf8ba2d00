import type { ErrorParams, Json } from '@tra/kernel';
import { arabicDigits, isCleanText, isEmptyText, lengthOf, tidyText } from './text.ts';

/** An address: house number, street and the like as one line, codes of the area (2, 4 and 6 digits), postal code. */
export interface Address {
  readonly line: string;
  readonly provinceCode: string;
  readonly districtCode: string;
  readonly subDistrictCode: string;
  readonly postalCode: string;
}

interface Context {
  readonly partial: boolean;
  readonly addressExists?: (code: string) => boolean;
}

interface Problem {
  readonly at: string;
  readonly code: string;
  readonly params: ErrorParams;
}

const LINE_MAX = 300;
const members = [
  ['line', 'line'],
  ['provinceCode', 'province'],
  ['districtCode', 'district'],
  ['subDistrictCode', 'sub_district'],
  ['postalCode', 'postal_code'],
] as const;
const codes = [
  ['provinceCode', 'province', 2],
  ['districtCode', 'district', 4],
  ['subDistrictCode', 'sub_district', 6],
] as const;

/** The address with tidy text and plain digits; anything that is no address comes back as it is. */
export function tidyAddress(value: Json): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([name, part]): [string, Json] => {
    if (typeof part !== 'string') return [name, part];
    return [name, name === 'line' ? tidyText(part) : arabicDigits(tidyText(part))];
  });
  return Object.fromEntries(entries);
}

/** What is wrong with an address. In a draft parts may be missing, but what is there must fit together. */
export function checkAddress(value: Json, context: Context): Problem[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ at: '', code: 'cases.value_type', params: { expected: 'address' } }];
  }
  const record = value as Readonly<Record<string, Json>>;
  const problems: Problem[] = [];
  const report = (member: string, code: string, params: ErrorParams = {}) =>
    void problems.push({ at: member ? `/${member}` : '', code, params });

  for (const name of Object.keys(record)) {
    if (!members.some(([member]) => member === name)) report(name, 'cases.field_unknown');
  }
  const parts = new Map<string, string>();
  for (const [member, name] of members) {
    const part = record[member] ?? '';
    if (typeof part !== 'string') report(member, 'cases.value_type', { expected: 'text' });
    else if (!isCleanText(part)) report(member, 'cases.text_broken');
    else if (!isEmptyText(part)) parts.set(member, part);
    else if (!context.partial) report(member, `cases.address_${name}_required`);
  }
  const line = parts.get('line');
  if (line !== undefined && lengthOf(line) > LINE_MAX) {
    report('line', 'cases.text_too_long', { max: LINE_MAX, actual: lengthOf(line) });
  }
  checkCodes(parts, context, report);
  const postalCode = parts.get('postalCode');
  if (postalCode !== undefined && !/^[1-9][0-9]{4}$/.test(postalCode)) {
    report('postalCode', 'cases.address_postal_code_invalid', { expected: 5, actual: lengthOf(postalCode) });
  }
  return problems;
}

function checkCodes(
  parts: ReadonlyMap<string, string>,
  context: Context,
  report: (member: string, code: string) => void,
): void {
  let parent: string | undefined;
  for (const [member, name, digits] of codes) {
    const code = parts.get(member);
    if (code === undefined) {
      parent = undefined;
      continue;
    }
    const formed = code.length === digits && /^[1-9][0-9]*$/.test(code);
    if (!formed || context.addressExists?.(code) === false) report(member, `cases.address_${name}_unknown`);
    else if (parent !== undefined && !code.startsWith(parent)) report(member, `cases.address_${name}_elsewhere`);
    parent = code;
  }
}

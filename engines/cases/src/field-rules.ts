import type { ErrorParams, Json } from '@tra/kernel';
import { checkAddress, tidyAddress } from './address.ts';
import type { Field, TextFormat } from './definition.ts';
import { arabicDigits, isCleanText, lengthOf, tidyText } from './text.ts';
import { checkJuristicPersonNumber, checkNationalId, compactNumber } from './thai-number.ts';

/** What a rule finds: `at` is the part of the value, such as `/postalCode`, or empty. */
export interface Problem {
  readonly at: string;
  readonly code: string;
  readonly params: ErrorParams;
}

/** What the rules need to know from outside. */
export interface RuleContext {
  /** Today in Bangkok as an ISO date; without it `today` bounds are not checked. */
  readonly today?: string;
  /** Whether an address code exists; without it only its form is checked. */
  readonly addressExists?: (code: string) => boolean;
  /** Drafts: what is missing is no problem. */
  readonly partial: boolean;
}

type Rule = (value: Json, field: Field, context: RuleContext) => readonly Problem[];

const problem = (code: string, params: ErrorParams = {}, at = ''): readonly Problem[] => [{ at, code, params }];
const none: readonly Problem[] = [];

const formats: Readonly<Record<TextFormat, RegExp>> = {
  thaiName:
    /^[\p{Script=Thai}\p{Script=Latin}0-9 .,&()/'"’‘“”+-]*\p{Script=Thai}[\p{Script=Thai}\p{Script=Latin}0-9 .,&()/'"’‘“”+-]*$/u,
  latinName: /^[A-Za-z0-9 .,&()/'"’+-]*[A-Za-z][A-Za-z0-9 .,&()/'"’+-]*$/,
  digits: /^[0-9]+$/,
  domain: /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i,
};

/** The longest text of each kind when the definition sets no limit. */
const longest: Readonly<Record<string, number>> = { text: 200, multilineText: 4000 };

const text: Rule = (value, field, context) => {
  if (typeof value !== 'string') return problem('cases.value_type', { expected: 'text' });
  if (!isCleanText(value, { lines: field.kind === 'multilineText' })) return problem('cases.text_broken');
  const length = lengthOf(value);
  const max = field.maxLength ?? longest[field.kind] ?? 200;
  if (length > max) return problem('cases.text_too_long', { max, actual: length });
  if (context.partial) return none;
  const min = field.minLength ?? 0;
  if (length < min) return problem('cases.text_too_short', { min, actual: length });
  if (field.format && !formats[field.format].test(value)) return problem(`cases.text_format_${field.format}`);
  return none;
};

/** A rule over one line of clean text of at most `max` characters. */
function line(max: number, rule: (value: string) => readonly Problem[]): Rule {
  return (value) => {
    if (typeof value !== 'string') return problem('cases.value_type', { expected: 'text' });
    if (!isCleanText(value)) return problem('cases.text_broken');
    if (value.length > max) return problem('cases.text_too_long', { max, actual: lengthOf(value) });
    return rule(value);
  };
}

const email = line(254, (value) => {
  if (!value.includes('@')) return problem('cases.email_no_at');
  const [local = '', domain = '', ...rest] = value.split('@');
  const sound = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/.test(local);
  const valid = rest.length === 0 && sound && local.length <= 64 && formats.domain.test(domain);
  return valid ? none : problem('cases.email_invalid');
});

const phone = line(40, (value) => {
  if (!/^0[0-9]*$/.test(value))
    return problem(/^[0-9]+$/.test(value) ? 'cases.phone_first_digit' : 'cases.phone_invalid');
  const expected = /^0[689]/.test(value) ? 10 : 9;
  if (value.length !== expected) return problem('cases.phone_length', { expected, actual: value.length });
  return /^0[1-9]/.test(value) ? none : problem('cases.phone_invalid');
});

const url = line(2000, (value) => {
  if (!/^https?:\/\//i.test(value)) return problem('cases.url_scheme');
  if (/\s/.test(value)) return problem('cases.url_invalid');
  const host = /^https?:\/\/([^/?#]+)/i.exec(value)?.[1] ?? '';
  const name = host.replace(/:\d{1,5}$/, '');
  if (name.includes('@')) return problem('cases.url_invalid');
  return formats.domain.test(name) || isThaiDomain(name) ? none : problem('cases.url_invalid');
});

function isThaiDomain(name: string): boolean {
  return name.length <= 253 && /^(?:[\p{Script=Thai}a-z0-9-]{1,63}\.)+[\p{Script=Thai}a-z]{2,63}$/iu.test(name);
}

/** Whether text is a day of the Gregorian calendar written as YYYY-MM-DD. */
export function isIsoDate(value: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  if (!match) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 1000 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

const date: Rule = (value, field, context) => {
  if (typeof value !== 'string') return problem('cases.value_type', { expected: 'date' });
  if (!isIsoDate(value)) return problem('cases.date_invalid');
  if (Number(value.slice(0, 4)) > 2400) return problem('cases.date_buddhist_year', { year: value.slice(0, 4) });
  const bound = (limit: number | string | undefined) => (limit === 'today' ? context.today : limit);
  const [min, max] = [bound(field.min), bound(field.max)];
  if (typeof min === 'string' && value < min) return problem('cases.date_too_early', { min });
  if (typeof max === 'string' && value > max) {
    return field.max === 'today' ? problem('cases.date_in_future') : problem('cases.date_too_late', { max });
  }
  return none;
};

const integer: Rule = (value, field) => {
  const money = field.kind === 'money';
  if (typeof value !== 'number') return problem('cases.value_type', { expected: money ? 'money' : 'integer' });
  if (!Number.isSafeInteger(value)) return problem(money ? 'cases.money_invalid' : 'cases.integer_invalid');
  const unit = money ? 'cases.money' : 'cases.number';
  const min = typeof field.min === 'number' ? field.min : money ? 0 : undefined;
  if (min !== undefined && value < min) {
    return problem(`${unit}_too_small`, money ? { min, minBaht: min / 100 } : { min });
  }
  if (typeof field.max === 'number' && value > field.max) {
    const { max } = field;
    return problem(`${unit}_too_large`, money ? { max, maxBaht: max / 100 } : { max });
  }
  return none;
};

const known = (field: Field, value: Json) => field.options?.some((option) => option.value === value) === true;

const choice: Rule = (value, field) => {
  if (typeof value !== 'string') return problem('cases.value_type', { expected: 'choice' });
  return known(field, value) ? none : problem('cases.choice_unknown');
};

const multiChoice: Rule = (value, field) => {
  if (!Array.isArray(value)) return problem('cases.value_type', { expected: 'choices' });
  if (value.length > (field.options?.length ?? 0)) return problem('cases.choice_repeated');
  const unknown = value.findIndex((item) => !known(field, item));
  if (unknown >= 0) return problem('cases.choice_unknown', {}, `/${unknown}`);
  return new Set(value).size === value.length ? none : problem('cases.choice_repeated');
};

const yesNo: Rule = (value, field, context) => {
  if (typeof value !== 'boolean') return problem('cases.value_type', { expected: 'yesNo' });
  if (context.partial || field.mustBe === undefined || value === field.mustBe) return none;
  return problem(field.mustBe ? 'cases.must_agree' : 'cases.must_not_agree');
};

const identity = (check: typeof checkNationalId): Rule =>
  line(40, (value) => {
    const result = check(value);
    return result.ok ? none : problem(result.code, result.params);
  });

/** The rule of each kind. Attachments are no part of the data: any value there is refused as unknown. */
export const rules: Readonly<Record<Field['kind'], Rule>> = {
  text,
  multilineText: text,
  email,
  phone,
  url,
  date,
  integer,
  money: integer,
  choice,
  multiChoice,
  yesNo,
  thaiNationalId: identity(checkNationalId),
  juristicPersonNumber: identity(checkJuristicPersonNumber),
  address: (value, _field, context) => checkAddress(value, context),
  attachment: () => problem('cases.field_unknown'),
};

/** Whether nothing was answered. */
export function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === 'string') return value.trim() === '';
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.values(value).every((part) => isEmpty(part));
}

/** A value in its stored form: tidy text; numbers without separators; telephone numbers in the national form. */
export function tidyValue(value: Json, field: Field): Json {
  if (field.kind === 'address') return tidyAddress(value);
  if (typeof value !== 'string') return value;
  const tidy = tidyText(value);
  if (field.kind === 'thaiNationalId' || field.kind === 'juristicPersonNumber') return compactNumber(tidy);
  if (field.kind === 'phone')
    return compactNumber(tidy)
      .replace(/[().]/g, '')
      .replace(/^\+66(?:0)?/, '0');
  if (field.kind === 'date' || field.format === 'digits') return arabicDigits(tidy);
  return tidy;
}

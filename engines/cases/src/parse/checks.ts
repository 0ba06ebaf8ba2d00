import type { ErrorParams } from '@tra/kernel';
import type { Finding } from '../errors.ts';
import { checkLogic } from '../logic.ts';
import { isCleanText, isEmptyText, lengthOf } from '../text.ts';

/** Looks at one value and reports what is wrong with it. */
export type Check = (value: unknown, at: string, findings: Finding[]) => void;

/** The most findings that are collected; a hopeless file is not read to its end. */
export const MAX_FINDINGS = 100;

/** Adds a finding. */
export function report(findings: Finding[], pointer: string, code: string, params: ErrorParams = {}): void {
  if (findings.length < MAX_FINDINGS) findings.push({ pointer, code, params });
}

const child = (at: string, name: string | number) =>
  `${at}/${String(name).slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** Whether a value is an object with names, not a list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Clean text of `min` to `max` characters, with lines where `lines`. */
export function text(min: number, max: number, lines = false): Check {
  return (value, at, findings) => {
    if (typeof value !== 'string') return report(findings, at, 'cases.definition_type', { expected: 'text' });
    if (!isCleanText(value, { lines })) return report(findings, at, 'cases.text_broken');
    const length = isEmptyText(value) ? 0 : lengthOf(value);
    if (length < min) return report(findings, at, 'cases.text_too_short', { min, actual: length });
    if (length > max) report(findings, at, 'cases.text_too_long', { max, actual: length });
  };
}

/** Text of a pattern that is part of this program, never of a definition. */
export function pattern(expression: RegExp, name: string): Check {
  return (value, at, findings) => {
    if (typeof value !== 'string' || value.length > 200 || !expression.test(value)) {
      report(findings, at, 'cases.definition_pattern', { expected: name });
    }
  };
}

/** Words in both languages, both there. */
export function localized(max: number): Check {
  const each = text(1, max, true);
  return shape({ th: each, en: each });
}

/** One of some texts. */
export function oneOf(values: readonly string[]): Check {
  return (value, at, findings) => {
    if (typeof value !== 'string' || !values.includes(value)) {
      report(findings, at, 'cases.definition_choice', { expected: values.join(', ') });
    }
  };
}

/** A whole number within bounds. */
export function whole(min: number, max: number): Check {
  return (value, at, findings) => {
    if (!Number.isSafeInteger(value)) return report(findings, at, 'cases.definition_type', { expected: 'integer' });
    if ((value as number) < min || (value as number) > max)
      report(findings, at, 'cases.definition_range', { min, max });
  };
}

/** True or false. */
export const flag: Check = (value, at, findings) => {
  if (typeof value !== 'boolean') report(findings, at, 'cases.definition_type', { expected: 'boolean' });
};

/** An expression of {@link Logic}. */
export const logic: Check = (value, at, findings) => {
  for (const { pointer, code, params } of checkLogic(value, at)) report(findings, pointer, code, params);
};

/** A list of `min` to `max` things. */
export function list(each: Check, min: number, max: number): Check {
  return (value, at, findings) => {
    if (!Array.isArray(value)) return report(findings, at, 'cases.definition_type', { expected: 'list' });
    if (value.length < min || value.length > max) return report(findings, at, 'cases.definition_size', { min, max });
    for (const [index, item] of value.entries()) each(item, child(at, index), findings);
  };
}

/** An object of `min` to `max` members with free names of a pattern. */
export function named(name: RegExp, each: Check, size: readonly [number, number]): Check {
  return (value, at, findings) => {
    if (!isObject(value)) return report(findings, at, 'cases.definition_type', { expected: 'object' });
    const entries = Object.entries(value);
    const [min, max] = size;
    if (entries.length < min || entries.length > max)
      return report(findings, at, 'cases.definition_size', { min, max });
    for (const [key, member] of entries) {
      if (!name.test(key)) report(findings, child(at, key), 'cases.definition_name');
      else each(member, child(at, key), findings);
    }
  };
}

/** An object of fixed members; names that end in `?` may be missing, all others must be there, and no more. */
export function shape(members: Readonly<Record<string, Check>>): Check {
  const checks = new Map(Object.entries(members).map(([name, check]) => [name.replace(/\?$/, ''), check]));
  const required = Object.keys(members).filter((name) => !name.endsWith('?'));
  return (value, at, findings) => {
    if (!isObject(value)) return report(findings, at, 'cases.definition_type', { expected: 'object' });
    for (const name of required) {
      if (!Object.hasOwn(value, name)) report(findings, child(at, name), 'cases.definition_missing', { name });
    }
    for (const [name, member] of Object.entries(value)) {
      const check = checks.get(name);
      if (check) check(member, child(at, name), findings);
      else report(findings, child(at, name), 'cases.definition_unknown', { name: name.slice(0, 40) });
    }
  };
}

import type { ErrorParams, Language } from '@tra/kernel';
import { formatDate, formatDateTime, type Messages } from '@tra/platform-i18n';
import type { ReadWarning } from '@tra/signature';
import type { ServiceReport } from './judge.ts';
import type { StructureResult } from './judging/judge-document.ts';

const day = /^\d{4}-\d{2}-\d{2}$/;
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** Parameters of a message as people read them: RFC 3339 times and dates in the reader's calendar, the rest unchanged. */
export function localizeParams(params: ErrorParams, language: Language): ErrorParams {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === 'string' ? localize(value, language) : value,
    ]),
  );
}

/** An RFC 3339 time or date in the reader's calendar; any other text, and dates that do not exist, unchanged. */
export function localize(text: string, language: Language): string {
  try {
    if (instant.test(text)) return formatDateTime(text, language);
    return day.test(text) ? formatDate(text, language) : text;
  } catch {
    return text;
  }
}

/** A coded sentence with its words. */
type Worded<T> = T & { readonly message: string };

/** A report whose summary, advice, answers, checks and problem carry their words. */
export function withWords(report: ServiceReport, messages: Messages, language: Language): object {
  const word = <T extends { readonly code: string; readonly params?: ErrorParams }>(item: T): Worded<T> => ({
    ...item,
    message: messages.has(item.code)
      ? messages.translate(item.code, language, localizeParams(item.params ?? {}, language))
      : item.code,
  });
  const wordWarning = ({ code, where, ...rest }: ReadWarning): Worded<ReadWarning> => ({
    ...{ code, where, ...rest },
    message: messages.translate(code, language, { where }),
  });
  return {
    ...report,
    policyFacts: { ...report.policyFacts, warnings: report.policyFacts.warnings.map(wordWarning) },
    summary: word(report.summary),
    advice: word(report.advice),
    answers: report.answers.map((answer) => ({ ...word(answer), checks: answer.checks.map(word) })),
    signatures: report.signatures.map((signature) => ({ ...signature, checks: signature.checks.map(word) })),
    structures: report.structures.map((one) => wordStructure(one, messages, language)),
    ...(report.problem ? { problem: word(report.problem) } : {}),
  };
}

/** What was said about a structure, its codes in words. */
function wordStructure(structure: StructureResult, messages: Messages, language: Language): object {
  const say = (code: string, params: ErrorParams = {}): string =>
    messages.has(code) ? messages.translate(code, language, params) : code;
  const { faults, notChecked, summary, ...rest } = structure;
  return {
    ...rest,
    faults: faults.map((fault) => ({
      ...fault,
      text: fault.code === undefined ? fault.text : `${say(fault.code)} (ISO 19005-3 ${fault.clause ?? ''})`,
    })),
    ...(summary ? { summary: { ...summary, message: say(summary.code, summary.params) } } : {}),
    ...(notChecked ? { notChecked: notChecked.map((code) => ({ code, message: say(code) })) } : {}),
  };
}

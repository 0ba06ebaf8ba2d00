import type { ErrorParams, Language, Verdict } from '@tra/kernel';
import type { Check } from '@tra/pki';
import type { Translate } from '../../render-text.ts';
import type { ReportMark, ReportRow, ReportStatement } from './model.ts';

/** How a report is put into words. */
export interface ReportLanguage {
  readonly language: Language;
  /** Gives the words of a message key; a key that nobody knows is shown as it is. */
  readonly translate: Translate;
  readonly has: (key: string) => boolean;
  /** Writes an RFC 3339 time or date in the reader's calendar and zone. */
  readonly formatTime: (time: string) => string;
}

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/;
const day = /^\d{4}-\d{2}-\d{2}$/;
const longest = 2_000;

/** Puts codes, times and texts out of documents into words. */
export class ReportWords {
  readonly #language: ReportLanguage;

  constructor(language: ReportLanguage) {
    this.#language = language;
  }

  get language(): Language {
    return this.#language.language;
  }

  /** The words of a key, its values made safe and its times readable. */
  say(key: string, params: ErrorParams = {}): string {
    if (!this.#language.has(key)) return clean(key);
    const shown = Object.entries(params).map(([name, value]): [string, string | number] =>
      typeof value === 'string' ? [name, this.text(value)] : [name, value],
    );
    return this.#language.translate(key, Object.fromEntries(shown));
  }

  /** A label or heading of reports. */
  label(name: string, params: ErrorParams = {}): string {
    return this.say(`validation.report.${name}`, params);
  }

  /** A text out of a document; times as people read them. */
  text(text: string): string {
    return instant.test(text) || day.test(text) ? this.time(text) : clean(text);
  }

  /** A time in the reader's calendar and zone, with UTC beside it. */
  time(text: string): string {
    const date = new Date(text);
    if (Number.isNaN(date.getTime())) return clean(text);
    const local = this.#language.formatTime(text);
    if (day.test(text)) return local;
    return `${local} (${date
      .toISOString()
      .replace('T', ' ')
      .replace(/\.\d+Z$/, ' UTC')})`;
  }

  /** A row; undefined without a value. */
  row(name: string, value: string | undefined): readonly ReportRow[] {
    return value === undefined ? [] : [{ label: this.label(name), value: this.text(value) }];
  }

  /** A row whose value is compared rather than read. */
  exact(name: string, value: string | undefined): readonly ReportRow[] {
    return value === undefined ? [] : [{ label: this.label(name), value: clean(value), exact: true }];
  }

  /** A statement with the word for its mark. */
  statement(mark: ReportMark, text: string, source?: string): ReportStatement {
    const word = this.label(`mark.${mark}`);
    return source === undefined ? { mark, word, text } : { mark, word, text, source };
  }

  /** A check of the simple report. */
  check({ code, status, clause, params }: Check): ReportStatement {
    return this.statement(status, this.say(code, params), clause === undefined ? code : `${code}, ${clause}`);
  }

  /** The word for a verdict. */
  verdict(verdict: Verdict): string {
    return this.say(`validation.verdict.${verdict}`);
  }
}

/** Text without characters that steer a screen, turn the reading direction or hide, and not endless. */
export function clean(text: string): string {
  const safe = text.toWellFormed().replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd');
  return safe.length > longest ? `${safe.slice(0, longest).toWellFormed()}…` : safe;
}

import type { ErrorParams, Verdict } from '@tra/kernel';
import type { Check } from '@tra/pki';
import type { SignatureReport, ValidationReport } from './report.ts';

/** Gives the words of a message key with its parameters filled in. */
export type Translate = (key: string, params?: ErrorParams) => string;

/** How {@link renderReportText} writes. */
export interface RenderTextOptions {
  /** Colour codes of terminals (ECMA-48); none unless asked for. */
  readonly color?: boolean;
  /** Writes a parameter that is an RFC 3339 time or date for people; unchanged unless told. */
  readonly formatTime?: (time: string) => string;
}

const marks: Readonly<Record<Verdict, string>> = { passed: '✓', failed: '✗', indeterminate: '?' };
const colors: Readonly<Record<Verdict, string>> = { passed: '32', failed: '31', indeterminate: '33' };
const time = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/**
 * A report as text for a terminal: the one-line answer, the four answers with ✓ ✗ or ?, what to do next, every reason against it, and
 * the facts of each signature. The words come from `translate`, with the keys of `systems/validation/messages`. Control characters
 * out of the document are shown as �, so that a document cannot write on the terminal.
 *
 * @example
 * console.log(renderReportText(report, (key, params) => messages.translate(key, 'th', params)));
 */
export function renderReportText(
  report: ValidationReport,
  translate: Translate,
  options: RenderTextOptions = {},
): string {
  return new TextReport(translate, options).render(report);
}

class TextReport {
  readonly #translate: Translate;
  readonly #options: RenderTextOptions;

  constructor(translate: Translate, options: RenderTextOptions) {
    this.#translate = translate;
    this.#options = options;
  }

  render(report: ValidationReport): string {
    const lines = [
      ...this.#headline(report),
      '',
      ...this.#answers(report),
      '',
      `${this.#say('validation.text.advice')}: ${this.#say(report.advice.code, report.advice.params)}`,
      ...this.#reasons(report),
      ...report.signatures.flatMap((signature) => this.#signature(signature)),
      ...this.#attachments(report),
      '',
      this.#row('validation.text.validated_at', this.#time(report.validatedAt)),
      this.#row('validation.text.policy', report.policy),
    ];
    return lines.join('\n');
  }

  #headline({ document, summary, verdict }: ValidationReport): readonly string[] {
    const name = document.name ?? this.#say('validation.text.unnamed');
    return [
      `${safe(name)} (${this.#say('validation.text.size', { size: document.size })}, SHA-256 ${document.sha256})`,
      this.#mark(verdict, this.#say(summary.code, summary.params)),
    ];
  }

  #answers({ answers }: ValidationReport): readonly string[] {
    return answers.map(({ question, status, code, params }) => {
      const text = `${this.#say(`validation.question.${question}`)}: ${this.#say(code, params)}`;
      return `  ${this.#mark(status, text)}`;
    });
  }

  /** Checks that did not pass, each once. */
  #reasons({ answers }: ValidationReport): readonly string[] {
    const against = answers.flatMap(({ checks }) => checks).filter(({ status }) => status !== 'passed');
    const lines = [...new Set(against.map((check) => this.#reason(check)))];
    return lines.length === 0 ? [] : ['', `${this.#say('validation.text.reasons')}:`, ...lines];
  }

  #reason({ code, status, clause, params }: Check): string {
    const source = clause === undefined ? code : `${code}, ${clause}`;
    return `  ${this.#mark(status, this.#say(code, params))} [${source}]`;
  }

  #signature(signature: SignatureReport): readonly string[] {
    const { claimedTime, fieldName, indication, provenTime, signer, subIndication, timestampAuthority } = signature;
    const title = this.#say('validation.text.signature', { id: signature.id });
    const rows: readonly (readonly [key: string, value: string | undefined])[] = [
      ['level', signature.level],
      ['signer', signer?.text],
      ['issuer', signer?.issuer],
      ['claimed_time', claimedTime && this.#time(claimedTime)],
      ['proven_time', provenTime && this.#time(provenTime)],
      ['authority', timestampAuthority],
      ['indication', subIndication ? `${indication} / ${subIndication}` : indication],
    ];
    return [
      '',
      this.#mark(signature.verdict, fieldName === undefined ? title : `${title} (${safe(fieldName)})`),
      ...rows.flatMap(([key, value]) => (value === undefined ? [] : [this.#row(`validation.text.${key}`, value)])),
    ];
  }

  #attachments({ attachments }: ValidationReport): readonly string[] {
    if (attachments.length === 0) return [];
    const rows = attachments.map(({ name, size, sha256 }) => {
      const length = this.#say('validation.text.size', { size });
      return `  ${safe(name)} (${length}, SHA-256 ${sha256})`;
    });
    return ['', `${this.#say('validation.text.attachments')}:`, ...rows];
  }

  #row(key: string, value: string): string {
    return `  ${this.#say(key)}: ${safe(value)}`;
  }

  #mark(verdict: Verdict, text: string): string {
    const marked = `${marks[verdict]} ${text}`;
    return this.#options.color ? `\u001b[${colors[verdict]}m${marked}\u001b[0m` : marked;
  }

  #time(text: string): string {
    return this.#options.formatTime?.(text) ?? text;
  }

  #say(key: string, params: ErrorParams = {}): string {
    const shown = Object.entries(params).map(([name, value]): [string, string | number] => {
      if (typeof value !== 'string') return [name, value];
      return [name, time.test(value) ? this.#time(value) : safe(value)];
    });
    return this.#translate(key, Object.fromEntries(shown));
  }
}

/** Text out of a document without characters that steer a terminal or turn the reading direction. */
function safe(text: string): string {
  return text.replace(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, '\ufffd');
}

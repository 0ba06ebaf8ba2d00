import type { ErrorParams, Verdict } from '@tra/kernel';
import type { Check } from '../report.ts';
import type { PathCandidate, PathReport } from './options.ts';

/** How {@link renderPathReport} writes. */
export interface RenderPathOptions {
  /** Also the checks that passed; only the others unless told. */
  readonly all?: boolean;
  /** Colour codes of terminals (ECMA-48); none unless asked for. */
  readonly color?: boolean;
  /** Writes a parameter that is an RFC 3339 time for people; unchanged unless told. */
  readonly formatTime?: (time: string) => string;
}

type Translate = (key: string, params?: ErrorParams) => string;

const marks: Readonly<Record<Verdict, string>> = { passed: '✓', failed: '✗', indeterminate: '?' };
const colors: Readonly<Record<Verdict, string>> = { passed: '32', failed: '31', indeterminate: '33' };
const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z$/;

/**
 * A path report as text for a terminal: the answer in one line, what is missing when a certificate is, then every path that was
 * tried with its members and the checks against it, each with its clause. The words come from `translate`, with the keys of
 * `systems/validation/messages`. Control characters out of certificates are shown as �.
 *
 * @example
 * console.log(renderPathReport(report, (key, params) => messages.translate(key, 'th', params)));
 */
export function renderPathReport(report: PathReport, translate: Translate, options: RenderPathOptions = {}): string {
  return new PathText(translate, options).render(report);
}

class PathText {
  readonly #translate: Translate;
  readonly #options: RenderPathOptions;

  constructor(translate: Translate, options: RenderPathOptions) {
    this.#translate = translate;
    this.#options = options;
  }

  render({ candidates, checks, code, params, verdict }: PathReport): string {
    const ofCandidates = new Set(candidates.flatMap((candidate) => candidate.checks));
    const notes = checks.filter((check) => !ofCandidates.has(check)).map((check) => this.#line(check));
    const missing = code === 'pki.no_anchor';
    return [
      this.#say('validation.text.path_title'),
      this.#mark(verdict, this.#say(code, params)),
      ...(missing ? [this.#say('validation.text.path_missing_issuer', { issuer: params.issuer ?? '' })] : []),
      ...(notes.length === 0 ? [] : ['', `${this.#say('validation.text.path_notes')}:`, ...new Set(notes)]),
      ...candidates.flatMap((candidate, index) => this.#candidate(candidate, index + 1)),
    ].join('\n');
  }

  #candidate({ checks, path, verdict }: PathCandidate, number: number): readonly string[] {
    const shown = checks.filter(({ status }) => this.#options.all || status !== 'passed');
    const members = path.map(({ subject }, level) => {
      const trusted = level === path.length - 1 && isComplete(checks);
      const name = safe(subject.text) || '–';
      return `  ${'  '.repeat(level)}${name}${trusted ? ` (${this.#say('validation.text.path_anchor')})` : ''}`;
    });
    const title = this.#mark(verdict, this.#say('validation.text.path_candidate', { number }));
    return ['', title, ...members, ...new Set(shown.map((check) => this.#line(check)))];
  }

  #line({ code, status, clause, params }: Check): string {
    const source = clause === undefined ? code : `${code}, ${clause}`;
    return `  ${this.#mark(status, this.#say(code, params))} [${source}]`;
  }

  #mark(verdict: Verdict, text: string): string {
    const marked = `${marks[verdict]} ${text}`;
    return this.#options.color ? `\u001b[${colors[verdict]}m${marked}\u001b[0m` : marked;
  }

  #say(key: string, params: ErrorParams = {}): string {
    const shown = Object.entries(params).map(([name, value]): [string, string | number] => {
      if (typeof value !== 'string') return [name, value];
      return [name, time.test(value) ? (this.#options.formatTime?.(value) ?? value) : safe(value)];
    });
    return this.#translate(key, Object.fromEntries(shown));
  }
}

const incomplete: ReadonlySet<string> = new Set(['pki.no_anchor', 'pki.work_limit']);

/** Whether the path reaches an anchor. */
function isComplete(checks: readonly Check[]): boolean {
  return checks.length !== 1 || !incomplete.has(checks[0]?.code ?? '');
}

/** Text out of a certificate without characters that steer a terminal or turn the reading direction. */
function safe(text: string): string {
  return text.replace(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, '\ufffd');
}

import type { ErrorParams } from '@tra/kernel';
import type { ReportStructure } from './model.ts';
import type { ReportWords } from './words.ts';

/** What was said about the structure of a file or of data in it. */
export interface StructureSource {
  /** Name of the data; absent for the document itself. */
  readonly name?: string;
  readonly structure: string;
  readonly release: string;
  readonly status: 'passed' | 'failed';
  readonly faults: readonly {
    readonly place: string;
    /** The words, where there is no code for them. */
    readonly text: string;
    readonly code?: string;
    readonly clause?: string;
    readonly more?: number;
  }[];
  readonly summary?: { readonly code: string; readonly params: ErrorParams };
  /** Codes of what was not looked at. */
  readonly notChecked?: readonly string[];
}

/** A structure in words: what it claims, what was looked at, what does not hold, and what was left out. */
export function structureContent(source: StructureSource, words: ReportWords): ReportStructure {
  const { faults, name = '', notChecked = [], release, status, structure, summary } = source;
  const said = summary
    ? words.say(summary.code, summary.params)
    : words.say(`validation.structure.${status}`, { name, structure, release });
  return {
    statement: words.statement(status, said),
    faults: faults.map(({ clause, code, more = 0, place, text }) => {
      const rest = more === 0 ? '' : ` ${words.label('more_places', { count: more })}`;
      const source = code === undefined ? undefined : `${release} ${clause ?? ''}`.trim();
      const fault = code === undefined ? words.text(text) : words.say(code);
      return words.statement('failed', `${fault} – ${words.text(place)}${rest}`, source);
    }),
    notChecked: notChecked.map((code) => words.say(code)),
  };
}

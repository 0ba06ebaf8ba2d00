import type { PdfFile } from '../file.ts';
import { type PdfDict, PdfName, PdfRef, PdfStream, type PdfValue } from '../objects.ts';
import { type ArchiveLevel, type ArchiveRule, type ArchiveRuleCode, archiveRules } from './rules.ts';

/** A requirement that does not hold. */
export interface ArchiveFault {
  readonly code: ArchiveRuleCode;
  /** Clause of ISO 19005-3. */
  readonly clause: string;
  /** In how many places. */
  readonly count: number;
  /** The first of them, such as `object 12` or `page 3`. */
  readonly places: readonly string[];
}

const shownPlaces = 3;

/** A file under examination: what it claims, what was found, and where the reader is. */
export class ArchiveFindings {
  readonly file: PdfFile;
  readonly level: ArchiveLevel;
  /** Whether everything was looked at; false when the file went beyond what may be spent on it. */
  complete = true;
  readonly #found = new Map<ArchiveRuleCode, { count: number; places: string[] }>();

  constructor(file: PdfFile, level: ArchiveLevel) {
    this.file = file;
    this.level = level;
  }

  /** Notes a fault, unless the level does not demand it. */
  fault(code: ArchiveRuleCode, place: string): void {
    const { levels }: ArchiveRule = archiveRules[code];
    if (levels && !levels.includes(this.level)) return;
    const entry = this.#found.get(code) ?? { count: 0, places: [] };
    entry.count += 1;
    if (entry.places.length < shownPlaces && !entry.places.includes(place)) entry.places.push(place);
    this.#found.set(code, entry);
  }

  /** Notes a fault when something does not hold. */
  demand(holds: boolean, code: ArchiveRuleCode, place: string): void {
    if (!holds) this.fault(code, place);
  }

  /** The faults in the order of the clauses. */
  faults(): readonly ArchiveFault[] {
    const codes = Object.keys(archiveRules) as ArchiveRuleCode[];
    return codes.flatMap((code) => {
      const found = this.#found.get(code);
      return found ? [{ code, clause: archiveRules[code].clause, ...found }] : [];
    });
  }
}

/** A number, wherever it stands. */
export function numberOf(file: PdfFile, value: PdfValue | undefined): number | undefined {
  const found = file.get(value);
  return typeof found === 'number' ? found : undefined;
}

/** The stream that a value is or refers to. */
export function streamOf(file: PdfFile, value: PdfValue | undefined): PdfStream | undefined {
  const found = file.get(value);
  return found instanceof PdfStream ? found : undefined;
}

/** Names in a value: one, or a list of them. */
export function namesIn(file: PdfFile, value: PdfValue | undefined): readonly string[] {
  const found = file.get(value);
  if (found instanceof PdfName) return [found.name];
  return Array.isArray(found) ? found.flatMap((item: PdfValue) => file.name(item) ?? []) : [];
}

/** Every dictionary of a name tree or number tree's values (ISO 32000-2 clause 7.9.6), bounded. */
export function treeValues(file: PdfFile, root: PdfValue | undefined): readonly PdfValue[] {
  const found: PdfValue[] = [];
  const seen = new Set<PdfDict>();
  const waiting: (PdfValue | undefined)[] = [root];
  for (let next = waiting.pop(); next !== undefined && seen.size < file.limits.nodes; next = waiting.pop()) {
    const node = file.dict(next);
    if (!node || seen.has(node)) continue;
    seen.add(node);
    for (const [index, item] of file.array(node.get('Names')).entries()) if (index % 2 === 1) found.push(item);
    waiting.push(...file.array(node.get('Kids')));
  }
  return found.slice(0, file.limits.nodes);
}

/** How a place is named: by the object's number where it has one. */
export function placeOf(value: PdfValue | undefined, otherwise: string): string {
  return value instanceof PdfRef ? `object ${value.number}` : otherwise;
}

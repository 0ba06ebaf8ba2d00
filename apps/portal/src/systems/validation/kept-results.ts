import type { InputStorage } from '../../form/kept-input.ts';
import type { FileCheck } from './file-checks.ts';

const place = 'tra.validation.results';
const mostCharacters = 2_000_000;

type Kept = Pick<FileCheck, 'name' | 'size' | 'beside' | 'report' | 'kept'>;

/** Keeps finished reports in this tab, newest first while there is room, so that a reload loses none: a phone reloads a page that was left for a while. The files stay out. */
export function keepResults(storage: Pick<InputStorage, 'setItem' | 'removeItem'>, items: readonly FileCheck[]): void {
  const done = items.flatMap(({ name, size, beside, report, kept }): string[] =>
    report ? [JSON.stringify({ name, size, beside, report, kept } satisfies Kept)] : [],
  );
  let room = mostCharacters;
  const fitting = done.toReversed().filter((text) => {
    room -= text.length;
    return room >= 0;
  });
  try {
    if (fitting.length === 0) storage.removeItem(place);
    else storage.setItem(place, `[${fitting.toReversed().join(',')}]`);
  } catch {
    // Storage that refuses or is full only means that a reload begins anew.
  }
}

/** The reports of before a reload. */
export function keptResults(storage: Pick<InputStorage, 'getItem'>): readonly FileCheck[] {
  try {
    const kept = JSON.parse(storage.getItem(place) ?? '[]') as readonly Kept[];
    return kept.map((one, index) => ({ ...one, key: `kept-${index}`, status: 'done', progress: 1, attempts: 1 }));
  } catch {
    return [];
  }
}

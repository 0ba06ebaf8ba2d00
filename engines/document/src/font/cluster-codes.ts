import type { Cluster } from '../text/shaper.ts';
import type { PlacedGlyph } from './subset.ts';

/** One code of a cluster: what it draws, the text it stands for, and where the pen must be, in font units. */
export interface CodePlan {
  readonly text: string;
  readonly glyphs: readonly PlacedGlyph[];
  /** From the start of the cluster. */
  readonly at: number;
  readonly width: number;
}

/*
 * Two readers decide how marks must be written.
 *
 * pdf.js takes any code whose text holds a nonspacing mark for a mark: it does not advance and may not start a line. So a
 * consonant and its marks need codes of their own, although one glyph draws them all.
 *
 * Poppler takes two characters less than 0.1 em apart for the same text printed twice, characters that begin more than 0.1 em
 * before or behind the end of the last one for another word, and shares the width of a code among its characters. So the code
 * of the marks, which draws nothing, gets a little width for each mark and a place just before the end of its consonant.
 */
const gap = 0.075;
const markWidth = 0.045;

const runsOfText = /\p{Mn}+|[^\p{Mn}]+/gu;
const isMarks = (text: string): boolean => /^\p{Mn}/u.test(text);

interface Group {
  readonly glyphs: PlacedGlyph[];
  advance: number;
}

/** Glyphs in as many groups as there are letters with a width of their own, or all in the first. */
function groupGlyphs(cluster: Cluster, letters: number): Group[] {
  const groups: Group[] = [{ glyphs: [], advance: 0 }];
  for (const glyph of cluster.glyphs) {
    let group = groups.at(-1);
    if (!group || (glyph.advance > 0 && group.advance > 0)) {
      group = { glyphs: [], advance: 0 };
      groups.push(group);
    }
    group.glyphs.push(glyph);
    group.advance += glyph.advance;
  }
  if (groups.length === letters) return groups;
  const rest = Array.from({ length: letters - 1 }, (): Group => ({ glyphs: [], advance: 0 }));
  return [{ glyphs: [...cluster.glyphs], advance: cluster.nominal }, ...rest];
}

/** How `cluster` is written: one code for each letter, one for the marks that follow it. */
export function planCodes(cluster: Cluster, unitsPerEm: number): readonly CodePlan[] {
  const runs = cluster.text.match(runsOfText) ?? [cluster.text];
  if (runs.length === 1 || isMarks(runs[0] ?? '')) {
    return [{ text: cluster.text, glyphs: cluster.glyphs, at: 0, width: cluster.nominal }];
  }
  const groups = groupGlyphs(cluster, runs.filter((run) => !isMarks(run)).length);
  const plans: CodePlan[] = [];
  let start = 0;
  for (const [index, run] of runs.entries()) {
    if (isMarks(run)) {
      const width = Math.round(run.length * markWidth * unitsPerEm);
      plans.push({ text: run, glyphs: [], at: start - Math.round(gap * unitsPerEm) - width, width });
      continue;
    }
    const { glyphs, advance } = groups.shift() ?? { glyphs: [], advance: 0 };
    const shifted = glyphs.map((glyph) => ({ ...glyph, x: glyph.x - start }));
    const marks = runs[index + 1]?.length ?? 0;
    const shorter = Math.round(Math.min(marks * markWidth * unitsPerEm, advance));
    plans.push({ text: run, glyphs: shifted, at: start, width: advance - shorter });
    start += advance;
  }
  return plans;
}

import type { Sample } from './sample.ts';

/** Where the sources that agree put the true time. */
export interface Agreement {
  /** Sources whose intervals hold the whole of it. */
  readonly agreeing: readonly Sample[];
  /** Bounds of the true offset, milliseconds. */
  readonly low: number;
  readonly high: number;
}

/**
 * The interval that most sources share (Marzullo; RFC 5905 section 11.2.1 without midpoints). Undefined when fewer than `needed` share one, and
 * when two separate intervals are shared by equally many, since then nobody knows who lies. One identity counts once.
 */
export function agreementOf(samples: readonly Sample[], needed: number): Agreement | undefined {
  const distinct = [...new Map(samples.map((sample) => [sample.identity, sample])).values()];
  const edges = distinct
    .flatMap(({ offset, bound }) => [
      { at: offset - bound, step: 1 },
      { at: offset + bound, step: -1 },
    ])
    .sort((a, b) => a.at - b.at || b.step - a.step);
  let depth = 0;
  let most = 0;
  let found: { low: number; high: number }[] = [];
  for (const [index, { at, step }] of edges.entries()) {
    depth += step;
    if (step < 0 || depth < most) continue;
    if (depth > most) found = [];
    most = depth;
    found.push({ low: at, high: edges[index + 1]?.at ?? at });
  }
  const [only, second] = found;
  if (!only || second || most < needed) return undefined;
  const agreeing = distinct.filter(({ offset, bound }) => offset - bound <= only.low && offset + bound >= only.high);
  return { agreeing, ...only };
}

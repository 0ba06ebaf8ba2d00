import type { TimestampData, TimestampType } from '../diagnostic/timestamp.ts';
import { ms } from './context.ts';

/** Order in which kinds of time-stamps are made: content, signature, validation data, then what covers all of it. */
const rank: Readonly<Record<TimestampType, number>> = {
  content: 0,
  'all-data-objects': 0,
  'individual-data-objects': 0,
  signature: 1,
  vri: 1,
  'validation-data-references': 2,
  'validation-data': 2,
  document: 3,
  archive: 3,
  container: 3,
  'evidence-record': 3,
};

/**
 * Whether the times of time-stamps agree with what they cover: a later kind is not older than an earlier one, and none covers a younger one
 * (clause 5.5.4 step 4 e). Equal times say nothing.
 */
export function timesCoherent(timestamps: readonly TimestampData[]): boolean {
  const ordered = [...timestamps].sort((a, b) => ms(a.productionTime) - ms(b.productionTime));
  let highest = 0;
  for (let start = 0; start < ordered.length; ) {
    const time = ordered[start]?.productionTime;
    let end = start;
    let top = highest;
    for (; ordered[end]?.productionTime === time && end < ordered.length; end += 1) {
      const own = rank[ordered[end]?.type ?? 'archive'];
      if (own < highest) return false;
      top = Math.max(top, own);
    }
    highest = top;
    start = end;
  }
  const times = new Map(timestamps.map(({ id, productionTime }) => [id, ms(productionTime)]));
  return timestamps.every(({ covered, productionTime }) =>
    covered.every(({ category, id }) => category !== 'timestamp' || !((times.get(id) ?? 0) > ms(productionTime))),
  );
}

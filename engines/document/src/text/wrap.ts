import { breakPoints, graphemePoints, jointPoints } from './line-breaks.ts';
import type { Cluster, Shaper } from './shaper.ts';

/** A line of text that fits, without the spaces at its end. */
export interface Line {
  readonly clusters: readonly Cluster[];
  /** In points. */
  readonly width: number;
}

const accented = /[A-Za-z\u00c0-\u024f][\u0300-\u036f]+/g;
const invisible = /\u200b|\u200c|\u200d|\u2060|\u00ad|\ufeff/g;

/**
 * `text` as it can be set: tabs become spaces, line ends become `\n`, and invisible layout hints (zero-width space and
 * joiners, soft hyphen, byte order mark) are left out because they have no place on paper. Latin letters with accents of their
 * own are composed (NFC); Thai stays as it is written.
 */
export function printable(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replace(/\t/g, ' ')
    .replace(invisible, '')
    .replace(accented, (letters) => letters.normalize('NFC'));
}

const isSpace = (cluster: Cluster | undefined): boolean => cluster !== undefined && /^\s+$/.test(cluster.text);

const widthOf = (clusters: readonly Cluster[], scale: number): number =>
  clusters.reduce((sum, cluster) => sum + cluster.advance * scale, 0);

function trimmed(clusters: readonly Cluster[], scale: number): Line {
  let end = clusters.length;
  while (end > 0 && isSpace(clusters[end - 1])) end -= 1;
  const kept = clusters.slice(0, end);
  return { clusters: kept, width: widthOf(kept, scale) };
}

/** Last index below `index` (exclusive of `from`) at which a line may end, in cluster positions. */
function lastBreak(clusters: readonly Cluster[], points: ReadonlySet<number>, from: number, index: number): number {
  for (let at = index; at > from; at -= 1) if (points.has(clusters[at]?.start ?? -1)) return at;
  return -1;
}

function wrapOne(shaper: Shaper, text: string, size: number, width: number): Line[] {
  const scale = size / shaper.unitsPerEm;
  const clusters = shaper.shape(text);
  if (widthOf(clusters, scale) <= width) return [trimmed(clusters, scale)];
  // From the best places to end a line to the last resort.
  const choices = [breakPoints, jointPoints, graphemePoints].map((find) => new Set(find(text)));
  const lines: Line[] = [];
  let from = 0;
  while (from < clusters.length) {
    let used = 0;
    let to = from;
    while (to < clusters.length) {
      const cluster = clusters[to];
      used += (cluster?.advance ?? 0) * scale;
      if (used > width + 0.001 && !isSpace(cluster)) break;
      to += 1;
    }
    if (to < clusters.length) {
      const limit = to;
      const found = choices.map((points) => lastBreak(clusters, points, from, limit)).find((at) => at > from);
      to = found ?? Math.max(limit, from + 1);
    }
    lines.push(trimmed(clusters.slice(from, to), scale));
    from = to;
    while (isSpace(clusters[from])) from += 1;
  }
  return lines;
}

/** Sets `text` in lines no wider than `width` points; `\n` starts a new line. */
export function wrapText(shaper: Shaper, text: string, size: number, width: number): Line[] {
  return printable(text)
    .split('\n')
    .flatMap((part) => wrapOne(shaper, part, size, width));
}

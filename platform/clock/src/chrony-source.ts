import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ClockError } from './errors.ts';
import type { Sample, TimeSource } from './sample.ts';

const run = promisify(execFile);
const leaps: Readonly<Record<string, Sample['leap']>> = {
  Normal: 'none',
  'Insert second': 'insert',
  'Delete second': 'delete',
};

/** Reads one line of `chronyc -c tracking`. Throws {@link ClockError} when chrony has no time or says something else. */
export function readTracking(name: string, line: string): Sample {
  const fields = line.trim().split(',');
  const numbers = [fields[4], fields[10], fields[11]].map((text) => Number.parseFloat(text ?? ''));
  const [systemTime = Number.NaN, rootDelay = Number.NaN, rootDispersion = Number.NaN] = numbers.map((n) => n * 1000);
  const leap = leaps[fields[13] ?? ''];
  const params = { source: name, reason: fields[13] ?? '' };
  if (fields.length < 14 || [systemTime, rootDelay, rootDispersion].some(Number.isNaN))
    throw new ClockError('clock.source_invalid', { params });
  if (!leap || fields[2] === '0') throw new ClockError('clock.source_unsynchronised', { params });
  // What chrony still has to correct counts in both directions; the rest is its own bound: half the root delay and the dispersion.
  return {
    offset: 0,
    bound: Math.abs(systemTime) + Math.abs(rootDelay) / 2 + rootDispersion + 1,
    leap,
    identity: `chrony:${fields[0]}`,
  };
}

/** The chrony that runs on this machine, asked by its own command `chronyc -c tracking`. */
export function chronySource({
  name,
  command = 'chronyc',
  timeoutMs,
}: {
  readonly name: string;
  readonly command?: string;
  readonly timeoutMs: number;
}): TimeSource {
  return {
    name,
    ask: async () => {
      const { stdout } = await run(command, ['-c', '-n', 'tracking'], { timeout: timeoutMs }).catch(
        (cause: unknown) => {
          throw new ClockError('clock.source_unreachable', { params: { source: name }, cause });
        },
      );
      return readTracking(name, stdout);
    },
  };
}

// CPU time of another process, exact enough for a load of a second.
import { readdirSync, readFileSync } from 'node:fs';

/**
 * CPU seconds that the living threads of a process have used (Linux: nanoseconds of `schedstat`). `/proc/PID/stat` would count in
 * hundredths of a second.
 */
export function cpuSecondsOf(pid: number): number {
  const folder = `/proc/${pid}/task`;
  let nanoseconds = 0;
  for (const thread of readdirSync(folder))
    nanoseconds += Number(readFileSync(`${folder}/${thread}/schedstat`, 'utf8').split(' ')[0]);
  return nanoseconds / 1e9;
}

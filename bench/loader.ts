// The load generator (http-load.ts) as a process beside the bench: started once, so that its own start is in no measurement.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LoadPlan, LoadResult } from './http-load.ts';

const script = fileURLToPath(new URL('http-load.ts', import.meta.url));

/** A load generator that runs one plan after another. */
export interface Loader {
  /** Rejects when an answer was not what the plan says, or a connection broke. */
  run(plan: LoadPlan): Promise<LoadResult>;
}

/** Starts one; it ends with this process. */
export function startLoader(): Loader {
  const child = spawn(process.execPath, ['--import', 'tsx', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout);
  const ended = once(child, 'exit').then(() => {
    throw new Error('the load generator ended');
  });
  ended.catch(() => undefined);
  process.once('exit', () => child.kill());
  return {
    run: async (plan) => {
      const answered = once(lines, 'line');
      child.stdin.write(`${JSON.stringify(plan)}\n`);
      const [line] = (await Promise.race([answered, ended])) as [string];
      return JSON.parse(line) as LoadResult;
    },
  };
}

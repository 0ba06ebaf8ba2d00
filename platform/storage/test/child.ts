import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A program of this folder in a process of its own. */
export interface Child {
  readonly process: ChildProcessWithoutNullStreams;
  /** Whole lines of standard output so far. */
  readonly lines: string[];
  /** Resolves when `condition` holds for the lines or the process has ended. */
  until(condition: (lines: string[]) => boolean): Promise<void>;
  /** Resolves when the process and its output have ended. */
  readonly ended: Promise<unknown>;
}

export function startChild(program: string, ...args: string[]): Child {
  const file = fileURLToPath(new URL(program, import.meta.url));
  const child = spawn(process.execPath, ['--conditions=tra-source', '--import', 'tsx', file, ...args]);
  const lines: string[] = [];
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  let over = false;
  const ended = new Promise<void>((done) => child.once('close', () => done())).then(() => {
    over = true;
  });
  return {
    process: child,
    lines,
    ended,
    until: async (condition) => {
      while (!condition(lines)) {
        if (over) throw new Error(`${program} ended: ${lines.join(' | ')} ${errors}`);
        await new Promise((done) => setTimeout(done, 5));
      }
    },
  };
}

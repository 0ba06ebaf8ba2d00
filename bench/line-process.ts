// A script of this folder as a process beside the bench: started once, so that its own start is in no measurement.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A process that answers lines of JSON with lines of JSON, one after another. */
export interface LineProcess<Question, Answer> {
  /** Rejects when the process ended. */
  ask(question: Question): Promise<Answer>;
}

/** Starts `script` with packages as they are compiled; it ends with this process. */
export function startLineProcess<Question, Answer>(script: string): LineProcess<Question, Answer> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', path], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout);
  const ended = once(child, 'exit').then(() => {
    throw new Error(`${script} ended`);
  });
  ended.catch(() => undefined);
  process.once('exit', () => child.kill());
  return {
    ask: async (question) => {
      const answered = once(lines, 'line');
      child.stdin.write(`${JSON.stringify(question)}\n`);
      const [line] = (await Promise.race([answered, ended])) as [string];
      return JSON.parse(line) as Answer;
    },
  };
}

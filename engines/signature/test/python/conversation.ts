import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Standard base64. */
export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** What {@link base64} made of it. */
export const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

/** A Python that has a module: TRA_PYTHON, the one of tools/python-packages.mjs, or that of the system. */
export function pythonWith(module: string): string | undefined {
  const installed = here('../../../../node_modules/.cache/tra-python/bin/python');
  const candidates = [process.env.TRA_PYTHON, existsSync(installed) ? installed : undefined, 'python3'];
  const works = (python: string): boolean =>
    spawnSync(python, ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0;
  const found = candidates.filter((python) => python !== undefined).find(works);
  if (found === undefined) console.warn(`${module} is absent: it is not asked (node tools/python-packages.mjs)`);
  return found;
}

/** A running script of this folder: one request after another, each answered. */
export interface Conversation {
  /** Rejects with what the script says when it cannot do what it is asked. */
  ask(request: object): Promise<unknown>;
  close(): void;
}

/** Answers what the script asks in between. */
export type AnswerBack = (question: string) => Promise<object>;

interface Answer {
  readonly question?: string;
  readonly fault?: string;
}

/** Starts `script`, which reads and writes one JSON a line. */
export function converse(python: string, script: string, answerBack?: AnswerBack): Conversation {
  const child = spawn(python, [here(script)]);
  // Whoever asks hears of its end.
  child.stdin.on('error', () => undefined);
  const read = reader(child);
  const write = (message: object): boolean => child.stdin.write(`${JSON.stringify(message)}\n`);
  const answer = async (): Promise<Answer> => {
    const said = await read();
    if (said.fault !== undefined) throw new Error(said.fault);
    if (said.question === undefined || !answerBack) return said;
    write(await answerBack(said.question));
    return answer();
  };
  let last: Promise<unknown> = Promise.resolve();
  const ask = (request: object): Promise<unknown> => {
    const next = last
      .catch(() => undefined)
      .then(() => {
        write(request);
        return answer();
      });
    last = next;
    return next;
  };
  return { ask, close: () => child.stdin.end() };
}

function reader(child: ChildProcessWithoutNullStreams): () => Promise<Answer> {
  const complaints: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => complaints.push(text));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async () => {
    const { done, value } = await lines.next();
    if (done) throw new Error(`the script ended: ${complaints.join('')}`);
    return JSON.parse(value) as Answer;
  };
}

import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { CommandContext } from '../commands.ts';
import { UsageError } from '../usage-error.ts';

/** Where a passphrase comes from. */
export interface SecretSource {
  /** File whose first line it is. */
  readonly file: string | undefined;
  /** Environment variable that may hold it. */
  readonly variable: string;
  /** What a person is asked. */
  readonly prompt: string;
}

/**
 * Reads a passphrase: from the file that was named, else from the environment, else from a person at the terminal without showing
 * it, else a line of standard input. Never from the command line, where other accounts could see it.
 */
export async function readSecret({ file, variable, prompt }: SecretSource, context: CommandContext): Promise<string> {
  const { env, stderr } = context.terminal;
  if (file !== undefined) return firstLine(await readSecretFile(file));
  const given = env[variable];
  if (given) return given;
  if (process.stdin.isTTY) {
    stderr.write(`${prompt}: `);
    return await readHidden();
  }
  const text = await nextLine();
  if (text === '') throw new UsageError('cli.pki.passphrase_missing', { params: { variable } });
  return text;
}

async function readSecretFile(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new UsageError('cli.file_unreadable', { params: { file: path }, cause });
  });
}

function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0] ?? '';
}

let lines: AsyncIterator<string> | undefined;

async function nextLine(): Promise<string> {
  lines ??= createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  const { value, done } = await lines.next();
  return done ? '' : value;
}

/** A line from the terminal in raw mode: nothing of it appears on the screen. */
function readHidden(): Promise<string> {
  const input = process.stdin;
  return new Promise((resolve, reject) => {
    let text = '';
    const end = (finish: () => void): void => {
      input.off('data', take);
      input.setRawMode(false);
      input.pause();
      process.stderr.write('\n');
      finish();
    };
    const take = (chunk: Buffer): void => {
      for (const character of chunk.toString('utf8')) {
        if (character === '\r' || character === '\n') {
          end(() => resolve(text));
          return;
        }
        if (character === '\u0003') {
          end(() => reject(new UsageError('cli.pki.interrupted')));
          return;
        }
        if (character === '\u007f' || character === '\b') text = [...text].slice(0, -1).join('');
        else text += character;
      }
    };
    input.setRawMode(true);
    input.resume();
    input.on('data', take);
  });
}

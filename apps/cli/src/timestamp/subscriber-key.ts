import { readFile } from 'node:fs/promises';
import { UsageError } from '../usage-error.ts';

/** A subscriber's key: the first line of a file, else from the environment; never from the command line, where other accounts could see it. */
export async function readKey(
  file: string | undefined,
  fromEnvironment: string | undefined,
): Promise<string | undefined> {
  const text = file === undefined ? fromEnvironment : await readFirstLine(file);
  if (text === undefined || (file === undefined && text === '')) return undefined;
  if (!/^[\x21-\x7e]{1,512}$/.test(text)) throw new UsageError('cli.timestamp.key_invalid');
  return text;
}

async function readFirstLine(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new UsageError('cli.file_unreadable', { params: { file: path }, cause });
  });
  return (text.split(/\r?\n/, 1)[0] ?? '').trim();
}

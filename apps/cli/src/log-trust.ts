import { readFile } from 'node:fs/promises';
import { type CheckpointTrust, type NoteKey, parseNoteKey } from '@tra/merkle';
import type { ParsedArguments } from './arguments.ts';
import { UsageError } from './usage-error.ts';

/** Options that say whom a checkpoint must come from. */
export const trustOptions = {
  key: { type: 'string', multiple: true },
  witness: { type: 'string', multiple: true },
  quorum: { type: 'string' },
} as const;

/** Keys of the log and of witnesses, each given as text or as a file that holds it. Throws a {@link UsageError}. */
export async function readTrust(given: ParsedArguments): Promise<CheckpointTrust> {
  const log = await Promise.all(given.list('key').map(readKey));
  if (log.length === 0) throw new UsageError('cli.option_missing', { params: { option: '--key' } });
  const witnesses = await Promise.all(given.list('witness').map(readKey));
  const quorum = Number(given.text('quorum') ?? 0);
  if (!Number.isInteger(quorum) || quorum < 0 || quorum > witnesses.length) {
    throw new UsageError('cli.log.quorum_invalid', { params: { quorum: given.text('quorum') ?? '' } });
  }
  return { log, witnesses, quorum };
}

async function readKey(text: string): Promise<NoteKey> {
  const key = text.includes('+') ? text : await readFile(text, 'utf8').catch(() => text);
  try {
    return parseNoteKey(key.trim());
  } catch (cause) {
    throw new UsageError('cli.log.key_invalid', { params: { key: text.slice(0, 100) }, cause });
  }
}

import { resolve } from 'node:path';
import { type KeyStore, openFileKeyStore, openPkcs11KeyStore } from '@tra/platform-keys';
import { systemRandom } from '@tra/platform-system';
import type { ParsedArguments } from '../arguments.ts';
import type { CommandContext } from '../commands.ts';
import { UsageError } from '../usage-error.ts';
import { readSecret } from './secret.ts';

/** Options that say where a key is. */
export const keyOptions = {
  key: { type: 'string' },
  keys: { type: 'string' },
  pkcs11: { type: 'string' },
  token: { type: 'string' },
  'keys-passphrase-file': { type: 'string' },
} as const;

/** The value of an option that must be given. */
export function needed(given: ParsedArguments, option: string, form: string = ''): string {
  const value = given.text(option);
  if (value) return value;
  throw new UsageError('cli.option_missing', { params: { option: `--${option}${form && ` ${form}`}` } });
}

/** A whole number within bounds. */
export function numberOf(given: ParsedArguments, option: string, most: number): number | undefined {
  const text = given.text(option);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^[0-9]{1,15}$/.test(text) && value >= 1 && value <= most) return value;
  throw new UsageError('cli.pki.value_invalid', { params: { option: `--${option}`, value: text } });
}

/** Runs `work` with the key store of the command line and closes it. */
export async function withKeys<T>(
  given: ParsedArguments,
  context: CommandContext,
  work: (keys: KeyStore) => Promise<T>,
): Promise<T> {
  const library = given.text('pkcs11');
  const prompt = context.say(library ? 'cli.pki.ask_pin' : 'cli.pki.ask_keys');
  const source = { file: given.text('keys-passphrase-file'), variable: 'TRA_KEYS_PASSPHRASE', prompt };
  const keys = library
    ? await openPkcs11KeyStore({
        library,
        tokenLabel: needed(given, 'token', 'LABEL'),
        pin: { pin: await readSecret(source, context) },
        sessions: 1,
      })
    : await openFileKeyStore({
        directory: resolve(needed(given, 'keys', 'FOLDER')),
        secret: { passphrase: await readSecret(source, context) },
        random: systemRandom,
      });
  try {
    return await work(keys);
  } finally {
    await keys.close();
  }
}

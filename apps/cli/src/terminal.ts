import type { Language } from '@tra/kernel';
import { loadMessages, type Messages } from '@tra/platform-i18n';
import { messageDirectories } from '@tra/server';

/** Exit statuses of `tra` (64 and above follow sysexits.h). */
export const exitStatus = {
  passed: 0,
  failed: 1,
  indeterminate: 2,
  usage: 64,
  noInput: 66,
  unavailable: 69,
  software: 70,
} as const;

/** What a command may touch of the process that runs it. */
export interface Terminal {
  /** `latin1` writes octets as they are. */
  readonly stdout: { write(text: string, encoding?: 'latin1'): unknown };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
  readonly env: NodeJS.ProcessEnv;
}

/** Variables that `tra timestamp` reads as a client; a server has no settings of these names and would refuse them. */
const clientVariables: ReadonlySet<string> = new Set(['TRA_TIMESTAMP_KEY', 'TRA_TIMESTAMP_URL']);

/** The environment as a server that this program starts may read it. */
export function serverEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !clientVariables.has(name)));
}

/** Language of the terminal: `--lang`, else the locale of the environment; English when that says nothing about Thai. */
export function terminalLanguage(env: NodeJS.ProcessEnv, asked?: string): Language {
  if (asked === 'th' || asked === 'en') return asked;
  const locale = env.TRA_LANG ?? env.LC_ALL ?? env.LC_MESSAGES ?? env.LANG ?? '';
  return locale.toLowerCase().startsWith('th') ? 'th' : 'en';
}

/** Messages of the command line together with those of every system. */
export function terminalMessages(): Messages {
  return loadMessages([new URL('../messages/', import.meta.url), ...messageDirectories()]);
}

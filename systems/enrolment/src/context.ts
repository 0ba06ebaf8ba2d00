import { toBase64Url } from '@tra/kernel';
import type { SystemContext } from '@tra/platform-system';
import type { EnrolmentConfig } from './config.ts';
import type { EnrolmentPorts } from './ports.ts';
import type { EnrolmentTables, EnrolmentTransaction, Tables } from './tables.ts';

/** What the functions of this system share. */
export interface Enrolment {
  readonly context: SystemContext<EnrolmentConfig>;
  readonly ports: EnrolmentPorts;
}

/** The tables outside of a transaction. */
export function tablesOf({ context }: Enrolment): Tables {
  return context.database.tables<EnrolmentTables>();
}

/** Runs `work` in one transaction. */
export async function inTransaction<R>(
  { context }: Enrolment,
  work: (trx: EnrolmentTransaction) => Promise<R>,
): Promise<R> {
  return await context.database.transaction<EnrolmentTables, R>(work);
}

/** 128 random bits as text: an id, token or nonce that nobody guesses. */
export function randomName({ context }: Enrolment): string {
  return toBase64Url(context.random.bytes(16));
}

/** `hours` from now. */
export function inHours({ context }: Enrolment, hours: number): Date {
  return new Date(context.clock.now().getTime() + hours * 3_600_000);
}

/** A random name that can be an argument on a command line: it does not begin with a hyphen. */
export function randomArgument(
  { context }: Enrolment,
  octets: number,
): { readonly bytes: Uint8Array; readonly text: string } {
  for (;;) {
    const bytes = context.random.bytes(octets);
    const text = toBase64Url(bytes);
    if (!text.startsWith('-')) return { bytes, text };
  }
}

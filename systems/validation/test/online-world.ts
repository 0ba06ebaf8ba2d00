import type { Clock } from '@tra/kernel';
import { buildCrl } from '@tra/pki';
import type { TestHierarchy } from '@tra/pki/testing';
import type { ServiceReport } from '../src/index.ts';

/** What a host answers in a test. */
export interface Answer {
  readonly status?: number;
  readonly body?: Uint8Array;
  readonly location?: string;
  readonly hang?: true;
}

/** An update of an hour ago, good for a day. */
export const timesAt = (clock: Clock) => ({
  thisUpdate: new Date(clock.now().getTime() - 3_600_000),
  nextUpdate: new Date(clock.now().getTime() + 86_400_000),
});

/** The list of an issuing authority, empty unless told. */
export async function crlOf(
  { issuing }: TestHierarchy,
  clock: Clock,
  more: Partial<Parameters<typeof buildCrl>[0]> = {},
): Promise<Uint8Array> {
  const { certificate, signer } = issuing;
  return await buildCrl({ ...timesAt(clock), number: 1, entries: [], issuer: certificate, signer, ...more });
}

/** What became of each address that was asked. */
export const outcomesOf = ({ fetched }: ServiceReport): string[] =>
  fetched.map(({ kind, outcome }) => `${kind} ${outcome}`);

import { createHash } from 'node:crypto';
import type { CaseEvent } from '@tra/cases';
import { canonicalJson, type Json } from '@tra/kernel';
import { LicensingError } from './errors.ts';

/** An event as it is kept: with its own id and the chain. */
export interface StoredEvent {
  readonly id: string;
  readonly event: CaseEvent;
  readonly previousHash: string;
  readonly hash: string;
}

/** What stands before the first event of a case: the hash of nothing. */
export const FIRST_HASH: string = '0'.repeat(64);

/** SHA-256 over the canonical JSON of case, event and the hash before it. Whoever changes an event has to change all that follow. */
export function chainHash(caseId: string, event: CaseEvent, previousHash: string): string {
  const text = canonicalJson({ caseId, event: event as unknown as Json, previousHash });
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** Checks the chain of a case and that it ends where the case says. Throws `licensing.log_damaged` with the first wrong event. */
export function verifyChain(caseId: string, events: readonly StoredEvent[], head: string): void {
  let previous = FIRST_HASH;
  for (const [index, stored] of events.entries()) {
    const sound = stored.event.seq === index + 1 && stored.previousHash === previous;
    if (!sound || chainHash(caseId, stored.event, previous) !== stored.hash) {
      throw new LicensingError('licensing.log_damaged', { params: { seq: index + 1 } });
    }
    previous = stored.hash;
  }
  if (previous !== head) throw new LicensingError('licensing.log_damaged', { params: { seq: events.length } });
}

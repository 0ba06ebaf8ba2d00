import type { Json } from '@tra/kernel';
import type { FormAttachment, FormData } from './form.ts';

/** An attachment as it was submitted. */
export interface CaseAttachment extends FormAttachment {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
}

/** A fee that an event charged. The label stays in the definition. */
export interface Charge {
  readonly code: string;
  readonly amount: number;
  readonly currency: 'THB';
}

/**
 * One thing that happened to a case. The first event of a case is `opened`; after it each event is named after its action. Events
 * are never changed: a case is its list of events. All members are plain JSON, so that a hash chain can be made over them.
 */
export interface CaseEvent {
  readonly seq: number;
  readonly action: string;
  /** RFC 3339 in UTC with milliseconds. */
  readonly at: string;
  readonly actor: { readonly accountId: string; readonly role: string };
  readonly from: string | null;
  readonly to: string;
  readonly dueAt?: string;
  readonly reason?: string;
  readonly receiptNumber?: string;
  readonly data?: FormData;
  readonly attachments?: readonly CaseAttachment[];
  readonly charges?: readonly Charge[];
  readonly details?: Json;
}

/** What the caller has to do in the same transaction as it stores the events. */
export type Effect =
  | { readonly kind: 'issue' }
  | { readonly kind: 'document-status'; readonly status: 'active' | 'suspended' | 'revoked' };

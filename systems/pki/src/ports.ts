import type { LocalizedText } from '@tra/kernel';
import type { PlatformFacts } from './policies/facts.ts';

/** Knows people. */
export interface AccountNames {
  /** The name to show for an account; undefined or a rejection when there is no such account. */
  displayName(accountId: string): Promise<LocalizedText | undefined>;
}

/** What this system needs from others. */
export interface PkiPorts {
  /** Without it, people are shown by the ids of their accounts. */
  readonly accounts?: AccountNames;
  /** What the policy documents say of keys, enrolment and the trusted list; without it they say nothing of these. */
  readonly platform?: () => PlatformFacts;
}

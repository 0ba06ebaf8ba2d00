import type { Kysely, Transaction } from '@tra/platform-storage';

/** Where a subscriber stands: it stamps only while `active`. */
export type SubscriberState = 'requested' | 'active' | 'suspended' | 'closed';

/** timestamp_subscribers; big integers arrive as text or number. */
export interface SubscriberRow {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly contact: string;
  readonly purpose: string;
  readonly owner: string | null;
  readonly state: SubscriberState;
  readonly policies: readonly string[];
  readonly per_second: number | null;
  readonly per_day: number | string | null;
  readonly per_month: number | string | null;
  readonly created_by: string;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** timestamp_subscriber_keys */
export interface KeyRow {
  readonly id: string;
  readonly subscriber: string;
  readonly label: string;
  readonly secret_sha256: Uint8Array;
  readonly replaces: string | null;
  readonly created_by: string;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly revoked_at: Date | null;
  readonly last_used_at: Date | null;
}

/** timestamp_quota_leases */
export interface LeaseRow {
  readonly subscriber: string;
  readonly period: string;
  readonly leased: number | string;
}

/** timestamp_address_days */
export interface AddressDayRow {
  readonly day: string;
  readonly holder: Uint8Array;
  readonly leased: number | string;
  readonly granted: number | string;
}

/** timestamp_address_secrets */
export interface AddressSecretRow {
  readonly day: string;
  readonly secret: Uint8Array;
}

/** timestamp_usage */
export interface UsageRow {
  readonly day: string;
  readonly subscriber: string;
  readonly policy: string;
  readonly outcome: string;
  readonly requests: number | string;
  readonly digests: number | string;
  readonly tokens: number | string;
}

/** The tables of subscribers. */
export interface SubscriberTables {
  readonly timestamp_subscribers: SubscriberRow;
  readonly timestamp_subscriber_keys: KeyRow;
  readonly timestamp_quota_leases: LeaseRow;
  readonly timestamp_address_days: AddressDayRow;
  readonly timestamp_address_secrets: AddressSecretRow;
  readonly timestamp_usage: UsageRow;
}

/** The database, or a transaction of it. */
export type Tables = Kysely<SubscriberTables>;

/** A transaction. */
export type SubscriberTransaction = Transaction<SubscriberTables>;

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Verdict } from '@tra/kernel';
import { api, newIdempotencyKey, type Page } from '../../api/index.ts';

export type DigestName = 'sha1' | 'sha256' | 'sha384' | 'sha512' | 'sha3-256' | 'sha3-384' | 'sha3-512';

/** A token as the authority issues it. */
export interface StampedToken {
  /** Base64 of the token. */
  readonly token: string;
  readonly serial: string;
  readonly genTime: string;
  readonly policy: string;
}

/** One token over many digests. */
export interface StampedBatch extends StampedToken {
  readonly root: string;
  readonly size: number;
  readonly proofs: readonly { readonly index: number; readonly path: readonly string[] }[];
}

export interface TokenCheck {
  readonly code: string;
  readonly status: Verdict;
  readonly clause?: string;
  readonly params?: Readonly<Record<string, string | number>>;
}

export interface TokenFacts {
  readonly genTime: string;
  readonly accuracyMs?: number;
  readonly serial: string;
  readonly policy: string;
  readonly algorithm: string;
  readonly digest: string;
  readonly nonce?: string;
  readonly qualified: boolean;
  readonly ordering: boolean;
}

export interface TokenReport {
  readonly verdict: Verdict;
  readonly code: string;
  readonly params: Readonly<Record<string, string | number>>;
  readonly checks: readonly TokenCheck[];
  readonly token?: TokenFacts;
  readonly authority?: {
    readonly subject: string;
    readonly issuer: string;
    readonly notBefore: string;
    readonly notAfter: string;
    readonly sha256: string;
    readonly own: boolean;
    readonly trustedByCaller: boolean;
  };
}

export interface BatchProof {
  readonly index: number;
  readonly size: number;
  readonly path: readonly string[];
}

export interface TokenQuestion {
  readonly token: string;
  readonly digest?: { readonly algorithm: DigestName; readonly digest: string };
  readonly proof?: BatchProof;
  readonly trust?: readonly string[];
}

export interface AuthorityCertificate {
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly sha256: string;
  readonly kind: 'signing' | 'past' | 'authority';
  /** Whether a unit's certificate is revoked or suspended; missing where that is not known. */
  readonly revoked?: boolean;
  readonly certificate: string;
}

export interface AuthorityPolicy {
  readonly oid: string;
  readonly default: boolean;
  readonly accuracyMs: number;
  readonly digests: readonly string[];
  readonly algorithm: string;
  readonly qualified: boolean;
}

export interface Authority {
  readonly clock: 'unsupervised' | 'in-sync' | 'soon-out' | 'out' | 'unknown';
  readonly anonymous: boolean;
  readonly anonymousPerDay?: number;
  readonly subscribers: boolean;
  readonly endpoints: Readonly<Record<'query' | 'tokens' | 'batches' | 'chain', string>>;
  readonly policies: readonly AuthorityPolicy[];
  readonly certificates: readonly AuthorityCertificate[];
}

export type SubscriberState = 'requested' | 'active' | 'suspended' | 'closed';

export interface Subscriber {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly contact: string;
  readonly purpose: string;
  readonly state: SubscriberState;
  readonly policies: readonly string[];
  readonly perSecond: number | null;
  readonly perDay: number | null;
  readonly perMonth: number | null;
  readonly owned: boolean;
  readonly mine: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly used?: { readonly day: number; readonly month: number };
}

export interface SubscriberKey {
  readonly id: string;
  readonly label: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly revokedAt?: string;
  readonly lastUsedAt?: string;
  readonly replaces?: string;
}

/** A key just made; it is never shown again. */
export interface NewSubscriberKey extends SubscriberKey {
  readonly key: string;
}

export interface UsageLine {
  readonly period: string;
  readonly subscriber: string;
  readonly policy: string;
  readonly outcome: string;
  readonly requests: number;
  readonly digests: number;
  readonly tokens: number;
}

export type SubscriberWish = Partial<Pick<Subscriber, 'policies' | 'perSecond' | 'perDay' | 'perMonth'>> &
  Pick<Subscriber, 'name' | 'contact' | 'purpose'>;
export type SubscriberChange = Partial<SubscriberWish> & { readonly state?: SubscriberState };

const subscribers = '/timestamp/subscribers';
const keysOf = (id: string): string => `${subscribers}/${encodeURIComponent(id)}/keys`;

export const timestamp = {
  stamp: (digest: string, signal?: AbortSignal): Promise<StampedToken> =>
    api.json('/timestamp/tokens', { method: 'POST', body: { digest }, ...(signal ? { signal } : {}) }),
  stampAll: (digests: readonly string[], signal?: AbortSignal): Promise<StampedBatch> =>
    api.json('/timestamp/batches', {
      method: 'POST',
      body: { digests: digests.map((digest) => ({ digest })) },
      ...(signal ? { signal } : {}),
    }),
  verify: (question: TokenQuestion, signal: AbortSignal): Promise<TokenReport> =>
    api.json('/timestamp/verifications', { method: 'POST', body: question, signal }),
  subscribe: (wish: SubscriberWish): Promise<Subscriber> =>
    api.json(subscribers, { method: 'POST', body: wish, idempotencyKey: newIdempotencyKey() }),
  change: ({ id, version }: Pick<Subscriber, 'id' | 'version'>, change: SubscriberChange): Promise<Subscriber> =>
    api.json(`${subscribers}/${encodeURIComponent(id)}`, { method: 'PATCH', body: change, version }),
  // No idempotency key where the answer holds a key: it must not be kept to be given again.
  makeKey: (id: string, body: { readonly label: string; readonly expiresAt: string }): Promise<NewSubscriberKey> =>
    api.json(keysOf(id), { method: 'POST', body }),
  rotateKey: (id: string, key: string, expiresAt: string): Promise<NewSubscriberKey> =>
    api.json(`${keysOf(id)}/${key}/actions`, {
      method: 'POST',
      body: { action: 'rotate', expiresAt, overlapHours: 24 },
    }),
  endKey: (id: string, key: string): Promise<SubscriberKey> =>
    api.json(`${keysOf(id)}/${key}/actions`, { method: 'POST', body: { action: 'revoke' } }),
};

export interface SubscriberFilter {
  readonly scope: 'mine' | 'all';
  readonly state?: string;
  readonly name?: string;
}

export const timestampQueries = {
  authority: () =>
    queryOptions({
      queryKey: ['timestamp', 'authority'],
      queryFn: ({ signal }) => api.json<Authority>('/timestamp/authority', { signal }),
      staleTime: 30_000,
    }),
  subscribers: (filter: SubscriberFilter) =>
    infiniteQueryOptions({
      queryKey: ['timestamp', 'subscribers', filter],
      queryFn: ({ pageParam, signal }) =>
        api.json<Page<Subscriber>>(subscribers, {
          query: { ...filter, limit: 30, ...(pageParam ? { after: pageParam } : {}) },
          signal,
        }),
      initialPageParam: '',
      getNextPageParam: (page) => page.next,
    }),
  subscriber: (id: string) =>
    queryOptions({
      queryKey: ['timestamp', 'subscriber', id],
      queryFn: ({ signal }) => api.json<Subscriber>(`${subscribers}/${encodeURIComponent(id)}`, { signal }),
    }),
  keys: (id: string) =>
    queryOptions({
      queryKey: ['timestamp', 'keys', id],
      queryFn: ({ signal }) => api.json<{ readonly items: readonly SubscriberKey[] }>(keysOf(id), { signal }),
    }),
  usage: (id: string | undefined, by: 'day' | 'month', from: string) =>
    queryOptions({
      queryKey: ['timestamp', 'usage', id, by, from],
      queryFn: ({ signal }) => api.json<Page<UsageLine>>(usagePath(id), { query: { by, from, limit: 200 }, signal }),
    }),
};

/** Address of a report: of one subscriber, or of all. */
export function usagePath(id: string | undefined): string {
  return id === undefined ? '/timestamp/usage' : `${subscribers}/${encodeURIComponent(id)}/usage`;
}

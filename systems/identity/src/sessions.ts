import { createHash } from 'node:crypto';
import { type Clock, type Random, uuidv7 } from '@tra/kernel';
import type { Account } from './account.ts';
import type { IdentityConfig } from './config.ts';
import type { IdentityStore, Tables } from './store.ts';

/** A session that was just opened; the only moment at which its token is known. */
export interface OpenSession {
  readonly id: string;
  /** 256 random bits in base64url: the value of the cookie. */
  readonly token: string;
  readonly csrfToken: string;
  /** When it ends if nothing more is done. */
  readonly idleAt: Date;
  /** When it ends in any case. */
  readonly expiresAt: Date;
  readonly account: Account;
}

/** A session that is valid now. */
export type LiveSession = Omit<OpenSession, 'token'>;

/** What a token leads to. */
export type SessionLookup =
  | { readonly state: 'none' }
  | { readonly state: 'ended' }
  | { readonly state: 'live'; readonly session: LiveSession };

/** Opens, finds and ends sessions. */
export interface Sessions {
  open(trx: Tables, account: Account): Promise<OpenSession>;
  /** `none` for a text that is no token, `ended` for a token whose session is over or unknown. */
  find(token: string): Promise<SessionLookup>;
  /** The account whose session ended; undefined when there was none. */
  close(trx: Tables, token: string): Promise<string | undefined>;
}

const tokenBytes = 32;
const tokenForm = /^[A-Za-z0-9_-]{43}$/;
// Writing each request's time would cost a write per read; a minute is exact enough.
const touchEveryMs = 60_000;

function hashOf(token: string): Uint8Array {
  return createHash('sha256').update(`session ${token}`).digest();
}

function csrfOf(token: string): string {
  return createHash('sha256').update(`csrf ${token}`).digest('base64url');
}

/** Sessions in the tables. Only the hash of a token is kept; the forgery token is derived from it and kept nowhere. */
export function createSessions(options: {
  readonly store: IdentityStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly config: IdentityConfig;
  readonly demo: boolean;
}): Sessions {
  const { store, clock, random, config, demo } = options;
  const idleMs = config.idleMinutes * 60_000;
  const open = async (trx: Tables, account: Account): Promise<OpenSession> => {
    const token = Buffer.from(random.bytes(tokenBytes)).toString('base64url');
    const id = uuidv7(clock, random);
    const now = clock.now();
    const expiresAt = new Date(now.getTime() + config.sessionHours * 3_600_000);
    const row = { id, token_hash: hashOf(token), account_id: account.id, created_at: now, expires_at: expiresAt };
    await store.insertSession(trx, row);
    return { id, token, csrfToken: csrfOf(token), idleAt: new Date(now.getTime() + idleMs), expiresAt, account };
  };
  const find = async (token: string): Promise<SessionLookup> => {
    if (!tokenForm.test(token)) return { state: 'none' };
    const stored = await store.findSession(hashOf(token));
    const now = clock.now().getTime();
    if (!stored || now >= stored.expiresAt.getTime() || now >= stored.seenAt.getTime() + idleMs)
      return { state: 'ended' };
    if (stored.account.demo && !demo) return { state: 'ended' };
    const { id, expiresAt, account } = stored;
    if (now - stored.seenAt.getTime() >= Math.min(touchEveryMs, idleMs / 4))
      await store.touchSession(id, new Date(now));
    return {
      state: 'live',
      session: { id, csrfToken: csrfOf(token), idleAt: new Date(now + idleMs), expiresAt, account },
    };
  };
  const close = async (trx: Tables, token: string): Promise<string | undefined> =>
    tokenForm.test(token) ? store.deleteSession(trx, hashOf(token)) : undefined;
  return { open, find, close };
}

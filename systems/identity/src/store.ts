import type { LocalizedText } from '@tra/kernel';
import { type Database, jsonb, type Kysely, sql } from '@tra/platform-storage';
import type { Account, Agency } from './account.ts';

interface AccountRow {
  readonly id: string;
  readonly username: string;
  readonly display_name: LocalizedText;
  readonly roles: readonly string[];
  readonly agency: Agency | null;
  readonly password_hash: string;
  readonly demo: boolean;
  readonly created_at: Date;
}

interface SessionRow {
  readonly token_hash: Uint8Array;
  readonly id: string;
  readonly account_id: string;
  readonly created_at: Date;
  readonly seen_at: Date;
  readonly expires_at: Date;
}

interface FailureRow {
  readonly key: string;
  readonly failures: number;
  readonly window_ends_at: Date;
}

/** The tables of this system. */
export interface IdentityTables {
  identity_accounts: AccountRow;
  identity_sessions: SessionRow;
  identity_failures: FailureRow;
}

/** A connection to the tables, inside a transaction or not. */
export type Tables = Kysely<IdentityTables>;

/** A session as it is kept. */
export interface StoredSession {
  readonly id: string;
  readonly seenAt: Date;
  readonly expiresAt: Date;
  readonly account: Account;
}

/** An account with what its password is checked against. */
export interface StoredAccount {
  readonly account: Account;
  readonly passwordHash: string;
}

/** What the tables can be asked. */
export interface IdentityStore {
  /** False when the name is taken. */
  insertAccount(tables: Tables, stored: StoredAccount, createdAt: Date): Promise<boolean>;
  findAccount(by: { readonly id: string } | { readonly username: string }): Promise<StoredAccount | undefined>;
  insertSession(tables: Tables, session: Omit<SessionRow, 'seen_at'>): Promise<void>;
  findSession(tokenHash: Uint8Array): Promise<StoredSession | undefined>;
  touchSession(id: string, seenAt: Date): Promise<void>;
  /** The account whose session ended; undefined when there was none. */
  deleteSession(tables: Tables, tokenHash: Uint8Array): Promise<string | undefined>;
  deleteSessionsOf(tables: Tables, accountId: string): Promise<number>;
  /** Removes sessions and counts that ended before `now`. */
  prune(now: Date): Promise<void>;
  failures(key: string, now: Date): Promise<FailureRow | undefined>;
  addFailure(key: string, now: Date, windowEndsAt: Date): Promise<void>;
  clearFailures(key: string): Promise<void>;
}

function accountOf(row: Omit<AccountRow, 'created_at' | 'password_hash'>): Account {
  const { id, username, display_name: displayName, roles, agency, demo } = row;
  return { id, username, displayName, roles, demo, ...(agency ? { agency } : {}) };
}

function accountQueries(tables: () => Tables): Pick<IdentityStore, 'insertAccount' | 'findAccount'> {
  return {
    insertAccount: async (trx, { account, passwordHash }, createdAt) => {
      const { id, username, displayName, roles, agency, demo } = account;
      const result = await trx
        .insertInto('identity_accounts')
        .values({
          id,
          username,
          display_name: jsonb(displayName),
          roles: [...roles],
          agency: agency ? jsonb(agency) : null,
          password_hash: passwordHash,
          demo,
          created_at: createdAt,
        })
        .onConflict((conflict) => conflict.column('username').doNothing())
        .returning('id')
        .execute();
      return result.length > 0;
    },
    findAccount: async (by) => {
      const [column, value] = 'id' in by ? (['id', by.id] as const) : (['username', by.username] as const);
      const row = await tables()
        .selectFrom('identity_accounts')
        .selectAll()
        .where(column, '=', value)
        .executeTakeFirst();
      return row && { account: accountOf(row), passwordHash: row.password_hash };
    },
  };
}

type SessionQueries = Pick<
  IdentityStore,
  'insertSession' | 'findSession' | 'touchSession' | 'deleteSession' | 'deleteSessionsOf' | 'prune'
>;

function sessionQueries(tables: () => Tables): SessionQueries {
  return {
    insertSession: async (trx, session) => {
      await trx
        .insertInto('identity_sessions')
        .values({ ...session, seen_at: session.created_at })
        .execute();
    },
    findSession: async (tokenHash) => {
      const row = await tables()
        .selectFrom('identity_sessions as session')
        .innerJoin('identity_accounts as account', 'account.id', 'session.account_id')
        .select(['session.id as session_id', 'session.seen_at', 'session.expires_at'])
        .select([
          'account.id',
          'account.username',
          'account.display_name',
          'account.roles',
          'account.agency',
          'account.demo',
        ])
        .where('session.token_hash', '=', tokenHash)
        .executeTakeFirst();
      return row && { id: row.session_id, seenAt: row.seen_at, expiresAt: row.expires_at, account: accountOf(row) };
    },
    touchSession: async (id, seenAt) => {
      await tables().updateTable('identity_sessions').set({ seen_at: seenAt }).where('id', '=', id).execute();
    },
    deleteSession: async (trx, tokenHash) => {
      const query = trx.deleteFrom('identity_sessions').where('token_hash', '=', tokenHash).returning('account_id');
      return (await query.executeTakeFirst())?.account_id;
    },
    deleteSessionsOf: async (trx, accountId) => {
      const query = trx.deleteFrom('identity_sessions').where('account_id', '=', accountId).returning('id');
      return (await query.execute()).length;
    },
    prune: async (now) => {
      await tables().deleteFrom('identity_sessions').where('expires_at', '<=', now).execute();
      await tables().deleteFrom('identity_failures').where('window_ends_at', '<=', now).execute();
    },
  };
}

function failureQueries(tables: () => Tables): Pick<IdentityStore, 'failures' | 'addFailure' | 'clearFailures'> {
  return {
    failures: (key, now) =>
      tables()
        .selectFrom('identity_failures')
        .selectAll()
        .where('key', '=', key)
        .where('window_ends_at', '>', now)
        .executeTakeFirst(),
    addFailure: async (key, now, windowEndsAt) => {
      await sql`INSERT INTO identity_failures AS kept (key, failures, window_ends_at) VALUES (${key}, 1, ${windowEndsAt})
        ON CONFLICT (key) DO UPDATE SET
          failures = CASE WHEN kept.window_ends_at <= ${now} THEN 1 ELSE kept.failures + 1 END,
          window_ends_at = CASE WHEN kept.window_ends_at <= ${now} THEN excluded.window_ends_at ELSE kept.window_ends_at END
        `.execute(tables());
    },
    clearFailures: async (key) => {
      await tables().deleteFrom('identity_failures').where('key', '=', key).execute();
    },
  };
}

/** The tables of `database` as this system asks them. */
export function createIdentityStore(database: Database): IdentityStore {
  const tables = (): Tables => database.tables<IdentityTables>();
  return { ...accountQueries(tables), ...sessionQueries(tables), ...failureQueries(tables) };
}

import { type Clock, isUuid, type LocalizedText, type Random, uuidv7 } from '@tra/kernel';
import type { Audit } from '@tra/platform-audit';
import type { Database } from '@tra/platform-storage';
import { type Account, checkNewAccount, type NewAccount } from './account.ts';
import type { IdentityConfig } from './config.ts';
import { IdentityError } from './errors.ts';
import { createFailureCounter, type FailureCounter } from './failure-counter.ts';
import { createPasswordHasher, type PasswordHasher, type ScryptParameters } from './password-hasher.ts';
import { createSessions, type OpenSession, type Sessions } from './sessions.ts';
import { createIdentityStore, type IdentityStore, type IdentityTables } from './store.ts';

/** Who tries to sign in, and from where. */
export interface SignInAttempt {
  readonly username: string;
  readonly password: string;
  /** Network address; only a hash of it is kept, for as long as failures are counted. */
  readonly address: string;
  /** Token of the session the browser has, if any; it ends. */
  readonly previousToken?: string | undefined;
}

/** The use cases of this system. */
export interface IdentityService {
  /**
   * Opens a new session. Throws `identity.credentials_invalid`, the same and after the same time for a wrong password and an account
   * that does not exist, or `identity.too_many_attempts`.
   */
  signIn(attempt: SignInAttempt): Promise<OpenSession>;
  /** Ends the session of `token`; nothing happens when there is none. */
  signOut(token: string): Promise<void>;
  /** Ends all sessions of an account; how many there were. */
  signOutEverywhere(accountId: string): Promise<number>;
  /** Makes a real account. Throws an {@link IdentityError} that names what is wrong. */
  createAccount(account: NewAccount): Promise<Account>;
  findAccount(id: string): Promise<Account | undefined>;
  findAccountByUsername(username: string): Promise<Account | undefined>;
  /** Throws `identity.account_not_found`. */
  displayName(id: string): Promise<LocalizedText>;
  /** Removes what has ended. */
  prune(): Promise<void>;
}

/** What the use cases need. */
export interface ServiceOptions {
  readonly config: IdentityConfig;
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly audit: Audit;
  /** Whether demo accounts exist for this process. */
  readonly demo: boolean;
}

/** What the parts of the service share. */
export interface ServiceParts extends ServiceOptions {
  readonly store: IdentityStore;
  readonly hasher: PasswordHasher;
  readonly sessions: Sessions;
  readonly counter: FailureCounter;
}

const blockSize = 8;

function createParts(options: ServiceOptions): ServiceParts {
  const { config, database, clock, random, demo } = options;
  const store = createIdentityStore(database);
  const parameters: ScryptParameters = { cost: config.scryptCost, blockSize, parallelism: config.scryptParallelism };
  return {
    ...options,
    store,
    hasher: createPasswordHasher({ random, parameters, concurrency: config.hashingConcurrency }),
    sessions: createSessions({ store, clock, random, config, demo }),
    counter: createFailureCounter({ store, clock, config }),
  };
}

/** Adds an account with `password` hashed. False when the name is taken. */
export async function addAccount(
  parts: ServiceParts,
  account: Omit<Account, 'id'>,
  password: { readonly text: string; readonly parameters?: ScryptParameters },
): Promise<Account | undefined> {
  const { clock, random, database, store, audit, hasher } = parts;
  const added: Account = { ...account, id: uuidv7(clock, random) };
  const passwordHash = await hasher.hash(password.text, password.parameters);
  const done = await database.transaction<IdentityTables, boolean>(async (trx) => {
    if (!(await store.insertAccount(trx, { account: added, passwordHash }, clock.now()))) return false;
    const action = added.demo ? 'create-demo-account' : 'create-account';
    await audit.append(trx, { stream: `identity/${added.id}`, actor: 'system', action, object: `account/${added.id}` });
    return true;
  });
  return done ? added : undefined;
}

async function recordFailure(parts: ServiceParts, accountId: string | undefined): Promise<void> {
  const { database, audit } = parts;
  const subject = accountId ?? 'unknown';
  await database.transaction<IdentityTables, void>(async (trx) => {
    const record = {
      stream: `identity/${subject}`,
      actor: 'anonymous',
      action: 'sign-in-failed',
      object: `account/${subject}`,
    };
    await audit.append(trx, record);
  });
}

async function signIn(parts: ServiceParts, attempt: SignInAttempt): Promise<OpenSession> {
  const { store, hasher, counter, sessions, database, audit, demo } = parts;
  const username = attempt.username.normalize('NFKC').toLowerCase();
  const found = await store.findAccount({ username });
  const stored = found && (demo || !found.account.demo) ? found : undefined;
  const who = { username, address: attempt.address };
  const correct = await hasher.verify(attempt.password, stored?.passwordHash, () => counter.check(who));
  if (!correct || !stored) {
    await counter.add(who);
    await recordFailure(parts, stored?.account.id);
    throw new IdentityError('identity.credentials_invalid');
  }
  await counter.clear(who);
  const { account } = stored;
  return database.transaction<IdentityTables, OpenSession>(async (trx) => {
    if (attempt.previousToken !== undefined) await sessions.close(trx, attempt.previousToken);
    const session = await sessions.open(trx, account);
    const record = {
      stream: `identity/${account.id}`,
      actor: account.id,
      action: 'sign-in',
      object: `session/${session.id}`,
    };
    await audit.append(trx, record);
    return session;
  });
}

async function signOut(parts: ServiceParts, token: string): Promise<void> {
  const { database, sessions, audit } = parts;
  await database.transaction<IdentityTables, void>(async (trx) => {
    const accountId = await sessions.close(trx, token);
    if (accountId === undefined) return;
    const stream = `identity/${accountId}`;
    await audit.append(trx, { stream, actor: accountId, action: 'sign-out', object: `account/${accountId}` });
  });
}

async function createAccount(parts: ServiceParts, account: NewAccount): Promise<Account> {
  checkNewAccount(account, parts.config.passwordMinLength);
  const { password, ...rest } = account;
  const added = await addAccount(parts, { ...rest, demo: false }, { text: password });
  if (!added) throw new IdentityError('identity.username_taken');
  return added;
}

function accountQueries(
  parts: ServiceParts,
): Pick<IdentityService, 'findAccount' | 'findAccountByUsername' | 'displayName'> {
  const { store } = parts;
  const findAccount = async (id: string) => (isUuid(id) ? (await store.findAccount({ id }))?.account : undefined);
  return {
    findAccount,
    findAccountByUsername: async (username) => (await store.findAccount({ username }))?.account,
    displayName: async (id) => {
      const account = await findAccount(id);
      if (!account) throw new IdentityError('identity.account_not_found');
      return account.displayName;
    },
  };
}

/** The use cases of this system over the given database, and the parts that make them. */
export function createIdentityService(options: ServiceOptions): { service: IdentityService; parts: ServiceParts } {
  const parts = createParts(options);
  const service: IdentityService = {
    ...accountQueries(parts),
    signIn: (attempt) => signIn(parts, attempt),
    signOut: (token) => signOut(parts, token),
    signOutEverywhere: (accountId) =>
      parts.database.transaction<IdentityTables, number>((trx) => parts.store.deleteSessionsOf(trx, accountId)),
    createAccount: (account) => createAccount(parts, account),
    prune: () => parts.store.prune(parts.clock.now()),
  };
  return { service, parts };
}

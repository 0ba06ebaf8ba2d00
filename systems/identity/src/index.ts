import type { LocalizedText } from '@tra/kernel';
import type { Authenticator } from '@tra/platform-http';
import type { System } from '@tra/platform-system';
import type { Account, NewAccount } from './account.ts';
import { createAuthenticator } from './authenticator.ts';
import type { IdentityConfig } from './config.ts';
import { createDemoAccounts } from './demo-accounts.ts';
import { manifest } from './manifest.ts';
import { mountRoutes } from './routes.ts';
import { createIdentityService } from './service.ts';

export { type Account, type Agency, type NewAccount, ROLES, type Role } from './account.ts';
export type { IdentityConfig } from './config.ts';
export { DEMO_ACCOUNTS, type DemoAccount } from './demo-accounts.ts';
export { IdentityError, type IdentityErrorCode } from './errors.ts';

/** What other parts of the product may ask of this system. */
export interface IdentityServices {
  /** Finds who is asking by the session cookie. */
  readonly authenticator: Authenticator;
  readonly accounts: {
    /** Makes a real account. Throws an {@link IdentityError} that names what is wrong; nothing is kept then. */
    create(account: NewAccount): Promise<Account>;
    /** The account with this id. */
    find(id: string): Promise<Account | undefined>;
    findByUsername(username: string): Promise<Account | undefined>;
    /** The name to show for an account. Throws `identity.account_not_found`. */
    displayName(id: string): Promise<LocalizedText>;
    /** Ends all sessions of an account; how many there were. */
    signOutEverywhere(id: string): Promise<number>;
  };
}

const pruneEveryMs = 3_600_000;

/** Accounts, sign-in and sessions. */
export const identity: System<IdentityConfig, object, IdentityServices> = {
  ...manifest,
  create: (context) => {
    const { server, jobs, logger } = context;
    // The configuration refuses both together; a caller that skipped it gets no demo accounts all the same.
    const demo = server.demo && server.environment !== 'production';
    const { service, parts } = createIdentityService({ ...context, demo });
    jobs.register({ kind: 'identity.prune', handle: () => service.prune() });
    return {
      services: {
        authenticator: createAuthenticator(parts.sessions),
        accounts: {
          create: service.createAccount,
          find: service.findAccount,
          findByUsername: service.findAccountByUsername,
          displayName: service.displayName,
          signOutEverywhere: service.signOutEverywhere,
        },
      },
      routes: (app) =>
        mountRoutes(app, {
          service,
          sessions: parts.sessions,
          demo,
          secure: server.publicUrl.startsWith('https://'),
        }),
      start: async () => {
        jobs.schedule({ name: 'identity.prune', everyMs: pruneEveryMs, kind: 'identity.prune', payload: null });
        if (!demo) return;
        await createDemoAccounts(parts);
        logger.warn({}, 'demo accounts with a public password can sign in');
      },
    };
  },
};

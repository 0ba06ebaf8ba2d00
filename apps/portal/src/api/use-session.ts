import { useSyncExternalStore } from 'react';
import { session } from './portal-client.ts';
import type { SessionState } from './session.ts';
import type { Account } from './types.ts';

/** Who is there, kept up to date. */
export function useSession(): SessionState {
  return useSyncExternalStore(session.subscribe, session.get, session.get);
}

/** The signed-in account, if any. */
export function useAccount(): Account | undefined {
  const state = useSession();
  return state.status === 'signed-in' ? state.account : undefined;
}

/** True when the account has at least one of the roles. */
export function hasRole(account: Account | undefined, ...roles: readonly string[]): boolean {
  return account?.roles.some((role) => roles.includes(role)) ?? false;
}

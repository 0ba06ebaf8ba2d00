import type { ApiClient } from './client.ts';
import type { Account, DemoAccount, SessionAnswer } from './types.ts';

/** What the portal knows about who is there; `loading` only until the first answer. */
export type SessionState =
  | { readonly status: 'loading' }
  | { readonly status: 'failed'; readonly problem: unknown }
  | { readonly status: 'signed-out'; readonly demo: boolean }
  | { readonly status: 'signed-in'; readonly demo: boolean; readonly account: Account; readonly expiresAt: Date };

export interface SessionStore {
  get(): SessionState;
  subscribe(listener: () => void): () => void;
  /** Asks the server; also lengthens a running session. */
  load(): Promise<SessionState>;
  signIn(username: string, password: string): Promise<SessionState>;
  signOut(): Promise<void>;
  demoAccounts(signal?: AbortSignal): Promise<readonly DemoAccount[]>;
  /** Called when a request was refused because the session has ended. */
  ended(): void;
}

/** The one session of this page, told to every part of it that listens, and to the other tabs. */
export function createSessionStore(client: ApiClient): SessionStore {
  let state: SessionState = { status: 'loading' };
  const listeners = new Set<() => void>();
  const tabs = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('tra-session');

  const set = (next: SessionState): SessionState => {
    state = next;
    for (const listener of listeners) listener();
    return state;
  };
  const accept = (answer: SessionAnswer): SessionState => {
    client.setSession(answer);
    return set(stateOf(answer));
  };
  const load = async (): Promise<SessionState> => {
    try {
      return accept(await client.json<SessionAnswer>('/identity/session', { askToSignIn: false }));
    } catch (problem) {
      return state.status === 'signed-in' ? state : set({ status: 'failed', problem });
    }
  };
  if (tabs) tabs.onmessage = () => void load();

  return {
    get: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    load,
    signIn: async (username, password) => {
      const body = { username, password };
      const next = accept(
        await client.json<SessionAnswer>('/identity/session', { method: 'POST', body, askToSignIn: false }),
      );
      tabs?.postMessage('changed');
      return next;
    },
    signOut: async () => {
      await client.none('/identity/session', { method: 'DELETE', askToSignIn: false });
      client.setSession(undefined);
      await load();
      tabs?.postMessage('changed');
    },
    demoAccounts: async (signal) => {
      const path = '/identity/demo-accounts';
      const request = { askToSignIn: false, ...(signal ? { signal } : {}) };
      return (await client.json<{ items: readonly DemoAccount[] }>(path, request)).items;
    },
    ended: () => {
      client.setSession(undefined);
      set({ status: 'signed-out', demo: state.status === 'signed-in' && state.demo });
    },
  };
}

function stateOf(answer: SessionAnswer): SessionState {
  if (!answer.authenticated) return { status: 'signed-out', demo: answer.demo };
  const { demo, account, expiresAt } = answer;
  return { status: 'signed-in', demo, account, expiresAt: new Date(expiresAt) };
}

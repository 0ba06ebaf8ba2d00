import { type ApiClient, createApiClient } from './client.ts';
import { createSessionStore, type SessionStore } from './session.ts';

/** The client of this page. */
export const api: ApiClient = createApiClient({
  fetch: (input, init) => fetch(input, init),
  // The shell keeps the page's language here, before and after the reader chooses another.
  language: () => (document.documentElement.lang === 'en' ? 'en' : 'th'),
  online: () => navigator.onLine,
});

/** The session of this page; `useSession()` in a component. */
export const session: SessionStore = createSessionStore(api);

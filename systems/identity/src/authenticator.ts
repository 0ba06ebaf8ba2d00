import { type Authenticator, httpProblem, type Principal } from '@tra/platform-http';
import type { LiveSession, Sessions } from './sessions.ts';

/** Name of the cookie that holds the token of a session. */
export const SESSION_COOKIE = 'tra_session';

function principalOf(session: LiveSession): Principal {
  const { account } = session;
  return {
    accountId: account.id,
    displayName: account.displayName,
    roles: account.roles,
    ...(account.agency ? { agencyId: account.agency.id } : {}),
    sessionId: session.id,
    csrfToken: session.csrfToken,
    method: 'session',
  };
}

/** Finds who is asking by the session cookie. Throws `http.session_expired` for a session that has ended. */
export function createAuthenticator(sessions: Sessions): Authenticator {
  return {
    authenticate: async ({ cookies }) => {
      const token = cookies[SESSION_COOKIE];
      if (!token) return undefined;
      const found = await sessions.find(token);
      if (found.state === 'ended') throw httpProblem('http.session_expired');
      return found.state === 'live' ? principalOf(found.session) : undefined;
    },
  };
}

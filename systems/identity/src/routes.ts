import { CodedError } from '@tra/kernel';
import {
  httpProblem,
  Localized,
  list,
  networkOf,
  type RouteApp,
  type RouteReply,
  Timestamp,
  Uuid,
} from '@tra/platform-http';
import { type Static, Type } from 'typebox';
import type { Account } from './account.ts';
import { SESSION_COOKIE } from './authenticator.ts';
import { DEMO_ACCOUNTS } from './demo-accounts.ts';
import type { IdentityService } from './service.ts';
import type { LiveSession, Sessions } from './sessions.ts';

const AgencySchema = Type.Object({ id: Type.String(), name: Localized });

const AccountSchema = Type.Object({
  id: Uuid,
  username: Type.String(),
  displayName: Localized,
  roles: Type.Array(Type.String()),
  agency: Type.Optional(AgencySchema),
});

const SessionSchema = Type.Object(
  {
    authenticated: Type.Boolean({
      description: 'Whether somebody is signed in. If not, only `demo` is there beside it.',
    }),
    demo: Type.Boolean({ description: 'Whether this is a demo with public accounts.' }),
    csrfToken: Type.Optional(
      Type.String({ description: 'To send as x-csrf-token with every request that changes something.' }),
    ),
    expiresAt: Type.Optional(Timestamp),
    account: Type.Optional(AccountSchema),
  },
  { examples: [{ authenticated: false, demo: true }] },
);

const Credentials = Type.Object(
  {
    username: Type.String({ minLength: 1, maxLength: 128 }),
    password: Type.String({ minLength: 1, maxLength: 1024 }),
  },
  { examples: [{ username: 'somchai', password: 'tra-demo-2569' }] },
);

const DemoAccountSchema = Type.Object({
  username: Type.String(),
  password: Type.String(),
  displayName: Localized,
  description: Localized,
  roles: Type.Array(Type.String()),
});

type SessionBody = Static<typeof SessionSchema>;

/** What the routes need. */
export interface RouteOptions {
  readonly service: IdentityService;
  readonly sessions: Sessions;
  readonly demo: boolean;
  /** Whether people reach the product by HTTPS only. */
  readonly secure: boolean;
}

function accountBody(account: Account): Static<typeof AccountSchema> {
  const { id, username, displayName, roles, agency } = account;
  return { id, username, displayName, roles: [...roles], ...(agency ? { agency } : {}) };
}

function sessionBody(session: LiveSession | undefined, demo: boolean): SessionBody {
  if (!session) return { authenticated: false, demo };
  const ends = new Date(Math.min(session.idleAt.getTime(), session.expiresAt.getTime()));
  const { csrfToken, account } = session;
  return { authenticated: true, demo, csrfToken, expiresAt: ends.toISOString(), account: accountBody(account) };
}

const busySeconds = 2;

function announceWait(reply: RouteReply, error: unknown): void {
  if (!(error instanceof CodedError)) return;
  if (error.code === 'identity.busy') reply.header('retry-after', busySeconds);
  if (error.code === 'identity.too_many_attempts') reply.header('retry-after', error.params.seconds);
}

function mountSession(app: RouteApp, options: RouteOptions): void {
  const { service, sessions, demo, secure } = options;
  const cookie = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const;

  app.get(
    '/api/v1/identity/session',
    { schema: { tags: ['identity'], summary: 'Who is signed in', response: { 200: SessionSchema } } },
    async (request, reply) => {
      const token = request.cookies[SESSION_COOKIE];
      const found = token ? await sessions.find(token) : undefined;
      if (token && found?.state !== 'live') reply.clearCookie(SESSION_COOKIE, cookie);
      reply.header('cache-control', 'no-store');
      return sessionBody(found?.state === 'live' ? found.session : undefined, demo);
    },
  );

  app.post(
    '/api/v1/identity/session',
    {
      config: { sameOrigin: true },
      bodyLimit: 8192,
      schema: {
        tags: ['identity'],
        summary: 'Sign in',
        description: 'Opens a session, kept in the cookie tra_session. A session that the browser had before ends.',
        body: Credentials,
        response: { 201: SessionSchema },
      },
    },
    async (request, reply) => {
      const { username, password } = request.body;
      const attempt = {
        username,
        password,
        address: networkOf(request.ip),
        previousToken: request.cookies[SESSION_COOKIE],
      };
      const session = await service.signIn(attempt).catch((error: unknown) => {
        announceWait(reply, error);
        throw error;
      });
      reply.setCookie(SESSION_COOKIE, session.token, { ...cookie, expires: session.expiresAt });
      return reply.code(201).header('cache-control', 'no-store').send(sessionBody(session, demo));
    },
  );

  app.delete(
    '/api/v1/identity/session',
    {
      schema: { tags: ['identity'], summary: 'Sign out', response: { 204: Type.Null({ description: 'Signed out.' }) } },
    },
    async (request, reply) => {
      const token = request.cookies[SESSION_COOKIE];
      if (token) await service.signOut(token);
      return reply.clearCookie(SESSION_COOKIE, cookie).code(204).send(null);
    },
  );
}

/** Mounts the routes of this system. */
export async function mountRoutes(app: RouteApp, options: RouteOptions): Promise<void> {
  mountSession(app, options);
  app.get(
    '/api/v1/identity/demo-accounts',
    {
      schema: {
        tags: ['identity'],
        summary: 'Demo accounts with their public password',
        description: 'There only in a demo; 404 otherwise.',
        response: { 200: list(DemoAccountSchema) },
      },
    },
    async () => {
      if (!options.demo) throw httpProblem('http.not_found');
      return { items: DEMO_ACCOUNTS.map(({ agency: _agency, ...shown }) => ({ ...shown, roles: [...shown.roles] })) };
    },
  );
}

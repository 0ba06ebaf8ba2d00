import { createJobs } from '@tra/platform-jobs';
import { type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import { type IdentityConfig, type IdentityServices, identity, type NewAccount } from '../src/index.ts';

export type Started = StartedSystem<IdentityConfig, IdentityServices>;

export const quick = { scryptCost: 16_384, scryptParallelism: 1 } as const;
export const url = '/api/v1/identity/session';
export const officer: NewAccount = {
  username: 'real.officer',
  password: 'correct horse battery',
  displayName: { th: 'เจ้าหน้าที่', en: 'Officer' },
  roles: ['officer'],
  agency: { id: 'dbd', name: { th: 'กรม', en: 'Department' } },
};

/** Starts identity with its own authenticator in front of its own routes, as the server does. */
export async function start(
  options: { demo?: boolean; https?: boolean; config?: Partial<IdentityConfig> } = {},
): Promise<Started> {
  let services: IdentityServices | undefined;
  const started = await startTestSystem(
    identity,
    {},
    {
      config: { ...quick, ...options.config },
      server: {
        demo: options.demo ?? false,
        publicUrl: options.https ? 'https://tra.example' : 'http://localhost:8420',
      },
      authenticator: { authenticate: async (request) => services?.authenticator.authenticate(request) },
    },
  );
  services = started.services;
  return started;
}

/** The same context as a process finds it that starts later. */
export const restarted = (context: Started['context']): Started['context'] => ({
  ...context,
  jobs: createJobs(context),
});

export interface SessionBody {
  authenticated: boolean;
  demo: boolean;
  csrfToken?: string;
  expiresAt?: string;
  account?: { id: string; username: string; roles: string[] };
}

export async function signIn(
  { app }: Started,
  credentials: object,
  more: { cookie?: string; remoteAddress?: string } = {},
) {
  const headers = more.cookie ? { cookie: more.cookie } : {};
  const reply = await app.inject({
    method: 'POST',
    url,
    payload: credentials,
    headers,
    remoteAddress: more.remoteAddress ?? '127.0.0.1',
  });
  const cookie = reply.cookies.find((item) => item.name === 'tra_session');
  return {
    reply,
    code: (reply.json() as { code?: string }).code,
    body: reply.json() as SessionBody,
    cookie,
    header: `tra_session=${cookie?.value}`,
  };
}

export const real = { username: officer.username, password: officer.password };
export const whoIs = async ({ app }: Started, cookie: string) =>
  (await app.inject({ url, headers: { cookie } })).json() as SessionBody;

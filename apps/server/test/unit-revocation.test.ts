import { randomBytes, X509Certificate } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, signIn } from '../../portal/test/browser/person.ts';
import { type RunningServer, startServer } from '../src/index.ts';

/* A time-stamping unit is revoked by officers, as they would do it on their pages, and the authority of the same server has to notice. */

let data = '';
let server: RunningServer;
let url = '';
let kanya: Person;
let thana: Person;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'tra-unit-'));
  server = await startServer({
    env: { TRA_TELEMETRY_LEVEL: 'silent', TRA_DEMO: 'true' },
    overrides: { server: { port: 0, data }, timestamp: { sealSeconds: 1 } },
  });
  url = server.url;
  [kanya, thana] = await Promise.all([signIn(url, 'registrar.kanya'), signIn(url, 'registrar.thana')]);
}, 60_000);
afterAll(async () => {
  await server?.close();
  await rm(data, { recursive: true, force: true });
});

interface Stamp {
  readonly digest: string;
  readonly token: string;
  /** Serial number of the unit that signed. */
  readonly unit: string;
}

const post = async (path: string, body: object): Promise<Record<string, never>> => {
  const headers = { 'content-type': 'application/json', 'accept-language': 'en' };
  const reply = await fetch(`${url}/api/v1/timestamp/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(reply.status).toBe(200);
  return (await reply.json()) as Record<string, never>;
};

interface Judged {
  readonly verdict: string;
  readonly code: string;
  readonly message: string;
  readonly authority: { readonly sha256: string };
}

async function judge({ token, digest }: Pick<Stamp, 'token' | 'digest'>): Promise<Judged> {
  return (await post('verifications', { token, digest: { digest } })) as unknown as Judged;
}

/** Units that are published, by the hash of their certificate. */
async function published(): Promise<ReadonlyMap<string, string>> {
  const pem = await (await fetch(`${url}/timestamp/chain.pem`)).text();
  const found = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const certificates = found.map((text) => new X509Certificate(text));
  return new Map(
    certificates.map(({ fingerprint256, serialNumber }) => [
      fingerprint256.replaceAll(':', '').toLowerCase(),
      serialNumber.toLowerCase(),
    ]),
  );
}

async function stamp(): Promise<Stamp> {
  const digest = randomBytes(32).toString('hex');
  const { token } = (await post('tokens', { digest })) as unknown as { token: string };
  const { authority } = await judge({ token, digest });
  return { digest, token, unit: (await published()).get(authority.sha256) ?? '' };
}

/** Waits for what happens within a few turns of the authority. */
async function until<T>(look: () => Promise<T>, holds: (found: T) => boolean): Promise<T> {
  for (let turn = 0; turn < 200; turn += 1) {
    const found = await look();
    if (holds(found)) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('it never came to that');
}

/** The certificate as officers see it. */
async function shown(unit: string): Promise<{ authority: string; serial: string }> {
  const { items } = await kanya.get(`/pki/certificates?serial=${unit}`);
  expect(items).toHaveLength(1);
  return items[0];
}

const ask = async (
  unit: string,
  reason: string,
): Promise<{ done: boolean; request: { id: string; version: number } }> => {
  const { authority, serial } = await shown(unit);
  return kanya.send('POST', `/pki/certificates/${authority}/${serial}/actions`, {
    action: 'revoke',
    reason,
    note: 'ทดสอบการเพิกถอนหน่วยประทับเวลา',
  });
};

const ready = async (): Promise<number> => (await fetch(`${url}/readyz?system=timestamp`)).status;
const metrics = async (): Promise<string> => (await fetch(`${url}/metrics`)).text();

test('a unit that is superseded stops when a second officer agreed, and its tokens stay good', async () => {
  const before = await stamp();
  expect(
    await until(
      () => judge(before),
      ({ verdict }) => verdict === 'passed',
    ),
  ).toMatchObject({ verdict: 'passed' });
  const asked = await ask(before.unit, 'superseded');
  expect(asked.done).toBe(false);
  // The one who asked is the first of the two, and is not the second.
  const { id, version } = asked.request;
  const decide = (who: Person): Promise<unknown> =>
    who.send('POST', `/pki/requests/${id}/actions`, { action: 'approve' }, version);
  await expect(decide(kanya)).rejects.toThrow(/pki\./);
  expect((await stamp()).unit).toBe(before.unit);
  // Lists of revocations count in whole seconds: what was stamped in the second of a revocation counts as stamped after it.
  await new Promise((resolve) => setTimeout(resolve, 1100));
  await decide(thana);
  const after = await until(stamp, ({ unit }) => unit !== before.unit);
  expect([...(await published()).values()]).toEqual(expect.arrayContaining([before.unit, after.unit]));
  expect(await ready()).toBe(200);
  expect(await metrics()).toContain('tra_timestamp_unit_revoked{line="default"} 0');
  expect(await judge(before)).toMatchObject({ code: 'timestamp.token_valid', verdict: 'passed' });
  expect(await judge(after)).toMatchObject({ verdict: 'passed' });
}, 60_000);

test('a unit whose key is compromised stops at once, and none of its tokens proves anything', async () => {
  const before = await stamp();
  const asked = await ask(before.unit, 'keyCompromise');
  expect(asked.done).toBe(true);
  const after = await until(stamp, ({ unit }) => unit !== before.unit);
  expect(
    await until(
      () => judge(before),
      ({ verdict }) => verdict !== 'passed',
    ),
  ).toMatchObject({
    message: expect.stringMatching(/revoked|compromise/i),
  });
  expect(await judge(after)).toMatchObject({ verdict: 'passed' });
  expect(await ready()).toBe(200);
}, 60_000);

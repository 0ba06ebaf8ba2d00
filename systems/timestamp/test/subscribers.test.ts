import { createHash } from 'node:crypto';
import { type TestHierarchy, testHierarchy } from '@tra/pki/testing';
import { asPrincipal, type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import { createRequest, parseResponse } from '@tra/timestamp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TimestampConfig, type TimestampServices, timestamp } from '../src/index.ts';
import { testCertificates } from './harness.ts';

const base = '/api/v1/timestamp/subscribers';
const digest = createHash('sha256').update('ข้อมูล').digest();
const query = Buffer.from(createRequest({ algorithm: 'sha256', value: digest, certReq: true }));
const officer = asPrincipal('officer-1', 'timestamp-officer');
const owner = asPrincipal('somchai', 'citizen');
const inAYear = new Date(Date.now() + 365 * 86_400_000).toISOString();
const policy = '1.3.6.1.4.1.32473.3161.1';

type Started = StartedSystem<TimestampConfig, TimestampServices>;

let hierarchy: TestHierarchy;
let system: Started;
const running = new Map<string, Started>();

/** A system with these settings: a new one where a test needs it to itself, else the one of the tests before. */
async function start(config: Partial<TimestampConfig> = {}, { fresh = false } = {}): Promise<void> {
  const name = `${JSON.stringify(config)} ${fresh ? running.size : ''}`;
  system =
    running.get(name) ??
    (await startTestSystem(
      timestamp,
      { certificates: testCertificates(hierarchy) },
      { server: { demo: true }, config: { policies: ['1.2.3.4 accuracy=500'], ...config } },
    ));
  running.set(name, system);
}

beforeAll(async () => {
  hierarchy = await testHierarchy();
});
afterAll(async () => {
  for (const one of running.values()) await one.close();
});

type Headers = Record<string, string>;
const send = (method: 'GET' | 'POST' | 'PATCH', url: string, headers: Headers, payload?: object) =>
  system.app.inject({ method, url, headers, ...(payload ? { payload } : {}) });
const stamp = (headers: Headers = {}) =>
  system.app.inject({
    method: 'POST',
    url: '/timestamp',
    payload: query,
    headers: { 'content-type': 'application/timestamp-query', ...headers },
  });
const stampJson = (headers: Headers = {}, body: object = {}) =>
  send('POST', '/api/v1/timestamp/tokens', headers, { digest: digest.toString('hex'), ...body });
const bearer = (key: string): Headers => ({ authorization: `Bearer ${key}` });
const basic = (text: string): Headers => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

async function subscriber(terms: object = {}): Promise<{ id: string; key: string; keyId: string }> {
  const made = await send('POST', base, officer, { name: 'กรมตัวอย่าง', contact: 'it@example.go.th', ...terms });
  expect(made.statusCode, made.body).toBe(201);
  const { id } = made.json();
  const key = await send('POST', `${base}/${id}/keys`, officer, { label: 'server', expiresAt: inAYear });
  expect(key.statusCode, key.body).toBe(201);
  return { id, key: key.json().key, keyId: key.json().id };
}

/** Waits until what was counted is in the database: the counts follow by a second. */
async function usage(
  id: string,
): Promise<{ outcome: string; policy: string; requests: number; digests: number; tokens: number }[]> {
  await new Promise((resolve) => setTimeout(resolve, 1_300));
  return (await send('GET', `${base}/${id}/usage`, officer)).json().items;
}

describe('keys', () => {
  it('stamps by bearer and by Basic, as user name and as password', async () => {
    await start();
    const { key } = await subscriber();
    for (const headers of [bearer(key), basic(`${key}:`), basic(`anything:${key}`)]) {
      const reply = await stamp(headers);
      expect(reply.statusCode).toBe(200);
      expect(parseResponse(reply.rawPayload).status).toBe('granted');
      expect((await stampJson(headers)).statusCode).toBe(200);
    }
  });

  it('refuses what is no good key with 401, and never takes it for nobody', async () => {
    await start();
    const { key } = await subscriber();
    const wrong = key.slice(0, -1) + (key.endsWith('0') ? '1' : '0');
    for (const headers of [
      bearer(wrong),
      bearer('x'),
      bearer(key.toUpperCase()),
      basic('user:password'),
      { authorization: 'Digest x' },
    ]) {
      const reply = await stamp(headers);
      expect(reply.statusCode).toBe(401);
      expect(reply.headers['www-authenticate']).toContain('Bearer');
      expect(reply.json().code).toBe('timestamp.key_invalid');
      expect((await stampJson(headers)).statusCode).toBe(401);
    }
    expect((await stamp()).statusCode).toBe(200);
  });

  it('ends a key at once, and keeps only its hash', async () => {
    await start();
    const { id, key, keyId } = await subscriber();
    expect((await stamp(bearer(key))).statusCode).toBe(200);
    const stored = await system.context.database
      .tables<{ timestamp_subscriber_keys: { secret_sha256: Uint8Array } }>()
      .selectFrom('timestamp_subscriber_keys')
      .selectAll()
      .execute();
    expect(JSON.stringify(stored)).not.toContain(key.slice(-64));
    const ended = await send('POST', `${base}/${id}/keys/${keyId}/actions`, officer, { action: 'revoke' });
    expect(ended.json().revokedAt).toBeTruthy();
    expect((await stamp(bearer(key))).statusCode).toBe(401);
    const rotated = await send('POST', `${base}/${id}/keys/${keyId}/actions`, officer, {
      action: 'rotate',
      expiresAt: inAYear,
    });
    expect(rotated.json().code).toBe('timestamp.key_ended');
  });

  it('ends a key in every process at once', async () => {
    await start();
    const { id, key, keyId } = await subscriber();
    const { database, keys, clock } = system.context;
    const other = await startTestSystem(
      timestamp,
      { certificates: testCertificates(hierarchy) },
      { ...{ database, keys, clock }, server: { demo: true }, config: { policies: ['1.2.3.4 accuracy=500'] } },
    );
    const there = (): Promise<number> =>
      other.app
        .inject({
          method: 'POST',
          url: '/api/v1/timestamp/tokens',
          headers: bearer(key),
          payload: { digest: digest.toString('hex') },
        })
        .then(({ statusCode }) => statusCode);
    expect(await there()).toBe(200);
    await send('POST', `${base}/${id}/keys/${keyId}/actions`, officer, { action: 'revoke' });
    // Its cache would believe in the key for ten seconds.
    await expect.poll(there, { timeout: 5_000 }).toBe(401);
    // The database belongs to the first: only what the second does with it is to end.
    await other.app.close();
  });

  it('rotates with an overlap', async () => {
    await start();
    const { id, key, keyId } = await subscriber();
    const rotated = await send('POST', `${base}/${id}/keys/${keyId}/actions`, officer, {
      action: 'rotate',
      expiresAt: inAYear,
      overlapHours: 2,
    });
    expect(rotated.statusCode).toBe(201);
    const next = rotated.json();
    expect(next.replaces).toBe(keyId);
    expect((await stamp(bearer(key))).statusCode).toBe(200);
    expect((await stamp(bearer(next.key))).statusCode).toBe(200);
    system.context.testClock.advance(2 * 3_600_000 + 1_000);
    expect((await stamp(bearer(key))).statusCode).toBe(401);
    expect((await stamp(bearer(next.key))).statusCode).toBe(200);
  });

  it('refuses a key that lasts too long, too many keys, and to be stored for repeating', async () => {
    await start();
    const { id } = await subscriber();
    const make = (expiresAt: string, headers: Headers = officer) =>
      send('POST', `${base}/${id}/keys`, headers, { label: 'x', expiresAt });
    expect((await make('2020-01-01T00:00:00.000Z')).json().code).toBe('timestamp.key_validity_invalid');
    expect((await make('2050-01-01T00:00:00.000Z')).json().code).toBe('timestamp.key_validity_invalid');
    expect((await make(inAYear, { ...officer, 'idempotency-key': 'k1' })).json().code).toBe(
      'timestamp.key_not_repeatable',
    );
    for (let count = 1; count < 20; count += 1) expect((await make(inAYear)).statusCode).toBe(201);
    expect((await make(inAYear)).json().code).toBe('timestamp.keys_too_many');
  });
});

describe('subscriptions', () => {
  it('are asked for by anybody, granted by an officer, and make their own keys', async () => {
    await start({}, { fresh: true });
    const asked = await send('POST', base, owner, { name: 'สมชาย', contact: 'a@b.th', perMonth: 100 });
    expect(asked.json()).toMatchObject({ state: 'requested', owned: true, mine: true, perMonth: 100 });
    const { id } = asked.json();
    const again = await send('POST', base, owner, { name: 'สมชาย', contact: 'a@b.th' });
    expect(again.json().code).toBe('timestamp.subscription_pending');
    const wanted = { label: 'server', expiresAt: inAYear };
    expect((await send('POST', `${base}/${id}/keys`, owner, wanted)).json().code).toBe('timestamp.subscriber_inactive');
    expect(
      (await send('PATCH', `${base}/${id}`, { ...owner, 'if-match': '"1"' }, { state: 'active' })).statusCode,
    ).toBe(403);
    expect((await send('PATCH', `${base}/${id}`, officer, { state: 'active' })).statusCode).toBe(428);
    const granted = await send(
      'PATCH',
      `${base}/${id}`,
      { ...officer, 'if-match': '"1"' },
      { state: 'active', perDay: 5 },
    );
    expect(granted.json()).toMatchObject({ state: 'active', perDay: 5, perMonth: 100, version: 2 });
    expect((await send('PATCH', `${base}/${id}`, { ...officer, 'if-match': '"1"' }, { perDay: 6 })).statusCode).toBe(
      412,
    );
    expect((await send('POST', `${base}/${id}/keys`, officer, wanted)).statusCode).toBe(403);
    const key = await send('POST', `${base}/${id}/keys`, owner, wanted);
    expect((await stamp(bearer(key.json().key))).statusCode).toBe(200);
    const entries = await system.context.audit.list('timestamp');
    expect(entries.map(({ action }) => action)).toEqual([
      'timestamp.subscriber_created',
      'timestamp.subscriber_changed',
      'timestamp.key_created',
    ]);
    expect(JSON.stringify(entries)).not.toContain('a@b.th');
  });

  it('are nobody else’s to see', async () => {
    await start();
    const { id } = await subscriber();
    const other = asPrincipal('malee', 'citizen');
    for (const path of ['', '/keys', '/usage', '/usage.csv'])
      expect((await send('GET', `${base}/${id}${path}`, other)).statusCode).toBe(404);
    expect((await send('GET', `${base}?scope=all`, other)).statusCode).toBe(403);
    expect((await send('GET', base, {})).statusCode).toBe(401);
    expect((await send('GET', base, other)).json().items).toEqual([]);
    expect((await send('GET', '/api/v1/timestamp/usage', other)).statusCode).toBe(403);
    expect((await send('GET', '/api/v1/timestamp/usage', asPrincipal('nida', 'auditor'))).statusCode).toBe(200);
  });

  it('are listed in pages and found by part of a name', async () => {
    await start({}, { fresh: true });
    for (const name of ['ก 100%', 'ข', 'ค']) await send('POST', base, officer, { name, contact: 'a@b.th' });
    const first = (await send('GET', `${base}?scope=all&limit=2`, officer)).json();
    expect(first.items).toHaveLength(2);
    const second = (await send('GET', `${base}?scope=all&limit=2&after=${first.next}`, officer)).json();
    expect(second).toMatchObject({ items: [{ name: 'ก 100%' }], next: null });
    const found = (await send('GET', `${base}?scope=all&name=${encodeURIComponent('0%')}`, officer)).json();
    expect(found.items).toHaveLength(1);
  });

  it('stop when they are suspended, at once', async () => {
    await start();
    const { id, key } = await subscriber();
    await stamp(bearer(key));
    await send('PATCH', `${base}/${id}`, { ...officer, 'if-match': '*' }, { state: 'suspended' });
    expect(parseResponse((await stamp(bearer(key))).rawPayload)).toMatchObject({
      status: 'rejection',
      statusText: ['the subscription is not active'],
    });
    expect((await stampJson(bearer(key))).statusCode).toBe(403);
    await send('PATCH', `${base}/${id}`, { ...officer, 'if-match': '*' }, { state: 'closed' });
    const back = await send('PATCH', `${base}/${id}`, { ...officer, 'if-match': '*' }, { state: 'active' });
    expect(back.json().code).toBe('timestamp.subscriber_state');
  });

  it('reach only their policies', async () => {
    await start();
    const { id, key } = await subscriber({ policies: ['1.2.3.4'] });
    expect((await send('POST', base, officer, { name: 'x', contact: 'abc', policies: ['1.9'] })).json().code).toBe(
      'timestamp.subscriber_policy',
    );
    expect(parseResponse((await stamp(bearer(key))).rawPayload).failures).toEqual(['unacceptedPolicy']);
    expect((await stampJson(bearer(key))).json().code).toBe('timestamp.policy_not_subscribed');
    expect((await stampJson(bearer(key), { policy: '1.2.3.4' })).statusCode).toBe(200);
    expect(await usage(id)).toEqual([
      expect.objectContaining({ outcome: 'unacceptedPolicy', policy: '', requests: 2, digests: 0, tokens: 0 }),
      expect.objectContaining({ outcome: 'granted', policy: '1.2.3.4', requests: 1, digests: 1, tokens: 1 }),
    ]);
  });
});

describe('limits', () => {
  it('never stamps more than a quota, gives back what was refused, and says so in each protocol', async () => {
    await start();
    const { id, key } = await subscriber({ perDay: 20, perMonth: 30 });
    expect((await stampJson(bearer(key), { policy: '1.2.3.999' })).statusCode).toBe(422);
    const replies = await Promise.all(Array.from({ length: 40 }, () => stampJson(bearer(key))));
    expect(replies.filter(({ statusCode }) => statusCode === 200)).toHaveLength(20);
    const refused = replies.find(({ statusCode }) => statusCode === 429);
    expect(refused?.json().code).toBe('timestamp.quota_day');
    // When it begins anew, in the calendar of the reader, and how long that is.
    expect(refused?.json().detail ?? refused?.json().title).toMatch(/25\d\d 00\.00 น\. \(อีก \d+ (ชั่วโมง|นาที)\)/);
    const english = await stampJson({ ...bearer(key), 'accept-language': 'en' });
    expect(english.json().detail ?? english.json().title).toMatch(
      /20\d\d, 00:00, Thai time \(in \d+ (hours|minutes)\)/,
    );
    expect(Number(refused?.headers['retry-after'])).toBeGreaterThan(0);
    const answer = await stamp(bearer(key));
    expect(answer.statusCode).toBe(200);
    expect(parseResponse(answer.rawPayload)).toMatchObject({ status: 'rejection', failures: ['systemFailure'] });
    expect(parseResponse(answer.rawPayload).statusText[0]).toMatch(
      /daily quota used up; retry after \d+ (hours|minutes) \(.* 00:00, Bangkok\)/,
    );
    expect((await usage(id)).map(({ outcome, digests }) => [outcome, digests])).toEqual([
      ['quota_day', 0],
      ['timestamp.policy_unsupported', 0],
      ['granted', 20],
    ]);
    await send('PATCH', `${base}/${id}`, { ...officer, 'if-match': '*' }, { perDay: 25 });
    expect((await stampJson(bearer(key))).statusCode).toBe(200);
    expect((await send('GET', `${base}/${id}`, officer)).json()).toMatchObject({ perDay: 25 });
  });

  it('counts each digest of a batch', async () => {
    await start();
    const { id, key } = await subscriber({ perMonth: 5 });
    const batch = (count: number) =>
      send('POST', '/api/v1/timestamp/batches', bearer(key), {
        digests: Array.from({ length: count }, () => ({ digest: digest.toString('hex') })),
      });
    expect((await batch(3)).statusCode).toBe(200);
    expect((await batch(3)).json().code).toBe('timestamp.quota_month');
    expect((await batch(2)).statusCode).toBe(200);
    expect(await usage(id)).toContainEqual(
      expect.objectContaining({ outcome: 'granted', policy, digests: 5, tokens: 2, requests: 2 }),
    );
  });

  it('limits requests in a second', async () => {
    await start();
    const { key } = await subscriber({ perSecond: 3 });
    const replies = await Promise.all(Array.from({ length: 10 }, () => stampJson(bearer(key))));
    expect(replies.filter(({ statusCode }) => statusCode === 200).length).toBeLessThan(6);
    expect(replies.some((reply) => reply.statusCode === 429 && reply.json().code === 'timestamp.rate')).toBe(true);
    system.context.testClock.advance(1_000);
    expect((await stampJson(bearer(key))).statusCode).toBe(200);
  });

  it('limits or refuses those without a key as configured', async () => {
    await start({ anonymousPerDay: 2 });
    expect([(await stampJson()).statusCode, (await stamp()).statusCode]).toEqual([200, 200]);
    expect((await stampJson()).json().code).toBe('timestamp.anonymous_quota');
    await start({ anonymous: 'refused' });
    expect((await stamp()).json().code).toBe('timestamp.key_required');
    await start({ subscribers: 'off' });
    expect((await stamp()).statusCode).toBe(200);
    expect((await stamp(bearer(`tsk_${'0'.repeat(24)}_${'0'.repeat(64)}`))).statusCode).toBe(401);
    expect((await send('GET', base, officer)).statusCode).toBe(404);
  });
});

describe('reports', () => {
  it('come by day and month, in pages and as CSV', async () => {
    await start();
    const { id, key } = await subscriber();
    await stampJson(bearer(key));
    await stampJson(bearer(key), { policy: '1.2.3.4' });
    await stampJson();
    await usage(id);
    const first = (await send('GET', `${base}/${id}/usage?by=month&limit=1`, officer)).json();
    const second = (await send('GET', `${base}/${id}/usage?by=month&limit=1&after=${first.next}`, officer)).json();
    expect([first.items[0].policy, second.items[0].policy, second.next]).toEqual(['1.2.3.4', policy, null]);
    const all = (await send('GET', '/api/v1/timestamp/usage', officer)).json().items;
    expect(all.map((line: { subscriber: string }) => line.subscriber)).toContain('anonymous');
    const csv = await send('GET', `${base}/${id}/usage.csv`, officer);
    expect(csv.headers['content-type']).toContain('text/csv');
    expect(csv.rawPayload.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    expect(csv.body.trim().split('\r\n')).toHaveLength(3);
    expect((await send('GET', `${base}/${id}/usage?from=2020-01-01`, officer)).json().code).toBe(
      'timestamp.period_invalid',
    );
    expect((await send('GET', `${base}/${id}/usage?after=x`, officer)).json().code).toBe('timestamp.cursor_invalid');
  });
});

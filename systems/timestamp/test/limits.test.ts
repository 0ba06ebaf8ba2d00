import { testHierarchy } from '@tra/pki/testing';
import { startTestSystem } from '@tra/platform-system/testing';
import { parseResponse } from '@tra/timestamp';
import { describe, expect, it } from 'vitest';
import { timestamp } from '../src/index.ts';
import { testCertificates } from './harness.ts';
import {
  base,
  bearer,
  digest,
  type Headers,
  officer,
  policy,
  send,
  stamp,
  stampJson,
  start,
  subscriber,
  system,
  usage,
} from './subscriber-desk.ts';

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

  it('names each refusal in both languages, as its page does', async () => {
    await start({ anonymousPerDay: 1 });
    const full = await subscriber({ perDay: 1, policies: [policy] });
    const monthly = await subscriber({ perMonth: 1 });
    const fast = await subscriber({ perSecond: 1 });
    const asleep = await subscriber();
    await send('PATCH', `${base}/${asleep.id}`, { ...officer, 'if-match': '*' }, { state: 'suspended' });
    for (const headers of [{}, bearer(full.key), bearer(monthly.key), bearer(fast.key)])
      expect((await stampJson(headers)).statusCode).toBe(200);
    const refusals: [code: string, headers: Headers, body: object, title: string, thai: string][] = [
      ['anonymous_quota', {}, {}, 'Daily quota without a key used up', 'ใช้โควตารายวันแบบไม่มีกุญแจหมดแล้ว'],
      ['quota_day', bearer(full.key), {}, 'Daily quota used up', 'ใช้โควตารายวันหมดแล้ว'],
      ['quota_month', bearer(monthly.key), {}, 'Monthly quota used up', 'ใช้โควตารายเดือนหมดแล้ว'],
      ['rate', bearer(fast.key), {}, 'Requests too fast', 'ส่งคำขอถี่เกินไป'],
      ['subscriber_inactive', bearer(asleep.key), {}, 'Subscription not active', 'สมาชิกไม่ได้เปิดใช้งาน'],
      ['key_invalid', bearer('none'), {}, 'Key cannot be used', 'ใช้กุญแจนี้ไม่ได้'],
    ];
    for (const [code, headers, body, english, thai] of refusals) {
      const [en, th] = [
        await stampJson({ ...headers, 'accept-language': 'en' }, body),
        await stampJson({ ...headers, 'accept-language': 'th' }, body),
      ];
      expect([en.json().code, en.json().title, th.json().title]).toEqual([`timestamp.${code}`, english, thai]);
      const page = (await send('GET', `/problems/timestamp.${code}`, {})).body;
      for (const title of [english, thai]) expect(page).toContain(`<h2>${title}</h2>`);
      expect(page).not.toMatch(/\{\w+\}/);
    }
    await send('PATCH', `${base}/${full.id}`, { ...officer, 'if-match': '*' }, { perDay: 5 });
    const other = await stampJson({ ...bearer(full.key), 'accept-language': 'en' }, { policy: '1.2.3.4' });
    expect(other.json().title).toBe('Policy not in the subscription');
    await start({ anonymous: 'refused' });
    expect((await stampJson({ 'accept-language': 'en' })).json().title).toBe("Subscriber's key needed");
  });

  it('counts those without a key over all nodes on one database, and over restarts', async () => {
    const certificates = testCertificates(await testHierarchy());
    const config = { anonymousPerDay: 3 };
    const first = await startTestSystem(timestamp, { certificates }, { config });
    const { database, keys } = first.context;
    const node = () => startTestSystem(timestamp, { certificates }, { config, database, keys });
    const ask = async ({ app }: Pick<typeof first, 'app'>) =>
      (
        await app.inject({
          method: 'POST',
          url: '/api/v1/timestamp/tokens',
          payload: { digest: digest.toString('hex') },
        })
      ).statusCode;
    const second = await node();
    expect([await ask(first), await ask(second)]).toEqual([200, 200]);
    // As after the second was killed: whoever comes later begins where the others were.
    const third = await node();
    expect([await ask(third), await ask(first), await ask(third)]).toEqual([200, 429, 429]);
    expect(await ask(second)).toBe(429);
    // The database belongs to all: it is closed with the first.
    await first.close();
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

import { asPrincipal } from '@tra/platform-system/testing';
import { parseResponse } from '@tra/timestamp';
import { describe, expect, it } from 'vitest';
import {
  base,
  bearer,
  inAYear,
  officer,
  owner,
  policy,
  send,
  stamp,
  stampJson,
  start,
  subscriber,
  system,
  usage,
} from './subscriber-desk.ts';

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

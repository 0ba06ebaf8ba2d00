import { testHierarchy } from '@tra/pki/testing';
import { startTestSystem } from '@tra/platform-system/testing';
import { parseResponse } from '@tra/timestamp';
import { describe, expect, it } from 'vitest';
import { timestamp } from '../src/index.ts';
import { testCertificates } from './harness.ts';
import {
  base,
  basic,
  bearer,
  digest,
  type Headers,
  inAYear,
  officer,
  send,
  stamp,
  stampJson,
  start,
  subscriber,
  system,
} from './subscriber-desk.ts';

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
      { certificates: testCertificates(await testHierarchy()) },
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

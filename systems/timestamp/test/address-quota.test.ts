import { randomBytes } from 'node:crypto';
import type { Random } from '@tra/kernel';
import type { Database } from '@tra/platform-storage';
import { describeOnEachDatabase } from '@tra/platform-storage/testing';
import { migrationsOf } from '@tra/platform-system';
import { describe, expect, it } from 'vitest';
import { timestamp } from '../src/index.ts';
import { LocalAddressQuota } from '../src/subscribers/address-quota.ts';
import { type Admission, createAdmissionDesk } from '../src/subscribers/admission.ts';
import { SharedAddressQuota, type SharedAddressQuotaOptions } from '../src/subscribers/shared-address-quota.ts';
import type { SubscriberTables } from '../src/subscribers/tables.ts';

const random: Random = { bytes: (length) => new Uint8Array(randomBytes(length)) };
/** 17.00 in Bangkok. */
const now = Date.parse('2026-11-21T10:00:00.000Z');
const midnight = Date.parse('2026-11-21T17:00:00.000Z');
const address = '192.0.2.1';

const process = (database: Database, limit: number, more: Partial<SharedAddressQuotaOptions> = {}) =>
  new SharedAddressQuota({ database, random, limit, ...more });

const rowsOf = async (database: Database) =>
  await database.tables<SubscriberTables>().selectFrom('timestamp_address_days').selectAll().orderBy('day').execute();
const leasedIn = async (database: Database): Promise<number> =>
  (await rowsOf(database)).reduce((sum, { leased }) => sum + Number(leased), 0);

/** A database that can be taken away: its queries then fail, or are not answered. */
function unsteady(database: Database): { database: Database; state: 'there' | 'failing' | 'silent'; asked: number } {
  const steered = {
    state: 'there' as 'there' | 'failing' | 'silent',
    asked: 0,
    database: new Proxy(database, {
      get(target, name) {
        const value = Reflect.get(target, name) as unknown;
        if (name === 'tables') {
          return () => {
            steered.asked += 1;
            if (steered.state === 'failing') throw new Error('no connection');
            if (steered.state === 'silent') return silent;
            return target.tables();
          };
        }
        return typeof value === 'function' ? value.bind(target) : value;
      },
    }),
  };
  return steered;
}

/** Whatever is called on it, nothing ever comes back. */
const silent: unknown = new Proxy(() => undefined, {
  get: (_, name) => (name === 'then' ? (): void => undefined : silent),
  apply: () => silent,
});

describeOnEachDatabase('the quota of network addresses', (open) => {
  const database = (): Promise<Database> => open({ migrations: [migrationsOf(timestamp)] });

  it('holds over processes that ask at once, and is used up to the last', async () => {
    const shared = await database();
    const processes = [process(shared, 100), process(shared, 100), process(shared, 100)];
    const takes = Array.from({ length: 200 }, (_, index) =>
      (processes[index % 3] as SharedAddressQuota).take(address, 1, now),
    );
    const granted = (await Promise.all(takes)).filter(Boolean).length;
    expect(granted).toBeGreaterThan(80);
    expect(granted).toBeLessThanOrEqual(100);
    for (const one of processes) await one.close();
    expect(await leasedIn(shared)).toBe(granted);
    const last = process(shared, 100);
    for (let count = granted; count < 100; count += 1) expect(await last.take(address, 1, now)).toBe(true);
    expect(await last.take(address, 1, now)).toBe(false);
    expect(await last.take('192.0.2.2', 1, now)).toBe(true);
    await shared.close();
  });

  it('outlasts a restart, also one without goodbye', async () => {
    const shared = await database();
    const first = process(shared, 10);
    expect(await first.take(address, 7, now)).toBe(true);
    await first.close();
    const killed = process(shared, 10);
    expect(await killed.take(address, 2, now)).toBe(true);
    const third = process(shared, 10);
    expect(await third.take(address, 2, now)).toBe(false);
    expect(await third.take(address, 1, now + 2_000)).toBe(true);
    await shared.close();
  });

  it('asks the database once for a block, and not for what is known to be used up', async () => {
    const shared = await database();
    const steered = unsteady(shared);
    const quota = process(steered.database, 160);
    expect(await quota.take(address, 1, now)).toBe(true);
    const asked = steered.asked;
    for (let count = 1; count < 10; count += 1) expect(quota.take(address, 1, now)).toBe(true);
    expect(steered.asked).toBe(asked);
    expect(await quota.take(address, 150, now)).toBe(true);
    expect(await quota.take(address, 1, now)).toBe(false);
    const spent = steered.asked;
    expect(quota.take(address, 1, now + 500)).toBe(false);
    expect(quota.take(address, 161, now + 5_000)).toBe(false);
    expect(steered.asked).toBe(spent);
    await shared.close();
  });

  it('gives back what came to nothing, and what nobody uses', async () => {
    const shared = await database();
    const [one, other] = [process(shared, 3), process(shared, 320)];
    expect(await one.take(address, 3, now)).toBe(true);
    expect(await one.take(address, 1, now)).toBe(false);
    one.giveBack(address, 1, now);
    expect(one.take(address, 1, now)).toBe(true);
    await other.take('192.0.2.9', 1, now);
    expect(await leasedIn(shared)).toBe(3 + 20);
    await other.flush(now + 5_000);
    expect(await leasedIn(shared)).toBe(3 + 20);
    await other.flush(now + 11_000);
    expect(await leasedIn(shared)).toBe(3 + 1);
    await shared.close();
  });

  it('begins anew at midnight in Bangkok, and leaves nothing of the days before', async () => {
    const shared = await database();
    const quota = process(shared, 2);
    expect(await quota.take(address, 2, midnight - 1)).toBe(true);
    expect(await quota.take(address, 1, midnight - 1)).toBe(false);
    expect(await quota.take(address, 1, midnight)).toBe(true);
    // What was taken yesterday cannot come back today.
    quota.giveBack(address, 1, midnight - 1);
    expect(await quota.take(address, 1, midnight)).toBe(true);
    expect(await quota.take(address, 1, midnight)).toBe(false);
    await quota.flush(midnight);
    expect((await rowsOf(shared)).map(({ day }) => day)).toEqual(['2026-11-21', '2026-11-22']);
    // An hour later, for another process may still be in yesterday.
    await process(shared, 0).flush(midnight + 3_700_000);
    expect((await rowsOf(shared)).map(({ day }) => day)).toEqual(['2026-11-22']);
    const secrets = shared.tables<SubscriberTables>().selectFrom('timestamp_address_secrets').select('day');
    expect(await secrets.execute()).toEqual([{ day: '2026-11-22' }]);
    await shared.close();
  });

  it('stores no address, and another name for it every day', async () => {
    const shared = await database();
    const quota = process(shared, 10);
    await quota.take(address, 1, now);
    await quota.take(address, 1, midnight);
    const [first, second] = await rowsOf(shared);
    expect(first?.holder).toHaveLength(16);
    expect(first?.holder).not.toEqual(second?.holder);
    expect(Buffer.from(first?.holder ?? []).toString('latin1')).not.toContain(address);
    await shared.close();
  });

  it('counts by itself while the database is away, and books it afterwards', async () => {
    const shared = await database();
    const steered = unsteady(shared);
    const failures: unknown[] = [];
    const quota = process(steered.database, 5, { onAway: (error) => failures.push(error) });
    steered.state = 'failing';
    expect(await quota.take(address, 3, now)).toBe(true);
    const asked = steered.asked;
    expect(quota.take(address, 2, now)).toBe(true);
    expect(quota.take(address, 1, now)).toBe(false);
    expect(steered.asked).toBe(asked);
    await expect(quota.flush(now + 11_000)).rejects.toThrow('no connection');
    expect(await quota.take(address, 1, now + 11_000)).toBe(false);
    expect(failures).toHaveLength(1);
    steered.state = 'there';
    expect(await quota.take(address, 1, now + 13_000)).toBe(false);
    await quota.flush(now + 30_000);
    expect(await leasedIn(shared)).toBe(5);
    expect(await process(shared, 5).take(address, 1, now + 31_000)).toBe(false);
    await shared.close();
  });

  it('waits no longer than it has patience for a database that does not answer', async () => {
    const shared = await database();
    const steered = unsteady(shared);
    const failures: unknown[] = [];
    const quota = process(steered.database, 5, { patienceMs: 5, onAway: (error) => failures.push(error) });
    steered.state = 'silent';
    expect(await quota.take(address, 3, now)).toBe(true);
    expect(quota.take(address, 2, now)).toBe(true);
    expect(quota.take(address, 1, now)).toBe(false);
    expect(failures).toHaveLength(1);
    await shared.close();
  });

  it('counts by itself where a day has too many addresses, and adds no rows then', async () => {
    const shared = await database();
    const quota = process(shared, 2, { mostRows: 2 });
    for (const last of [1, 2, 3]) expect(await quota.take(`192.0.2.${last}`, 1, now)).toBe(true);
    await quota.flush(now);
    expect(quota.take('192.0.2.4', 2, now)).toBe(true);
    await quota.flush(now + 20_000);
    expect(quota.take('192.0.2.4', 1, now + 20_000)).toBe(false);
    expect(await rowsOf(shared)).toHaveLength(3);
    await shared.close();
  });

  it('is one for the desks of two nodes', async () => {
    const shared = await database();
    const settings = { subscribers: 'off', anonymous: 'allowed', anonymousPerDay: 4 } as const;
    const clock = { now: () => new Date(now) };
    const parts = { database: shared, random, clock, config: settings, shared: true };
    const desks = [createAdmissionDesk(parts), createAdmissionDesk(parts)];
    const ask = async (desk: number): Promise<Admission> =>
      await (desks[desk] as (typeof desks)[number]).admit({ authorization: undefined, address });
    const settle = (admission: Admission, failure?: string): void => {
      if (admission.refusal === undefined) admission.settle(failure ? { failure } : { policy: '1.2' });
    };
    for (const desk of [0, 1, 0]) settle(await ask(desk));
    // Refused by the authority: does not count.
    settle(await ask(1), 'badAlg');
    settle(await ask(1));
    expect(await ask(0)).toEqual({ refusal: 'anonymous_quota', retryAfter: (midnight - now) / 1000, until: midnight });
    expect(await ask(1)).toMatchObject({ refusal: 'anonymous_quota' });
    for (const desk of desks) await desk.close();
    await shared.close();
  });
});

describe('the quota of network addresses without a database', () => {
  it('counts in the process, for the day', () => {
    const quota = new LocalAddressQuota(2);
    expect([quota.take(address, 2, now), quota.take(address, 1, now)]).toEqual([true, false]);
    quota.giveBack(address, 1, now);
    expect([quota.take(address, 1, now), quota.take(address, 1, now)]).toEqual([true, false]);
    expect(quota.take(address, 2, midnight)).toBe(true);
  });
});

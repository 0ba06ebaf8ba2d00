import { type SteppedClock, steppedClock } from '@tra/kernel/testing';
import { type Database, sql } from '@tra/platform-storage';
import { describeOnEachDatabase } from '@tra/platform-storage/testing';
import { createTelemetry } from '@tra/platform-telemetry';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Jobs, type JobsOptions, migrations } from '../src/index.ts';
import { untilNextDue } from '../src/next-due.ts';
import type { JobsTables } from '../src/queue-store.ts';
import { saveSchedule } from '../src/schedule-store.ts';
import { createTestJobs } from '../src/testing.ts';

const realClock = { now: () => new Date() };

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 1_000; attempt += 1) {
    if (await condition()) return;
    await new Promise((done) => setTimeout(done, 10));
  }
  expect.fail('did not happen');
}

describeOnEachDatabase('jobs', (open, dialect) => {
  let database: Database;
  let clock: SteppedClock;
  let all: Jobs[];

  const create = (change: Partial<JobsOptions> = {}): Jobs => {
    const jobs = createTestJobs(database, { clock, ...change });
    all.push(jobs);
    return jobs;
  };
  const count = async (): Promise<number> => {
    const { rows } = await sql<{ n: number }>`SELECT count(*) AS n FROM jobs_queue`.execute(database.tables());
    return rows[0]?.n ?? -1;
  };

  beforeEach(async () => {
    database = await open({ migrations: [migrations] });
    clock = steppedClock('2026-11-21T00:00:00Z');
    all = [];
  });
  afterEach(async () => {
    await Promise.all(all.map((jobs) => jobs.stop(0)));
    await database.close();
  });

  it('runs what was enqueued, in order, once, and forgets it', async () => {
    const jobs = create();
    const seen: unknown[] = [];
    jobs.register({ kind: 'note', concurrency: 1, handle: async (payload) => void seen.push(payload) });
    await database.transaction(async (trx) => {
      for (const payload of [1, 'สอง', [3], { four: null }, null]) await jobs.enqueue(trx, { kind: 'note', payload });
    });
    await jobs.idle();
    expect(seen).toEqual([1, 'สอง', [3], { four: null }, null]);
    expect(await count()).toBe(0);
  });

  it('runs nothing of a transaction that was undone', async () => {
    const jobs = create();
    const seen: unknown[] = [];
    jobs.register({ kind: 'note', handle: async (payload) => void seen.push(payload) });
    const undone = database.transaction(async (trx) => {
      await jobs.enqueue(trx, { kind: 'note', payload: 1 });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await jobs.idle();
    expect(seen).toEqual([]);
  });

  it('leaves alone what is not due and what nobody here can do', async () => {
    const jobs = create();
    const seen: unknown[] = [];
    jobs.register({ kind: 'note', handle: async (payload) => void seen.push(payload) });
    await database.transaction(async (trx) => {
      await jobs.enqueue(trx, { kind: 'note', payload: 'later', runAt: new Date('2026-11-21T01:00:00Z') });
      await jobs.enqueue(trx, { kind: 'stranger', payload: 0 });
    });
    await jobs.idle();
    expect(seen).toEqual([]);
    clock.advance(3_600_000);
    await jobs.idle();
    expect(seen).toEqual(['later']);
    expect(await count()).toBe(1);
  });

  it('adds no second job with the same key before the first has begun', async () => {
    const jobs = create();
    let runs = 0;
    const enqueue = () =>
      database.transaction((trx) => jobs.enqueue(trx, { kind: 'crl', payload: null, dedupeKey: 'issuing' }));
    jobs.register({
      kind: 'crl',
      handle: async () => {
        runs += 1;
        // Whatever comes while a job runs may be news to it: it must run once more.
        if (runs === 1) await enqueue();
      },
    });
    const ids = await Promise.all([enqueue(), enqueue(), enqueue()]);
    expect(new Set(ids).size).toBe(1);
    await jobs.idle();
    expect(runs).toBe(2);
  });

  it('tries again with growing pauses and lays aside what fails too often', async () => {
    const jobs = create();
    const attempts: number[] = [];
    jobs.register({
      kind: 'fails',
      maxAttempts: 4,
      handle: async (_payload, context) => {
        attempts.push(context.attempt);
        throw new TypeError('นายสมชาย 1101700203451');
      },
    });
    const id = await database.transaction((trx) => jobs.enqueue(trx, { kind: 'fails', payload: { a: 1 } }));
    for (const [pause, expected] of [
      [0, 1],
      [500, 1],
      [800, 2],
      [1_500, 2],
      [1_000, 3],
      [4_900, 4],
      [3_600_000, 4],
    ] as const) {
      clock.advance(pause);
      await jobs.idle();
      expect(attempts.length).toBe(expected);
    }
    expect(attempts).toEqual([1, 2, 3, 4]);
    const [dead] = await jobs.dead();
    expect(dead).toMatchObject({ id, kind: 'fails', payload: { a: 1 }, attempt: 4, lastError: 'TypeError' });
    await jobs.revive(id);
    await jobs.idle();
    expect(attempts.at(-1)).toBe(1);
    await expect(jobs.revive(id)).rejects.toMatchObject({ code: 'jobs.not_dead' });
  });

  it('one failing job holds up no other', async () => {
    const jobs = create();
    const seen: unknown[] = [];
    jobs.register({
      kind: 'note',
      concurrency: 1,
      handle: async (payload) => {
        if (payload === 2) throw new Error('no');
        seen.push(payload);
      },
    });
    await database.transaction(async (trx) => {
      for (const payload of [1, 2, 3]) await jobs.enqueue(trx, { kind: 'note', payload });
    });
    await jobs.idle();
    expect(seen).toEqual([1, 3]);
  });

  it('breaks off what takes too long', async () => {
    const jobs = create();
    let reason: unknown;
    jobs.register({
      kind: 'slow',
      timeoutMs: 50,
      maxAttempts: 1,
      handle: (_payload, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reason = signal.reason;
            reject(new Error('broken off'));
          });
        }),
    });
    await database.transaction((trx) => jobs.enqueue(trx, { kind: 'slow', payload: null }));
    await jobs.idle();
    expect(reason).toMatchObject({ code: 'jobs.timed_out' });
    expect(await jobs.dead()).toMatchObject([{ lastError: 'jobs.timed_out' }]);
  });

  it('does at most so many at a time', async () => {
    const jobs = create();
    let now = 0;
    let most = 0;
    jobs.register({
      kind: 'busy',
      concurrency: 3,
      handle: async () => {
        now += 1;
        most = Math.max(most, now);
        await new Promise((done) => setTimeout(done, 5));
        now -= 1;
      },
    });
    await database.transaction(async (trx) => {
      for (let index = 0; index < 20; index += 1) await jobs.enqueue(trx, { kind: 'busy', payload: index });
    });
    await jobs.idle();
    expect(most).toBe(3);
    expect(await count()).toBe(0);
  });

  it('two processes do each job once', async () => {
    const seen: unknown[] = [];
    const workers = [create({ clock: realClock }), create({ clock: realClock })];
    for (const jobs of workers) {
      jobs.register({
        kind: 'note',
        handle: async (payload) => {
          await new Promise((done) => setTimeout(done, 1));
          seen.push(payload);
        },
      });
      await jobs.start();
    }
    const numbers = Array.from({ length: 200 }, (_, index) => index);
    for (let first = 0; first < 200; first += 20) {
      await database.transaction(async (trx) => {
        for (const payload of numbers.slice(first, first + 20))
          await workers[0]?.enqueue(trx, { kind: 'note', payload });
      });
    }
    await until(async () => (await count()) === 0);
    expect(seen.length).toBe(200);
    expect(new Set(seen).size).toBe(200);
  });

  it('is woken by a notification, long before the next poll', async () => {
    const jobs = create({ clock: realClock, pollMs: 60_000 });
    let done = 0;
    jobs.register({
      kind: 'note',
      handle: async () => {
        done += 1;
      },
    });
    await jobs.start();
    await new Promise((wait) => setTimeout(wait, 50));
    const before = Date.now();
    await database.transaction((trx) => jobs.enqueue(trx, { kind: 'note', payload: null }));
    await until(() => done === 1);
    expect(Date.now() - before).toBeLessThan(5_000);
  });

  it('finds by polling what no notification announced', async () => {
    const jobs = create({ clock: realClock, pollMs: 20 });
    let done = 0;
    jobs.register({
      kind: 'note',
      handle: async () => {
        done += 1;
      },
    });
    await jobs.start();
    const runAt = new Date(Date.now() + 150);
    await database.transaction((trx) => jobs.enqueue(trx, { kind: 'note', payload: null, runAt }));
    await until(() => done === 1);
    expect(Date.now()).toBeGreaterThanOrEqual(runAt.getTime());
  });

  // A server's notifications can be lost, so it is asked at every poll; an embedded database is asked again when something is due.
  it.runIf(dialect === 'embedded')('does a job and a schedule at their time, long before the next poll', async () => {
    const jobs = create({ clock: realClock, pollMs: 60_000 });
    const seen: unknown[] = [];
    jobs.register({ kind: 'note', handle: async (payload) => void seen.push(payload) });
    jobs.schedule({ name: 'beat', everyMs: 1_000, kind: 'note', payload: 'beat' });
    await jobs.start();
    const runAt = new Date(Date.now() + 150);
    await database.transaction((trx) => jobs.enqueue(trx, { kind: 'note', payload: 'planned', runAt }));
    await until(() => seen.includes('planned') && seen.filter((payload) => payload === 'beat').length >= 2);
    expect(Date.now()).toBeGreaterThanOrEqual(runAt.getTime());
  });

  it('tells when something is due next, of what this process looks after', async () => {
    const tables = database.tables<JobsTables>();
    const duties = { schedules: ['mine'], kinds: ['note', 'other'] };
    const now = clock.now();
    expect(await untilNextDue(tables, duties, now)).toBe(Number.POSITIVE_INFINITY);
    const after = (milliseconds: number): Date => new Date(now.getTime() + milliseconds);
    await saveSchedule(tables, 'of another process', 60_000, now);
    await saveSchedule(tables, 'mine', 60_000, after(9_000));
    const jobs = create();
    await database.transaction(async (trx) => {
      await jobs.enqueue(trx, { kind: 'stranger', payload: 0, runAt: after(1) });
      await jobs.enqueue(trx, { kind: 'note', payload: 0, runAt: after(90_000) });
    });
    expect(await untilNextDue(tables, duties, now)).toBe(9_000);
    await database.transaction((trx) => jobs.enqueue(trx, { kind: 'other', payload: 0, runAt: after(4_000) }));
    expect(await untilNextDue(tables, duties, now)).toBe(4_000);
    expect(await untilNextDue(tables, duties, after(5_000))).toBe(-1_000);
  });

  it('runs again what a crashed process held, after its lease, and counts the attempt', async () => {
    const crashed = create();
    const attempts: number[] = [];
    crashed.register({ kind: 'note', timeoutMs: 60_000, maxAttempts: 2, handle: () => new Promise(() => {}) });
    await database.transaction((trx) => crashed.enqueue(trx, { kind: 'note', payload: null }));
    void crashed.idle();
    await until(async () => {
      const { rows } = await sql`SELECT FROM jobs_queue WHERE state = 'running'`.execute(database.tables());
      return rows.length === 1;
    });
    const survivor = create();
    survivor.register({
      kind: 'note',
      maxAttempts: 2,
      handle: async (_payload, { attempt }) => void attempts.push(attempt),
    });
    await survivor.idle();
    expect(attempts).toEqual([]);
    clock.advance(76_000);
    await survivor.idle();
    expect(attempts).toEqual([2]);
    expect(await count()).toBe(0);
  });

  it('lays aside a job that takes its process down every time', async () => {
    const jobs = create();
    let runs = 0;
    jobs.register({
      kind: 'poison',
      maxAttempts: 2,
      handle: async () => {
        runs += 1;
      },
    });
    await database.transaction((trx) => jobs.enqueue(trx, { kind: 'poison', payload: null }));
    await sql`UPDATE jobs_queue SET state = 'running', attempt = 2, leased_until = ${new Date(0)}`.execute(
      database.tables(),
    );
    await jobs.idle();
    expect(runs).toBe(0);
    expect(await jobs.dead()).toMatchObject([{ kind: 'poison', lastError: 'lease_expired' }]);
  });

  it('a run that lost its lease changes nothing', async () => {
    const jobs = create();
    let finish: () => void = () => {};
    jobs.register({
      kind: 'note',
      handle: (_payload, { attempt }) =>
        attempt === 1
          ? new Promise((resolve) => {
              finish = resolve;
            })
          : Promise.reject(new Error('second run fails')),
    });
    await database.transaction((trx) => jobs.enqueue(trx, { kind: 'note', payload: null }));
    const first = jobs.idle();
    await until(async () => {
      const { rows } = await sql`SELECT FROM jobs_queue WHERE state = 'running'`.execute(database.tables());
      return rows.length === 1;
    });
    clock.advance(80_000);
    const other = create();
    other.register({ kind: 'note', handle: () => Promise.reject(new Error('second run fails')) });
    await other.idle();
    finish();
    await first;
    expect(await count()).toBe(1);
  });

  it('stops in order: running jobs end, others stay for later', async () => {
    const jobs = create({ clock: realClock });
    const ended: unknown[] = [];
    jobs.register({
      kind: 'note',
      concurrency: 1,
      handle: async (payload) => {
        await new Promise((done) => setTimeout(done, 100));
        ended.push(payload);
      },
    });
    await jobs.start();
    await database.transaction(async (trx) => {
      for (const payload of [1, 2]) await jobs.enqueue(trx, { kind: 'note', payload });
    });
    await until(async () => {
      const { rows } = await sql`SELECT FROM jobs_queue WHERE state = 'running'`.execute(database.tables());
      return rows.length === 1;
    });
    await jobs.stop(5_000);
    expect(ended).toEqual([1]);
    expect(await count()).toBe(1);
  });

  it('gives back what breaks off when the grace is over; the attempt does not count', async () => {
    const jobs = create({ clock: realClock });
    jobs.register({
      kind: 'note',
      handle: (_payload, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopping')))),
    });
    await jobs.start();
    await database.transaction((trx) => jobs.enqueue(trx, { kind: 'note', payload: null }));
    await until(async () => {
      const { rows } = await sql`SELECT FROM jobs_queue WHERE state = 'running'`.execute(database.tables());
      return rows.length === 1;
    });
    await jobs.stop(10);
    const { rows } = await sql`SELECT state, attempt FROM jobs_queue`.execute(database.tables());
    expect(rows).toEqual([{ state: 'waiting', attempt: 0 }]);
  });

  it('fires schedules once across processes, keeps the beat and makes up for a pause only once', async () => {
    const fired: number[] = [];
    const workers = [create(), create()];
    for (const jobs of workers) {
      jobs.register({ kind: 'crl.renew', handle: async () => void fired.push(clock.now().getTime()) });
      jobs.schedule({ name: 'crl', everyMs: 60_000, kind: 'crl.renew', payload: null });
    }
    const round = () => Promise.all(workers.map((jobs) => jobs.idle()));
    const start = clock.now().getTime();
    await round();
    await round();
    expect(fired).toEqual([start]);
    for (let second = 0; second < 180; second += 30) {
      clock.advance(30_000);
      await round();
    }
    expect(fired.map((at) => at - start)).toEqual([0, 60_000, 120_000, 180_000]);
    clock.advance(3_600_000 + 5_000);
    await round();
    clock.advance(55_000);
    await round();
    expect(fired.map((at) => at - start).slice(4)).toEqual([3_785_000, 3_840_000]);
  });

  it('takes a changed interval over', async () => {
    let fired = 0;
    const first = create();
    first.register({
      kind: 'renew',
      handle: async () => {
        fired += 1;
      },
    });
    first.schedule({ name: 'renew', everyMs: 3_600_000, kind: 'renew', payload: null });
    await first.idle();
    const second = create();
    second.register({
      kind: 'renew',
      handle: async () => {
        fired += 1;
      },
    });
    second.schedule({ name: 'renew', everyMs: 10_000, kind: 'renew', payload: null });
    await second.idle();
    expect(fired).toBe(1);
    clock.advance(10_000);
    await second.idle();
    expect(fired).toBe(2);
  });

  it('delivers each event to each subscriber, in the order of its subject', async () => {
    const jobs = create();
    const seen: string[] = [];
    jobs.subscribe('tra.licence.issued', 'register', async ({ subject, type }) => {
      await new Promise((done) => setTimeout(done, Math.random() * 5));
      seen.push(`register ${subject} ${type}`);
    });
    jobs.subscribe('tra.licence.revoked', 'register', async ({ subject, type }) => {
      seen.push(`register ${subject} ${type}`);
    });
    jobs.subscribe('tra.licence.issued', 'mail', async (event) => {
      expect(event).toEqual({
        specversion: '1.0',
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        source: 'tra',
        type: 'tra.licence.issued',
        subject: event.subject,
        time: '2026-11-21T00:00:00.000Z',
        datacontenttype: 'application/json',
        data: { number: 'EC-1' },
      });
      seen.push(`mail ${event.subject}`);
    });
    await database.transaction(async (trx) => {
      for (const subject of ['licence:1', 'licence:2']) {
        await jobs.publish(trx, { type: 'tra.licence.issued', subject, data: { number: 'EC-1' } });
        await jobs.publish(trx, { type: 'tra.licence.revoked', subject, data: null });
      }
      await jobs.publish(trx, { type: 'tra.nobody.listens', subject: 'x', data: null });
    });
    await jobs.idle();
    expect(seen.filter((line) => line.startsWith('mail')).sort()).toEqual(['mail licence:1', 'mail licence:2']);
    for (const subject of ['licence:1', 'licence:2']) {
      expect(seen.filter((line) => line.startsWith(`register ${subject}`))).toEqual([
        `register ${subject} tra.licence.issued`,
        `register ${subject} tra.licence.revoked`,
      ]);
    }
    expect(await count()).toBe(0);
  });

  it('delivers again until the handler succeeds, and later events of the subject wait', async () => {
    const jobs = create();
    const seen: unknown[] = [];
    let failures = 2;
    jobs.subscribe('tra.case.moved', 'inbox', async ({ data }) => {
      if (data === 1 && failures > 0) {
        failures -= 1;
        throw new Error('not yet');
      }
      seen.push(data);
    });
    await database.transaction(async (trx) => {
      for (const data of [1, 2]) await jobs.publish(trx, { type: 'tra.case.moved', subject: 'case:1', data });
    });
    await jobs.idle();
    expect(seen).toEqual([]);
    clock.advance(10_000);
    await jobs.idle();
    clock.advance(10_000);
    await jobs.idle();
    expect(seen).toEqual([1, 2]);
  });

  it('keeps events for a subscriber in another process', async () => {
    const seen: unknown[] = [];
    const listener = create();
    listener.subscribe('tra.case.moved', 'inbox', async ({ data }) => void seen.push(data));
    await listener.idle();
    const publisher = create();
    await database.transaction((trx) => publisher.publish(trx, { type: 'tra.case.moved', subject: 'case:1', data: 7 }));
    await publisher.idle();
    expect(seen).toEqual([]);
    await listener.idle();
    expect(seen).toEqual([7]);
  });

  it('refuses names, payloads, intervals and doubles that make no sense', async () => {
    const jobs = create();
    const handle = async () => {};
    jobs.register({ kind: 'note', handle });
    expect(() => jobs.register({ kind: 'note', handle })).toThrow('jobs.already_registered');
    expect(() => jobs.register({ kind: 'ไทย', handle })).toThrow('jobs.name_invalid');
    const schedule = { name: 'every', everyMs: 1_000, kind: 'note', payload: null };
    jobs.schedule(schedule);
    expect(() => jobs.schedule(schedule)).toThrow('jobs.already_registered');
    expect(() => jobs.schedule({ ...schedule, name: 'fast', everyMs: 10 })).toThrow('jobs.schedule_invalid');
    expect(() => jobs.schedule({ ...schedule, name: 'odd', everyMs: Number.NaN })).toThrow('jobs.schedule_invalid');
    jobs.subscribe('tra.x', 'name', handle);
    expect(() => jobs.subscribe('tra.x', 'name', handle)).toThrow('jobs.already_registered');
    const adding = (job: { kind: string; payload: string }) => database.transaction((trx) => jobs.enqueue(trx, job));
    await expect(adding({ kind: 'a b', payload: '' })).rejects.toMatchObject({ code: 'jobs.name_invalid' });
    await expect(adding({ kind: 'note', payload: 'x'.repeat(300_000) })).rejects.toMatchObject({
      code: 'jobs.payload_too_large',
    });
    const nameless = database.transaction((trx) => jobs.publish(trx, { type: 'tra.x', subject: '', data: null }));
    await expect(nameless).rejects.toMatchObject({ code: 'jobs.event_invalid' });
    expect(await count()).toBe(0);
  });

  it('counts outcomes', async () => {
    const { metrics } = createTelemetry({ level: 'silent', processMetrics: false });
    const jobs = create({ metrics });
    jobs.register({ kind: 'note', handle: async (payload) => (payload ? undefined : Promise.reject(new Error('no'))) });
    await database.transaction(async (trx) => {
      for (const payload of [true, true, false]) await jobs.enqueue(trx, { kind: 'note', payload });
    });
    await jobs.idle();
    const text = await metrics.render();
    expect(text).toContain('tra_jobs_finished_total{kind="note",outcome="done"} 2');
    expect(text).toContain('tra_jobs_finished_total{kind="note",outcome="failed"} 1');
  });
});

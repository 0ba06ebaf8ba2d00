import { createHash, randomBytes } from 'node:crypto';
import { testHierarchy } from '@tra/pki/testing';
import { ntpSource, type SupervisedClock, superviseClock } from '@tra/platform-clock';
import { type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import { createRequest, parseResponse } from '@tra/timestamp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NtpServer, startNtpServer } from '../../../platform/clock/test/ntp-server.ts';
import { type TimestampConfig, type TimestampServices, timestamp } from '../src/index.ts';
import { testCertificates } from './harness.ts';

const digest = { algorithm: 'sha256', value: new Uint8Array(createHash('sha256').update('x').digest()) } as const;
const random = { bytes: (length: number): Uint8Array => new Uint8Array(randomBytes(length)) };

let servers: NtpServer[];
let time: SupervisedClock;
let system: StartedSystem<TimestampConfig, TimestampServices>;
let shift = 0;
/** How long the machine has run on since; its wall clock and its steady clock alike, and true time too. */
let later = 0;
const machine = { wall: () => Date.now() + shift + later, steady: () => performance.now() + later };

beforeAll(async () => {
  servers = await Promise.all(Array.from({ length: 4 }, () => startNtpServer()));
  const sources = servers.map(({ port }, index) =>
    ntpSource({ name: `s${index}`, host: '127.0.0.1', port, timeoutMs: 300, time: machine, random }),
  );
  const limits = { agree: 3, accuracyMs: 1000, pollMs: 60_000, staleMs: 300_000, jumpMs: 200 };
  time = superviseClock({ sources, limits, time: machine });
  system = await startTestSystem(
    timestamp,
    { certificates: testCertificates(await testHierarchy()), time },
    { config: { policies: ['1.2.3.4 accuracy=400'] } },
  );
});
afterAll(async () => {
  await system.close();
  for (const server of servers) await server.close();
});

const ask = async (policy?: string): Promise<string> => {
  const payload = Buffer.from(createRequest({ ...digest, ...(policy ? { policy } : {}) }));
  const headers = { 'content-type': 'application/timestamp-query' };
  const reply = await system.app.inject({ method: 'POST', url: '/timestamp', payload, headers });
  expect(reply.statusCode).toBe(200);
  const { status, failures } = parseResponse(reply.rawPayload);
  return status === 'granted' ? status : String(failures);
};
const ready = async (): Promise<boolean> => (await system.context.health.ready()).ready;
const lie = (...offsets: readonly number[]): void => {
  for (const [index, server] of servers.entries()) server.behaviour.offset = (offsets[index] ?? 0) + later;
};

describe('with sources of time', () => {
  it('nothing is stamped before they agreed, and not ready is said', async () => {
    expect(await ask()).toBe('timeNotAvailable');
    expect(await ready()).toBe(false);
    await expect(system.services.stamp(digest)).rejects.toMatchObject({ code: 'timestamp.time_unavailable' });
    await time.poll();
    expect(await ask()).toBe('granted');
    expect(await ready()).toBe(true);
  });

  it('one of four may lie or be silent; two may not', async () => {
    lie(7_200_000);
    await time.poll();
    expect(await ask()).toBe('granted');
    lie(7_200_000, -7_200_000);
    await time.poll();
    expect(await ask()).toBe('timeNotAvailable');
    expect(await ready()).toBe(false);
    lie(5000, 5000);
    await time.poll();
    expect(await ask()).toBe('timeNotAvailable');
    lie();
    await time.poll();
    expect(await ask()).toBe('granted');
  });

  it('one silent source has no effect; with two the last agreement counts until it is stale, then nothing is stamped', async () => {
    const silent = (...which: readonly number[]): void => {
      for (const [index, server] of servers.entries()) server.behaviour.silent = which.includes(index);
    };
    silent(3);
    await time.poll();
    expect(await ask()).toBe('granted');
    silent(2, 3);
    await time.poll();
    expect(await ask()).toBe('granted');
    later += 290_000;
    expect(await ask()).toBe('granted');
    later += 20_000;
    expect(await ask()).toBe('timeNotAvailable');
    expect(await ready()).toBe(false);
    silent(0, 1, 2, 3);
    await time.poll();
    expect(await ask()).toBe('timeNotAvailable');
    silent();
    lie();
    await time.poll();
    expect(await ask()).toBe('granted');
    expect(await ready()).toBe(true);
  });

  it('a clock that is wrong by more than a policy declares stamps under the others only', async () => {
    lie(700, 700, 700, 700);
    await time.poll();
    expect(await ask('1.2.3.4')).toBe('timeNotAvailable');
    expect(await ask()).toBe('granted');
    lie(3000, 3000, 3000, 3000);
    await time.poll();
    expect(await ask()).toBe('timeNotAvailable');
    lie();
    await time.poll();
    expect(await ask('1.2.3.4')).toBe('granted');
  });

  it('a clock that jumps stamps nothing until the sources agree again', async () => {
    shift = 5000;
    expect(await ask()).toBe('timeNotAvailable');
    shift = 0;
    expect(await ask()).toBe('timeNotAvailable');
    await time.poll();
    expect(await ask()).toBe('granted');
  });
});

describe('with one source of time, by configuration', () => {
  it('it alone decides: when it is silent for long, nothing is stamped; when it lies, nobody can know', async () => {
    const [server] = servers;
    if (!server) throw new Error('no server');
    server.behaviour.offset = 0;
    let ahead = 0;
    const own = { wall: () => Date.now() + ahead, steady: () => performance.now() + ahead };
    const source = ntpSource({ name: 's', host: '127.0.0.1', port: server.port, timeoutMs: 300, time: own, random });
    const limits = { agree: 1, accuracyMs: 1000, pollMs: 60_000, staleMs: 300_000, jumpMs: 200 };
    const alone = superviseClock({ sources: [source], limits, time: own });
    const certificates = testCertificates(await testHierarchy());
    const other = await startTestSystem(timestamp, { certificates, time: alone });
    try {
      const stamps = (): Promise<unknown> => other.services.stamp(digest);
      await expect(stamps()).rejects.toMatchObject({ code: 'timestamp.time_unavailable' });
      await alone.poll();
      await stamps();
      server.behaviour.silent = true;
      ahead = 310_000;
      await alone.poll();
      await expect(stamps()).rejects.toMatchObject({ code: 'timestamp.time_unavailable' });
      expect((await other.context.health.ready()).ready).toBe(false);
      server.behaviour.silent = false;
      server.behaviour.offset = ahead + 5000;
      await alone.poll();
      // It says that this clock is wrong, which is believed.
      await expect(stamps()).rejects.toMatchObject({ code: 'timestamp.time_unavailable' });
      server.behaviour.offset = ahead;
      await alone.poll();
      await stamps();
    } finally {
      await other.close();
    }
  });
});

describe('in production', () => {
  const start = async (
    unsupervisedClock: TimestampConfig['unsupervisedClock'],
    state?: 'unsupervised' | 'unknown',
  ): Promise<void> => {
    const certificates = testCertificates(await testHierarchy());
    const port = state ? { time: { now: () => new Date(), status: () => ({ state }) } } : {};
    const server = { environment: 'production' } as const;
    await (
      await startTestSystem(timestamp, { certificates, ...port }, { config: { unsupervisedClock }, server })
    ).close();
  };

  it('a clock that nobody supervises is refused by name, unless the operator accepts it', async () => {
    await expect(start('refuse')).rejects.toMatchObject({ code: 'timestamp.clock_unsupervised' });
    await expect(start('refuse', 'unsupervised')).rejects.toMatchObject({ code: 'timestamp.clock_unsupervised' });
    await start('accept', 'unsupervised');
    // Sources that do not answer yet are no reason to stay away: the answer is timeNotAvailable until they do.
    await start('refuse', 'unknown');
  });
});

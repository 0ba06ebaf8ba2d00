import { randomBytes } from 'node:crypto';
import { createTelemetry } from '@tra/platform-telemetry';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agreementOf, type ClockEvent, clockMetrics, ntpSource, type Sample, superviseClock } from '../src/index.ts';
import { type NtpServer, startNtpServer } from './ntp-server.ts';

const random = { bytes: (length: number): Uint8Array => new Uint8Array(randomBytes(length)) };
const limits = { agree: 3, accuracyMs: 1000, pollMs: 60_000, staleMs: 300_000, jumpMs: 200 };
let servers: NtpServer[] = [];
let shift: { wall: number; steady: number };
const time = {
  wall: () => Date.now() + shift.wall,
  steady: () => performance.now() + shift.steady,
};
const pass = (ms: number): void => {
  shift = { wall: shift.wall + ms, steady: shift.steady + ms };
};

beforeEach(async () => {
  shift = { wall: 0, steady: 0 };
  servers = await Promise.all(Array.from({ length: 4 }, () => startNtpServer()));
});
afterEach(async () => {
  for (const server of servers) await server.close();
});

function supervise(more: Partial<typeof limits> = {}) {
  const events: ClockEvent[] = [];
  const sources = servers.map(({ port }, index) =>
    ntpSource({ name: `s${index}`, host: '127.0.0.1', port, timeoutMs: 200, time, random }),
  );
  const clock = superviseClock({ sources, limits: { ...limits, ...more }, time, heard: (event) => events.push(event) });
  return { clock, events };
}

const behave = (index: number): NtpServer['behaviour'] => (servers[index] as NtpServer).behaviour;

describe('a clock under supervision', () => {
  it('is unknown before anybody was asked, and in sync when the sources agree', async () => {
    const { clock } = supervise();
    expect(clock.status()).toMatchObject({ state: 'unknown', reason: 'not_asked_yet' });
    const status = await clock.poll();
    expect(status).toMatchObject({ state: 'in-sync', agreeing: 4, asked: 4, leap: 'none' });
    expect(status.accuracy).toBeLessThan(100);
    expect(Math.abs(clock.now().getTime() - Date.now())).toBeLessThan(50);
    await clock.check();
  });

  it('stays in sync with one liar or one silent source, and not with two liars', async () => {
    const { clock } = supervise();
    behave(0).offset = 7_200_000;
    expect(await clock.poll()).toMatchObject({ state: 'in-sync', agreeing: 3 });
    behave(0).silent = true;
    expect(await clock.poll()).toMatchObject({ state: 'in-sync', agreeing: 3 });
    behave(0).silent = false;
    behave(1).offset = -7_200_000;
    expect(await clock.poll()).toMatchObject({ state: 'unknown', reason: 'sources_disagree' });
    await expect(clock.check()).rejects.toThrow('sources_disagree');
  });

  it('does not follow two liars who agree against two honest ones', async () => {
    const { clock } = supervise({ agree: 2 });
    behave(0).offset = 5_000;
    behave(1).offset = 5_000;
    expect(await clock.poll()).toMatchObject({ state: 'unknown', reason: 'sources_disagree' });
  });

  it('is out when the sources agree that it is wrong, and soon out on the way', async () => {
    const { clock } = supervise();
    for (const index of [0, 1, 2, 3]) behave(index).offset = 700;
    expect(await clock.poll()).toMatchObject({ state: 'soon-out', reason: 'inaccurate' });
    for (const index of [0, 1, 2, 3]) behave(index).offset = 2_000;
    expect(await clock.poll()).toMatchObject({ state: 'out', reason: 'inaccurate' });
    await expect(clock.check()).rejects.toThrow('out');
  });

  it('ages: in sync, soon out, then unknown, and the bound grows', async () => {
    const { clock } = supervise();
    const fresh = await clock.poll();
    for (const index of [0, 1, 2, 3]) behave(index).silent = true;
    pass(100_000);
    const later = await clock.poll();
    expect(later.state).toBe('in-sync');
    expect((later.accuracy ?? 0) - (fresh.accuracy ?? 0)).toBeGreaterThan(9);
    pass(100_000);
    expect(await clock.poll()).toMatchObject({ state: 'soon-out', reason: 'ageing' });
    pass(150_000);
    expect(await clock.poll()).toMatchObject({ state: 'unknown', reason: 'stale' });
  });

  it('is unknown after a jump in either direction until the sources agree again', async () => {
    const { clock, events } = supervise();
    for (const jump of [5_000, -5_000]) {
      expect(['in-sync', 'out']).toContain((await clock.poll()).state);
      shift.wall += jump;
      expect(clock.status()).toMatchObject({ state: 'unknown', reason: 'jumped' });
      expect((await clock.poll()).state).toBe(jump > 0 ? 'out' : 'in-sync');
    }
    expect(events.filter(({ kind }) => kind === 'jump')).toHaveLength(2);
  });

  it('counts a small correction of the clock, and sleep as a jump', async () => {
    const { clock } = supervise();
    const before = await clock.poll();
    shift.wall += 100;
    const after = clock.status();
    expect(after.state).toBe('in-sync');
    expect((before.offset?.low ?? 0) - (after.offset?.low ?? 0)).toBeGreaterThan(95);
    shift.wall += 60_000;
    expect(clock.status().reason).toBe('jumped');
  });

  it('minds those who want to be asked less, and never asks again who refuses service', async () => {
    const { clock, events } = supervise();
    Object.assign(behave(0), { stratum: 0, reference: 'RATE' });
    Object.assign(behave(1), { stratum: 0, reference: 'DENY' });
    expect(await clock.poll()).toMatchObject({ state: 'unknown', reason: 'too_few_answers' });
    for (let turn = 0; turn < 5; turn += 1) await clock.poll();
    expect(behave(0).asked).toBe(2);
    expect(behave(1).asked).toBe(1);
    const codes = events.map((event) => (event.kind === 'source' ? event.code : undefined)).filter(Boolean);
    expect(codes).toContain('clock.source_slow_down');
    expect(codes).toContain('clock.source_refused');
  });

  it('tells the leap second that most announce', async () => {
    const { clock } = supervise();
    for (const index of [0, 1, 2]) behave(index).leap = 1;
    expect((await clock.poll()).leap).toBe('insert');
    behave(2).leap = 0;
    expect((await clock.poll()).leap).toBe('unknown');
  });

  describe('at a leap second that was announced', () => {
    const midnight = Date.UTC(2027, 0, 1);
    let wall = 0;
    let steady = 0;
    let ahead = 0;
    let asked = 0;
    const own = { wall: () => wall, steady: () => steady };
    const run = (ms: number): void => {
      wall += ms;
      steady += ms;
    };
    const source = (index: number, leap: Sample['leap']) => ({
      name: `l${index}`,
      ask: async (): Promise<Sample> => {
        asked += 1;
        return { offset: ahead, bound: 5, leap, identity: `l${index}` };
      },
    });
    const at = (from: number, leaps: readonly Sample['leap'][] = ['insert', 'insert', 'insert', 'insert']) => {
      wall = from;
      steady = 0;
      ahead = 0;
      return superviseClock({ sources: leaps.map((leap, index) => source(index, leap)), limits, time: own });
    };

    it('nothing is vouched for from a second before to a second after', async () => {
      const clock = at(midnight - 10_000);
      expect(await clock.poll()).toMatchObject({ state: 'in-sync', leap: 'insert' });
      run(8_999);
      expect(clock.status().state).toBe('in-sync');
      run(1);
      expect(clock.status()).toMatchObject({ state: 'unknown', reason: 'leap_second' });
      await expect(clock.check()).rejects.toThrow('leap_second');
      // Asking during it does not help.
      expect(await clock.poll()).toMatchObject({ state: 'unknown', reason: 'leap_second' });
    });

    it('a clock that ran on is found wrong before it is believed again', async () => {
      const clock = at(midnight - 10_000);
      await clock.poll();
      run(12_000);
      expect(clock.status()).toMatchObject({ state: 'unknown', reason: 'leap_second' });
      ahead = -1_000;
      expect(await clock.poll()).toMatchObject({ state: 'out', reason: 'inaccurate' });
    });

    it('a clock that repeated the second is believed after the sources agreed again', async () => {
      const clock = at(midnight - 10_000);
      await clock.poll();
      run(10_000);
      wall -= 1_000;
      expect(clock.status()).toMatchObject({ state: 'unknown', reason: 'jumped' });
      expect(await clock.poll()).toMatchObject({ state: 'unknown', reason: 'leap_second' });
      run(2_000);
      expect(clock.status()).toMatchObject({ state: 'unknown', reason: 'leap_second' });
      expect((await clock.poll()).state).toBe('in-sync');
    });

    it('asks anew by itself once it is over', async () => {
      const clock = at(midnight - 10_000);
      await clock.start();
      const before = asked;
      run(11_000);
      clock.status();
      await expect.poll(() => asked).toBeGreaterThan(before);
      clock.stop();
    });

    it('one source that announces is enough; none, or the middle of a month, is none', async () => {
      const one = at(midnight - 10_000, ['none', 'none', 'delete', 'none']);
      await one.poll();
      run(9_500);
      expect(one.status().reason).toBe('leap_second');
      const none = at(midnight - 10_000, ['none', 'none', 'none', 'none']);
      await none.poll();
      run(9_500);
      expect(none.status().state).toBe('in-sync');
      const middle = at(Date.UTC(2026, 11, 15) - 10_000);
      await middle.poll();
      run(9_500);
      expect(middle.status().state).toBe('in-sync');
    });
  });

  it('asks by itself from start to stop', async () => {
    const { clock } = supervise({ pollMs: 30 });
    await clock.start();
    await expect.poll(() => behave(0).asked).toBeGreaterThan(2);
    clock.stop();
    const asked = behave(0).asked;
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(behave(0).asked).toBeLessThanOrEqual(asked + 1);
  });

  it('without sources says that nobody watches it', async () => {
    const clock = superviseClock({ sources: [], limits });
    await clock.start();
    expect(clock.status()).toMatchObject({ state: 'unsupervised', reason: 'no_sources' });
    await clock.check();
  });

  it('is refused with fewer sources than have to agree', () => {
    const source = { name: 'x', ask: () => Promise.reject(new Error('x')) };
    expect(() => superviseClock({ sources: [source], limits })).toThrow('clock.sources_too_few');
  });

  it('is measured', async () => {
    const { metrics } = createTelemetry({ level: 'silent', pretty: false });
    const sources = servers.map(({ port }, index) =>
      ntpSource({ name: `m${index}`, host: '127.0.0.1', port, timeoutMs: 200, time, random }),
    );
    behave(3).silent = true;
    await superviseClock({ sources, limits, time, heard: clockMetrics(metrics) }).poll();
    const text = await metrics.render();
    expect(text).toContain('tra_clock_state{state="in-sync"} 1');
    expect(text).toContain('tra_clock_source_failures_total{source="m3",code="clock.source_silent"} 1');
  });
});

describe('agreement', () => {
  const sample = (offset: number, bound: number, identity = `${offset}/${bound}`): Sample => ({
    ...{ offset, bound, identity, leap: 'none' },
  });

  it('is the interval that most share', () => {
    const found = agreementOf([sample(0, 10), sample(5, 10), sample(8, 10), sample(100, 10)], 3);
    expect(found).toMatchObject({ low: -2, high: 10 });
    expect(found?.agreeing).toHaveLength(3);
  });

  it('counts one identity once', () => {
    expect(agreementOf([sample(0, 10, 'a'), sample(1, 10, 'a'), sample(2, 10, 'a')], 2)).toBeUndefined();
  });

  it('is not found between two camps of one size, with too few, or with none', () => {
    expect(agreementOf([sample(0, 1), sample(0.5, 1), sample(50, 1), sample(50.5, 1)], 2)).toBeUndefined();
    expect(agreementOf([sample(0, 1), sample(50, 1), sample(100, 1)], 2)).toBeUndefined();
    expect(agreementOf([], 1)).toBeUndefined();
  });

  it('holds intervals that only touch', () => {
    expect(agreementOf([sample(0, 1), sample(2, 1)], 2)).toMatchObject({ low: 1, high: 1 });
  });
});

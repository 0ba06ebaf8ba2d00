import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { readTracking } from '../src/chrony-source.ts';
import { chronySource, ntpSource, timeSources } from '../src/index.ts';
import { machineTime } from '../src/machine-time.ts';
import { readNtpAnswer } from '../src/ntp-packet.ts';
import { type Behaviour, type NtpServer, startNtpServer } from './ntp-server.ts';

const random = { bytes: (length: number): Uint8Array => new Uint8Array(randomBytes(length)) };
const servers: NtpServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function ask(behaviour: Partial<Behaviour>, timeoutMs = 250) {
  const server = await startNtpServer(behaviour);
  servers.push(server);
  const options = { name: 'test', host: '127.0.0.1', port: server.port, timeoutMs, time: machineTime, random };
  return ntpSource(options).ask();
}

describe('an NTP server', () => {
  it.each([0, 1234, -98_765, 86_400_000])('that is %d ms ahead is found so, within the bound', async (offset) => {
    const sample = await ask({ offset });
    expect(Math.abs(sample.offset - offset)).toBeLessThanOrEqual(sample.bound);
    expect(sample.bound).toBeLessThan(100);
    expect(sample.leap).toBe('none');
  });

  it('announces leap seconds', async () => {
    expect((await ask({ leap: 1 })).leap).toBe('insert');
    expect((await ask({ leap: 2 })).leap).toBe('delete');
  });

  it('is believed although somebody answers first with a wrong origin', async () => {
    expect(Math.abs((await ask({ forgedFirst: true })).offset)).toBeLessThan(100);
  });

  const refused: readonly (readonly [string, Partial<Behaviour>, string])[] = [
    ['is silent', { silent: true }, 'clock.source_silent'],
    ['answers with another origin', { origin: Buffer.alloc(8, 1) }, 'clock.source_silent'],
    ['answers with an empty origin', { origin: Buffer.alloc(8) }, 'clock.source_silent'],
    ['answers as a client', { mode: 3 }, 'clock.source_silent'],
    ['broadcasts', { mode: 5 }, 'clock.source_silent'],
    ['cuts its answer off', { cutTo: 47 }, 'clock.source_silent'],
    ['sends the kiss RATE', { stratum: 0, reference: 'RATE' }, 'clock.source_slow_down'],
    ['sends the kiss DENY', { stratum: 0, reference: 'DENY' }, 'clock.source_refused'],
    ['has a stratum of 16', { stratum: 16 }, 'clock.source_unsynchronised'],
    ['says that it has no time', { leap: 3 }, 'clock.source_unsynchronised'],
    ['is too far from its reference', { rootDispersion: 1600 }, 'clock.source_unsynchronised'],
    ['does not say when it answered', { transmit: 'zero' }, 'clock.source_invalid'],
    ['answers before it was asked', { transmit: 'before' }, 'clock.source_invalid'],
  ];
  it.each(refused)('that %s is not believed', async (_, behaviour, code) => {
    await expect(ask(behaviour)).rejects.toMatchObject({ code });
  });

  it('that is not there is not believed', async () => {
    const server = await startNtpServer();
    await server.close();
    const options = { name: 'gone', host: '127.0.0.1', port: server.port, timeoutMs: 250, time: machineTime, random };
    await expect(ntpSource(options).ask()).rejects.toMatchObject({ code: expect.stringMatching(/unreachable|silent/) });
  });

  it('is read right in the era that begins in 2036', () => {
    const packet = Buffer.alloc(48);
    packet.writeUInt32BE(10, 40);
    expect(readNtpAnswer(packet, Date.UTC(2036, 1, 8))?.sent).toBe(Date.UTC(2036, 1, 7, 6, 28, 26));
  });
});

describe('chrony', () => {
  const line =
    'A29FC87B,162.159.200.123,4,1700000000.123,-0.000045,0.000012,0.00003,-7.1,0.01,0.2,0.004,0.0011,64.5,Normal';

  it('is read from its own report', () => {
    const sample = readTracking('chrony:', line);
    expect(sample).toMatchObject({ offset: 0, leap: 'none', identity: 'chrony:A29FC87B' });
    expect(sample.bound).toBeCloseTo(0.045 + 2 + 1.1 + 1, 6);
  });

  it.each([
    [line.replace('Normal', 'Not synchronised'), 'clock.source_unsynchronised'],
    [line.replace(',4,', ',0,'), 'clock.source_unsynchronised'],
    ['506 Cannot talk to daemon', 'clock.source_invalid'],
    ['', 'clock.source_invalid'],
  ])('%j is refused', (text, code) => {
    expect(() => readTracking('chrony:', text)).toThrow(code);
  });

  it('that is not installed is unreachable', async () => {
    const source = chronySource({ name: 'chrony:', command: '/nonexistent/chronyc', timeoutMs: 500 });
    await expect(source.ask()).rejects.toMatchObject({ code: 'clock.source_unreachable' });
  });
});

describe('addresses of sources', () => {
  it('name NTP servers and chrony', () => {
    const sources = ['ntp://time.example', 'ntp://192.0.2.1:1123', 'ntp://[2001:db8::1]', 'chrony:'];
    expect(timeSources({ sources, timeoutMs: 100 }, random).map(({ name }) => name)).toEqual(sources);
  });

  it.each(['time.example', 'http://x', 'ntp://', 'ntp://x:0', 'ntp://x:70000', 'ntp://a b', 'chrony:x'])(
    '%j',
    (name) => {
      expect(() => timeSources({ sources: [name], timeoutMs: 100 }, random)).toThrow('clock.source_address_invalid');
    },
  );
});

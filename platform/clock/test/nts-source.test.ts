import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ntsSource, superviseClock, timeSources } from '../src/index.ts';
import { openAnswer } from '../src/nts/packet.ts';
import { readKeAnswer } from '../src/nts/records.ts';
import {
  keRecord,
  type NtsCertificates,
  type NtsServer,
  type NtsServerOptions,
  ntsCertificates,
  startNtsServer,
} from './nts-server.ts';

const random = { bytes: (length: number): Uint8Array => new Uint8Array(randomBytes(length)) };
const servers: NtsServer[] = [];
let certificates: NtsCertificates;
let ahead = 0;
const time = { wall: () => Date.now(), steady: () => performance.now() + ahead };

beforeAll(async () => {
  certificates = await ntsCertificates();
});
afterEach(async () => {
  ahead = 0;
  for (const server of servers.splice(0)) await server.close();
});

async function start(options: Partial<NtsServerOptions> = {}): Promise<NtsServer> {
  const server = await startNtsServer({ identity: certificates.good, ...options });
  servers.push(server);
  return server;
}

function sourceOf({ port }: NtsServer, more: { host?: string; trust?: string | undefined; timeoutMs?: number } = {}) {
  return ntsSource({
    ...{ name: 'nts', host: '127.0.0.1', port, timeoutMs: 3000, time, random, trust: certificates.root },
    ...more,
  });
}

describe('a source with Network Time Security', () => {
  it.each([0, 1234, -98_765, 86_400_000])('that is %d ms ahead is found so, within the bound', async (offset) => {
    const sample = await sourceOf(await start({ offset })).ask();
    expect(Math.abs(sample.offset - offset)).toBeLessThanOrEqual(sample.bound);
    expect(sample).toMatchObject({ leap: 'none' });
  });

  it('agrees on keys once, uses each cookie once and gets them replaced', async () => {
    const server = await start();
    const source = sourceOf(server);
    for (let turn = 0; turn < 12; turn += 1) await source.ask();
    expect(server.seen.handshakes).toBe(1);
    expect(new Set(server.seen.cookies).size).toBe(12);
    expect(new Set(server.seen.placeholders)).toEqual(new Set([0]));
  });

  it('asks for more cookies after answers were lost, and for keys when none are left', async () => {
    const server = await start();
    const source = sourceOf(server, { timeoutMs: 120 });
    await source.ask();
    server.behaviour.silent = true;
    for (let turn = 0; turn < 3; turn += 1)
      await expect(source.ask()).rejects.toMatchObject({ code: 'clock.source_silent' });
    server.behaviour.silent = false;
    await source.ask();
    expect(server.seen.placeholders.at(-1)).toBe(3);
    server.behaviour.silent = true;
    for (let turn = 0; turn < 8; turn += 1) await expect(source.ask()).rejects.toThrow();
    server.behaviour.silent = false;
    expect(server.seen.handshakes).toBe(1);
    await source.ask();
    expect(server.seen.handshakes).toBe(2);
    expect(new Set(server.seen.cookies).size).toBe(server.seen.cookies.length);
  });

  it('is given up and found again when it forgot its cookies', async () => {
    const server = await start();
    const source = sourceOf(server, { timeoutMs: 400 });
    await source.ask();
    server.behaviour.forgotten = true;
    await expect(source.ask()).rejects.toMatchObject({ code: 'clock.source_cookie_refused' });
    server.behaviour.forgotten = false;
    await source.ask();
    expect(server.seen.handshakes).toBe(2);
  });

  it.each([{ nakFirst: true }, { forgedFirst: true }])('is believed although %j comes before', async (behaviour) => {
    const server = await start(behaviour);
    const source = sourceOf(server);
    expect(Math.abs((await source.ask()).offset)).toBeLessThan(100);
    await source.ask();
    expect(server.seen.handshakes).toBe(1);
  });

  it.each([
    ['the proof is spoiled', 'bad-mac', 'clock.source_unproven'],
    ['the time in it was changed', 'tampered', 'clock.source_unproven'],
    ['it was proven with another key', 'other-key', 'clock.source_unproven'],
    ['it has no proof', 'no-proof', 'clock.source_unproven'],
    ['it belongs to another question', 'wrong-unique', 'clock.source_silent'],
    ['it is cut off', 'cut', 'clock.source_silent'],
    ['its fields do not fit', 'garbage', 'clock.source_silent'],
    ['it refuses the cookie', 'nak', 'clock.source_cookie_refused'],
  ] as const)('an answer is not believed when %s', async (_, answer, code) => {
    await expect(sourceOf(await start({ answer }), { timeoutMs: 400 }).ask()).rejects.toMatchObject({ code });
  });

  it('a replayed answer is not believed', async () => {
    const server = await start();
    const source = sourceOf(server, { timeoutMs: 400 });
    await source.ask();
    server.behaviour.answer = 'replay';
    await expect(source.ask()).rejects.toMatchObject({ code: 'clock.source_silent' });
  });

  it('only a proven kiss counts', async () => {
    const slower = await start({ stratum: 0, reference: 'RATE' });
    await expect(sourceOf(slower).ask()).rejects.toMatchObject({ code: 'clock.source_slow_down' });
    const denied = await start({ stratum: 0, reference: 'DENY' });
    await expect(sourceOf(denied).ask()).rejects.toMatchObject({ code: 'clock.source_refused' });
    const forged = await start({ stratum: 0, reference: 'DENY', answer: 'no-proof' });
    await expect(sourceOf(forged, { timeoutMs: 400 }).ask()).rejects.toMatchObject({ code: 'clock.source_unproven' });
  });
});

describe('agreeing on keys is refused', () => {
  it.each([
    ['when the certificate expired', () => start({ identity: certificates.expired }), 'CERT_HAS_EXPIRED'],
    ['when it names somebody else', () => start({ identity: certificates.otherName }), 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ] as const)('%s', async (_, make, reason) => {
    await expect(sourceOf(await make()).ask()).rejects.toMatchObject({
      code: 'clock.source_untrusted',
      params: { reason },
    });
  });

  it('when its root is not trusted', async () => {
    const server = await start();
    const error = await sourceOf(server, { trust: undefined })
      .ask()
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'clock.source_untrusted' });
    expect(server.seen.questions).toBe(0);
  });

  it.each([
    ['without the protocol', { alpn: 'http/1.1' }],
    ['below TLS 1.3', { version: 'TLSv1.2' }],
  ] as const)('%s', async (_, options) => {
    await expect(sourceOf(await start(options)).ask()).rejects.toMatchObject({ code: 'clock.source_keys_refused' });
  });

  it('when nothing is said, and when nobody is there', async () => {
    const server = await start({ keSilent: true });
    await expect(sourceOf(server, { timeoutMs: 150 }).ask()).rejects.toMatchObject({ code: 'clock.source_silent' });
    const gone = await start();
    await gone.close();
    servers.pop();
    await expect(sourceOf(gone).ask()).rejects.toMatchObject({ code: 'clock.source_unreachable' });
  });

  const right = [keRecord(1, [0, 0], true), keRecord(4, [0, 15], true), keRecord(5, randomBytes(100))];
  const end = keRecord(0, [], true);
  const wrong: readonly (readonly [string, Buffer])[] = [
    ['cut-off', Buffer.concat(right)],
    ['cut-off', Buffer.alloc(0)],
    ['cut-off', Buffer.from([0x80, 1, 0, 9, 0])],
    ['protocol', Buffer.concat([keRecord(1, [0, 1], true), ...right.slice(1), end])],
    ['twice', Buffer.concat([right[0] as Buffer, ...right, end])],
    ['length', Buffer.concat([keRecord(1, [0, 0, 0, 1], true), ...right.slice(1), end])],
    ['aead', Buffer.concat([right[0] as Buffer, keRecord(4, [0, 30], true), right[2] as Buffer, end])],
    ['no-cookies', Buffer.concat([...right.slice(0, 2), end])],
    ['cookie', Buffer.concat([...right, keRecord(5, Buffer.alloc(2000)), end])],
    ['critical', Buffer.concat([...right, keRecord(99, [1], true), end])],
    ['error-1', Buffer.concat([keRecord(2, [0, 1], true), end])],
    ['warning-7', Buffer.concat([...right, keRecord(3, [0, 7], true), end])],
    ['server', Buffer.concat([...right, keRecord(6, Buffer.from('a b'), true), end])],
    ['server', Buffer.concat([...right, keRecord(6, Buffer.from('http://x/'), true), end])],
    ['port', Buffer.concat([...right, keRecord(7, [0, 0], true), end])],
    ['trailing', Buffer.concat([...right, end, Buffer.alloc(1)])],
  ];
  it.each(wrong)('for its answer: %s', async (reason, records) => {
    expect(() => readKeAnswer(records)).toThrow(reason);
  });

  it('over the wire too, and no more than so much is read', async () => {
    for (const [reason, records] of [
      ['error-1', Buffer.concat([keRecord(2, [0, 1], true), end])],
      ['cut-off', Buffer.concat(Array.from({ length: 400 }, () => keRecord(0x4000, Buffer.alloc(4000))))],
    ] as const) {
      await expect(sourceOf(await start({ records })).ask()).rejects.toMatchObject({
        code: 'clock.source_keys_refused',
        params: { reason },
      });
    }
  });

  it('and not tried again before a while', async () => {
    const server = await start({ cookies: 0 });
    const source = sourceOf(server);
    const refused = { code: 'clock.source_keys_refused' };
    for (let turn = 0; turn < 3; turn += 1) await expect(source.ask()).rejects.toMatchObject(refused);
    expect(server.seen.handshakes).toBe(1);
    ahead += 10_001;
    await expect(source.ask()).rejects.toMatchObject(refused);
    ahead += 10_001;
    await expect(source.ask()).rejects.toMatchObject(refused);
    expect(server.seen.handshakes).toBe(2);
    ahead += 5_000;
    server.behaviour.cookies = 8;
    await source.ask();
    expect(server.seen.handshakes).toBe(3);
  });

  it('never for records that are not known and not critical, and a named server is asked', async () => {
    const server = await start({
      moreRecords: Buffer.concat([keRecord(99, [1]), keRecord(6, Buffer.from('localhost'))]),
    });
    await sourceOf(server).ask();
    expect(server.seen.questions).toBe(1);
  });

  it('never by octets at random', () => {
    for (let turn = 0; turn < 5_000; turn += 1) {
      const bytes = Buffer.concat([...right, end]);
      bytes[turn % 20] = (turn * 7) & 255;
      try {
        readKeAnswer(bytes.subarray(0, turn % (bytes.length + 1)));
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }
  });
});

describe('octets in place of an answer', () => {
  const unique = randomBytes(32);
  const key = randomBytes(32);

  it('never break the reader and never count', () => {
    const head = Buffer.concat([Buffer.alloc(48), Buffer.from([1, 4, 0, 36]), unique]);
    for (let turn = 0; turn < 20_000; turn += 1) {
      const tail = randomBytes(turn % 90);
      // Half of them begin like an authenticator with lengths of their own.
      if (turn % 2 === 0 && tail.length >= 4) {
        tail.writeUInt16BE(0x0404, 0);
        tail.writeUInt16BE(turn % 4 === 0 ? tail.length : turn & 0xffff, 2);
      }
      expect(openAnswer(Buffer.concat([head, tail]), { unique, key }).kind).not.toBe('authentic');
      expect(openAnswer(tail, { unique, key }).kind).toBe('other');
    }
  });
});

describe('several sources with Network Time Security', () => {
  it('one that lies, proven, is outvoted', async () => {
    const all = await Promise.all([start(), start(), start(), start({ offset: 7_200_000 })]);
    const sources = all.map((server) => sourceOf(server));
    const limits = { agree: 3, accuracyMs: 1000, pollMs: 60_000, staleMs: 300_000, jumpMs: 200 };
    expect(await superviseClock({ sources, limits }).poll()).toMatchObject({ state: 'in-sync', agreeing: 3 });
  });
});

describe('the configuration', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tra-nts-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('names sources and whom they are trusted by', async () => {
    const ntsTrust = join(folder, 'root.pem');
    await writeFile(ntsTrust, certificates.root);
    const server = await start();
    const name = `nts://localhost:${server.port}`;
    const [source] = timeSources({ sources: [name], timeoutMs: 1000, ntsTrust }, random);
    expect(source?.name).toBe(name);
    expect(Math.abs((await source?.ask())?.offset ?? 9999)).toBeLessThan(100);
  });

  it('refuses addresses and files that cannot be used', async () => {
    for (const name of ['nts://', 'nts://x:0', 'nts://a b', 'ntske://x', 'nts://x/y'])
      expect(() => timeSources({ sources: [name], timeoutMs: 100 }, random)).toThrow('clock.source_address_invalid');
    await writeFile(join(folder, 'empty.pem'), '');
    for (const ntsTrust of [join(folder, 'none.pem'), join(folder, 'empty.pem')])
      expect(() => timeSources({ sources: [], timeoutMs: 100, ntsTrust }, random)).toThrow(
        'clock.nts_trust_unreadable',
      );
  });
});

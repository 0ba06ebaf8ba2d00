import { toBase64 } from '@tra/kernel';
import { describe, expect, it } from 'vitest';
import type { Subscriber, SubscriberKey } from '../src/systems/timestamp/api.ts';
import { bangkokTime, utcTime } from '../src/systems/timestamp/exact-time.ts';
import { subscriptionFaults } from '../src/systems/timestamp/new-subscription-page.tsx';
import { keepsakesOf } from '../src/systems/timestamp/stamping.ts';
import { keyStanding, quotaOf, quotaWords } from '../src/systems/timestamp/subscriber-words.ts';
import { proofText, readGiven, responseOf } from '../src/systems/timestamp/token-file.ts';

const token = Uint8Array.of(0x30, 0x82, 0x00, 0x30, ...new Uint8Array(48));
const blob = (content: string | Uint8Array<ArrayBuffer>): Blob => new Blob([content]);

describe('files of time-stamps', () => {
  it('hold a granted response around the token', () => {
    const response = responseOf(toBase64(token));
    expect(response.subarray(0, 7)).toEqual(Uint8Array.of(0x30, 5 + token.length, 0x30, 3, 2, 1, 0));
    expect(response.subarray(7)).toEqual(token);
  });

  it('are known by what is in them', async () => {
    expect(await readGiven(blob(token))).toEqual({ kind: 'token', token: toBase64(token) });
    const pem = `-----BEGIN TIMESTAMP RESPONSE-----\n${toBase64(token)}\n-----END TIMESTAMP RESPONSE-----\n`;
    expect(await readGiven(blob(pem))).toEqual({ kind: 'token', token: toBase64(token) });
    const proof = proofText({ size: 3, proofs: [{ index: 0, path: ['AAAA'] }] }, 0, 'ab');
    expect(await readGiven(blob(proof))).toEqual({
      kind: 'proof',
      proof: { algorithm: 'sha256', digest: 'ab', index: 0, size: 3, path: ['AAAA'] },
    });
    for (const other of ['', 'hello', '{', '{"format":"x"}', '%PDF-1.7'])
      expect(await readGiven(blob(other))).toEqual({ kind: 'unknown' });
    expect(await readGiven(blob(new Uint8Array(200_000).fill(0x30)))).toEqual({ kind: 'unknown' });
  });

  it('get names of their own where two files share one', () => {
    const file = { name: 'a.txt', size: 1, digest: '', proof: '{}' };
    const facts = { response: token, serial: '', genTime: '', policy: '' };
    expect([...keepsakesOf({ ...facts, files: [file, file] }).keys()]).toEqual([
      'a.txt.tsr',
      'a.txt.tsp.json',
      'a.txt (2).tsr',
      'a.txt (2).tsp.json',
    ]);
  });
});

describe('words of time-stamping', () => {
  it('tell the time to the second, in the calendar of the reader', () => {
    const at = '2026-12-31T17:00:01.500Z';
    expect(bangkokTime(at, 'th')).toBe('1 มกราคม 2570 เวลา 00.00.01\u00a0น.');
    expect(bangkokTime(at, 'en')).toBe('1 January 2027, 00:00:01 (Thailand, UTC+7)');
    expect(utcTime(at)).toBe('2026-12-31 17:00:01.500 UTC');
  });

  it('read quotas as they are typed', () => {
    expect([quotaOf(''), quotaOf(' 20,000 '), quotaOf('0'), quotaOf('-1'), quotaOf('1.5'), quotaOf('x')]).toEqual([
      null,
      20_000,
      Number.NaN,
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
    const words = quotaWords({ perDay: null, perMonth: 5 } as Subscriber, (key) => key, 'th');
    expect(words).toBe('stampsub.per_month_n');
  });

  it('say what a request for a subscription lacks', () => {
    const faults = subscriptionFaults({ name: ' ', contact: 'a', purpose: '', perDay: 'many', perMonth: '' });
    expect(faults.map(({ field }) => field)).toEqual(['name', 'contact', 'perDay']);
  });

  it('tell how a key stands', () => {
    const now = new Date('2026-11-21T00:00:00Z');
    const key = { expiresAt: '2026-11-22T00:00:00Z' } as SubscriberKey;
    expect(keyStanding(key, now)).toBe('active');
    expect(keyStanding({ ...key, expiresAt: '2026-11-20T00:00:00Z' }, now)).toBe('expired');
    expect(keyStanding({ ...key, revokedAt: '2026-11-20T00:00:00Z' }, now)).toBe('ended');
  });
});

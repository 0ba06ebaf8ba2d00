import { createHash } from 'node:crypto';
import { canonicalJson, type LocalizedText } from '@tra/kernel';
import { testHierarchy } from '@tra/pki/testing';
import { startTestSystem } from '@tra/platform-system/testing';
import { describe, expect, it } from 'vitest';
import { type PracticeFacts, type TimestampConfig, timestamp } from '../src/index.ts';
import { testCertificates } from './harness.ts';

interface Section {
  readonly id: string;
  readonly title: LocalizedText;
  readonly paragraphs: readonly LocalizedText[];
  readonly table?: { readonly rows: readonly (readonly string[])[] };
}

const clock = { sources: 4, agree: 3, accuracyMs: 1000, pollSeconds: 64, staleSeconds: 300, jumpMs: 200 };

async function statement(config: Partial<TimestampConfig>, practice?: PracticeFacts) {
  const certificates = testCertificates(await testHierarchy());
  const system = await startTestSystem(timestamp, { certificates, ...(practice ? { practice } : {}) }, { config });
  try {
    const data = await system.app.inject({ url: '/api/v1/timestamp/practice-statement' });
    const again = await system.app.inject({
      url: '/api/v1/timestamp/practice-statement',
      headers: { 'if-none-match': String(data.headers.etag) },
    });
    const pages = await Promise.all(
      ['th', 'en'].map((lang) => system.app.inject({ url: `/timestamp/practice-statement?lang=${lang}` })),
    );
    const { sections, sha256 } = data.json() as { sections: Section[]; sha256: string };
    return { sections, sha256, again: again.statusCode, pages };
  } finally {
    await system.close();
  }
}
const textOf = (sections: readonly Section[], id: string, language: 'th' | 'en' = 'en'): string =>
  (sections.find((section) => section.id === id)?.paragraphs ?? []).map((text) => text[language]).join('\n');

describe('the practice statement', () => {
  it('is the same in both languages, as a page and as data', async () => {
    const { sections, sha256, again, pages } = await statement({}, { clock, keysInToken: false });
    expect(sha256).toBe(
      createHash('sha256')
        .update(canonicalJson(JSON.parse(JSON.stringify(sections))))
        .digest('hex'),
    );
    expect(again).toBe(304);
    for (const [index, page] of pages.entries()) {
      expect(page.statusCode).toBe(200);
      expect(page.headers['content-language']).toBe(['th', 'en'][index]);
      expect(page.body).toContain(`<html lang="${['th', 'en'][index]}"`);
      expect(page.body).toContain(sha256);
      for (const { id } of sections) expect(page.body).toContain(`id="${id}"`);
    }
    for (const { title, paragraphs } of sections) {
      for (const { th, en } of [title, ...paragraphs]) {
        expect(th).toMatch(/[ก-๙]/);
        expect(en).not.toMatch(/[ก-๙]/);
        expect(`${th}${en}`).not.toMatch(/undefined|NaN|\[object/);
      }
    }
  });

  it('says what the configuration says', async () => {
    const config = {
      policies: ['1.2.3.4 accuracy=500 digests=sha256+sha3-512 key=rsa-pkcs1-sha256 qualified'],
      keyDays: 90,
      alarmDays: 14,
      sealSeconds: 17,
    };
    const { sections } = await statement(config, { clock: { ...clock, sources: 5 }, keysInToken: true });
    expect(sections.find(({ id }) => id === 'policies')?.table?.rows).toEqual([
      [
        '1.3.6.1.4.1.32473.3161.1',
        '1 s',
        'SHA-256, SHA-384, SHA-512, SHA3-256, SHA3-384, SHA3-512',
        'ECDSA P-256, SHA-256',
        '–',
      ],
      ['1.2.3.4', '0.5 s', 'SHA-256, SHA3-512', 'RSA PKCS#1 v1.5, SHA-256 (3072)', 'ETSI EN 319 422'],
    ]);
    expect(textOf(sections, 'keys')).toContain('PKCS#11');
    expect(textOf(sections, 'keys')).toContain('90 days');
    expect(textOf(sections, 'keys', 'th')).toContain('14 วัน');
    expect(textOf(sections, 'records')).toContain('every 17 seconds');
    expect(textOf(sections, 'clock')).toContain('5 sources');
    expect(textOf(sections, 'clock')).toContain('Up to 2 of the sources');
    expect(textOf(sections, 'ordering')).toContain('false');
    expect(textOf(sections, 'scope')).toContain('trial');
  });

  it('tells of the daily quota without a key, and what is kept for it', async () => {
    expect(textOf((await statement({})).sections, 'limits')).not.toContain('in a day');
    const { sections } = await statement({ anonymousPerDay: 250 });
    expect(textOf(sections, 'limits')).toContain('250 hashes');
    expect(textOf(sections, 'limits')).toContain('holds no address');
    const { sections: refused } = await statement({ anonymousPerDay: 250, anonymous: 'refused' });
    expect(textOf(refused, 'limits')).not.toContain('250');
  });

  it('does not claim a clock that nobody supervises, or spare sources that there are not', async () => {
    expect(textOf((await statement({})).sections, 'clock')).toContain('nothing here watches it');
    const one = await statement({}, { clock: { ...clock, sources: 1, agree: 1 }, keysInToken: false });
    expect(textOf(one.sections, 'clock')).toContain('none to spare');
    expect(textOf(one.sections, 'clock')).toContain('is believed');
  });
});

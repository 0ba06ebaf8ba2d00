import { createHash } from 'node:crypto';
import { canonicalJson, type Json, type Language, utf8Decode } from '@tra/kernel';
import { createTestContext, type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PkiConfig, type PkiServices, type PlatformFacts, pki } from '../src/index.ts';
import { composePolicy } from '../src/policies/compose.ts';
import { type ContentBlock, loadPolicyContent } from '../src/policies/content.ts';
import type { PolicyFacts } from '../src/policies/facts.ts';
import { policyPage } from '../src/policies/page.ts';
import { POLICY_DOCUMENTS } from '../src/policies/policy-oids.ts';
import { checkStatements } from '../src/policies/statements.ts';
import type { PolicyText } from '../src/policies/text.ts';
import { RFC_3647 } from './rfc-3647.ts';

const platform: PlatformFacts = {
  keys: { token: ['issuing-ca'], absent: ['root-ca'] },
  ...{ acme: 'credential', acmeAuthorizationHours: 168, acmeOrderHours: 24, caa: true, est: true },
  ...{ allowedNames: ['go.th'], trustedListDays: 150 },
};
const languages: readonly Language[] = ['th', 'en'];
const content = loadPolicyContent();

type Started = StartedSystem<PkiConfig, PkiServices>;
let system: Started;
beforeAll(async () => {
  const contact = { policyContact: 'pki@example.go.th' };
  system = await startTestSystem(pki, { platform: () => platform }, { server: { demo: true }, config: contact });
});
afterAll(() => system.close());

async function listed(from: Started = system) {
  return (await from.app.inject({ url: '/api/v1/pki/policies' })).json();
}

/** Facts with every condition the same; each placeholder is replaced by its own name. */
function factsWith(condition: boolean): PolicyFacts {
  const same = <T>(value: T): Record<string, T> =>
    new Proxy({}, { get: (_, name) => (name === 'then' ? undefined : value) });
  const values = new Proxy({}, { get: (_, name) => `«${String(name)}»` });
  const shared = { oids: {}, lifetimes: same({ th: '1 ปี', en: '1 year' }), publicUrl: 'https://x', statements: [] };
  return { values, holds: same(condition), authorities: [], keys: undefined, ...shared };
}

const textsOf = (blocks: readonly ContentBlock[]): string[] =>
  blocks.flatMap((block) =>
    'table' in block ? [] : 'list' in block ? block.list.flatMap(({ th, en }) => [th, en]) : [block.th, block.en],
  );

describe('the content', () => {
  it('has the sections of RFC 3647 section 6, all of them, in order', () => {
    expect(content.outline.map(({ number, en }) => `${number} ${en}`)).toEqual(RFC_3647);
    expect(content.outline.every(({ th }) => /[ก-๙]/.test(th) || th === 'X')).toBe(true);
    const known = new Set(content.outline.map(({ number }) => number));
    expect(Object.keys(content.sections).filter((number) => !known.has(number))).toEqual([]);
  });

  it('says the same in both languages: the same values, no text missing or left in the other language', () => {
    const names = (text: string): string[] =>
      [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name))].sort();
    for (const [number, blocks] of Object.entries(content.sections)) {
      expect(blocks.length, number).toBeGreaterThan(0);
      const texts = textsOf(blocks);
      for (let at = 0; at < texts.length; at += 2) {
        const [th = '', en = ''] = texts.slice(at, at + 2);
        expect(names(th), th).toEqual(names(en));
        expect(th.trim() === '' || en.trim() === '' || /[ก-๙]/.test(en), en).toBe(false);
        expect(/[ก-๙{]/.test(th), th).toBe(true);
      }
    }
    for (const [key, { th, en }] of Object.entries(content.words))
      expect(th !== '' && en !== '' && !/[ก-๙]/.test(en), key).toBe(true);
  });

  it.each([true, false])('can be made whatever holds (%s), and no section is empty', (condition) => {
    for (const document of POLICY_DOCUMENTS) {
      for (const language of languages) {
        const text = composePolicy(document, language, { content, facts: factsWith(condition) });
        expect(text.sections.map(({ number }) => number)).toEqual(content.outline.map(({ number }) => number));
        for (const { number, blocks } of text.sections) {
          const isParent = content.outline.some((other) => other.number.startsWith(`${number}.`));
          expect(isParent || blocks.length > 0, `${document} ${number}`).toBe(true);
          for (const block of blocks) {
            if (block.kind === 'list') expect(block.items.length, number).toBeGreaterThan(0);
            if (block.kind === 'table') for (const row of block.rows) expect(row).toHaveLength(block.head.length);
          }
        }
      }
    }
  });

  it('is refused with a name that has no value, a fact that nobody states, or a table that is not there', () => {
    const made = (blocks: readonly ContentBlock[], facts: PolicyFacts) => () =>
      composePolicy('cp', 'th', { facts, content: { ...content, sections: { '1.1': blocks } } });
    const facts = { ...factsWith(true), values: {}, holds: {} };
    expect(made([{ th: '{x}', en: '{x}' }], facts)).toThrow('no value for {x}');
    expect(made([{ if: 'x', th: 'x', en: 'x' }], facts)).toThrow('no fact x');
    expect(made([{ table: 'x' }], facts)).toThrow('no table x');
  });
});

describe('what the organisation states', () => {
  it('stands in both documents, in the language of the reader', () => {
    const statements = ['5.1.1 th สองแห่งในกรุงเทพมหานคร', '5.1.1 en Two sites in Bangkok.\nBoth are watched.'];
    const facts = { ...factsWith(false), statements };
    for (const [language, expected] of [
      ['th', 'สองแห่งในกรุงเทพมหานคร'],
      ['en', 'Two sites in Bangkok.\nBoth are watched.'],
    ] as const) {
      const section = composePolicy('cps', language, { content, facts }).sections.find(
        ({ number }) => number === '5.1.1',
      );
      expect(section?.blocks).toEqual([{ kind: 'text', text: expected }]);
    }
    expect(() => checkStatements(statements, content.outline)).not.toThrow();
  });

  it.each([
    ['in one language only', ['5.1.1 en Two sites.']],
    ['for a section that is not there', ['5.1.9 th ก', '5.1.9 en A']],
  ])('is refused %s', async (_, policyStatements) => {
    const context = await createTestContext(pki, { config: { policyStatements } });
    const instance = await pki.create(context, {});
    await expect(instance.start?.()).rejects.toMatchObject({ code: 'pki.policy_statement_invalid' });
    await instance.stop?.();
    await context.close();
  });
});

describe('pages', () => {
  it.each(POLICY_DOCUMENTS)('/pki/%s is complete in both languages', async (document) => {
    for (const language of languages) {
      const page = await system.app.inject({ url: `/pki/${document}?lang=${language}` });
      expect(page.statusCode).toBe(200);
      expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
      checkHtml(page.body, language);
      for (const [entry] of RFC_3647.map((line) => line.split(' '))) expect(page.body).toContain(`id="s${entry}"`);
      expect(page.body).not.toMatch(/\{\w+\}|undefined|\[object|NaN/);
      expect(page.body).toContain('pki@example.go.th');
    }
  });

  it('write dates in the era of their language', async () => {
    const th = await system.app.inject({ url: '/pki/cp', headers: { 'accept-language': 'th' } });
    const en = await system.app.inject({ url: '/pki/cp', headers: { 'accept-language': 'en-GB' } });
    const year = system.context.clock.now().getUTCFullYear();
    expect(th.body).toMatch(new RegExp(`<time [^>]*>\\d+ [ก-๙]+ ${year + 543}</time>`));
    expect(en.body).toMatch(new RegExp(`<time [^>]*>\\d+ [A-Z][a-z]+ ${year}</time>`));
    expect(en.headers).toMatchObject({ 'content-language': 'en', vary: expect.stringContaining('Accept-Language') });
  });

  it('say where keys are, but nothing that opens them', async () => {
    const { body } = await system.app.inject({ url: '/pki/cps?lang=en' });
    expect(body).toContain('PKCS#11 token, from which the key cannot be exported');
    expect(body).toContain('Not on this server (offline)');
    const keys = await system.context.keys.list();
    expect(keys.length).toBeGreaterThan(0);
    for (const { label } of keys) expect(body).not.toContain(label);
    expect(body).not.toMatch(/BEGIN |password=|postgres:|\/run\/secrets/);
  });

  it('escape what the configuration and names say', () => {
    const text: PolicyText = {
      title: '<i>&',
      sections: [{ number: '1', title: '"<b>', blocks: [{ kind: 'text', text: '<script>alert(1)</script>' }] }],
    };
    const page = policyPage({
      ...{ document: 'cp', language: 'en', text, version: 1, newestVersion: 1, oid: '1.2.3', sha256: 'ab' },
      ...{ effectiveAt: new Date(0), history: [] },
    });
    expect(page).not.toMatch(/<script|<i>|<b>/);
  });

  it('answer 404 for a version that never was and 400 for one that cannot be', async () => {
    expect((await system.app.inject({ url: '/pki/cp?version=99' })).statusCode).toBe(404);
    expect((await system.app.inject({ url: '/pki/cps.json?version=99' })).statusCode).toBe(404);
    expect((await system.app.inject({ url: '/pki/cp?version=0' })).statusCode).toBe(400);
  });

  it('have their style from here, kept by caches', async () => {
    const { body } = await system.app.inject({ url: '/pki/cp' });
    const [, path = ''] = /href="(\/pki\/policy-[^"]+)"/.exec(body) ?? [];
    const style = await system.app.inject({ url: path });
    expect(style.headers).toMatchObject({ 'content-type': 'text/css; charset=utf-8' });
    expect(style.body).toContain('@media print');
  });
});

describe('versions', () => {
  it('are listed with OIDs, hashes and links; the hash is that of the bytes', async () => {
    const { items, policies } = await listed();
    expect(items).toMatchObject([
      { document: 'cp', page: '/pki/cp', current: { version: 1 }, title: { en: 'Certificate Policy (CP)' } },
      { document: 'cps', page: '/pki/cps', current: { version: 1 } },
    ]);
    expect(policies).toHaveLength(7);
    for (const { current, oid } of items) {
      const data = await system.app.inject({ url: current.data });
      expect(createHash('sha256').update(data.rawPayload).digest('hex')).toBe(current.sha256);
      expect(canonicalJson(data.json() as Json)).toBe(data.body);
      expect(data.json().oid).toBe(oid);
      const again = await system.app.inject({
        url: current.data,
        headers: { 'if-none-match': String(data.headers.etag) },
      });
      expect(again.statusCode).toBe(304);
      expect((await system.app.inject({ url: current.page })).statusCode).toBe(200);
    }
  });

  it('are added when the text changes, once for all processes; the old one stays readable', async () => {
    const { database, keys } = system.context;
    const restart = async (config: Partial<PkiConfig>) => {
      const options = {
        server: { demo: true },
        config: { policyContact: 'pki@example.go.th', ...config },
        database,
        keys,
      };
      const ports = { platform: () => platform };
      const contexts = await Promise.all([1, 2, 3].map(() => createTestContext(pki, options)));
      const instances = await Promise.all(contexts.map((context) => pki.create(context, ports)));
      await Promise.all(instances.map((instance) => instance.start?.()));
      await Promise.all(instances.map((instance) => instance.stop?.()));
      return (await listed()).items.map(({ current }: { current: { version: number } }) => current.version);
    };
    expect(await restart({})).toEqual([1, 1]);
    expect(await restart({ crlHours: 48 })).toEqual([2, 2]);
    expect(await restart({ crlHours: 48 })).toEqual([2, 2]);
    const [old, now] = await Promise.all(
      ['?version=1&lang=en', '?lang=en'].map(
        async (query) => (await system.app.inject({ url: `/pki/cps${query}` })).body,
      ),
    );
    expect(old).toContain('each is current for 7 days');
    expect(old).toContain('This is an old version');
    expect(now).toContain('each is current for 2 days');
    expect(now).not.toContain('This is an old version');
    const entries = await database
      .tables<{ log_outbox: { type: string; data: Uint8Array } }>()
      .selectFrom('log_outbox')
      .selectAll()
      .where('type', '=', 'pki.policy')
      .execute();
    expect(entries.map(({ data }) => JSON.parse(utf8Decode(data)).version).sort()).toEqual([1, 1, 2, 2]);
  });
});

const voids = new Set(['meta', 'link', 'br']);

/** Balanced elements, no id twice, every link within the page has its place, one h1, landmarks, no script. */
function checkHtml(page: string, language: Language): void {
  expect(page.startsWith(`<!doctype html>\n<html lang="${language}">`)).toBe(true);
  const stack: string[] = [];
  for (const [, end, name = ''] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/g)) {
    if (voids.has(name)) continue;
    if (end) expect(stack.pop(), `</${name}>`).toBe(name);
    else stack.push(name);
  }
  expect(stack).toEqual([]);
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, id] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(id);
  expect(page.match(/<h1>/g)).toHaveLength(1);
  expect(page.match(/<main /g)).toHaveLength(1);
  expect(page).not.toMatch(/<script|<style| style=| on\w+=/);
  for (const [table] of page.matchAll(/<table[\s\S]*?<\/table>/g))
    expect(table).toMatch(/<caption>.+<\/caption><thead>/);
}

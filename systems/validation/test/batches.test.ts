import { createHash } from 'node:crypto';
import { createSignedData } from '@tra/cms';
import { utf8Encode } from '@tra/kernel';
import { type SteppedClock, steppedClock } from '@tra/kernel/testing';
import { toPem } from '@tra/pki';
import type { BlobStore } from '@tra/platform-blobs';
import { createMemoryBlobStore } from '@tra/platform-blobs/testing';
import { asPrincipal, type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import { type TestSigning, testPdf, testSigning } from '@tra/signature/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ValidationConfig, type ValidationServices, validation } from '../src/index.ts';
import { multipart, type Part, portsOf, type TestMember, zipOf } from './world.ts';

const path = '/api/v1/validations';
const small: Part = ['file', 'no document', 'note.txt'];
let signing: TestSigning;
let foreign: TestSigning;
let signed: Uint8Array;
let clock: SteppedClock;
let running: StartedSystem<ValidationConfig, ValidationServices>;
const kept = new Set<string>();

/** A store that says what lies in it. */
function watched(store: BlobStore): BlobStore {
  return {
    ...store,
    put: async (bytes, limits) => {
      const reference = await store.put(bytes, limits);
      kept.add(reference.sha256);
      return reference;
    },
    delete: async (sha256) => {
      kept.delete(sha256);
      await store.delete(sha256);
    },
  };
}

beforeAll(async () => {
  signing = await testSigning();
  foreign = await testSigning('Foreign');
  signed = await signing.sign(testPdf());
  clock = steppedClock('2026-11-20T08:00:00Z');
  const ports = portsOf(signing.anchors, () => signing.hierarchy.crls(clock.now()));
  const config: Partial<ValidationConfig> = {
    requestsPerMinute: 0,
    maximumFiles: 3,
    maximumFileBytes: 2_000_000,
    maximumBatchFiles: 40,
    maximumBatchBytes: 5_000_000,
    batchesPerAsker: 2,
    documentsPerDay: 200,
    online: 'off',
    processes: 2,
  };
  running = await startTestSystem(validation, ports, { clock, config, blobs: watched(createMemoryBlobStore()) });
});

afterAll(() => running.close());

async function post(parts: readonly Part[], headers: Record<string, string> = {}) {
  const body = multipart(parts);
  const all = { 'accept-language': 'en', ...body.headers, ...headers };
  const reply = await running.app.inject({ method: 'POST', url: path, payload: body.payload, headers: all });
  return { reply, status: reply.statusCode, body: reply.json() };
}

async function ask(url: string, method: 'GET' | 'POST' | 'DELETE' = 'GET') {
  const reply = await running.app.inject({ method, url: `${path}/${url}`, headers: { 'accept-language': 'en' } });
  return {
    reply,
    status: reply.statusCode,
    text: reply.body,
    body:
      /json$|json;/.test(String(reply.headers['content-type'])) && !/nd/.test(String(reply.headers['content-type']))
        ? reply.json()
        : undefined,
  };
}

/** Sends a batch and lets it run to the end. */
async function batch(parts: readonly Part[], account = 'someone') {
  const { body, status, reply } = await post(parts, asPrincipal(account));
  expect(status).toBe(202);
  await running.context.jobs.idle();
  return { id: body.id as string, accepted: body, location: reply.headers.location };
}

describe('a batch', () => {
  it('is judged by a job, read in pages, as lines and as a table, and leaves no document', async () => {
    const files: Part[] = Array.from({ length: 9 }, (_, index) => [
      'file',
      index % 3 === 0 ? signed : `text ${index}`,
      `${index}.pdf`,
    ]);
    const { id, accepted, location } = await batch([...files, ['file', signed, '=cmd, x.pdf']]);
    expect(location).toBe(`${path}/${id}`);
    expect(accepted).toMatchObject({ state: 'waiting', total: 10, done: 0, keep: false });
    const { body: status } = await ask(id);
    expect(status).toMatchObject({ state: 'done', total: 10, done: 10, passed: 4, failed: 6, problems: 0 });
    expect(status.expiresAt).toBe('2026-11-21T08:00:00.000Z');
    const first = await ask(`${id}/reports?limit=4`);
    expect(first.body.items.map(({ position }: { position: number }) => position)).toEqual([1, 2, 3, 4]);
    const second = await ask(`${id}/reports?limit=200&after=${first.body.next}`);
    expect([second.body.items.length, second.body.next]).toEqual([6, null]);
    expect(second.body.items[5].report).toMatchObject({ verdict: 'passed', document: { name: '=cmd, x.pdf' } });
    expect(second.body.items[5].report.summary.message).toContain('relied on');
    const passed = await ask(`${id}/reports?verdict=passed`);
    expect(passed.body.items).toHaveLength(4);
    const lines = (await ask(`${id}/reports.ndjson`)).text.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).position)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const table = (await ask(`${id}/reports.csv`)).text.split('\r\n');
    expect(table[0]).toMatch(/^\uFEFFposition,name,sha256/);
    expect(table[10]).toContain(`10,"'=cmd, x.pdf",`);
    expect(kept.size).toBe(0);
  });

  it('can be stopped: what waits is deleted, what was judged is read', async () => {
    const { body } = await post([['batch', 'true'], small, small], asPrincipal('stopper'));
    expect(kept.size).toBeGreaterThan(0);
    const stopped = await ask(`${body.id}/cancel`, 'POST');
    expect(stopped.body).toMatchObject({ state: 'cancelled', done: 0, total: 2 });
    expect(kept.size).toBe(0);
    await running.context.jobs.idle();
    expect((await ask(body.id)).body.state).toBe('cancelled');
    expect((await ask(`${body.id}/reports`)).body.items).toEqual([]);
  });

  it('is gone when it is deleted, and when its time is over', async () => {
    const one = await batch([['batch', 'true'], small]);
    expect((await ask(one.id, 'DELETE')).status).toBe(204);
    const two = await batch([['batch', 'true'], small]);
    const long = await batch([['batch', 'true'], ['keep', 'true'], small]);
    clock.advance(25 * 3_600_000);
    await running.context.jobs.idle();
    for (const { id } of [one, two]) {
      for (const url of [id, `${id}/reports`, `${id}/reports.csv`]) {
        expect([(await ask(url)).status, (await ask(url)).body.code]).toEqual([404, 'validation.not_found']);
      }
    }
    expect((await ask(long.id)).body).toMatchObject({ state: 'done', keep: true });
    clock.advance(30 * 24 * 3_600_000);
    await running.context.jobs.idle();
    expect((await ask(long.id)).status).toBe(404);
  });

  it('takes anchors, time, detached files and their digests along', async () => {
    const content = utf8Encode('a contract');
    const large = new Uint8Array(2_000_001).fill(7);
    const sign = async (bytes: Uint8Array): Promise<Uint8Array> => {
      const { signer, certificate } = foreign.document;
      const certificates = [certificate, foreign.hierarchy.issuing.certificate];
      const crls = await foreign.crls();
      const builder = await createSignedData({
        content: bytes,
        detached: true,
        signer,
        certificate,
        certificates,
        crls,
      });
      return builder.toDer();
    };
    const { id } = await batch([
      ['batch', 'true'],
      ['trust', foreign.anchors[0] ?? new Uint8Array(), 'root.der'],
      ['at', '2026-11-20T15:30:00+07:00'],
      ['detached', content, 'contract.txt'],
      ['detached', large, 'large.bin'],
      ['file', await sign(content), 'contract.p7s'],
      ['file', await sign(large), 'large.p7s'],
      ['file', await sign(utf8Encode('another')), 'another.p7s'],
    ]);
    const { body } = await ask(`${id}/reports`);
    expect(body.items.map(({ verdict }: { verdict: string }) => verdict)).toEqual(['passed', 'passed', 'failed']);
    expect(body.items[0].report).toMatchObject({
      validatedAt: '2026-11-20T08:30:00.000Z',
      trust: { basis: 'request', anchorsOfRequest: 1, trustLists: [{ territory: 'TH', sequence: 7 }] },
    });
  });

  it('is refused when its asker has enough of them, or of documents', async () => {
    const headers = asPrincipal('eager');
    const one = await post([['batch', 'true'], small], headers);
    const two = await post([['batch', 'true'], small], headers);
    const three = await post([['batch', 'true'], small], headers);
    expect([one.status, two.status, three.status, three.body.code]).toEqual([
      202,
      202,
      429,
      'validation.quota_batches',
    ]);
    expect((await post([['batch', 'true'], small], asPrincipal('other'))).status).toBe(202);
    await running.context.jobs.idle();
    const many: Part[] = Array.from({ length: 40 }, () => small);
    const states: number[] = [];
    for (let turn = 0; turn < 6; turn += 1) {
      states.push((await post([['batch', 'true'], ...many], headers)).status);
      await running.context.jobs.idle();
    }
    expect(states).toEqual([202, 202, 202, 202, 429, 429]);
    expect(kept.size).toBe(0);
  });

  it('is refused whole when one part of the request is wrong, and nothing of it stays', async () => {
    const many: Part[] = Array.from({ length: 41 }, () => small);
    const tooMany = await post(many, asPrincipal('careless'));
    expect([tooMany.status, tooMany.body.code]).toEqual([413, 'validation.too_many_files']);
    const late = await post([['batch', 'true'], small, ['at', 'tomorrow']], asPrincipal('careless'));
    expect([late.status, late.body.code]).toEqual([422, 'validation.at_invalid']);
    expect(kept.size).toBe(0);
  });

  it('is not found by an id that is none', async () => {
    for (const id of ['0'.repeat(32), 'x', '..%2f..', encodeURIComponent("' OR 1=1 --")]) {
      expect((await ask(id)).status).toBe(404);
      expect((await ask(`${id}/cancel`, 'POST')).status).toBe(404);
      expect((await ask(id, 'DELETE')).status).toBe(404);
    }
    expect((await running.app.inject({ url: path })).statusCode).toBeGreaterThanOrEqual(404);
  });

  it('judges a document no more that ended its process three times', async () => {
    const { body } = await post(
      [
        ['batch', 'true'],
        ['file', signed, 'a.pdf'],
        ['file', signed, 'b.pdf'],
      ],
      asPrincipal('unlucky'),
    );
    const { database } = running.context;
    await database
      .tables<{ validation_items: { batch: string; position: number; attempts: number } }>()
      .updateTable('validation_items')
      .set({ attempts: 3 })
      .where('batch', '=', body.id)
      .where('position', '=', 0)
      .execute();
    await running.context.jobs.idle();
    const { body: reports } = await ask(`${body.id}/reports`);
    expect(reports.items[0].report).toMatchObject({
      verdict: 'indeterminate',
      problem: { code: 'validation.document_failed', message: expect.stringContaining('could not be judged') },
      document: { name: 'a.pdf', size: signed.length },
    });
    expect(reports.items[1].report.verdict).toBe('passed');
    expect((await ask(body.id)).body).toMatchObject({ problems: 1, passed: 1 });
  });
});

describe('a ZIP of documents', () => {
  const member = (name: string, bytes: string | Uint8Array, more: Partial<TestMember> = {}): TestMember => ({
    name,
    bytes: typeof bytes === 'string' ? utf8Encode(bytes) : bytes,
    ...more,
  });

  it('is a batch, whatever its size; a ZIP inside is a document that is not opened', async () => {
    const inner = zipOf([member('signed.pdf', signed)]);
    const archive = zipOf([
      member('ปี 2569/', ''),
      member('ปี 2569/ใบอนุญาต.pdf', signed),
      member('../../etc/passwd', 'root', { stored: true }),
      member('inner.zip', inner),
    ]);
    const { id } = await batch([['archive', archive, 'all.zip']]);
    const { body } = await ask(`${id}/reports`);
    expect(body.items.map(({ report }: { report: { document: { name: string } } }) => report.document.name)).toEqual([
      'ปี 2569/ใบอนุญาต.pdf',
      'etc/passwd',
      'inner.zip',
    ]);
    expect(body.items.map(({ verdict }: { verdict: string }) => verdict)[0]).toBe('passed');
    expect(body.items[2].report.signatures).toEqual([]);
  });

  const zeros = new Uint8Array(1_500_000);
  const cases: readonly (readonly [string, () => Uint8Array, number, string])[] = [
    ['that is none', () => utf8Encode('PK no'), 422, 'validation.archive_unreadable'],
    ['that is cut short', () => zipOf([member('a', signed)]).subarray(0, 900), 422, 'validation.archive_unreadable'],
    ['with content far larger than itself', () => zipOf([member('a', zeros)]), 422, 'validation.archive_bomb'],
    [
      'whose members share their data',
      () => zipOf([member('a', signed), member('b', signed, { sharedWith: 0 })]),
      422,
      'validation.archive_bomb',
    ],
    [
      'with a member larger than it says',
      () => zipOf([member('a', signed, { statedSize: 10 })]),
      422,
      'validation.archive_bomb',
    ],
    [
      'with a member that is damaged',
      () => zipOf([member('a', signed, { statedCrc: 1 })]),
      422,
      'validation.archive_unreadable',
    ],
    ['with a password', () => zipOf([member('a', signed, { flags: 1 })]), 422, 'validation.archive_encrypted'],
    [
      'with too many members',
      () => zipOf(Array.from({ length: 41 }, (_, index) => member(`${index}`, 'x'))),
      413,
      'validation.too_many_files',
    ],
    [
      'with a member that is too large',
      () => zipOf([member('a', new Uint8Array(2_000_001), { stored: true })]),
      413,
      'validation.file_too_large',
    ],
    [
      'that is too large in all',
      () =>
        zipOf(
          ['a', 'b', 'c'].map((name) =>
            member(
              name,
              new Uint8Array(1_900_000).map((_, at) => at * 7 + (at >> 5)),
              { stored: true },
            ),
          ),
        ),
      413,
      'validation.archive_too_large',
    ],
    ['without a document', () => zipOf([member('folder/', '')]), 422, 'validation.no_file'],
  ];
  it.each(cases)('%s is refused by name', async (_, make, expected, code) => {
    const { status, body } = await post([['archive', make(), 'a.zip']], asPrincipal('zip'));
    expect([status, body.code]).toEqual([expected, code]);
    expect(kept.size).toBe(0);
  });

  it('does not come with documents beside it', async () => {
    const archive: Part = ['archive', zipOf([member('a', 'x')]), 'a.zip'];
    for (const parts of [
      [archive, small],
      [small, archive],
      [archive, archive],
    ]) {
      expect((await post(parts, asPrincipal('mixed'))).body.code).toBe('validation.archive_mixed');
    }
  });
});

describe('reports that are kept', () => {
  it('are read by their id alone, and only when that was asked for', async () => {
    const asked = await post([
      ['file', signed, 'a.pdf'],
      ['keep', 'true'],
    ]);
    expect([asked.status, asked.body.reports[0].verdict]).toEqual([200, 'passed']);
    expect(asked.body.expiresAt).toBe(new Date(clock.now().getTime() + 30 * 24 * 3_600_000).toISOString());
    const { body } = await ask(`${asked.body.id}/reports`);
    expect(body.items[0].report).toEqual(asked.body.reports[0]);
    const unasked = await post([['file', signed, 'a.pdf']]);
    expect(unasked.body.expiresAt).toBeUndefined();
    expect((await ask(unasked.body.id)).status).toBe(404);
    expect(kept.size).toBe(0);
  });
});

describe('detached files', () => {
  it('are matched with their signatures, also when only their digest is held', async () => {
    const content = new Uint8Array(2_000_001).fill(9);
    const { signer, certificate } = signing.document;
    const certificates = [certificate, signing.hierarchy.issuing.certificate];
    const builder = await createSignedData({ content, detached: true, signer, certificate, certificates });
    const report = (
      await post([
        ['file', builder.toDer(), 'a.p7s'],
        ['detached', content, 'a.bin'],
      ])
    ).body.reports[0];
    expect(report).toMatchObject({ verdict: 'passed', document: { type: 'cms' }, trust: { basis: 'service' } });
    const other = content.slice();
    other[1_999_999] = 1;
    const wrong = (
      await post([
        ['file', builder.toDer(), 'a.p7s'],
        ['detached', other, 'a.bin'],
      ])
    ).body.reports[0];
    expect(wrong).toMatchObject({ verdict: 'failed', subIndication: 'HASH_FAILURE' });
    expect(createHash('sha256').update(builder.toDer()).digest('hex')).toBe(report.document.sha256);
  });
});

describe('anchors of a request', () => {
  it('are marked in the report, and do not hide that the service trusts the signer itself', async () => {
    const document = await foreign.sign(testPdf());
    const trust: Part = ['trust', toPem('CERTIFICATE', foreign.anchors[0] ?? new Uint8Array())];
    const mine = (await post([['file', document, 'a.pdf'], trust])).body.reports[0];
    expect(mine).toMatchObject({ verdict: 'passed', trust: { basis: 'request', anchorsOfRequest: 1 } });
    const own = (await post([['file', signed, 'a.pdf'], trust])).body.reports[0];
    expect(own).toMatchObject({ verdict: 'passed', trust: { basis: 'service' } });
    const neither = (await post([['file', document, 'a.pdf']])).body.reports[0];
    expect(neither).toMatchObject({ verdict: 'indeterminate', trust: { basis: 'service', anchorsOfRequest: 0 } });
    const path = neither.signatures[0].checks.find(({ code }: { code: string }) => code === 'signature.path_untrusted');
    expect(path.message).toContain('Foreign');
  });
});

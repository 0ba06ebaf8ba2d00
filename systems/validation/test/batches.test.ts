import { createSignedData } from '@tra/cms';
import { utf8Encode } from '@tra/kernel';
import { asPrincipal } from '@tra/platform-system/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Batches, path, small, startBatches } from './batch-world.ts';
import type { Part } from './world.ts';

let foreign: Batches['foreign'];
let signed: Batches['signed'];
let clock: Batches['clock'];
let running: Batches['running'];
let kept: Batches['kept'];
let post: Batches['post'];
let ask: Batches['ask'];
let batch: Batches['batch'];

beforeAll(async () => {
  ({ foreign, signed, clock, running, kept, post, ask, batch } = await startBatches());
});
afterAll(() => running.close());

describe('a batch', () => {
  it('is judged by a job, read in pages, as lines and as a table, and leaves no document', async () => {
    const files: Part[] = Array.from({ length: 9 }, (_, index) => [
      'file',
      index % 3 === 0 ? signed : `text ${index}`,
      `${index}.pdf`,
    ]);
    const changed = signed.slice();
    changed[120] = (changed[120] ?? 0) ^ 1;
    files[8] = ['file', changed, '8.pdf'];
    const { id, accepted, location } = await batch([...files, ['file', signed, '=cmd, x.pdf']]);
    expect(location).toBe(`${path}/${id}`);
    expect(accepted).toMatchObject({ state: 'waiting', total: 10, done: 0, keep: false });
    const { body: status } = await ask(id);
    expect(status).toMatchObject({ state: 'done', total: 10, done: 10, passed: 4, problems: 0 });
    expect([status.failed, status.indeterminate]).toEqual([1, 5]);
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

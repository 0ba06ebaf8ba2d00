import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHex, utf8Decode } from '@tra/kernel';
import { type TestHierarchy, testHierarchy } from '@tra/pki/testing';
import { createJournal } from '@tra/platform-journal';
import type { OutboxLog } from '@tra/platform-log/testing';
import { sql } from '@tra/platform-storage';
import { type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import { auditChains, type ChainSeal, createRequest, parseResponse, recordsOf } from '@tra/timestamp';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type TimestampConfig, type TimestampServices, timestamp } from '../src/index.ts';
import type { ChainPosition } from '../src/record-log.ts';
import { createSegmentLog } from '../src/segment-log.ts';
import { testCertificates } from './harness.ts';

type Started = StartedSystem<TimestampConfig, TimestampServices>;
const digest = { algorithm: 'sha256', value: new Uint8Array(createHash('sha256').update('x').digest()) } as const;

let hierarchy: TestHierarchy;
let recordFolder: string;
let system: Started;
beforeAll(async () => {
  hierarchy = await testHierarchy();
});
beforeEach(async () => {
  recordFolder = mkdtempSync(join(tmpdir(), 'tra-records-'));
  system = await startTestSystem(
    timestamp,
    { certificates: testCertificates(hierarchy), recordFolder },
    { config: { records: 'file', sealSeconds: 3600 } },
  );
});
afterEach(async () => {
  await system.close();
  rmSync(recordFolder, { recursive: true, force: true });
});

const segments = (): string[] =>
  readdirSync(recordFolder)
    .filter((name) => name.endsWith('.segment'))
    .map((name) => join(recordFolder, name));
const seals = async (): Promise<ChainSeal[]> =>
  (await (system.context.log as OutboxLog).appended()).map(({ data }) => JSON.parse(utf8Decode(data)) as ChainSeal);
const stamp = (count: number): Promise<Uint8Array[]> =>
  Promise.all(Array.from({ length: count }, () => system.services.stamp(digest)));

describe('records in files', () => {
  it('hold every token before it leaves, in one chain that the log knows from its beginning', async () => {
    const tokens = await stamp(50);
    const [path = ''] = segments();
    const infos = [...recordsOf(new Uint8Array(readFileSync(path)))].map(({ info }) => toHex(info));
    expect(infos).toHaveLength(50);
    for (const token of tokens) expect(infos.some((info) => toHex(token).includes(info))).toBe(true);
    expect(await seals()).toMatchObject([{ from: 1, to: 0 }]);
    await system.services.maintain();
    expect(await seals()).toMatchObject([{ to: 0 }, { from: 1, to: 50 }]);
    await system.services.maintain();
    expect(await seals()).toHaveLength(2);
    expect((await system.services.verifyLog()).files).toEqual({
      records: 50,
      chains: 1,
      unsealed: 0,
      unfinishedOctets: 0,
      findings: [],
    });
  });

  it('do not need the database once they are begun: without it tokens are issued, and sealed when it is back', async () => {
    await stamp(1);
    const { database } = system.context;
    const away = ['timestamp_seals', 'timestamp_tokens', 'timestamp_units', 'timestamp_chains'];
    for (const table of away) await sql.raw(`ALTER TABLE ${table} RENAME TO ${table}_gone`).execute(database.tables());
    await expect(system.services.maintain()).rejects.toThrow();
    const payload = Buffer.from(createRequest(digest));
    const headers = { 'content-type': 'application/timestamp-query' };
    const reply = await system.app.inject({ method: 'POST', url: '/timestamp', payload, headers });
    expect(parseResponse(reply.rawPayload).status).toBe('granted');
    await stamp(3);
    for (const table of away) await sql.raw(`ALTER TABLE ${table}_gone RENAME TO ${table}`).execute(database.tables());
    await system.services.maintain();
    expect((await system.services.verifyLog()).files).toMatchObject({ records: 5, unsealed: 0, findings: [] });
    expect(await system.context.metrics.render()).toMatch(/tra_timestamp_sealed_records_total 5/);
  });

  it('show what was altered, cut off or removed', async () => {
    await stamp(5);
    await system.services.maintain();
    const [path = ''] = segments();
    const whole = readFileSync(path);
    const kinds = async (): Promise<unknown> =>
      (await system.services.verifyLog()).files?.findings.map(({ kind }) => kind);
    const changed = Buffer.from(whole);
    changed[200] = (changed[200] ?? 0) ^ 1;
    writeFileSync(path, changed);
    expect(await kinds()).not.toEqual([]);
    writeFileSync(path, whole);
    // Room for more follows the records while the authority runs.
    truncateSync(path, whole.findLastIndex((octet) => octet !== 0) - 100);
    expect(await kinds()).toEqual(['missing']);
    unlinkSync(path);
    expect(await kinds()).toEqual(['missing']);
    writeFileSync(path, whole);
    expect(await kinds()).toEqual([]);
  });

  it('of a run that was killed are sealed by the next, up to the last whole record, once they are quiet', async () => {
    await stamp(3);
    const [path = ''] = segments();
    writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.from('3082ff', 'hex')]));
    // A second run over the same folder and database, as if this one had been killed.
    const next = await startTestSystem(
      timestamp,
      { certificates: testCertificates(hierarchy), recordFolder },
      { config: { records: 'file', sealSeconds: 1 }, database: system.context.database, keys: system.context.keys },
    );
    await next.services.maintain();
    expect(await seals()).toHaveLength(1);
    next.context.testClock.advance(60_000);
    await next.services.maintain();
    expect(await seals()).toMatchObject([{ to: 0 }, { from: 1, to: 3 }]);
    await next.services.stamp(digest);
    expect(segments()).toHaveLength(2);
    expect((await next.services.verifyLog()).files).toMatchObject({ records: 4, chains: 2, findings: [] });
  });

  it('are sealed when the process stops', async () => {
    await stamp(2);
    const { database } = system.context;
    const other = await startTestSystem(
      timestamp,
      { certificates: testCertificates(hierarchy), recordFolder },
      { config: { records: 'file', sealSeconds: 3600 }, database, keys: system.context.keys },
    );
    const token = await other.services.stamp(digest);
    expect(token.length).toBeGreaterThan(100);
    await system.services.maintain();
    expect((await system.services.verifyLog()).files).toMatchObject({ unsealed: 1, findings: [] });
  });
});

describe('a log of segments', () => {
  const random = { bytes: (length: number): Uint8Array => new Uint8Array(randomBytes(length)) };
  const issued = (at: number) => ({ info: Uint8Array.of(0x30, 2, 5, 0, at).subarray(0, 4) }) as never;

  it('goes on in the next file when one is full, under load, and remains one chain', async () => {
    const opened: ChainPosition[] = [];
    const log = createSegmentLog({
      ...{ folder: join(recordFolder, 'small'), segmentBytes: 400, random },
      opened: async (position) => void opened.push(position),
    });
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(Array.from({ length: 20 }, (_, at) => log.append(issued(at))));
    }
    await log.close();
    const names = readdirSync(join(recordFolder, 'small')).sort();
    expect(names.length).toBeGreaterThan(5);
    const files = names.map((name) => new Uint8Array(readFileSync(join(recordFolder, 'small', name))));
    expect(await auditChains(files, [])).toMatchObject({ records: 200, chains: 1, findings: [] });
    expect(opened).toHaveLength(1);
    expect(log.durable()?.seq).toBe(200);
  });

  it('begins another chain after a failed write, and refuses what was not certain', async () => {
    let failing = false;
    const log = createSegmentLog({
      ...{ folder: join(recordFolder, 'failing'), segmentBytes: 1e6, random },
      opened: async () => undefined,
      create: async (path, header) => {
        const journal = await createJournal(path, header);
        return {
          append: (bytes) => (failing ? Promise.reject(new Error('EIO')) : journal.append(bytes)),
          get size() {
            return journal.size;
          },
          close: () => journal.close(),
        };
      },
    });
    await log.append(issued(1));
    failing = true;
    await expect(log.append(issued(2))).rejects.toMatchObject({ code: 'timestamp.record_failed' });
    failing = false;
    await log.append(issued(3));
    expect(readdirSync(join(recordFolder, 'failing'))).toHaveLength(2);
    expect(log.durable()?.seq).toBe(1);
    await log.close();
  });

  it('takes no record while the beginning of its chain is not known elsewhere', async () => {
    let known = false;
    const log = createSegmentLog({
      ...{ folder: join(recordFolder, 'unknown'), segmentBytes: 1e6, random },
      opened: async () => {
        if (!known) throw new Error('the log is away');
      },
    });
    await expect(log.append(issued(1))).rejects.toMatchObject({ code: 'timestamp.record_failed' });
    known = true;
    await log.append(issued(2));
    await log.close();
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDatabase, sql } from '../src/index.ts';
import { startChild } from './child.ts';

const KILLS = 20;
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tra-crash-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

it(`${KILLS} kill -9 in a row lose nothing that was acknowledged`, async () => {
  const acknowledged: number[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const writer = startChild('./writer-child.ts', directory, String(kill * 1_000_000));
    // Each time after another number of commits, so that it hits another moment.
    await writer.until((lines) => lines.length > 1 + kill * 7);
    await new Promise((done) => setTimeout(done, (kill * 13) % 29));
    writer.process.kill('SIGKILL');
    await writer.ended;
    expect(writer.process.signalCode).toBe('SIGKILL');
    acknowledged.push(...writer.lines.slice(1).map(Number));
  }
  const database = await openDatabase({ directory });
  const { rows } = await sql<{ n: number; whole: boolean }>`
      SELECT n, length(filler) = n % 500 AS whole FROM written ORDER BY n`.execute(database.tables());
  const found = new Set(rows.map(({ n }) => n));
  expect(acknowledged.filter((n) => !found.has(n))).toEqual([]);
  expect(rows.every(({ whole }) => whole)).toBe(true);
  // At most the one commit that was under way at each kill may be there without having been acknowledged.
  expect(found.size - acknowledged.length).toBeLessThanOrEqual(KILLS);
  expect(acknowledged.length).toBeGreaterThan(KILLS * 10);
  await database.close();
}, 300_000);

it('a kill -9 during the first start leaves a directory that opens', async () => {
  for (const pause of [300, 900, 1_500]) {
    const writer = startChild('./writer-child.ts', directory);
    await new Promise((done) => setTimeout(done, pause));
    writer.process.kill('SIGKILL');
    await writer.ended;
  }
  const database = await openDatabase({ directory });
  await database.ping();
  await database.close();
}, 300_000);

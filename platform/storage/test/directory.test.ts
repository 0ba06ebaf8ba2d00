import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lockDirectory } from '../src/directory-lock.ts';
import { beginEmbeddedDatabase } from '../src/embedded-database.ts';
import { openEngine, proveDurable } from '../src/engine.ts';
import { openDatabase, sql } from '../src/index.ts';
import { whenOpen } from '../src/open.ts';
import { startChild } from './child.ts';

// Starting an engine takes seconds, and on a busy machine many of them.
vi.setConfig({ testTimeout: 300_000 });

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tra-directory-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const locked = (pid: number) => ({ code: 'storage.directory_locked', params: { directory, pid } });

describe('directory lock', () => {
  it('refuses a second holder in this process and names it', async () => {
    const lock = await lockDirectory(directory);
    await expect(lockDirectory(directory)).rejects.toMatchObject(locked(process.pid));
    lock.release();
    lock.release();
    (await lockDirectory(directory)).release();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is readable by its user only', async () => {
    const lock = await lockDirectory(join(directory, 'new', 'folder'));
    expect(statSync(join(directory, 'new', 'folder')).mode & 0o777).toBe(0o700);
    lock.release();
  });

  const change = async (edit: (holder: Record<string, unknown>) => void): Promise<void> => {
    const lock = await lockDirectory(directory);
    const holder = JSON.parse(readFileSync(join(directory, 'tra.lock'), 'utf8')) as Record<string, unknown>;
    lock.release();
    edit(holder);
    writeFileSync(join(directory, 'tra.lock'), JSON.stringify({ ...holder, token: 'old' }));
  };

  it('replaces the lock of a process that ended', async () => {
    const { pid } = spawnSync('true');
    await change((holder) => {
      holder.pid = pid;
    });
    (await lockDirectory(directory)).release();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('replaces the lock of a process whose number another one has now', async () => {
    await change((holder) => {
      holder.startedAt = '1';
    });
    (await lockDirectory(directory)).release();
  });

  it('replaces the lock of before the machine started anew', async () => {
    await change((holder) => {
      holder.boot = 'another';
    });
    (await lockDirectory(directory)).release();
  });

  it.each(['', '{', '{"pid":1}', 'null'])('replaces a lock file cut short by a crash: %j', async (text) => {
    writeFileSync(join(directory, 'tra.lock'), text);
    (await lockDirectory(directory)).release();
  });

  it('replaces a lock from elsewhere only when it stays silent', async () => {
    await change((holder) => {
      holder.space = 'another-container';
      holder.pid = 1;
    });
    const before = Date.now();
    const lock = await lockDirectory(directory);
    expect(Date.now() - before).toBeGreaterThanOrEqual(9_000);
    lock.release();
    await change((holder) => {
      holder.space = 'another-container';
      holder.pid = 1;
    });
    const touching = setInterval(() => {
      const path = join(directory, 'tra.lock');
      writeFileSync(path, readFileSync(path));
    }, 1_000);
    await expect(lockDirectory(directory)).rejects.toMatchObject(locked(1));
    clearInterval(touching);
  });

  it('goes to exactly one of many that find a stale lock at the same moment', async () => {
    for (let round = 0; round < 20; round += 1) {
      await change((holder) => {
        holder.startedAt = '1';
      });
      const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockDirectory(directory)));
      const holders = results.filter((result) => result.status === 'fulfilled');
      expect(holders.length).toBe(1);
      for (const holder of holders) holder.value.release();
      expect(readdirSync(directory)).toEqual([]);
    }
  });
});

describe('data directory', () => {
  it('is refused to a second process, by name and number, and free again when the first ends', async () => {
    const first = startChild('./holder-child.ts', directory);
    await first.until((lines) => lines.length === 1);
    expect(first.lines).toEqual(['open']);
    const second = startChild('./holder-child.ts', directory);
    await second.ended;
    expect(JSON.parse(second.lines[0] ?? '')).toEqual(locked(first.process.pid ?? 0));
    await expect(openDatabase({ directory })).rejects.toMatchObject(locked(first.process.pid ?? 0));
    first.process.stdin.end();
    await first.ended;
    expect(existsSync(join(directory, 'tra.lock'))).toBe(false);
    const database = await openDatabase({ directory });
    await database.close();
  });

  it('keeps what was written, over a close', async () => {
    const first = await openDatabase({ directory });
    await sql`CREATE TABLE t AS SELECT 'ไทย' AS v`.execute(first.tables());
    await first.close();
    const second = await openDatabase({ directory });
    expect((await sql`SELECT v FROM t`.execute(second.tables())).rows).toEqual([{ v: 'ไทย' }]);
    await second.close();
  });

  it('is refused when its database is not complete, and left as it is', async () => {
    mkdirSync(join(directory, 'cluster'));
    writeFileSync(join(directory, 'cluster', 'precious'), 'data');
    await expect(openDatabase({ directory })).rejects.toMatchObject({ code: 'storage.directory_unusable' });
    expect(readFileSync(join(directory, 'cluster', 'precious'), 'utf8')).toBe('data');
    expect(existsSync(join(directory, 'tra.lock'))).toBe(false);
  });

  it('a statement over its time restarts the engine; what was committed is there, what was not is gone', async () => {
    const warnings: string[] = [];
    const logger = { info: () => {}, warn: (_fields: object, message: string) => void warnings.push(message) };
    const database = await whenOpen(await beginEmbeddedDatabase({ directory, queryTimeoutMs: 5_000, logger }));
    const heard: string[] = [];
    await database.listen('tra_restart', (payload) => void heard.push(payload));
    await sql`CREATE TABLE t (id int)`.execute(database.tables());
    await sql`INSERT INTO t VALUES (1)`.execute(database.tables());
    const slow = database.transaction(async (trx) => {
      await sql`INSERT INTO t VALUES (2)`.execute(trx);
      await sql`SELECT count(*) FROM generate_series(1, 1000000000)`.execute(trx);
    });
    await expect(slow).rejects.toMatchObject({ code: 'storage.query_timeout' });
    expect((await sql`SELECT id FROM t`.execute(database.tables())).rows).toEqual([{ id: 1 }]);
    await database.notify('tra_restart', 'still here');
    for (let attempt = 0; attempt < 100 && heard.length === 0; attempt += 1) {
      await new Promise((done) => setTimeout(done, 10));
    }
    expect(heard).toEqual(['still here']);
    expect(warnings.length).toBeGreaterThan(0);
    await database.close();
  });
});

describe('durability', () => {
  it('is proven for our file system: the write-ahead log reaches the disk with each commit', async () => {
    const engine = await openEngine({ directory });
    await engine.close();
  });

  it('is refused for an engine whose fsync goes nowhere', async () => {
    const plain = await PGlite.create({ fs: new NodeFS(join(directory, 'plain')) });
    await expect(proveDurable(plain, { syncs: 0 })).rejects.toMatchObject({ code: 'storage.not_durable' });
    await plain.close();
  });
});

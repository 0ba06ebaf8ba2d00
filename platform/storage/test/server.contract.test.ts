import { describe, expect, it } from 'vitest';
import { openDatabase, sql } from '../src/index.ts';
import { testServerUrl } from '../src/testing.ts';

describe('server that cannot be used', () => {
  it.each([
    ['nobody answers', 'postgresql://tra@127.0.0.1:9/postgres'],
    ['the host does not exist', 'postgresql://tra@nowhere.invalid/postgres'],
    ['the address is no address', 'postgresql://tra@127.0.0.1:99999/x'],
  ])('is named when %s', async (_name, url) => {
    await expect(openDatabase({ url })).rejects.toMatchObject({ code: 'storage.connection_failed' });
  });

  it('keeps the password out of the error', async () => {
    const error = await openDatabase({ url: 'postgresql://tra:hunter2@127.0.0.1:9/x' }).catch(
      (reason: Error) => reason,
    );
    expect(String(error)).not.toContain('hunter2');
  });
});

describe.skipIf(testServerUrl === undefined)('server', () => {
  const url = testServerUrl ?? '';

  it('names a database that does not exist', async () => {
    const other = new URL(url);
    other.pathname = '/does_not_exist';
    await expect(openDatabase({ url: other.href })).rejects.toMatchObject({ code: 'storage.connection_failed' });
  });

  it('ends a statement over its time and goes on', async () => {
    const database = await openDatabase({ url, queryTimeoutMs: 200 });
    const slow = sql`SELECT pg_sleep(60)`.execute(database.tables());
    await expect(slow).rejects.toMatchObject({ code: 'storage.query_timeout' });
    await database.ping();
    await database.close();
  });

  it('goes on, and listens again, after the server cut all connections', async () => {
    const database = await openDatabase({ url });
    const heard: string[] = [];
    await database.listen('tra_cut', (payload) => void heard.push(payload));
    await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE pid <> pg_backend_pid() AND application_name LIKE 'tra%' AND datname = current_database()`.execute(
      database.tables(),
    );
    for (let attempt = 0; attempt < 100 && heard.length === 0; attempt += 1) {
      await database.notify('tra_cut', 'again').catch(() => undefined);
      await new Promise((done) => setTimeout(done, 100));
    }
    expect(heard[0]).toBe('again');
    await database.close();
  });

  it('breaks a deadlock and does both pieces of work', async () => {
    const database = await openDatabase({ url });
    await sql`CREATE TABLE IF NOT EXISTS tra_deadlock (id int PRIMARY KEY, n int)`.execute(database.tables());
    await sql`INSERT INTO tra_deadlock VALUES (1, 0), (2, 0) ON CONFLICT (id) DO UPDATE SET n = 0`.execute(
      database.tables(),
    );
    const both = (first: number, second: number) =>
      database.transaction(async (trx) => {
        await sql`UPDATE tra_deadlock SET n = n + 1 WHERE id = ${first}`.execute(trx);
        await new Promise((done) => setTimeout(done, 50));
        await sql`UPDATE tra_deadlock SET n = n + 1 WHERE id = ${second}`.execute(trx);
      });
    await Promise.all([both(1, 2), both(2, 1)]);
    const { rows } = await sql`SELECT n FROM tra_deadlock ORDER BY id`.execute(database.tables());
    expect(rows).toEqual([{ n: 2 }, { n: 2 }]);
    await sql`DROP TABLE tra_deadlock`.execute(database.tables());
    await database.close();
  });
});

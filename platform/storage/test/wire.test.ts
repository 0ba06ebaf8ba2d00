import { describe, expect, it } from 'vitest';
import { beginEmbeddedDatabase } from '../src/embedded-database.ts';
import { openDatabase, sql } from '../src/index.ts';
import { whenOpen } from '../src/open.ts';
import { describeOnEachDatabase, openTestDatabase } from '../src/testing.ts';

describeOnEachDatabase('large values', (open) => {
  it('carries 20 MB in and out, and many rows', async () => {
    const database = await open();
    const text = 'ก'.repeat(7_000_000);
    const bytes = new Uint8Array(5_000_000).map((_, index) => index % 251);
    const { rows } = await sql<{ text: string; bytes: Uint8Array }>`
      SELECT ${text}::text AS text, ${bytes}::bytea AS bytes`.execute(database.tables());
    expect(rows[0]?.text === text).toBe(true);
    expect(Buffer.compare(rows[0]?.bytes ?? new Uint8Array(), bytes)).toBe(0);
    const many = await sql`SELECT n, repeat('x', 100) AS t FROM generate_series(1, 50000) n`.execute(database.tables());
    expect(many.rows.length).toBe(50_000);
    await database.close();
  });

  it('works on after any kind of error', async () => {
    const database = await open();
    await sql`CREATE TABLE t (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)`.execute(database.tables());
    for (const wrong of ['SELEC', 'SELECT 1/0', 'SELECT * FROM nowhere', "SELECT 'x'::int", 'BEGIN; SELECT 1/0']) {
      await expect(sql.raw(wrong).execute(database.tables())).rejects.toMatchObject({ code: expect.any(String) });
      await database.transaction(async (trx) => {
        expect((await sql`SELECT 1 AS one`.execute(trx)).rows).toEqual([{ one: 1 }]);
      });
    }
    const atCommit = database.transaction((trx) => sql`INSERT INTO t VALUES (1), (1)`.execute(trx));
    await expect(atCommit).rejects.toMatchObject({ code: '23505' });
    const caught = database.transaction(async (trx) => {
      await sql`SELECT 1/0`.execute(trx).catch(() => undefined);
      await sql`SELECT 1`.execute(trx);
    });
    await expect(caught).rejects.toMatchObject({ code: '25P02' });
    await database.ping();
    await database.close();
  });
});

describe('embedded engine', () => {
  it('does not block the event loop while it computes', async () => {
    const database = await openTestDatabase({ dialect: 'embedded' });
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
    }, 5);
    await sql`SELECT count(*) FROM generate_series(1, 3000000)`.execute(database.tables());
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(3);
    await database.close();
  });

  it('needs no directory', async () => {
    const database = await openDatabase({});
    expect(database.dialect).toBe('embedded');
    await database.ping();
    await database.close();
  });

  it('in memory, a statement over its time ends the database rather than lose data unnoticed', async () => {
    const database = await whenOpen(await beginEmbeddedDatabase({ queryTimeoutMs: 300 }));
    await sql`CREATE TABLE t (id int)`.execute(database.tables());
    const slow = sql`SELECT count(*) FROM generate_series(1, 1000000000)`.execute(database.tables());
    await expect(slow).rejects.toMatchObject({ code: 'storage.query_timeout' });
    await expect(database.ping()).rejects.toMatchObject({ code: 'storage.engine_stopped' });
    await database.close();
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, jsonb, notifyIn, sql } from '../src/index.ts';
import { describeOnEachDatabase } from '../src/testing.ts';

interface Tables {
  notes: {
    id: number;
    text: string;
    body?: unknown;
    at?: Date | null;
    bytes?: Uint8Array | null;
    day?: string | null;
    numbers?: number[] | null;
  };
}

async function until(condition: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 200 && !condition(); attempt += 1) await new Promise((done) => setTimeout(done, 10));
  expect(condition()).toBe(true);
}

describeOnEachDatabase('database', (open) => {
  let database: Database;

  beforeAll(async () => {
    database = await open();
    await sql`CREATE TABLE notes (
      id int8 PRIMARY KEY, text text NOT NULL UNIQUE, body jsonb, at timestamptz, bytes bytea, day date, numbers int8[])`.execute(
      database.tables(),
    );
  });
  afterAll(() => database.close());

  it('answers', async () => {
    await database.ping();
  });

  it('gives every type the same form', async () => {
    const row = {
      id: 9_007_199_254_740_991,
      text: 'ทะเบียนพาณิชย์',
      at: new Date('2026-11-21T01:02:03.456Z'),
      bytes: new Uint8Array([0, 1, 254, 255]),
      day: '2569-01-31',
      numbers: [1, 2 ** 40],
    };
    await database
      .tables<Tables>()
      .insertInto('notes')
      .values({ ...row, body: jsonb(['ก', { b: null }]) })
      .execute();
    const found = await database
      .tables<Tables>()
      .selectFrom('notes')
      .selectAll()
      .where('id', '=', row.id)
      .executeTakeFirstOrThrow();
    expect(found).toEqual({ ...row, body: ['ก', { b: null }] });
    expect(found.bytes?.constructor).toBe(Uint8Array);
  });

  it('refuses an integer that a number cannot hold', async () => {
    await expect(sql`SELECT 9007199254740993::int8 AS n`.execute(database.tables())).rejects.toMatchObject({
      code: 'storage.number_out_of_range',
    });
    await database.ping();
  });

  it('counts changed rows and reports the SQL state of an error', async () => {
    const tables = database.tables<Tables>();
    await tables
      .insertInto('notes')
      .values([1, 2, 3].map((id) => ({ id, text: `row ${id}` })))
      .execute();
    const updated = await tables
      .updateTable('notes')
      .set({ at: new Date(0) })
      .where('id', '<', 4)
      .executeTakeFirst();
    expect(updated.numUpdatedRows).toBe(3n);
    const again = tables.insertInto('notes').values({ id: 1, text: 'twice' }).execute();
    await expect(again).rejects.toMatchObject({ code: '23505', constraint: 'notes_pkey' });
  });

  it('keeps all of a transaction or nothing', async () => {
    const failing = database.transaction<Tables, void>(async (trx) => {
      await trx.insertInto('notes').values({ id: 50, text: 'gone' }).execute();
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    const id = await database.transaction<Tables, number>(async (trx) => {
      await trx.insertInto('notes').values({ id: 51, text: 'kept' }).execute();
      return 51;
    });
    const rows = await database.tables<Tables>().selectFrom('notes').select('id').where('id', 'in', [50, id]).execute();
    expect(rows).toEqual([{ id: 51 }]);
  });

  it('refuses a query beside the transaction it stands in, and works on', async () => {
    const nested = database.transaction<Tables, void>(async () => {
      await database.tables<Tables>().selectFrom('notes').select('id').execute();
    });
    await expect(nested).rejects.toMatchObject({ code: 'storage.nested_use' });
    const twice = database.transaction(() => database.transaction(async () => {}));
    await expect(twice).rejects.toMatchObject({ code: 'storage.nested_use' });
    await expect(database.transaction(() => database.ping())).rejects.toMatchObject({ code: 'storage.nested_use' });
    await database.ping();
  });

  it('runs many transactions at once without losing one', async () => {
    await sql`INSERT INTO notes (id, text) VALUES (70, '0')`.execute(database.tables());
    await Promise.all(
      Array.from({ length: 40 }, () =>
        database.transaction<Tables, void>(async (trx) => {
          const row = await trx.selectFrom('notes').select('text').where('id', '=', 70).forUpdate().executeTakeFirst();
          await trx
            .updateTable('notes')
            .set({ text: String(Number(row?.text) + 1) })
            .where('id', '=', 70)
            .execute();
        }),
      ),
    );
    const row = await database
      .tables<Tables>()
      .selectFrom('notes')
      .select('text')
      .where('id', '=', 70)
      .executeTakeFirst();
    expect(row?.text).toBe('40');
  });

  it('tries again what the database broke off to keep order', async () => {
    let calls = 0;
    await database.transaction(async (trx) => {
      calls += 1;
      if (calls < 3) await sql`DO $$ BEGIN RAISE EXCEPTION SQLSTATE '40001'; END $$`.execute(trx);
    });
    expect(calls).toBe(3);
    const never = database.transaction((trx) => sql`DO $$ BEGIN RAISE EXCEPTION SQLSTATE '40P01'; END $$`.execute(trx));
    await expect(never).rejects.toMatchObject({ code: '40P01' });
  });

  it('delivers notifications after the commit, to each listener, until it stops', async () => {
    const first: string[] = [];
    const second: string[] = [];
    const stop = await database.listen('tra_test', (payload) => void first.push(payload));
    await database.listen('tra_test', (payload) => void second.push(payload));
    await database.notify('tra_test', 'หนึ่ง');
    await until(() => first.length === 1 && second.length === 1);
    const broken = database.transaction(async (trx) => {
      await notifyIn(trx, 'tra_test', 'never');
      throw new Error('rolled back');
    });
    await expect(broken).rejects.toThrow('rolled back');
    await stop();
    await database.transaction((trx) => notifyIn(trx, 'tra_test', 'two'));
    await until(() => second.length === 2);
    expect(second).toEqual(['หนึ่ง', 'two']);
    expect(first).toEqual(['หนึ่ง']);
  });

  it('lets a handler of notifications query even when a transaction sent them', async () => {
    const seen: unknown[] = [];
    await database.listen('tra_query', (payload) => {
      void sql`SELECT ${payload}::text AS v`.execute(database.tables()).then(({ rows }) => seen.push(rows[0]));
    });
    await database.transaction((trx) => notifyIn(trx, 'tra_query', 'x'));
    await until(() => seen.length === 1);
    expect(seen).toEqual([{ v: 'x' }]);
  });

  it('refuses channels and payloads that PostgreSQL cannot carry', async () => {
    await expect(database.notify('a"; DROP TABLE notes', '')).rejects.toMatchObject({
      code: 'storage.channel_invalid',
    });
    await expect(database.listen('Größe', () => {})).rejects.toMatchObject({ code: 'storage.channel_invalid' });
    await expect(database.notify('tra_test', 'x'.repeat(8_000))).rejects.toMatchObject({
      code: 'storage.payload_too_long',
    });
  });

  it('closes once, serves those who asked before, and refuses those who come later', async () => {
    const other = await open();
    const asked = Array.from({ length: 15 }, (_, index) =>
      other.transaction(async (trx) => {
        await sql`SELECT 1`.execute(trx);
        await new Promise((done) => setTimeout(done, 5));
        await sql`SELECT 1`.execute(trx);
        return index;
      }),
    );
    await new Promise((done) => setTimeout(done, 1));
    await Promise.all([other.close(), other.close()]);
    expect(await Promise.all(asked)).toEqual(asked.map((_, index) => index));
    const closed = { code: 'storage.closed' };
    await expect(other.ping()).rejects.toMatchObject(closed);
    await expect(sql`SELECT 1`.execute(other.tables())).rejects.toMatchObject(closed);
    await expect(other.transaction(async () => {})).rejects.toMatchObject(closed);
    await expect(other.listen('tra_test', () => {})).rejects.toMatchObject(closed);
    await expect(other.migrate([])).rejects.toMatchObject(closed);
  });
});

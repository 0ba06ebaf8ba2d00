import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Database, type MigrationSet, sql } from '../src/index.ts';
import { describeOnEachDatabase } from '../src/testing.ts';

describeOnEachDatabase('migrations', (open) => {
  let database: Database;
  let folder: string;
  let set: MigrationSet;

  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const tablesNamed = async (pattern: string): Promise<unknown[]> => {
    const { rows } = await sql`
      SELECT table_name FROM information_schema.tables
      WHERE table_schema = 'public' AND table_name LIKE ${pattern} ORDER BY 1`.execute(database.tables());
    return rows.map((row) => (row as { table_name: string }).table_name);
  };

  beforeEach(async () => {
    database = await open();
    folder = mkdtempSync(join(tmpdir(), 'tra-migrations-'));
    set = { owner: 'notes', directory: pathToFileURL(folder) };
    write('20261121000001-first.sql', 'CREATE TABLE notes_a (id int); INSERT INTO notes_a VALUES (1);');
    write('README.md', 'not a migration');
  });
  afterEach(async () => {
    await database.close();
    rmSync(folder, { recursive: true });
  });

  it('applies each file once, in order, and records it', async () => {
    write('20261121000002-second.sql', 'ALTER TABLE notes_a ADD COLUMN text text');
    expect(await database.migrate([set])).toEqual([
      'notes/20261121000001-first.sql',
      'notes/20261121000002-second.sql',
    ]);
    expect(await database.migrate([set])).toEqual([]);
    write('20261121000003-third.sql', "INSERT INTO notes_a VALUES (2, 'ข้อความ')");
    expect(await database.migrate([set])).toEqual(['notes/20261121000003-third.sql']);
    const { rows } = await sql`SELECT * FROM notes_a ORDER BY id`.execute(database.tables());
    expect(rows).toEqual([
      { id: 1, text: null },
      { id: 2, text: 'ข้อความ' },
    ]);
  });

  it('is done once however many ask at the same time', async () => {
    const applied = await Promise.all(Array.from({ length: 5 }, () => database.migrate([set])));
    expect(applied.flat()).toEqual(['notes/20261121000001-first.sql']);
  });

  it('waits for nobody when nothing is missing', async () => {
    await database.migrate([set]);
    // The embedded database belongs to one process: nobody else can migrate.
    if (database.dialect === 'embedded') return;
    let locked = (): void => {};
    let release = (): void => {};
    const isLocked = new Promise<void>((resolve) => {
      locked = resolve;
    });
    const isReleased = new Promise<void>((resolve) => {
      release = resolve;
    });
    const other = database.transaction(async (trx) => {
      // The lock under which a process migrates.
      await sql`SELECT pg_advisory_xact_lock(7427001)`.execute(trx);
      locked();
      await isReleased;
    });
    await isLocked;
    expect(await database.migrate([set])).toEqual([]);
    release();
    await other;
  });

  it('applies a file whole or not at all, and says which and why', async () => {
    write('20261121000002-broken.sql', 'CREATE TABLE notes_b (id int); SELECT 1/0;');
    write('20261121000003-after.sql', 'CREATE TABLE notes_c (id int)');
    await expect(database.migrate([set])).rejects.toMatchObject({
      code: 'storage.migration_failed',
      params: { name: 'notes/20261121000002-broken.sql', reason: 'division by zero' },
    });
    expect(await tablesNamed('notes_%')).toEqual(['notes_a']);
    write('20261121000002-broken.sql', 'CREATE TABLE notes_b (id int)');
    expect(await database.migrate([set])).toHaveLength(2);
    expect(await tablesNamed('notes_%')).toEqual(['notes_a', 'notes_b', 'notes_c']);
  });

  it.each(['CREATE TABLE notes_b (id int); COMMIT; SELECT 1/0;', 'begin; SELECT 1', 'SELECT 1; -- x\n\nRollback'])(
    'refuses a file that ends its own transaction: %s',
    async (text) => {
      write('20261121000002-commit.sql', text);
      await expect(database.migrate([set])).rejects.toMatchObject({ code: 'storage.migration_invalid' });
      expect(await tablesNamed('notes_%')).toEqual([]);
    },
  );

  it('leaves functions, strings and comments alone', async () => {
    write(
      '20261121000002-function.sql',
      `-- commit;
      /* ; rollback; */
      CREATE FUNCTION notes_f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END; $$;
      INSERT INTO notes_a SELECT length('x; commit; ''y'' ;end') FROM (SELECT notes_f()) f;`,
    );
    expect(await database.migrate([set])).toHaveLength(2);
  });

  it('refuses to go on when an applied file was changed', async () => {
    await database.migrate([set]);
    write('20261121000001-first.sql', 'CREATE TABLE notes_a (id int8)');
    write('20261121000002-new.sql', 'CREATE TABLE notes_new (id int)');
    await expect(database.migrate([set])).rejects.toMatchObject({
      code: 'storage.migration_changed',
      params: { name: 'notes/20261121000001-first.sql' },
    });
    expect(await tablesNamed('notes_%')).toEqual(['notes_a']);
  });

  it('refuses names out of order of time and sets given twice', async () => {
    await expect(database.migrate([set, set])).rejects.toMatchObject({ code: 'storage.migration_invalid' });
    write('1-first.sql', 'SELECT 1');
    await expect(database.migrate([set])).rejects.toMatchObject({
      code: 'storage.migration_invalid',
      params: { name: 'notes/1-first.sql' },
    });
    expect(await tablesNamed('notes_%')).toEqual([]);
  });
});

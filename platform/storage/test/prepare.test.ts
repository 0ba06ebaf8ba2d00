import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { dropPrepared, prepareEngine } from '../src/engine-host.ts';
import { beginDatabase, openDatabase, sql } from '../src/index.ts';

it('a prepared thread opens the next database, unless it was ended; what is asked before it is open waits', async () => {
  prepareEngine();
  await dropPrepared();
  await dropPrepared();
  prepareEngine();
  prepareEngine();
  const { database, opened } = await beginDatabase({});
  const { rows } = await sql<{ one: number }>`SELECT 1 AS one`.execute(database.tables());
  expect(rows).toEqual([{ one: 1 }]);
  await opened;
  await database.close();
});

it('a folder that is held is refused at once, though a thread was prepared for it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tra-prepare-'));
  const { database, opened } = await beginDatabase({ directory });
  prepareEngine();
  await expect(openDatabase({ directory })).rejects.toMatchObject({ code: 'storage.directory_locked' });
  await dropPrepared();
  await opened;
  await database.close();
  await rm(directory, { recursive: true, force: true });
});

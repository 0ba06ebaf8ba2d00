import { createHash } from 'node:crypto';
import { canonicalJson, concatBytes, toHex, utf8Encode } from '@tra/kernel';
import * as merkle from '@tra/merkle';
import { createMemoryKeyStore } from '@tra/platform-keys/testing';
import { type Database, sql } from '@tra/platform-storage';
import { describeOnEachDatabase } from '@tra/platform-storage/testing';
import { expect, it } from 'vitest';
import { type HeadMemory, type LogEntry, migrations, type SignedHead } from '../src/index.ts';
import { openNode } from './open-log.ts';

function revocation(serial: number): LogEntry {
  return { type: 'pki.revocation', data: utf8Encode(canonicalJson({ serial })) };
}

function serials(from: number, count: number): LogEntry[] {
  return Array.from({ length: count }, (_, at) => revocation(from + at));
}

const sha256 = (data: Uint8Array): string => toHex(new Uint8Array(createHash('sha256').update(data).digest()));

async function dataOf(database: Database): Promise<string[]> {
  const { rows } = await sql<{ entry: Uint8Array }>`SELECT entry FROM log_entries ORDER BY index`.execute(
    database.tables(),
  );
  return rows.map(({ entry }) => new TextDecoder().decode(merkle.decodeEntry(entry).data));
}

describeOnEachDatabase('the sequencer', (open, dialect) => {
  it('gives places in order, signs, and proves every entry', async () => {
    const database = await open({ migrations: [migrations] });
    const { log, sequencer, reader, audit, trust } = openNode(database, { batch: 250 });
    await sequencer.run();
    const empty = await log.checkpoint();
    expect(merkle.openCheckpoint(empty, await trust()).checkpoint).toMatchObject({ origin: 'log.test/main', size: 0 });
    await database.transaction((trx) => log.append(trx, ...serials(0, 600)));
    expect(await sequencer.status()).toMatchObject({ size: 0, published: 0, waiting: 600 });
    expect(await sequencer.run()).toBe(600);
    expect(await sequencer.run()).toBe(0);
    expect(await sequencer.status()).toMatchObject({ size: 600, published: 600, waiting: 0, oldest: null });
    const middle = await log.checkpoint();
    await database.transaction((trx) => log.append(trx, ...serials(600, 7)));
    await sequencer.run();
    expect(await audit(empty, middle)).toEqual({ verdict: 'passed', entries: 607, findings: [] });
    expect(await dataOf(database)).toEqual(serials(0, 607).map(({ data }) => new TextDecoder().decode(data)));

    const wanted = revocation(300);
    const [found] = await log.find(sha256(wanted.data));
    expect(found).toMatchObject({ index: 300, type: 'pki.revocation' });
    const proof = merkle.parseLogProof(await log.inclusionProof(300));
    const entry = concatBytes(proof.extra as Uint8Array, wanted.data);
    expect(merkle.verifyLogProof(proof, merkle.leafHash(entry), await trust()).checkpoint.size).toBe(607);
    const roots = await Promise.all([600, 607].map(async (size) => ({ size, root: (await reader.at(size))?.root })));
    const [from, to] = roots as [merkle.TreeHead, merkle.TreeHead];
    merkle.verifyConsistency({ from, to, path: await log.consistencyProof(600, 607) });
    await expect(log.inclusionProof(607)).rejects.toMatchObject({ code: 'log.range_invalid' });
    await expect(log.consistencyProof(0, 608)).rejects.toMatchObject({ code: 'log.range_invalid' });
    expect((await reader.list({ limit: 2 })).map(({ index }) => index)).toEqual([606, 605]);
    expect((await reader.list({ limit: 2, before: 5 })).map(({ index }) => index)).toEqual([4, 3]);
    expect(await reader.list({ limit: 2, type: 'pki.certificate' })).toEqual([]);
    await database.close();
  });

  it('publishes nothing beyond the newest checkpoint', async () => {
    const database = await open({ migrations: [migrations] });
    const { log, sequencer, reader } = openNode(database);
    await database.transaction((trx) => log.append(trx, ...serials(0, 300)));
    await sequencer.run();
    // As if the process had ended between the places and the signature.
    await database.transaction((trx) => log.append(trx, ...serials(300, 300)));
    const unsigned = openNode(database, { keys: createMemoryKeyStore() });
    await expect(unsigned.sequencer.run()).rejects.toMatchObject({ code: 'log.key_unavailable' });
    expect(await sequencer.status()).toMatchObject({ size: 600, published: 300 });
    expect(await reader.tile({ level: 0, index: 1, width: 44 })).toHaveLength(44 * 32);
    expect(await reader.tile({ level: 0, index: 1, width: 45 })).toBeUndefined();
    expect(await reader.tile({ level: 'entries', index: 2, width: 1 })).toBeUndefined();
    expect(await reader.tile({ level: 1, index: 0, width: 2 })).toBeUndefined();
    expect(await reader.entry(300)).toBeUndefined();
    expect(await log.find(sha256(revocation(300).data))).toEqual([]);
    expect((await reader.list({ limit: 1 }))[0]?.index).toBe(299);
    await sequencer.run();
    expect(await reader.tile({ level: 1, index: 0, width: 2 })).toHaveLength(64);
    // A partial tile of an earlier checkpoint stays what it was.
    expect(await reader.tile({ level: 0, index: 1, width: 44 })).toHaveLength(44 * 32);
    await database.close();
  });

  it('works on many nodes at once: each entry once, one history', async () => {
    const database = await open({ migrations: [migrations] });
    const keys = createMemoryKeyStore();
    const nodes = Array.from({ length: 4 }, () => openNode(database, { keys, batch: 20 }));
    const seen: string[] = [];
    await Promise.all(nodes.map(({ sequencer }) => sequencer.start()));
    const writers = nodes.map(async ({ log }, node) => {
      for (let round = 0; round < 25; round += 1) {
        await database.transaction((trx) => log.append(trx, ...serials(node * 1_000 + round * 3, 3)));
        seen.push(await log.checkpoint());
      }
    });
    await Promise.all(writers);
    await Promise.all(nodes.map(({ sequencer }) => sequencer.stop()));
    const [node] = nodes as [(typeof nodes)[number]];
    await node.sequencer.run();
    expect(await node.audit(...seen)).toMatchObject({ verdict: 'passed', entries: 300, findings: [] });
    expect(new Set(await dataOf(database)).size).toBe(300);
    await database.close();
  });

  it.skipIf(dialect === 'embedded')('loses no entry whose transaction commits after a later one', async () => {
    const database = await open({ migrations: [migrations] });
    const { log, sequencer, audit } = openNode(database);
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let begun: () => void = () => {};
    const written = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const slow = database.transaction(async (trx) => {
      await log.append(trx, revocation(1));
      begun();
      await held;
    });
    await written;
    await database.transaction((trx) => log.append(trx, revocation(2)));
    expect(await sequencer.run()).toBe(1);
    const early = await log.checkpoint();
    release();
    await slow;
    expect(await sequencer.run()).toBe(1);
    expect(await dataOf(database)).toEqual(['{"serial":2}', '{"serial":1}']);
    expect(await audit(early)).toMatchObject({ verdict: 'passed', entries: 2 });
    await database.close();
  });

  it('keeps the log as it is: no entry, checkpoint or size can be changed, also by hand', async () => {
    const database = await open({ migrations: [migrations] });
    const { log, sequencer } = openNode(database);
    await database.transaction((trx) => log.append(trx, ...serials(0, 3)));
    await sequencer.run();
    for (const statement of [
      "UPDATE log_entries SET entry = ''",
      'DELETE FROM log_entries',
      'TRUNCATE log_entries',
      'DELETE FROM log_subtrees',
      "UPDATE log_checkpoints SET note = ''",
      'DELETE FROM log_checkpoints',
      'UPDATE log_trees SET size = 2',
      "UPDATE log_trees SET root = ''",
      "UPDATE log_trees SET origin = 'other'",
      'DELETE FROM log_trees',
    ]) {
      await expect(sql.raw(statement).execute(database.tables()), statement).rejects.toThrow('append-only');
    }
    await database.close();
  });

  it('signs no second history when the database was set back', async () => {
    const database = await open({ migrations: [migrations] });
    let head: SignedHead | undefined;
    const memory: HeadMemory = {
      read: async () => head,
      write: async (signed) => {
        head = signed;
      },
    };
    const { log, sequencer } = openNode(database, { memory });
    await database.transaction((trx) => log.append(trx, ...serials(0, 3)));
    await sequencer.run();
    expect(head).toMatchObject({ origin: 'log.test/main', size: 3 });
    const honest = head;
    await database.transaction((trx) => log.append(trx, ...serials(3, 2)));
    head = { ...(honest as SignedHead), size: 9 };
    await expect(sequencer.run()).rejects.toMatchObject({ code: 'log.rolled_back' });
    head = { ...(honest as SignedHead), root: '00'.repeat(32) };
    // Started, it stays up and says what is wrong, until the database is itself again.
    await sequencer.start();
    await expect(sequencer.check()).rejects.toMatchObject({ code: 'log.rolled_back' });
    expect(await sequencer.status()).toMatchObject({ size: 5, published: 3 });
    await sequencer.stop();
    head = honest;
    await sequencer.run();
    expect(head).toMatchObject({ size: 5 });
    await database.close();
  });
});

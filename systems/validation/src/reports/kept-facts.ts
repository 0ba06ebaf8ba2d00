import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Tables } from '../batches/store.ts';
import type { ReportFacts } from './formats.ts';

/** validation_facts */
export interface FactsRow {
  readonly batch: string;
  readonly position: number;
  readonly facts: Uint8Array;
}

/** Data packed for the database. */
export interface PackedFacts {
  readonly position: number;
  readonly facts: Uint8Array;
}

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** Data beyond this are not kept, packed and unpacked: such a result can be had as a report in words alone. */
const largestPacked = 4 * 1024 * 1024;
const largestUnpacked = 256 * 1024 * 1024;

/** Packs the data behind one result; undefined when there are none or they are too large to be kept. */
export async function packFacts(position: number, facts: ReportFacts | undefined): Promise<PackedFacts | undefined> {
  if (!facts) return undefined;
  const packed = await pack(JSON.stringify(facts), { level: 6 });
  return packed.length > largestPacked ? undefined : { position, facts: new Uint8Array(packed) };
}

/** Writes the data of results; a document that is judged again replaces its own. */
export async function saveFacts(tables: Tables, batch: string, list: readonly PackedFacts[]): Promise<void> {
  for (const { position, facts } of list) {
    await tables
      .insertInto('validation_facts')
      .values({ batch, position, facts })
      .onConflict((conflict) => conflict.columns(['batch', 'position']).doUpdateSet({ facts }))
      .execute();
  }
}

/** The data behind a result; undefined when none were kept. */
export async function findFacts(tables: Tables, batch: string, position: number): Promise<ReportFacts | undefined> {
  const row = await tables
    .selectFrom('validation_facts')
    .select('facts')
    .where('batch', '=', batch)
    .where('position', '=', position)
    .executeTakeFirst();
  if (!row) return undefined;
  const json = await unpack(row.facts, { maxOutputLength: largestUnpacked });
  return JSON.parse(json.toString('utf8')) as ReportFacts;
}

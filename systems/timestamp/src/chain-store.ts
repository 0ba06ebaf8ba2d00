import type { Database, Kysely, Transaction } from '@tra/platform-storage';

/** The tables of chains in the database. */
export interface ChainTables {
  timestamp_chains: { chain: string; begun_at: Date; ended_at: Date | null };
}

/** SQLSTATE with which the database refuses a record of an ended chain. */
export const CHAIN_ENDED = 'TS001';

/** Which chains of records in the database were begun and ended. */
export interface ChainStore {
  /** Records that `chain` begins, before its first record. */
  beginChain(chain: string, at: Date): Promise<void>;
  /** Chains that were begun before `before` and not ended, the oldest first. */
  listOpenChains(before: Date): Promise<readonly string[]>;
  /** Waits for records that are being written; false when somebody else ended the chain. No record is taken until the transaction ends. */
  lockOpenChain(trx: Transaction<ChainTables>, chain: string): Promise<boolean>;
  endChain(trx: Transaction<ChainTables>, chain: string, at: Date): Promise<void>;
}

/** The chains of `database`. */
export function createChainStore(database: Database): ChainStore {
  const tables = (): Kysely<ChainTables> => database.tables<ChainTables>();
  return {
    beginChain: async (chain, at) => {
      await tables().insertInto('timestamp_chains').values({ chain, begun_at: at, ended_at: null }).execute();
    },
    listOpenChains: async (before) => {
      const rows = await tables()
        .selectFrom('timestamp_chains')
        .select('chain')
        .where('ended_at', 'is', null)
        .where('begun_at', '<=', before)
        .orderBy('begun_at')
        .execute();
      return rows.map(({ chain }) => chain);
    },
    lockOpenChain: async (trx, chain) => {
      const row = await trx
        .selectFrom('timestamp_chains')
        .select('chain')
        .where('chain', '=', chain)
        .where('ended_at', 'is', null)
        .forUpdate()
        .executeTakeFirst();
      return row !== undefined;
    },
    endChain: async (trx, chain, at) => {
      await trx.updateTable('timestamp_chains').set({ ended_at: at }).where('chain', '=', chain).execute();
    },
  };
}

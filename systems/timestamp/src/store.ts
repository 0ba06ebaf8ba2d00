import type { Database, Kysely, Transaction } from '@tra/platform-storage';
import { type ChainStore, type ChainTables, createChainStore } from './chain-store.ts';

interface UnitRow {
  name: string;
  certificate: Uint8Array;
  issuing_certificate: Uint8Array;
  root_certificate: Uint8Array;
  key_label: string;
  created_at: Date;
  line: string;
  generation: number;
  alarmed_at: Date | null;
}

interface SealRow {
  chain: string;
  seq_from: number;
  seq_to: number;
  head: Uint8Array;
  kind: 'database' | 'file';
  node: string;
  sealed_at: Date;
}

interface TokenRow {
  chain: string;
  seq: number;
  serial_hex: string;
  gen_time: Date;
  policy: string;
  digest_algorithm: string;
  digest: Uint8Array;
  token_sha256: Uint8Array;
  previous_hash: Uint8Array;
  hash: Uint8Array;
}

/** The tables of this system. */
export interface TimestampTables extends ChainTables {
  timestamp_units: UnitRow;
  timestamp_tokens: TokenRow;
  timestamp_seals: SealRow;
}

/** A time-stamping unit as stored. */
export interface StoredUnit {
  readonly line: string;
  /** From 1; the newest signs. */
  readonly generation: number;
  readonly certificate: Uint8Array;
  readonly issuing: Uint8Array;
  readonly root: Uint8Array;
  readonly keyLabel: string;
}

/** The record of one token. */
export interface TokenRecord {
  readonly chain: string;
  readonly seq: number;
  readonly serialHex: string;
  readonly genTime: Date;
  readonly policy: string;
  readonly digestAlgorithm: string;
  readonly digest: Uint8Array;
  readonly tokenSha256: Uint8Array;
  readonly previousHash: Uint8Array;
  readonly hash: Uint8Array;
}

/** How far a chain was sealed in the public log. */
export interface StoredSeal {
  readonly chain: string;
  readonly from: number;
  readonly to: number;
  readonly head: Uint8Array;
  /** Where the chain lies. */
  readonly kind: 'database' | 'file';
  /** Which folder of files; empty for the database. */
  readonly node: string;
}

/** What the tables can be asked. */
export interface TimestampStore extends ChainStore {
  /** All units, the newest of each line first. */
  listUnits(): Promise<readonly StoredUnit[]>;
  /** Inserts the unit unless its line has that generation already. */
  insertUnit(trx: Transaction<TimestampTables>, unit: StoredUnit, createdAt: Date): Promise<boolean>;
  /** Marks that an alarm was raised for the unit; false when it was before. */
  markAlarmed(trx: Transaction<TimestampTables>, keyLabel: string, at: Date): Promise<boolean>;
  /** Stores records in one statement: all or none, durable when it resolves. */
  insertRecords(records: readonly TokenRecord[]): Promise<void>;
  /** Hash of the newest record of any chain. */
  findNewestHash(): Promise<Uint8Array | undefined>;
  /** The newest record of one chain. */
  findNewestRecord(chain: string, trx?: Transaction<TimestampTables>): Promise<TokenRecord | undefined>;
  /** Records of one chain in order. */
  listRecords(chain: string, after: number, limit: number): Promise<readonly TokenRecord[]>;
  listChains(): Promise<readonly string[]>;
  /** Inserts a seal; false when the chain is sealed up to there already. */
  insertSeal(trx: Transaction<TimestampTables>, seal: StoredSeal, at: Date): Promise<boolean>;
  /** The newest seal of a chain; undefined when there is none. */
  findNewestSeal(chain: string): Promise<Pick<StoredSeal, 'to' | 'head'> | undefined>;
  /** Seals of chains in the database, or in the files of one node. */
  listSeals(kind: 'database' | 'file', node: string): Promise<readonly StoredSeal[]>;
}

/** The tables of `database` as this system asks them. */
export function createTimestampStore(database: Database): TimestampStore {
  const tables = (): Kysely<TimestampTables> => database.tables<TimestampTables>();
  return { ...unitStore(tables), ...recordStore(tables), ...sealStore(tables), ...createChainStore(database) };
}

type UnitStore = Pick<TimestampStore, 'listUnits' | 'insertUnit' | 'markAlarmed'>;
type SealStore = Pick<TimestampStore, 'insertSeal' | 'findNewestSeal' | 'listSeals'>;

function unitStore(tables: () => Kysely<TimestampTables>): UnitStore {
  return {
    listUnits: async () => {
      const rows = await tables()
        .selectFrom('timestamp_units')
        .selectAll()
        .orderBy('line')
        .orderBy('generation', 'desc')
        .execute();
      return rows.map((row) => ({
        line: row.line,
        generation: Number(row.generation),
        certificate: row.certificate,
        issuing: row.issuing_certificate,
        root: row.root_certificate,
        keyLabel: row.key_label,
      }));
    },
    insertUnit: async (trx, { line, generation, certificate, issuing, root, keyLabel }, createdAt) => {
      const rows = await trx
        .insertInto('timestamp_units')
        .values({
          name: generation === 1 ? line : `${line} ${generation}`,
          ...{ line, generation, certificate, alarmed_at: null },
          issuing_certificate: issuing,
          root_certificate: root,
          key_label: keyLabel,
          created_at: createdAt,
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning('name')
        .execute();
      return rows.length > 0;
    },
    markAlarmed: async (trx, keyLabel, at) => {
      const rows = await trx
        .updateTable('timestamp_units')
        .set({ alarmed_at: at })
        .where('key_label', '=', keyLabel)
        .where('alarmed_at', 'is', null)
        .returning('name')
        .execute();
      return rows.length > 0;
    },
  };
}

function sealStore(tables: () => Kysely<TimestampTables>): SealStore {
  return {
    insertSeal: async (trx, { chain, from, to, head, kind, node }, at) => {
      const rows = await trx
        .insertInto('timestamp_seals')
        .values({ chain, seq_from: from, seq_to: to, head, kind, node, sealed_at: at })
        .onConflict((conflict) => conflict.doNothing())
        .returning('chain')
        .execute();
      return rows.length > 0;
    },
    findNewestSeal: async (chain) => {
      const row = await tables()
        .selectFrom('timestamp_seals')
        .select(['seq_to', 'head'])
        .where('chain', '=', chain)
        .orderBy('seq_to', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row && { to: Number(row.seq_to), head: row.head };
    },
    listSeals: async (kind, node) => {
      const rows = await tables()
        .selectFrom('timestamp_seals')
        .selectAll()
        .where('kind', '=', kind)
        .where('node', '=', node)
        .orderBy('chain')
        .orderBy('seq_to')
        .execute();
      return rows.map(({ chain, seq_from, seq_to, head }) => ({
        ...{ chain, head, kind, node },
        from: Number(seq_from),
        to: Number(seq_to),
      }));
    },
  };
}

function recordStore(
  tables: () => Kysely<TimestampTables>,
): Omit<TimestampStore, keyof UnitStore | keyof SealStore | keyof ChainStore> {
  return {
    insertRecords: async (records) => {
      await tables().insertInto('timestamp_tokens').values(records.map(tokenRow)).execute();
    },
    findNewestHash: async () => {
      const row = await tables()
        .selectFrom('timestamp_tokens')
        .select('hash')
        .orderBy('gen_time', 'desc')
        .orderBy('seq', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row?.hash;
    },
    findNewestRecord: async (chain, trx) => {
      const row = await (trx ?? tables())
        .selectFrom('timestamp_tokens')
        .selectAll()
        .where('chain', '=', chain)
        .orderBy('seq', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row && recordOf(row);
    },
    listRecords: async (chain, after, limit) => {
      const rows = await tables()
        .selectFrom('timestamp_tokens')
        .selectAll()
        .where('chain', '=', chain)
        .where('seq', '>', after)
        .orderBy('seq')
        .limit(limit)
        .execute();
      return rows.map(recordOf);
    },
    listChains: async () => {
      const rows = await tables().selectFrom('timestamp_tokens').select('chain').distinct().orderBy('chain').execute();
      return rows.map(({ chain }) => chain);
    },
  };
}

function tokenRow(record: TokenRecord): TokenRow {
  return {
    chain: record.chain,
    seq: record.seq,
    serial_hex: record.serialHex,
    gen_time: record.genTime,
    policy: record.policy,
    digest_algorithm: record.digestAlgorithm,
    digest: record.digest,
    token_sha256: record.tokenSha256,
    previous_hash: record.previousHash,
    hash: record.hash,
  };
}

function recordOf(row: TokenRow): TokenRecord {
  return {
    chain: row.chain,
    seq: Number(row.seq),
    serialHex: row.serial_hex,
    genTime: row.gen_time,
    policy: row.policy,
    digestAlgorithm: row.digest_algorithm,
    digest: row.digest,
    tokenSha256: row.token_sha256,
    previousHash: row.previous_hash,
    hash: row.hash,
  };
}

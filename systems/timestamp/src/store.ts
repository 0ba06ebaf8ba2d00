import type { Database, Kysely, Transaction } from '@tra/platform-storage';

interface UnitRow {
  name: string;
  certificate: Uint8Array;
  issuing_certificate: Uint8Array;
  root_certificate: Uint8Array;
  key_label: string;
  created_at: Date;
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
export interface TimestampTables {
  timestamp_units: UnitRow;
  timestamp_tokens: TokenRow;
}

/** The time-stamping unit as stored. */
export interface StoredUnit {
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

/** What the tables can be asked. */
export interface TimestampStore {
  findUnit(): Promise<StoredUnit | undefined>;
  /** Inserts the unit unless there is one already. */
  insertUnit(trx: Transaction<TimestampTables>, unit: StoredUnit, createdAt: Date): Promise<boolean>;
  /** Stores records in one statement: all or none, durable when it resolves. */
  insertRecords(records: readonly TokenRecord[]): Promise<void>;
  /** Hash of the newest record of any chain. */
  findNewestHash(): Promise<Uint8Array | undefined>;
  /** Records of one chain in order. */
  listRecords(chain: string, after: number, limit: number): Promise<readonly TokenRecord[]>;
  listChains(): Promise<readonly string[]>;
}

const unitName = 'default';

/** The tables of `database` as this system asks them. */
export function createTimestampStore(database: Database): TimestampStore {
  const tables = (): Kysely<TimestampTables> => database.tables<TimestampTables>();
  return {
    findUnit: async () => {
      const row = await tables()
        .selectFrom('timestamp_units')
        .selectAll()
        .where('name', '=', unitName)
        .executeTakeFirst();
      return (
        row && {
          certificate: row.certificate,
          issuing: row.issuing_certificate,
          root: row.root_certificate,
          keyLabel: row.key_label,
        }
      );
    },
    insertUnit: async (trx, { certificate, issuing, root, keyLabel }, createdAt) => {
      const rows = await trx
        .insertInto('timestamp_units')
        .values({
          name: unitName,
          certificate,
          issuing_certificate: issuing,
          root_certificate: root,
          key_label: keyLabel,
          created_at: createdAt,
        })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .returning('name')
        .execute();
      return rows.length > 0;
    },
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
    seq: row.seq,
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

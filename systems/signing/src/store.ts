import type { Database, Transaction } from '@tra/platform-storage';

interface CertificateRow {
  generation: number;
  certificate: Uint8Array;
  issuing_certificate: Uint8Array;
  root_certificate: Uint8Array;
  key_label: string;
  not_after: Date;
  created_at: Date;
}

/** The tables of this system. */
export interface SigningTables {
  signing_certificates: CertificateRow;
}

/** A transaction on the tables of this system. */
export type SigningTransaction = Transaction<SigningTables>;

/** One generation of the document signer as stored. */
export interface StoredSigner {
  readonly generation: number;
  readonly certificate: Uint8Array;
  readonly issuing: Uint8Array;
  readonly root: Uint8Array;
  readonly keyLabel: string;
  readonly notAfter: Date;
}

/** What the tables can be asked. */
export interface SigningStore {
  /** The newest generation. */
  findNewest(): Promise<StoredSigner | undefined>;
  /** Inserts a generation unless somebody else did already; whether it did. */
  insert(trx: SigningTransaction, signer: StoredSigner, createdAt: Date): Promise<boolean>;
}

/** The tables of `database` as this system asks them. */
export function createSigningStore(database: Database): SigningStore {
  return {
    findNewest: async () => {
      const row = await database
        .tables<SigningTables>()
        .selectFrom('signing_certificates')
        .selectAll()
        .orderBy('generation', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row && storedOf(row);
    },
    insert: async (trx, signer, createdAt) => {
      const rows = await trx
        .insertInto('signing_certificates')
        .values({
          generation: signer.generation,
          certificate: signer.certificate,
          issuing_certificate: signer.issuing,
          root_certificate: signer.root,
          key_label: signer.keyLabel,
          not_after: signer.notAfter,
          created_at: createdAt,
        })
        .onConflict((conflict) => conflict.column('generation').doNothing())
        .returning('generation')
        .execute();
      return rows.length > 0;
    },
  };
}

function storedOf(row: CertificateRow): StoredSigner {
  return {
    generation: row.generation,
    certificate: row.certificate,
    issuing: row.issuing_certificate,
    root: row.root_certificate,
    keyLabel: row.key_label,
    notAfter: row.not_after,
  };
}

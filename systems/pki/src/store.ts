import type { Database, Kysely, Transaction } from '@tra/platform-storage';

/** A CA of this hierarchy. */
export type AuthorityName = 'root' | 'issuing';

interface AuthorityRow {
  name: AuthorityName;
  certificate: Uint8Array;
  key_label: string;
  crl_number: number;
  created_at: Date;
}

interface CertificateRow {
  authority: AuthorityName;
  serial_hex: string;
  profile: string;
  subject: string;
  certificate: Uint8Array;
  not_before: Date;
  not_after: Date;
  issued_at: Date;
  revoked_at: Date | null;
  revocation_reason: string | null;
}

interface CrlRow {
  authority: AuthorityName;
  number: number;
  crl: Uint8Array;
  this_update: Date;
  next_update: Date;
}

/** The tables of this system. */
export interface PkiTables {
  pki_authorities: AuthorityRow;
  pki_certificates: CertificateRow;
  pki_crls: CrlRow;
}

/** A connection to the tables inside a transaction. */
export type PkiTransaction = Transaction<PkiTables>;

/** A CA as stored. */
export interface StoredAuthority {
  readonly name: AuthorityName;
  readonly certificate: Uint8Array;
  readonly keyLabel: string;
}

/** A CRL as stored. */
export interface StoredCrl {
  readonly crl: Uint8Array;
  readonly number: number;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
}

/** A certificate to store; it is not handed out before this row is committed. */
export interface NewCertificate {
  readonly authority: AuthorityName;
  readonly serialHex: string;
  readonly profile: string;
  readonly subject: string;
  readonly certificate: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly issuedAt: Date;
}

/** What the tables can be asked. */
export interface PkiStore {
  findAuthority(name: AuthorityName): Promise<StoredAuthority | undefined>;
  /** Inserts the CA unless one of that name is there; resolves to whether it did. */
  insertAuthority(trx: PkiTransaction, authority: StoredAuthority, createdAt: Date): Promise<boolean>;
  insertCertificate(trx: PkiTransaction, certificate: NewCertificate): Promise<void>;
  /** Marks as revoked; `already` when it was before, undefined when the serial is not known. */
  revoke(
    trx: PkiTransaction,
    serialHex: string,
    at: Date,
    reason: string,
  ): Promise<AuthorityName | 'already' | undefined>;
  /** Takes the CA's row lock: CRLs of one CA are looked at and made one after the other. */
  lockAuthority(trx: PkiTransaction, name: AuthorityName): Promise<void>;
  /** Takes the next CRL number under the CA's row lock: CRLs of one CA are made one after the other. */
  nextCrlNumber(trx: PkiTransaction, name: AuthorityName): Promise<number>;
  listRevoked(
    trx: PkiTransaction,
    name: AuthorityName,
  ): Promise<readonly { serialHex: string; date: Date; reason: string }[]>;
  insertCrl(trx: PkiTransaction, name: AuthorityName, crl: StoredCrl): Promise<void>;
  findNewestCrl(tables: Kysely<PkiTables>, name: AuthorityName): Promise<StoredCrl | undefined>;
}

/** The tables of `database` as this system asks them. */
export function createPkiStore(database: Database): PkiStore {
  const tables = (): Kysely<PkiTables> => database.tables<PkiTables>();
  return {
    findAuthority: async (name) => {
      const row = await tables().selectFrom('pki_authorities').selectAll().where('name', '=', name).executeTakeFirst();
      return row && { name: row.name, certificate: row.certificate, keyLabel: row.key_label };
    },
    insertAuthority: async (trx, { name, certificate, keyLabel }, createdAt) => {
      const rows = await trx
        .insertInto('pki_authorities')
        .values({ name, certificate, key_label: keyLabel, crl_number: 0, created_at: createdAt })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .returning('name')
        .execute();
      return rows.length > 0;
    },
    insertCertificate: async (trx, certificate) => {
      await trx.insertInto('pki_certificates').values(certificateRow(certificate)).execute();
    },
    revoke,
    lockAuthority: async (trx, name) => {
      await trx
        .selectFrom('pki_authorities')
        .select('name')
        .where('name', '=', name)
        .forUpdate()
        .executeTakeFirstOrThrow();
    },
    nextCrlNumber: async (trx, name) => {
      const row = await trx
        .updateTable('pki_authorities')
        .set((row) => ({ crl_number: row('crl_number', '+', 1) }))
        .where('name', '=', name)
        .returning('crl_number')
        .executeTakeFirstOrThrow();
      return row.crl_number;
    },
    listRevoked: async (trx, name) => {
      const rows = await trx
        .selectFrom('pki_certificates')
        .select(['serial_hex', 'revoked_at', 'revocation_reason'])
        .where('authority', '=', name)
        .where('revoked_at', 'is not', null)
        .orderBy('serial_hex')
        .execute();
      return rows.flatMap(({ serial_hex, revoked_at, revocation_reason }) =>
        revoked_at ? [{ serialHex: serial_hex, date: revoked_at, reason: revocation_reason ?? 'unspecified' }] : [],
      );
    },
    insertCrl: async (trx, authority, { crl, number, thisUpdate, nextUpdate }) => {
      await trx
        .insertInto('pki_crls')
        .values({ authority, number, crl, this_update: thisUpdate, next_update: nextUpdate })
        .execute();
    },
    findNewestCrl: async (connection, name) => {
      const row = await connection
        .selectFrom('pki_crls')
        .selectAll()
        .where('authority', '=', name)
        .orderBy('number', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row && { crl: row.crl, number: row.number, thisUpdate: row.this_update, nextUpdate: row.next_update };
    },
  };
}

function certificateRow(certificate: NewCertificate): CertificateRow {
  return {
    authority: certificate.authority,
    serial_hex: certificate.serialHex,
    profile: certificate.profile,
    subject: certificate.subject,
    certificate: certificate.certificate,
    not_before: certificate.notBefore,
    not_after: certificate.notAfter,
    issued_at: certificate.issuedAt,
    revoked_at: null,
    revocation_reason: null,
  };
}

async function revoke(
  trx: PkiTransaction,
  serialHex: string,
  at: Date,
  reason: string,
): Promise<AuthorityName | 'already' | undefined> {
  const row = await trx
    .updateTable('pki_certificates')
    .set({ revoked_at: at, revocation_reason: reason })
    .where('serial_hex', '=', serialHex)
    .where('revoked_at', 'is', null)
    .returning('authority')
    .executeTakeFirst();
  if (row) return row.authority;
  const known = await trx
    .selectFrom('pki_certificates')
    .select('authority')
    .where('serial_hex', '=', serialHex)
    .executeTakeFirst();
  return known && 'already';
}

import { sql } from '@tra/platform-storage';
import type { CertificateRow, PkiTransaction, StatusChangeRow, Tables } from './tables.ts';

/** A certificate that is about to be signed. */
export type PreparedCertificate = Pick<
  CertificateRow,
  | 'authority'
  | 'serial_hex'
  | 'profile'
  | 'subject'
  | 'not_before'
  | 'not_after'
  | 'issued_at'
  | 'tbs_sha256'
  | 'key_sha256'
  | 'holder'
  | 'channel'
  | 'request_id'
  | 'predecessor_authority'
  | 'predecessor_serial'
  | 'crl_partition'
>;

/** A certificate that was signed. */
export interface SignedCertificate {
  readonly authority: string;
  readonly serialHex: string;
  readonly certificate: Uint8Array;
  readonly sha256: Uint8Array;
}

/** Names one certificate. */
export interface CertificateKey {
  readonly authority: string;
  readonly serialHex: string;
}

const unsigned = {
  state: 'prepared',
  certificate: null,
  sha256: null,
  revoked_at: null,
  revocation_reason: null,
  invalidity_date: null,
  reminded_days: null,
} as const;

/** Rows of one statement; PostgreSQL takes 65,535 parameters. */
const chunk = 1_000;

function chunks<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / chunk) }, (_, index) =>
    items.slice(index * chunk, (index + 1) * chunk),
  );
}

/** Reserves serials before anything is signed. Rejects when one is taken. */
export async function insertPrepared(trx: Tables, rows: readonly PreparedCertificate[]): Promise<void> {
  for (const part of chunks(rows)) {
    await trx
      .insertInto('pki_certificates')
      .values(part.map((row) => ({ ...row, ...unsigned })))
      .execute();
  }
}

/** Keeps certificates that were signed elsewhere; one that is there already stays as it is. */
export async function insertIssued(
  trx: Tables,
  row: PreparedCertificate & Pick<CertificateRow, 'certificate' | 'sha256'>,
): Promise<boolean> {
  const inserted = await trx
    .insertInto('pki_certificates')
    .values({ ...unsigned, ...row, state: 'issued' })
    .onConflict((conflict) => conflict.columns(['authority', 'serial_hex']).doNothing())
    .returning('serial_hex')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** Completes prepared rows; resolves to how many were still prepared. */
export async function completePrepared(trx: Tables, signed: readonly SignedCertificate[]): Promise<number> {
  let done = 0;
  for (const part of chunks(signed)) {
    const rows = sql.join(
      part.map(
        ({ authority, serialHex, certificate, sha256 }) =>
          sql`(${authority}::text, ${serialHex}::text, ${certificate}::bytea, ${sha256}::bytea)`,
      ),
    );
    const { numAffectedRows = 0n } = await sql`
      UPDATE pki_certificates AS target
      SET state = 'issued', certificate = signed.certificate, sha256 = signed.sha256
      FROM (VALUES ${rows}) AS signed (authority, serial_hex, certificate, sha256)
      WHERE target.authority = signed.authority AND target.serial_hex = signed.serial_hex AND target.state = 'prepared'`.execute(
      trx,
    );
    done += Number(numAffectedRows);
  }
  return done;
}

/** Marks what was prepared before `before` and never signed; how many there were. */
export async function abandonPrepared(tables: Tables, before: Date): Promise<number> {
  const { numUpdatedRows } = await tables
    .updateTable('pki_certificates')
    .set({ state: 'abandoned' })
    .where('state', '=', 'prepared')
    .where('issued_at', '<', before)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** One issued certificate. */
export async function findCertificate(
  tables: Tables,
  { authority, serialHex }: CertificateKey,
): Promise<CertificateRow | undefined> {
  return await tables
    .selectFrom('pki_certificates')
    .selectAll()
    .where('authority', '=', authority)
    .where('serial_hex', '=', serialHex)
    .where('state', '=', 'issued')
    .executeTakeFirst();
}

/** Issued certificates with a serial, of whichever authority; at most ten. */
export async function findBySerial(tables: Tables, serialHex: string): Promise<CertificateRow[]> {
  return await tables
    .selectFrom('pki_certificates')
    .selectAll()
    .where('serial_hex', '=', serialHex)
    .where('state', '=', 'issued')
    .orderBy('authority')
    .limit(10)
    .execute();
}

/** The issued certificate with this fingerprint. */
export async function findByFingerprint(tables: Tables, sha256: Uint8Array): Promise<CertificateRow | undefined> {
  return await tables
    .selectFrom('pki_certificates')
    .selectAll()
    .where('sha256', '=', sha256)
    .where('state', '=', 'issued')
    .executeTakeFirst();
}

/** When a key was first certified here. */
export async function firstUseOfKey(tables: Tables, keySha256: Uint8Array): Promise<Date | undefined> {
  const row = await tables
    .selectFrom('pki_certificates')
    .select('issued_at')
    .where('key_sha256', '=', keySha256)
    .where('state', '=', 'issued')
    .orderBy('issued_at')
    .limit(1)
    .executeTakeFirst();
  return row?.issued_at;
}

/** What is known of the status of one certificate; undefined when it was never issued. */
export async function findStatus(
  tables: Tables,
  { authority, serialHex }: CertificateKey,
): Promise<Pick<CertificateRow, 'revoked_at' | 'revocation_reason'> | undefined> {
  return await tables
    .selectFrom('pki_certificates')
    .select(['revoked_at', 'revocation_reason'])
    .where('authority', '=', authority)
    .where('serial_hex', '=', serialHex)
    .where('state', '=', 'issued')
    .executeTakeFirst();
}

/** What a change of status says. */
export type NewStatusChange = Omit<StatusChangeRow, 'seq'> & { readonly invalidityDate?: Date };

/** Changes the status of a certificate and keeps the change. The caller holds the authority's lock. */
export async function changeStatus(trx: PkiTransaction, change: NewStatusChange): Promise<void> {
  const { invalidityDate, ...row } = change;
  const open = row.change === 'reinstated';
  await trx
    .updateTable('pki_certificates')
    .set({
      revoked_at: open ? null : row.at,
      revocation_reason: open ? null : row.reason,
      ...(invalidityDate ? { invalidity_date: invalidityDate } : {}),
    })
    .where('authority', '=', row.authority)
    .where('serial_hex', '=', row.serial_hex)
    .execute();
  await trx
    .insertInto('pki_status_changes')
    .values(row as StatusChangeRow)
    .execute();
}

/** A certificate that a CRL lists. */
export type RevokedRow = Pick<
  CertificateRow,
  'serial_hex' | 'revoked_at' | 'revocation_reason' | 'invalidity_date' | 'crl_partition'
>;

const revokedColumns = ['serial_hex', 'revoked_at', 'revocation_reason', 'invalidity_date', 'crl_partition'] as const;

/** All that is revoked or on hold, of one partition when it is named, with the number of the last change they contain. */
export async function listRevoked(
  trx: Tables,
  authority: string,
  partition?: number,
): Promise<{ rows: readonly RevokedRow[]; statusSeq: number }> {
  let select = trx
    .selectFrom('pki_certificates')
    .select(revokedColumns)
    .where('authority', '=', authority)
    .where('revoked_at', 'is not', null);
  if (partition !== undefined) select = select.where('crl_partition', '=', partition);
  const rows = await select.orderBy('serial_hex').execute();
  return { rows, statusSeq: await lastStatusSeq(trx, authority) };
}

/** Partitions to which certificates belong that have not ended for long. */
export async function listPartitionsInUse(trx: Tables, authority: string): Promise<readonly number[]> {
  const rows = await trx
    .selectFrom('pki_certificates')
    .select('crl_partition')
    .distinct()
    .where('authority', '=', authority)
    .where('crl_partition', '>', 0)
    .orderBy('crl_partition')
    .execute();
  return rows.map(({ crl_partition }) => crl_partition);
}

/** Number of the newest status change of an authority; 0 when there was none. */
export async function lastStatusSeq(tables: Tables, authority: string): Promise<number> {
  const last = await tables
    .selectFrom('pki_status_changes')
    .select(({ fn }) => fn.max('seq').as('seq'))
    .where('authority', '=', authority)
    .executeTakeFirst();
  return Number(last?.seq ?? 0);
}

/** Certificates whose status changed after `seq`, as they stand now. */
export async function listChangedSince(trx: Tables, authority: string, seq: number): Promise<readonly RevokedRow[]> {
  return await trx
    .selectFrom('pki_certificates')
    .select(revokedColumns)
    .where('authority', '=', authority)
    .where('serial_hex', 'in', (query) =>
      query
        .selectFrom('pki_status_changes')
        .select('pki_status_changes.serial_hex')
        .where('pki_status_changes.authority', '=', authority)
        .where('pki_status_changes.seq', '>', seq),
    )
    .orderBy('serial_hex')
    .execute();
}

/** What became of one certificate, oldest first. */
export async function listStatusChanges(
  tables: Tables,
  { authority, serialHex }: CertificateKey,
): Promise<readonly StatusChangeRow[]> {
  return await tables
    .selectFrom('pki_status_changes')
    .selectAll()
    .where('authority', '=', authority)
    .where('serial_hex', '=', serialHex)
    .orderBy('seq')
    .limit(200)
    .execute();
}

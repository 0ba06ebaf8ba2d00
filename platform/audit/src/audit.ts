import type { Clock } from '@tra/kernel';
import type { Database, Kysely } from '@tra/platform-storage';
import { type AuditEntry, type AuditRecord, checkEntry, hashRecord } from './record.ts';
import { type AuditTables, insertRecord, lockHead, readHead, readRecords } from './store.ts';
import { type AuditVerification, ChainWalk } from './verify.ts';

/** Append-only records, each chained to the one before by its hash. */
export interface Audit {
  /**
   * Appends one record in the caller's transaction: it exists exactly when what it tells of exists. Holds the chain's head
   * until the transaction ends. Throws `audit.record_invalid`.
   */
  append<T>(trx: Kysely<T>, record: AuditEntry): Promise<AuditRecord>;
  /** Reads the whole chain again and says whether a record was altered, removed, added or moved. */
  verify(stream: string): Promise<AuditVerification>;
  /** Records of one chain in order: after place `after`, at most `limit` (100 unless told, 1,000 at most). */
  list(stream: string, range?: { readonly after?: number; readonly limit?: number }): Promise<readonly AuditRecord[]>;
}

const PAGE = 1_000;

async function append(trx: Kysely<AuditTables>, clock: Clock, entry: AuditEntry): Promise<AuditRecord> {
  const checked = checkEntry(entry);
  const head = await lockHead(trx, checked.stream);
  const unhashed = { ...checked, seq: head.seq + 1, at: clock.now(), previousHash: head.hash };
  const record = { ...unhashed, hash: hashRecord(unhashed) };
  await insertRecord(trx, record);
  return record;
}

// The head is read first: what is appended during the walk lies behind it and is left for the next time.
async function verify(database: Kysely<AuditTables>, stream: string): Promise<AuditVerification> {
  const head = await readHead(database, stream);
  const walk = new ChainWalk(stream);
  const last = head?.seq ?? 0;
  for (let after = 0; ; ) {
    const page = await readRecords(database, stream, { after, limit: PAGE });
    const known = page.filter(({ seq }) => seq <= last);
    for (const record of known) walk.step(record);
    after = page.at(-1)?.seq ?? last;
    if (page.length < PAGE || known.length < page.length) return walk.end(head);
  }
}

/**
 * Audit records on `database`.
 *
 * @example
 * const audit = createAudit({ database, clock });
 * await database.transaction(async (trx) => {
 *   await audit.append(trx, { stream: 'case:7', actor: 'officer-1', action: 'approve', object: 'application:7' });
 * });
 * const { verdict } = await audit.verify('case:7');
 */
export function createAudit(options: { readonly database: Database; readonly clock: Clock }): Audit {
  const { database, clock } = options;
  const tables = (): Kysely<AuditTables> => database.tables<AuditTables>();
  return {
    append: (trx, record) => append(trx as unknown as Kysely<AuditTables>, clock, record),
    verify: (stream) => verify(tables(), stream),
    list: (stream, range = {}) =>
      readRecords(tables(), stream, {
        after: range.after ?? 0,
        limit: Math.min(Math.max(1, range.limit ?? 100), PAGE),
      }),
  };
}

import { buildCrl, type CrlEntry, type CrlHeader, type RevocationReason } from '@tra/pki';
import type { CertifiedAuthority } from '../authorities/authority.ts';
import { addressesOf, deltaUrlOf } from '../certificates/addresses.ts';
import { inTransaction, type PkiCore, tablesOf, wholeSecond } from '../core.ts';
import { PkiSystemError } from '../errors.ts';
import { lockAuthority, nextCrlNumber } from '../store/authority-store.ts';
import {
  lastStatusSeq,
  listChangedSince,
  listPartitionsInUse,
  listRevoked,
  type RevokedRow,
} from '../store/certificate-store.ts';
import {
  findDeltaBase,
  findNewestCrl,
  findNewestCrlFacts,
  findNewestPartialCrl,
  insertCrl,
  insertPartialCrl,
} from '../store/crl-store.ts';
import type { CrlRow, PkiTransaction } from '../store/tables.ts';
import { logCrl } from './log-entry.ts';

/** Job that makes the complete CRL of an authority after a change, when it is too long to be made within the change. */
export const PUBLISH_JOB = 'pki.publish_crl';

/** Octets of a complete CRL up to which it is made anew within every revocation; about 25,000 entries. */
const inlineLimit = 1_000_000;

/** One publication: all CRLs in it have the same number and time (RFC 5280 section 5.2.3). */
interface Edition {
  readonly authority: CertifiedAuthority;
  readonly header: Omit<CrlHeader, 'number'> & { readonly number: number };
}

async function newEdition(core: PkiCore, authority: CertifiedAuthority, trx: PkiTransaction): Promise<Edition> {
  const { clock, config } = core.context;
  const signer = await core.authorities.signer(authority);
  const number = await nextCrlNumber(trx, authority.id);
  const thisUpdate = wholeSecond(clock.now());
  const nextUpdate = new Date(thisUpdate.getTime() + config.crlHours * 3_600_000);
  return { authority, header: { issuer: authority.certificate.der, signer, number, thisUpdate, nextUpdate } };
}

/** CRL entries of rows; in a delta CRL what is no more on hold is listed as removed. */
function entriesOf(rows: readonly RevokedRow[], removedAt?: Date): CrlEntry[] {
  return rows.flatMap(({ serial_hex: serialHex, revoked_at, revocation_reason, invalidity_date }): CrlEntry[] => {
    if (!revoked_at) return removedAt ? [{ serialHex, date: removedAt, reason: 'removeFromCRL' }] : [];
    const reason = (revocation_reason ?? 'unspecified') as RevocationReason;
    const since = invalidity_date ? { invalidityDate: wholeSecond(invalidity_date) } : {};
    return [{ serialHex, date: wholeSecond(revoked_at), reason, ...since }];
  });
}

/** Makes, stores and returns the next complete CRL inside the caller's transaction, and every partition; numbers only grow. */
export async function publishCrl(core: PkiCore, authority: CertifiedAuthority, trx: PkiTransaction): Promise<CrlRow> {
  const edition = await newEdition(core, authority, trx);
  const row = await publishComplete(core, trx, edition);
  for (const partition of await listPartitionsInUse(trx, authority.id)) {
    await publishPartition(core, trx, edition, partition);
  }
  return row;
}

async function publishComplete(core: PkiCore, trx: PkiTransaction, { authority, header }: Edition): Promise<CrlRow> {
  const { rows, statusSeq } = await listRevoked(trx, authority.id);
  const freshestCrlUrls = [deltaUrlOf(core.context, authority.id)];
  const crl = (await buildCrl({ ...header, freshestCrlUrls, entries: entriesOf(rows) })).slice();
  const row: CrlRow = {
    authority: authority.id,
    number: header.number,
    crl,
    this_update: header.thisUpdate,
    next_update: header.nextUpdate,
    status_seq: statusSeq,
  };
  await insertCrl(trx, row);
  await logCrl(core.context, trx, authority, row);
  return row;
}

async function publishPartition(
  core: PkiCore,
  trx: PkiTransaction,
  { authority, header }: Edition,
  partition: number,
): Promise<void> {
  const { rows } = await listRevoked(trx, authority.id, partition);
  const scope = { uris: addressesOf(core.context, authority.id, partition).crlUrls };
  const crl = (await buildCrl({ ...header, scope, entries: entriesOf(rows) })).slice();
  await keepPartial(core, trx, { authority, header }, { scope: `partition-${partition}`, crl, base: null });
}

/** The delta CRL: what changed since the oldest complete CRL that somebody may still hold. */
async function publishDelta(core: PkiCore, trx: PkiTransaction, { authority, header }: Edition): Promise<void> {
  const base = await findDeltaBase(trx, authority.id, header.thisUpdate);
  if (!base || base.number >= header.number) return;
  const entries = entriesOf(await listChangedSince(trx, authority.id, base.status_seq), header.thisUpdate);
  const crl = (await buildCrl({ ...header, baseNumber: base.number, entries })).slice();
  await keepPartial(core, trx, { authority, header }, { scope: 'delta', crl, base: base.number });
}

async function keepPartial(
  core: PkiCore,
  trx: PkiTransaction,
  { authority, header }: Edition,
  made: { readonly scope: string; readonly crl: Uint8Array; readonly base: number | null },
): Promise<void> {
  await insertPartialCrl(trx, {
    authority: authority.id,
    scope: made.scope,
    number: header.number,
    base_number: made.base,
    crl: made.crl,
    this_update: header.thisUpdate,
    next_update: header.nextUpdate,
  });
  await logCrl(core.context, trx, authority, { number: header.number, crl: made.crl });
}

/**
 * Publishes a change of status inside its transaction: the delta CRL and the partition always; the complete CRL too while it is short,
 * otherwise by a job that begins at once.
 */
export async function publishChange(
  core: PkiCore,
  trx: PkiTransaction,
  changed: { readonly authority: CertifiedAuthority; readonly partition: number },
): Promise<void> {
  const { authority, partition } = changed;
  const edition = await newEdition(core, authority, trx);
  const newest = await findNewestCrlFacts(trx, authority.id);
  if (!newest || newest.size <= inlineLimit) await publishComplete(core, trx, edition);
  else {
    const payload = { authority: authority.id };
    await core.context.jobs.enqueue(trx, { kind: PUBLISH_JOB, payload, dedupeKey: authority.id });
  }
  await publishDelta(core, trx, edition);
  if (partition > 0) await publishPartition(core, trx, edition, partition);
}

/** Makes the complete CRL when it does not hold every change yet; for the job of {@link publishChange}. */
export async function publishPending(core: PkiCore, id: string): Promise<void> {
  const authority = await core.authorities.certified(id);
  await inTransaction(core, async (trx) => {
    await lockAuthority(trx, id);
    const newest = await findNewestCrlFacts(trx, id);
    if (newest && newest.status_seq >= (await lastStatusSeq(trx, id))) return;
    await publishComplete(core, trx, await newEdition(core, authority, trx));
  });
}

/** Whether a CRL is due to be replaced: older than the refresh time, or within a tenth of its life from its end. */
function isStale({ context }: PkiCore, crl: Pick<CrlRow, 'this_update'>): boolean {
  const now = context.clock.now().getTime();
  const { crlHours, crlRefreshMinutes } = context.config;
  const refresh = Math.min(crlRefreshMinutes * 60_000, crlHours * 3_600_000 * 0.9);
  return now - crl.this_update.getTime() >= refresh || now < crl.this_update.getTime();
}

/**
 * The newest complete CRL of an authority; a stale or missing one is replaced first, once even when many ask at the same time. That of an
 * authority whose key is elsewhere is what was imported last, even when it is old. Rejects with `pki.crl_missing`.
 */
export async function currentCrl(core: PkiCore, authority: CertifiedAuthority): Promise<CrlRow> {
  const newest = await findNewestCrl(tablesOf(core), authority.id);
  if (authority.keyLabel === undefined) {
    if (newest) return newest;
    throw new PkiSystemError('pki.crl_missing', { params: { authority: authority.id } });
  }
  if (newest && !isStale(core, newest)) return newest;
  return await inTransaction(core, async (trx) => {
    await lockAuthority(trx, authority.id);
    const others = await findNewestCrl(trx, authority.id);
    return others && !isStale(core, others) ? others : publishCrl(core, authority, trx);
  });
}

/** The newest delta CRL (`delta`) or partition (`partition-<n>`). Rejects with `pki.crl_missing`. */
export async function partialCrl(core: PkiCore, authority: CertifiedAuthority, scope: string): Promise<Uint8Array> {
  if (authority.keyLabel !== undefined) await currentCrl(core, authority);
  const found = await findNewestPartialCrl(tablesOf(core), authority.id, scope);
  if (found) return found.crl;
  throw new PkiSystemError('pki.crl_missing', { params: { authority: authority.id } });
}

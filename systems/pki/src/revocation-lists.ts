import { buildCrl, type CrlEntry, type RevocationReason } from '@tra/pki';
import { type Authority, type PkiCore, wholeSecond } from './authorities.ts';
import type { PkiTables, PkiTransaction, StoredCrl } from './store.ts';

/** Makes, stores and returns the next CRL of a CA inside the caller's transaction; numbers only grow. */
export async function publishCrl(
  { context, store }: PkiCore,
  authority: Authority,
  trx: PkiTransaction,
): Promise<StoredCrl> {
  const number = await store.nextCrlNumber(trx, authority.name);
  const thisUpdate = wholeSecond(context.clock.now());
  const nextUpdate = new Date(thisUpdate.getTime() + context.config.crlHours * 3_600_000);
  const revoked = await store.listRevoked(trx, authority.name);
  const entries: CrlEntry[] = revoked.map(({ serialHex, date, reason }) => ({
    serialHex,
    date: wholeSecond(date),
    reason: reason as RevocationReason,
  }));
  const { certificate, signer } = authority;
  const crl = await buildCrl({ issuer: certificate, signer, number, thisUpdate, nextUpdate, entries });
  const stored: StoredCrl = { crl, number, thisUpdate, nextUpdate };
  await store.insertCrl(trx, authority.name, stored);
  return stored;
}

/** Whether a CRL is due to be replaced: older than the refresh time, or within a tenth of its life from its end. */
export function isStale({ context }: PkiCore, crl: StoredCrl): boolean {
  const now = context.clock.now().getTime();
  const { crlHours, crlRefreshMinutes } = context.config;
  const refresh = Math.min(crlRefreshMinutes * 60_000, crlHours * 3_600_000 * 0.9);
  return now - crl.thisUpdate.getTime() >= refresh || now < crl.thisUpdate.getTime();
}

/** The newest CRL of a CA; a stale or missing one is replaced first, once even when many ask at the same time. */
export async function currentCrl(core: PkiCore, authority: Authority): Promise<Uint8Array> {
  const { context, store } = core;
  const newest = await store.findNewestCrl(context.database.tables<PkiTables>(), authority.name);
  if (newest && !isStale(core, newest)) return newest.crl;
  const published = await context.database.transaction(async (trx: PkiTransaction) => {
    await store.lockAuthority(trx, authority.name);
    const others = await store.findNewestCrl(trx, authority.name);
    return others && !isStale(core, others) ? others : publishCrl(core, authority, trx);
  });
  return published.crl;
}

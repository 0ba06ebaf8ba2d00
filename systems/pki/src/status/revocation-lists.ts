import { buildCrl, type CrlEntry, type RevocationReason } from '@tra/pki';
import type { CertifiedAuthority } from '../authorities/authority.ts';
import { inTransaction, type PkiCore, tablesOf, wholeSecond } from '../core.ts';
import { PkiSystemError } from '../errors.ts';
import { lockAuthority, nextCrlNumber } from '../store/authority-store.ts';
import { listRevoked, type RevokedRow } from '../store/certificate-store.ts';
import { findNewestCrl, insertCrl } from '../store/crl-store.ts';
import type { CrlRow, PkiTransaction } from '../store/tables.ts';
import { logCrl } from './log-entry.ts';

/** CRL entries of rows. */
export function entriesOf(rows: readonly RevokedRow[]): CrlEntry[] {
  return rows.flatMap(({ serial_hex, revoked_at, revocation_reason }) =>
    revoked_at
      ? [
          {
            serialHex: serial_hex,
            date: wholeSecond(revoked_at),
            reason: (revocation_reason ?? 'unspecified') as RevocationReason,
          },
        ]
      : [],
  );
}

/** Makes, stores and returns the next complete CRL of an authority inside the caller's transaction; numbers only grow. */
export async function publishCrl(core: PkiCore, authority: CertifiedAuthority, trx: PkiTransaction): Promise<CrlRow> {
  const { clock, config } = core.context;
  const signer = await core.authorities.signer(authority);
  const number = await nextCrlNumber(trx, authority.id);
  const thisUpdate = wholeSecond(clock.now());
  const nextUpdate = new Date(thisUpdate.getTime() + config.crlHours * 3_600_000);
  const { rows, statusSeq } = await listRevoked(trx, authority.id);
  const issuer = authority.certificate.der;
  const crl = await buildCrl({ issuer, signer, number, thisUpdate, nextUpdate, entries: entriesOf(rows) });
  const row: CrlRow = {
    authority: authority.id,
    number,
    crl,
    this_update: thisUpdate,
    next_update: nextUpdate,
    status_seq: statusSeq,
  };
  await insertCrl(trx, row);
  await logCrl(core.context, trx, authority, row);
  return row;
}

/** Whether a CRL is due to be replaced: older than the refresh time, or within a tenth of its life from its end. */
export function isStale({ context }: PkiCore, crl: Pick<CrlRow, 'this_update'>): boolean {
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

import { parseCertificate } from '@tra/pki';
import { notifyIn } from '@tra/platform-storage';
import { retireRevoked } from '../authorities/adopt.ts';
import { authorityOf, type CertifiedAuthority } from '../authorities/authority.ts';
import { isCertified } from '../authorities/registry.ts';
import { sha256 } from '../certificates/record.ts';
import { inTransaction, type PkiCore } from '../core.ts';
import { PkiSystemError } from '../errors.ts';
import { lockAuthority } from '../store/authority-store.ts';
import { blockKey } from '../store/blocked-key-store.ts';
import { type CertificateKey, changeStatus, findCertificate } from '../store/certificate-store.ts';
import type { CertificateRow, PkiTransaction } from '../store/tables.ts';
import { noteChange } from './local-changes.ts';
import { logStatusChange } from './log-entry.ts';
import { publishChange } from './revocation-lists.ts';

/** Reasons for which a certificate can be revoked (RFC 5280 section 5.3.1); a suspension has a reason of its own. */
export const REVOCATION_REASONS = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'privilegeWithdrawn',
] as const;

/** One of {@link REVOCATION_REASONS}. */
export type RevocationReasonName = (typeof REVOCATION_REASONS)[number];

/** Name of the channel on which every process hears of changed statuses: `<authority> <serial>`. */
export const STATUS_CHANNEL = 'pki_status';

/** A change of the status of one certificate. */
export interface StatusChange extends CertificateKey {
  readonly change: 'revoked' | 'suspended' | 'reinstated';
  /** For a revocation. */
  readonly reason?: string;
  /** Account id, or `system:<name>`. */
  readonly actor: string;
  /** Since when the key may have been misused (RFC 5280 section 5.3.2). */
  readonly invalidityDate?: Date;
}

/** `reason` when a certificate can be revoked for it. Throws `pki.reason_invalid`. */
export function checkReason(reason: string): RevocationReasonName {
  const known = REVOCATION_REASONS.find((name) => name === reason);
  if (known) return known;
  throw new PkiSystemError('pki.reason_invalid', { params: { reason: reason.slice(0, 40) } });
}

/**
 * Changes the status of a certificate in one transaction with all that follows from it: the CRL that says so, the audit record, the entry
 * in the public log, the event, and for `keyCompromise` the block of its key. Resolves to whether anything changed: revoking what is
 * revoked does not. Rejects with `pki.not_found`, `pki.reason_invalid`, `pki.status_conflict` or `pki.key_elsewhere`.
 */
export async function changeCertificateStatus(core: PkiCore, wanted: StatusChange): Promise<boolean> {
  const changed = await inTransaction(core, (trx) => changeStatusIn(core, trx, wanted));
  if (changed && wanted.change === 'revoked') countRevocation(core, wanted.reason ?? 'unspecified');
  return changed;
}

/** Counts a revocation in the metrics. */
export function countRevocation({ context }: PkiCore, reason: string): void {
  context.metrics
    .counter({ name: 'tra_pki_revocations_total', help: 'Certificates revoked.', labels: ['reason'] })
    .inc({ reason });
}

/** The same inside the caller's transaction. */
export async function changeStatusIn(core: PkiCore, trx: PkiTransaction, wanted: StatusChange): Promise<boolean> {
  const { authority: id, serialHex, change } = wanted;
  const unknown = (): PkiSystemError =>
    new PkiSystemError('pki.not_found', { params: { serial: serialHex.slice(0, 64) } });
  const reason = change === 'revoked' ? checkReason(wanted.reason ?? 'unspecified') : 'certificateHold';
  const locked = await lockAuthority(trx, id);
  const authority = locked && authorityOf(locked);
  if (!authority || !isCertified(authority)) throw unknown();
  const row = await findCertificate(trx, wanted);
  if (!row) throw unknown();
  // Its CRL is signed elsewhere: what is only written here nobody would ever hear of.
  if (authority.keyLabel === undefined) throw new PkiSystemError('pki.key_elsewhere', { params: { authority: id } });
  if (!mayChange(row, change)) return false;
  const at = core.context.clock.now();
  const facts = { change, reason, actor: wanted.actor, at } as const;
  await changeStatus(trx, {
    ...facts,
    authority: id,
    serial_hex: serialHex,
    ...(wanted.invalidityDate ? { invalidityDate: wanted.invalidityDate } : {}),
  });
  const key = reason === 'keyCompromise' ? keyHashOf(row) : null;
  if (key) await blockKey(trx, { key_sha256: key, reason, authority: id, serial_hex: serialHex, since: at });
  await announce(core, trx, { authority, row, ...facts });
  if (change === 'revoked' && (await retireRevoked(trx, id, row.certificate))) core.authorities.forget();
  await publishChange(core, trx, { authority, partition: row.crl_partition });
  noteChange(trx, id, serialHex);
  return true;
}

/** Hash of the certified key; releases before this one did not store it. */
function keyHashOf(row: CertificateRow): Uint8Array | null {
  return row.key_sha256 ?? (row.certificate && sha256(parseCertificate(row.certificate).publicKey));
}

/** Whether the change does something: false for what is so already. Throws `pki.status_conflict` when it is not possible. */
function mayChange(row: CertificateRow, change: StatusChange['change']): boolean {
  const held = row.revocation_reason === 'certificateHold';
  const revoked = row.revoked_at !== null && !held;
  if (change === 'revoked') return !revoked;
  if (change === 'suspended' && !revoked) return !held;
  if (change === 'reinstated' && held) return true;
  throw new PkiSystemError('pki.status_conflict', { params: { serial: row.serial_hex } });
}

async function announce(
  { context }: PkiCore,
  trx: PkiTransaction,
  facts: {
    readonly authority: CertifiedAuthority;
    readonly row: CertificateRow;
    readonly change: StatusChange['change'];
    readonly reason: string;
    readonly actor: string;
    readonly at: Date;
  },
): Promise<void> {
  const { authority, row, change, reason, actor, at } = facts;
  const serial = row.serial_hex;
  const action = `pki.certificate_${change}` as const;
  const details = { authority: authority.id, reason };
  await context.audit.append(trx, { stream: 'pki', actor, action, object: serial, details });
  const listed = change === 'reinstated' ? 'removeFromCRL' : reason;
  await logStatusChange(context, trx, authority, { serialHex: serial, reason: listed, at });
  await context.jobs.publish(trx, { type: action, subject: serial, data: { ...details, serial, holder: row.holder } });
  await notifyIn(trx, STATUS_CHANNEL, `${authority.id} ${serial}`);
}

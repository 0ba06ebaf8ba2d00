import { parseCertificate } from '@tra/pki';
import { nameAttributesOf } from '../certificates/subject.ts';
import { type PkiCore, tablesOf } from '../core.ts';
import { PkiSystemError } from '../errors.ts';
import { changeCertificateStatus, changeStatusIn, checkReason, countRevocation } from '../status/change-status.ts';
import { type CertificateKey, findCertificate } from '../store/certificate-store.ts';
import { searchText } from '../store/request-store.ts';
import type { CertificateRow, RequestRow } from '../store/tables.ts';
import { type Caller, isAuthorityProfile, mayReadCertificates, officerRoleOf } from './caller.ts';
import { addRequest } from './submit.ts';

/** A wish to revoke. */
export interface RevocationInput extends CertificateKey {
  readonly reason: string;
  /** What happened, for the second officer. */
  readonly note: string;
  readonly invalidityDate?: Date;
}

/** What came of a wish: done at once, or a request that another officer decides on. */
export interface StatusOutcome {
  readonly done: boolean;
  readonly request?: RequestRow;
}

/** A certificate that `caller` may act on: the own one, or any for officers. Rejects with `pki.not_found`. */
export async function certificateFor(core: PkiCore, caller: Caller, key: CertificateKey): Promise<CertificateRow> {
  const row = await findCertificate(tablesOf(core), key);
  if (row && (row.holder === caller.accountId || mayReadCertificates(caller))) return row;
  throw new PkiSystemError('pki.not_found', { params: { serial: key.serialHex.slice(0, 64) } });
}

function requireOfficer(caller: Caller, row: CertificateRow): void {
  const role = officerRoleOf({ kind: 'revocation', profile: row.profile });
  if (!caller.roles.includes(role)) throw new PkiSystemError('pki.request_role_required');
}

/**
 * Revokes: the holder's own certificate at once; for an officer, a compromised key at once with a later confirmation, everything else
 * after a second officer approved. Rejects with `pki.not_found`, `pki.reason_invalid`, `pki.status_conflict`, `pki.request_open`.
 */
export async function revokeFor(core: PkiCore, caller: Caller, input: RevocationInput): Promise<StatusOutcome> {
  const row = await certificateFor(core, caller, input);
  const reason = checkReason(input.reason);
  const isCa = isAuthorityProfile(row.profile);
  if (reason === 'cACompromise' && !isCa) throw new PkiSystemError('pki.reason_invalid', { params: { reason } });
  const { authority, serialHex, invalidityDate } = input;
  const since = invalidityDate ? { invalidityDate } : {};
  const change = { authority, serialHex, change: 'revoked', reason, actor: caller.accountId, ...since } as const;
  if (row.holder === caller.accountId) {
    await changeCertificateStatus(core, change);
    return { done: true };
  }
  requireOfficer(caller, row);
  if (row.revoked_at && row.revocation_reason !== 'certificateHold') {
    throw new PkiSystemError('pki.status_conflict', { params: { serial: serialHex } });
  }
  const given = statusRequest(core, caller, row, input.note);
  const dated = invalidityDate ? { invalidityDate: invalidityDate.toISOString() } : {};
  const asked = { ...given, kind: 'revocation', details: { reason, ...dated } } as const;
  const urgent = reason === 'keyCompromise' || reason === 'cACompromise';
  if (!urgent) return { done: false, request: await addRequest(core, caller, { ...asked, state: 'first-approved' }) };
  const request = await addRequest(core, caller, { ...asked, state: 'confirmation' }, async (trx) => {
    await changeStatusIn(core, trx, change);
  });
  countRevocation(core, reason);
  return { done: true, request };
}

/** Suspends at once: the holder's own certificate, or any for an officer. A CA is not suspended but revoked. */
export async function suspendFor(core: PkiCore, caller: Caller, key: CertificateKey): Promise<StatusOutcome> {
  const row = await certificateFor(core, caller, key);
  if (isAuthorityProfile(row.profile))
    throw new PkiSystemError('pki.status_conflict', { params: { serial: key.serialHex } });
  if (row.holder !== caller.accountId) requireOfficer(caller, row);
  await changeCertificateStatus(core, { ...key, change: 'suspended', actor: caller.accountId });
  return { done: true };
}

/** Asks for the end of a suspension; officers decide, the one who asks counts as the first when it is an officer. */
export async function reinstateFor(
  core: PkiCore,
  caller: Caller,
  input: CertificateKey & { readonly note: string },
): Promise<StatusOutcome> {
  const row = await certificateFor(core, caller, input);
  if (row.revocation_reason !== 'certificateHold') {
    throw new PkiSystemError('pki.status_conflict', { params: { serial: input.serialHex } });
  }
  const own = row.holder === caller.accountId;
  if (!own) requireOfficer(caller, row);
  const given = statusRequest(core, caller, row, input.note);
  const asked = { ...given, kind: 'reinstatement', details: {} } as const;
  if (!own) return { done: false, request: await addRequest(core, caller, { ...asked, state: 'first-approved' }) };
  const open = { ...asked, state: 'submitted', first_officer: null, first_at: null } as const;
  return { done: false, request: await addRequest(core, caller, open) };
}

function statusRequest(core: PkiCore, caller: Caller, row: CertificateRow, note: string) {
  return {
    authority: row.authority,
    profile: row.profile,
    subject: row.certificate && { ...nameAttributesOf(parseCertificate(row.certificate).subject) },
    alternative_names: null,
    material: null,
    key_sha256: row.key_sha256,
    evidence: note,
    target_serial: row.serial_hex,
    search: searchText(row.subject, row.serial_hex),
    first_officer: caller.accountId,
    first_at: core.context.clock.now(),
  };
}

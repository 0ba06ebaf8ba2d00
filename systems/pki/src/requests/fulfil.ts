import { type Certificate, type CertificateProfile, parseCertificate } from '@tra/pki';
import { adoptCertificate } from '../authorities/adopt.ts';
import type { CertifiedAuthority } from '../authorities/authority.ts';
import { issueStored, type Order } from '../certificates/issue.ts';
import { readRequest } from '../certificates/read-request.ts';
import { inTransaction, type PkiCore, tablesOf } from '../core.ts';
import { PkiSystemError } from '../errors.ts';
import { changeStatusIn } from '../status/change-status.ts';
import { findRequest, updateRequest } from '../store/request-store.ts';
import type { PkiTransaction, RequestRow } from '../store/tables.ts';
import { isAuthorityProfile } from './caller.ts';

/** Job that issues what two officers approved. */
export const FULFIL_JOB = 'pki.fulfil_request';

const system = 'system:pki';

/** Revokes or reinstates, in the transaction of the second approval. */
export async function carryOut(core: PkiCore, trx: PkiTransaction, row: RequestRow, actor: string): Promise<void> {
  const { authority, target_serial: serialHex, kind, details } = row;
  if (serialHex === null) return;
  const key = { authority, serialHex, actor };
  if (kind === 'reinstatement') {
    await changeStatusIn(core, trx, { ...key, change: 'reinstated' });
    return;
  }
  const { reason = 'unspecified', invalidityDate } = details;
  const since = invalidityDate === undefined ? {} : { invalidityDate: new Date(invalidityDate) };
  await changeStatusIn(core, trx, { ...key, change: 'revoked', reason, ...since });
}

/** Issues at once; what fails is left to the job, which tries again. */
export async function fulfilNow(core: PkiCore, id: string): Promise<void> {
  try {
    await fulfilRequest(core, id);
  } catch (error) {
    core.context.logger.warn({ err: error, request: id }, 'an approved request could not be fulfilled yet');
  }
}

/** Issues what was approved by two officers. Does nothing for a request that is not waiting for it, so it may run again and again. */
export async function fulfilRequest(core: PkiCore, id: string): Promise<void> {
  const row = await findRequest(tablesOf(core), id);
  if (row?.state !== 'approved') return;
  const authority = await core.authorities.certified(row.authority);
  if (authority.keyLabel === undefined) {
    await inTransaction(core, async (trx) => {
      const by = { actor: system, action: 'await-ceremony', at: core.context.clock.now() };
      await updateRequest(trx, row, { state: 'ceremony' }, by);
    });
    return;
  }
  await issueStored(core, orderOf(core, authority, row));
  core.authorities.forget();
}

function orderOf(core: PkiCore, authority: CertifiedAuthority, row: RequestRow): Order {
  const { name, publicKey } = materialOf(row);
  const { target_serial: predecessor } = row;
  return {
    authority,
    profile: row.profile as CertificateProfile,
    subject: name ?? row.subject ?? {},
    publicKey,
    actor: row.second_officer ?? system,
    channel: 'request',
    holder: row.applicant,
    requestId: row.id,
    alternativeNames: row.alternative_names ?? [],
    details: row.details,
    ...(predecessor === null ? {} : { predecessor: { authority: row.authority, serialHex: predecessor } }),
    alongside: (trx, { serialHex, der }) => finish(core, trx, row.id, { serialHex, der, from: 'approved' }),
  };
}

/** Key of what was handed in, and for a cross-certificate the name. */
export function materialOf(row: RequestRow): { readonly publicKey: Uint8Array; readonly name?: Uint8Array } {
  const material = row.material ?? new Uint8Array(0);
  if (row.kind !== 'cross' && !isBareCertificate(row)) return { publicKey: readRequest(material).publicKey };
  const certificate = parseCertificate(material);
  return row.kind === 'cross'
    ? { publicKey: certificate.publicKey, name: certificate.subject.der }
    : { publicKey: certificate.publicKey };
}

/** A renewal with the same key holds the former certificate in place of a request. */
export function isBareCertificate({ details }: RequestRow): boolean {
  return details.sameKey === true;
}

/** Ends a request with its certificate; a CA becomes one of our authorities. */
export async function finish(
  core: PkiCore,
  trx: PkiTransaction,
  id: string,
  result: { readonly serialHex: string; readonly der: Uint8Array; readonly from: 'approved' | 'ceremony' },
): Promise<void> {
  const row = await findRequest(trx, id, true);
  if (row?.state !== result.from) throw new PkiSystemError('pki.request_changed');
  const certificate: Certificate = parseCertificate(result.der);
  if (isAuthorityProfile(row.profile)) await adoptCertificate(core, trx, { request: row, certificate });
  const by = { actor: row.second_officer ?? system, action: 'issue', at: core.context.clock.now() };
  await updateRequest(trx, row, { state: 'issued', result_serial: result.serialHex }, by);
  await core.context.jobs.publish(trx, {
    type: 'pki.request_issued',
    subject: id,
    data: { authority: row.authority, serial: result.serialHex, applicant: row.applicant },
  });
}

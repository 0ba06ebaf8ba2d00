import { equalBytes } from '@tra/kernel';
import { parseCertificate, validatePath } from '@tra/pki';
import { authorityOf, type CertifiedAuthority } from '../authorities/authority.ts';
import { isCertified } from '../authorities/registry.ts';
import { recordSigned } from '../certificates/record.ts';
import { inTransaction, type PkiCore } from '../core.ts';
import { PkiSystemError } from '../errors.ts';
import { findAuthority } from '../store/authority-store.ts';
import { findNewestCrl } from '../store/crl-store.ts';
import { findRequest } from '../store/request-store.ts';
import type { PkiTransaction, RequestRow } from '../store/tables.ts';
import type { Caller } from './caller.ts';
import { finish, materialOf } from './fulfil.ts';

/**
 * Brings home the certificate that a ceremony made for an approved application: it must hold the key (and for a cross-certificate the
 * name) of the application, and be valid under the root. Rejects with `pki.request_unknown`, `pki.request_action_not_allowed`,
 * `pki.import_invalid` or `pki.request_changed`.
 */
export async function importResult(
  core: PkiCore,
  caller: Caller,
  given: { readonly id: string; readonly certificate: Uint8Array; readonly precondition: (version: number) => void },
): Promise<RequestRow> {
  const certificate = parseCertificate(given.certificate);
  return await inTransaction(core, async (trx) => {
    const row = await findRequest(trx, given.id, true);
    if (!row) throw new PkiSystemError('pki.request_unknown');
    given.precondition(row.version);
    if (row.state !== 'ceremony') {
      throw new PkiSystemError('pki.request_action_not_allowed', { params: { action: 'import', state: row.state } });
    }
    const refuse = (reason: string): PkiSystemError => new PkiSystemError('pki.import_invalid', { params: { reason } });
    const { publicKey, name } = materialOf(row);
    if (!equalBytes(publicKey, certificate.publicKey)) throw refuse('key');
    if (name && !equalBytes(name, certificate.subject.der)) throw refuse('subject');
    const issuer = await issuerOf(trx, row.authority);
    const crl = await findNewestCrl(trx, issuer.id);
    const report = validatePath({
      certificate: given.certificate,
      intermediates: [],
      anchors: [issuer.certificate.der],
      crls: crl ? [crl.crl] : [],
      at: core.context.clock.now(),
      purpose: 'any',
    });
    if (report.verdict !== 'passed' || !certificate.isCa) throw refuse(report.code);
    const from = { actor: caller.accountId, channel: 'ceremony', holder: row.applicant, requestId: row.id };
    await recordSigned(core, trx, { authority: issuer.id, profile: row.profile ?? '', der: given.certificate }, from);
    const { serialHex } = certificate;
    await finish(core, trx, row.id, { serialHex, der: given.certificate, from: 'ceremony' });
    const done = await findRequest(trx, row.id);
    if (!done) throw new PkiSystemError('pki.request_unknown');
    return done;
  });
}

async function issuerOf(trx: PkiTransaction, id: string): Promise<CertifiedAuthority> {
  const row = await findAuthority(trx, id);
  const authority = row && authorityOf(row);
  if (authority && isCertified(authority)) return authority;
  throw new PkiSystemError('pki.authority_awaiting', { params: { authority: id } });
}

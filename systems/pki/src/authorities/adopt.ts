import { equalBytes } from '@tra/kernel';
import type { Certificate } from '@tra/pki';
import { readRequest } from '../certificates/read-request.ts';
import type { PkiCore } from '../core.ts';
import { PkiSystemError } from '../errors.ts';
import { insertAuthority, listAuthorities, updateAuthority } from '../store/authority-store.ts';
import type { AuthorityRow, PkiTransaction, RequestRow } from '../store/tables.ts';

/**
 * A CA certificate that was issued becomes an authority of the table: one that waits here with that key becomes active, another one is
 * kept as run by somebody else. Rejects with `pki.authority_exists` when its id is taken.
 */
export async function adoptCertificate(
  core: PkiCore,
  trx: PkiTransaction,
  { request, certificate }: { readonly request: RequestRow; readonly certificate: Certificate },
): Promise<void> {
  const waiting = (await listAuthorities(trx)).find((row) => waitsFor(row, certificate));
  if (waiting) {
    await activate(trx, waiting, { certificate, parent: request.authority });
  } else {
    const { authorityId = '', organization = null } = request.details;
    const added = await insertAuthority(
      trx,
      {
        name: authorityId,
        kind: 'external',
        parent: request.authority,
        state: 'active',
        certificate: certificate.der,
        key_label: null,
        csr: null,
        operator: organization,
      },
      core.context.clock.now(),
    );
    if (!added) throw new PkiSystemError('pki.authority_exists', { params: { authority: authorityId } });
  }
  core.authorities.forget();
}

/** Whether an authority waits for a certificate of this key. */
export function waitsFor(row: AuthorityRow, certificate: Certificate): boolean {
  if (row.state !== 'awaiting-certificate' || !row.csr) return false;
  return equalBytes(readRequest(row.csr).publicKey, certificate.publicKey);
}

/** Gives a waiting authority its certificate. Rejects with `pki.authority_changed` when somebody else just did. */
export async function activate(
  trx: PkiTransaction,
  row: AuthorityRow,
  { certificate, parent }: { readonly certificate: Certificate; readonly parent: string },
): Promise<void> {
  const done = await updateAuthority(trx, row, { state: 'active', certificate: certificate.der, parent });
  if (!done) throw new PkiSystemError('pki.authority_changed');
}

/** Retires the authority whose certificate was revoked, if it is one of ours; resolves to whether it is. */
export async function retireRevoked(
  trx: PkiTransaction,
  issuer: string,
  certificateDer: Uint8Array | null,
): Promise<boolean> {
  if (!certificateDer) return false;
  const rows = await listAuthorities(trx);
  const row = rows.find(
    ({ parent, certificate }) => parent === issuer && certificate && equalBytes(certificate, certificateDer),
  );
  return row !== undefined && (await updateAuthority(trx, row, { state: 'retired' }));
}

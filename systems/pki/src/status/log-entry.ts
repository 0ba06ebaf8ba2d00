import { createHash } from 'node:crypto';
import { canonicalJson, type Json, toHex, utf8Encode } from '@tra/kernel';
import type { SystemContext } from '@tra/platform-system';
import { type CertifiedAuthority, issuerHashes } from '../authorities/authority.ts';
import type { PkiTransaction } from '../store/tables.ts';

type Log = Pick<SystemContext<unknown>, 'log'>;

function entry(value: Json): Uint8Array {
  return utf8Encode(canonicalJson(value));
}

/** Writes issued certificates into the public log. */
export async function logCertificates(
  { log }: Log,
  trx: PkiTransaction,
  certificates: readonly Uint8Array[],
): Promise<void> {
  await log.append(trx, ...certificates.map((data) => ({ type: 'pki.certificate' as const, data })));
}

/** Writes a revocation, a suspension, or with the reason `removeFromCRL` its end into the public log. */
export async function logStatusChange(
  { log }: Log,
  trx: PkiTransaction,
  issuer: CertifiedAuthority,
  change: { readonly serialHex: string; readonly reason: string; readonly at: Date },
): Promise<void> {
  const { issuerKeyHash } = issuerHashes(issuer.certificate, 'sha256');
  const { serialHex: serial, reason, at } = change;
  await log.append(trx, {
    type: 'pki.revocation',
    data: entry({ issuerKeyHash, serial, revokedAt: at.toISOString(), reason }),
  });
}

/** Writes the publication of a CRL into the public log, by its hash. */
export async function logCrl(
  { log }: Log,
  trx: PkiTransaction,
  issuer: CertifiedAuthority,
  published: { readonly number: number; readonly crl: Uint8Array },
): Promise<void> {
  const { issuerKeyHash } = issuerHashes(issuer.certificate, 'sha256');
  const sha256 = toHex(createHash('sha256').update(published.crl).digest());
  await log.append(trx, { type: 'pki.crl', data: entry({ issuerKeyHash, number: published.number, sha256 }) });
}

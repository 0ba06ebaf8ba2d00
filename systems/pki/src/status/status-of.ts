import { type PkiCore, tablesOf } from '../core.ts';
import { type CertificateKey, findStatus } from '../store/certificate-store.ts';

/** What is known of one certificate (RFC 6960 section 2.2). */
export interface CertificateStatus {
  /** `good`: issued and not revoked. `unknown`: this authority never issued it. */
  readonly status: 'good' | 'revoked' | 'unknown';
  readonly revokedAt?: Date;
  /** By the names of RFC 5280 section 5.3.1; `certificateHold` while it is suspended. */
  readonly reason?: string;
}

/** The status of a certificate as the database has it now. */
export async function statusOf(core: PkiCore, key: CertificateKey): Promise<CertificateStatus> {
  const row = await findStatus(tablesOf(core), key);
  if (!row) return { status: 'unknown' };
  if (!row.revoked_at) return { status: 'good' };
  return { status: 'revoked', revokedAt: row.revoked_at, reason: row.revocation_reason ?? 'unspecified' };
}

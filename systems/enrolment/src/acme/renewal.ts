import { type Certificate, parseCertificate } from '@tra/pki';
import { type Enrolment, tablesOf } from '../context.ts';
import type { AccountRow, CertificateRow } from '../tables.ts';
import { AcmeError } from './problem.ts';

const day = 86_400_000;

/** Whether `value` has the form of a renewal identifier: two parts in base64url without padding. */
export function isAriId(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{1,120}\.[A-Za-z0-9_-]{1,60}$/.test(value);
}

/** Identifier of a certificate for renewal information (RFC 9773 section 4.1); undefined without authority key identifier. */
export function ariIdOf(certificate: Certificate): string | undefined {
  const keyId = certificate.authorityKeyId?.keyIdHex;
  if (!keyId) return undefined;
  const serial = Buffer.from(certificate.serialHex, 'hex');
  return `${Buffer.from(keyId, 'hex').toString('base64url')}.${serial.toString('base64url')}`;
}

/** When a client should renew (RFC 9773 section 4.2). */
export interface RenewalInfo {
  readonly suggestedWindow: { readonly start: string; readonly end: string };
}

async function findByAriId(enrolment: Enrolment, id: string): Promise<CertificateRow | undefined> {
  return await tablesOf(enrolment)
    .selectFrom('enrolment_certificates')
    .selectAll()
    .where('ari_id', '=', id)
    .executeTakeFirst();
}

/**
 * The window in which to renew: the last third of the lifetime but for its end, or at once when the certificate is revoked.
 * Throws {@link AcmeError} `malformed` with status 404.
 */
export async function renewalInfo(enrolment: Enrolment, id: string): Promise<RenewalInfo> {
  const row = isAriId(id) ? await findByAriId(enrolment, id) : undefined;
  if (!row) throw new AcmeError('malformed', 'enrolment.object_unknown', { status: 404 });
  const now = enrolment.context.clock.now().getTime();
  const { status } = await enrolment.ports.certificates.statusOf({
    authority: row.authority,
    serialHex: row.serial_hex,
  });
  const window = (start: number, end: number): RenewalInfo => ({
    suggestedWindow: { start: new Date(start).toISOString(), end: new Date(end).toISOString() },
  });
  if (status === 'revoked') return window(now - day, now - day / 24);
  const end = row.not_after.getTime();
  const lifetime = end - row.created_at.getTime();
  return window(end - lifetime / 3, end - lifetime / 6);
}

/** Refuses `replaces` for a certificate that is not the account's. Throws {@link AcmeError}. */
export async function requireReplaceable(enrolment: Enrolment, account: AccountRow, id: string): Promise<void> {
  const row = await findByAriId(enrolment, id);
  if (row?.account !== account.id) throw new AcmeError('malformed', 'enrolment.replaces_invalid');
}

/** Facts of a certificate for the table of this system. */
export function certificateFacts(der: Uint8Array): { readonly ariId: string | undefined; readonly notAfter: Date } {
  const certificate = parseCertificate(der);
  return { ariId: ariIdOf(certificate), notAfter: certificate.notAfter };
}

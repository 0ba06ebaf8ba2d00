import { parseCertificate } from '@tra/pki';
import { sha256 } from '../certificates/record.ts';
import { type PkiCore, tablesOf } from '../core.ts';
import { findByFingerprint, findBySerial } from '../store/certificate-store.ts';
import type { CertificateRow } from '../store/tables.ts';

/** How a certificate stands, in one word. */
export type PublicStatus = 'valid' | 'suspended' | 'revoked' | 'expired' | 'not-yet-valid' | 'unknown';

/** The answer to whoever asks about a certificate. */
export interface StatusAnswer {
  readonly status: PublicStatus;
  /** Undefined when this platform never issued it. */
  readonly row?: CertificateRow;
  /** Since when it is suspended, revoked or expired. */
  readonly since?: Date;
  readonly reason?: string;
}

/** Serial numbers as people write them: with colons, spaces, capitals, leading zeros. Undefined when it is none. */
export function normaliseSerial(text: string): string | undefined {
  const hex = text.replace(/[\s:]/g, '').toLowerCase().replace(/^0x/, '');
  if (!/^[0-9a-f]{1,64}$/.test(hex)) return undefined;
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  return even.replace(/^(00)+(?=..)/, '');
}

/** Forms in which a serial may be stored: with the zero octet that keeps a DER integer positive, and without. */
function storedForms(serialHex: string): readonly string[] {
  return Number.parseInt(serialHex.slice(0, 2), 16) >= 0x80 ? [`00${serialHex}`, serialHex] : [serialHex];
}

/** Status by serial number; of one authority when it is named. Undefined when the text is no serial number. */
export async function statusBySerial(
  core: PkiCore,
  serial: string,
  authority: string | undefined,
): Promise<readonly StatusAnswer[] | undefined> {
  const serialHex = normaliseSerial(serial);
  if (serialHex === undefined) return undefined;
  const found: CertificateRow[] = [];
  for (const form of storedForms(serialHex)) found.push(...(await findBySerial(tablesOf(core), form)));
  const rows = found.filter((row) => authority === undefined || row.authority === authority);
  return rows.length > 0 ? rows.map((row) => answerOf(core, row)) : [{ status: 'unknown' }];
}

/** Status of exactly this certificate: one that only looks like ours is unknown. Throws `pki.certificate_invalid`. */
export async function statusByCertificate(core: PkiCore, der: Uint8Array): Promise<StatusAnswer> {
  parseCertificate(der);
  const row = await findByFingerprint(tablesOf(core), sha256(der));
  return row ? answerOf(core, row) : { status: 'unknown' };
}

function answerOf({ context }: PkiCore, row: CertificateRow): StatusAnswer {
  const now = context.clock.now();
  if (row.revoked_at) {
    const reason = row.revocation_reason ?? 'unspecified';
    return { status: reason === 'certificateHold' ? 'suspended' : 'revoked', row, since: row.revoked_at, reason };
  }
  if (now > row.not_after) return { status: 'expired', row, since: row.not_after };
  return { status: now < row.not_before ? 'not-yet-valid' : 'valid', row };
}

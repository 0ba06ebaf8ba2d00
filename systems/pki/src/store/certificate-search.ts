import { fromBase64, toBase64Url, utf8Decode, utf8Encode } from '@tra/kernel';
import { sql } from '@tra/platform-storage';
import { PkiSystemError } from '../errors.ts';
import { likePattern } from './request-store.ts';
import type { CertificateRow, Tables } from './tables.ts';

/** Where a page ended. */
export interface CertificateCursor {
  readonly issuedAt: Date;
  readonly authority: string;
  readonly serialHex: string;
}

/** Which certificates, and how many at once. */
export interface CertificateSearch {
  readonly limit: number;
  readonly after?: CertificateCursor;
  readonly serialHex?: string;
  readonly sha256?: Uint8Array;
  readonly authority?: string;
  readonly holder?: string;
  readonly q?: string;
}

/** The cursor behind a text from a client. Throws `pki.cursor_invalid`. */
export function decodeCertificateCursor(text: string): CertificateCursor {
  try {
    const [at = '', authority = '', serialHex = '', ...rest] = utf8Decode(fromBase64(text)).split(' ');
    const issuedAt = new Date(at);
    if (issuedAt.toISOString() === at && /^[a-z0-9-]+$/.test(authority) && /^[0-9a-f]+$/.test(serialHex)) {
      if (rest.length === 0) return { issuedAt, authority, serialHex };
    }
  } catch (cause) {
    throw new PkiSystemError('pki.cursor_invalid', { cause });
  }
  throw new PkiSystemError('pki.cursor_invalid');
}

function encodeCursor(row: CertificateRow): string {
  return toBase64Url(utf8Encode(`${row.issued_at.toISOString()} ${row.authority} ${row.serial_hex}`));
}

/** Issued certificates, newest first; `next` continues after the last one. */
export async function searchCertificates(
  tables: Tables,
  search: CertificateSearch,
): Promise<{ readonly items: readonly CertificateRow[]; readonly next: string | null }> {
  let select = tables.selectFrom('pki_certificates').selectAll().where('state', '=', 'issued');
  if (search.serialHex !== undefined) select = select.where('serial_hex', '=', search.serialHex);
  if (search.sha256) select = select.where('sha256', '=', search.sha256);
  if (search.authority !== undefined) select = select.where('authority', '=', search.authority);
  if (search.holder !== undefined) select = select.where('holder', '=', search.holder);
  if (search.q) select = select.where(sql<boolean>`lower(subject) LIKE ${likePattern(search.q)}`);
  if (search.after) {
    const { issuedAt, authority, serialHex } = search.after;
    select = select.where(sql<boolean>`(issued_at, authority, serial_hex) < (${issuedAt}, ${authority}, ${serialHex})`);
  }
  const rows = await select
    .orderBy('issued_at', 'desc')
    .orderBy('authority', 'desc')
    .orderBy('serial_hex', 'desc')
    .limit(search.limit + 1)
    .execute();
  const items = rows.slice(0, search.limit);
  const last = items.at(-1);
  return { items, next: rows.length > search.limit && last ? encodeCursor(last) : null };
}

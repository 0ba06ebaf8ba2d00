import type { RevocationReason } from '@tra/pki';
import { type PkiCore, tablesOf } from '../core.ts';
import { STATUS_CHANNEL } from '../status/change-status.ts';
import { onLocalChange } from '../status/local-changes.ts';
import type { CertificateRow } from '../store/tables.ts';
import type { CertificateStatusSource, KnownStatus } from './ports.ts';

type StatusRow = Pick<CertificateRow, 'serial_hex' | 'revoked_at' | 'revocation_reason' | 'not_after'>;

const columns = ['serial_hex', 'revoked_at', 'revocation_reason', 'not_after'] as const;

function statusOfRow(row: StatusRow): KnownStatus {
  const known = { serialHex: row.serial_hex, notAfter: row.not_after };
  if (!row.revoked_at) return known;
  return { ...known, revokedAt: row.revoked_at, reason: (row.revocation_reason ?? 'unspecified') as RevocationReason };
}

/** The tables of this system as a source of statuses. */
export function createStatusSource(core: PkiCore): CertificateStatusSource {
  return {
    statusOf: async (authority, serialHex) => {
      const row = await tablesOf(core)
        .selectFrom('pki_certificates')
        .select(columns)
        .where('authority', '=', authority)
        .where('serial_hex', '=', serialHex)
        .where('state', '=', 'issued')
        .executeTakeFirst();
      return row && statusOfRow(row);
    },
    page: async (authority, { after, limit }) => {
      const rows = await tablesOf(core)
        .selectFrom('pki_certificates')
        .select(columns)
        .where('authority', '=', authority)
        .where('serial_hex', '>', after)
        .where('state', '=', 'issued')
        .where('not_after', '>', core.context.clock.now())
        .orderBy('serial_hex')
        .limit(limit)
        .execute();
      return rows.map(statusOfRow);
    },
    lastChanges: async () => {
      // One look into the index for each authority: the changes of one come in order, those of two may not.
      const rows = await tablesOf(core)
        .selectFrom('pki_authorities')
        .select(({ selectFrom }) => [
          'name',
          selectFrom('pki_status_changes')
            .select(({ fn }) => fn.max('seq').as('seq'))
            .whereRef('pki_status_changes.authority', '=', 'pki_authorities.name')
            .as('seq'),
        ])
        .execute();
      return new Map(rows.map(({ name, seq }) => [name, Number(seq ?? 0)]));
    },
    changedSince: async (authority, change, limit) => {
      const rows = await tablesOf(core)
        .selectFrom('pki_status_changes')
        .select('serial_hex')
        .where('authority', '=', authority)
        .where('seq', '>', change)
        .limit(limit + 1)
        .execute();
      return rows.length > limit ? undefined : rows.map(({ serial_hex }) => serial_hex);
    },
    onChange: async (listener) => {
      const stopLocal = onLocalChange(core.context.database, listener);
      const stopOthers = await core.context.database.listen(STATUS_CHANNEL, (payload) => {
        const [authority = '', serialHex = ''] = payload.split(' ');
        listener(authority, serialHex);
      });
      return async () => {
        stopLocal();
        await stopOthers();
      };
    },
  };
}

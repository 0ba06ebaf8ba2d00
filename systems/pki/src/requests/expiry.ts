import { sql } from '@tra/platform-storage';
import { inTransaction, type PkiCore } from '../core.ts';

/** Days before the end at which holders are reminded. */
export const REMINDER_DAYS: readonly [30, 14, 7, 1] = [30, 14, 7, 1] as const;
const dayMs = 86_400_000;
const batch = 500;

/**
 * Tells of certificates that end soon and were not renewed: the event `pki.certificate_expiring` 30, 14, 7 and 1 days before, each once.
 * Resolves to how many there were.
 */
export async function remindOfExpiry(core: PkiCore): Promise<number> {
  let count = 0;
  for (let found = batch; found === batch; count += found) found = await remindBatch(core);
  return count;
}

async function remindBatch(core: PkiCore): Promise<number> {
  const now = core.context.clock.now();
  return await inTransaction(core, async (trx) => {
    const rows = await trx
      .selectFrom('pki_certificates as ending')
      .select(['authority', 'serial_hex', 'holder', 'not_after', 'profile'])
      .where('state', '=', 'issued')
      .where('holder', 'is not', null)
      .where('revoked_at', 'is', null)
      .where('not_after', '>', now)
      .where('not_after', '<=', new Date(now.getTime() + REMINDER_DAYS[0] * dayMs))
      .where(dueReminder(now))
      .where(
        sql<boolean>`NOT EXISTS (SELECT FROM pki_certificates AS next WHERE next.predecessor_authority = ending.authority
          AND next.predecessor_serial = ending.serial_hex AND next.state = 'issued')`,
      )
      .orderBy('not_after')
      .limit(batch)
      .forUpdate()
      .skipLocked()
      .execute();
    for (const row of rows) {
      const left = (row.not_after.getTime() - now.getTime()) / dayMs;
      const days = REMINDER_DAYS.findLast((limit) => left <= limit) ?? REMINDER_DAYS[0];
      await trx
        .updateTable('pki_certificates')
        .set({ reminded_days: days })
        .where('authority', '=', row.authority)
        .where('serial_hex', '=', row.serial_hex)
        .execute();
      await core.context.jobs.publish(trx, {
        type: 'pki.certificate_expiring',
        subject: row.serial_hex,
        data: {
          authority: row.authority,
          serial: row.serial_hex,
          profile: row.profile,
          holder: row.holder,
          days,
          notAfter: row.not_after.toISOString(),
        },
      });
    }
    return rows.length;
  });
}

/** Whether the reminder that is due now was not given yet. */
function dueReminder(now: Date) {
  const due = sql.join(
    REMINDER_DAYS.map((days) => {
      const limit = new Date(now.getTime() + days * dayMs);
      return sql`(not_after <= ${limit} AND (reminded_days IS NULL OR reminded_days > ${days}))`;
    }),
    sql` OR `,
  );
  return sql<boolean>`(${due})`;
}

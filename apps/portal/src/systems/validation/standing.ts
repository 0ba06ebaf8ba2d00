import type { LicenceState, PublicLicence } from '../../api/index.ts';

/** Where a licence stands: its state in the register, or that it does not hold before its first day. */
export type Standing = LicenceState | 'not_yet';

/** The first day of a licence begins at midnight in Thailand (UTC+7), not when the same date begins in Greenwich. */
export function standingOf(licence: Pick<PublicLicence, 'status' | 'validFrom' | 'checkedAt'>): Standing {
  const begins = new Date(`${licence.validFrom}T00:00:00.000+07:00`);
  return licence.status === 'active' && begins > new Date(licence.checkedAt) ? 'not_yet' : licence.status;
}

import { createHash, timingSafeEqual } from 'node:crypto';
import { type Enrolment, tablesOf } from '../context.ts';
import type { CredentialRow } from '../tables.ts';

/** The credential when it can be used now: of this kind, not revoked, not expired. Notes that it was used. */
export async function findUsableCredential(
  enrolment: Enrolment,
  kind: CredentialRow['kind'],
  id: string,
): Promise<CredentialRow | undefined> {
  const now = enrolment.context.clock.now();
  return await tablesOf(enrolment)
    .updateTable('enrolment_credentials')
    .set({ last_used_at: now })
    .where('id', '=', id)
    .where('kind', '=', kind)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .returningAll()
    .executeTakeFirst();
}

/** SHA-256 of an EST password; passwords are 256 random bits, so a slow hash would protect nothing more. */
export function hashPassword(password: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(password).digest());
}

/** The EST credential whose password this is, or undefined. */
export async function findByPassword(
  enrolment: Enrolment,
  id: string,
  password: string,
): Promise<CredentialRow | undefined> {
  const found = await findUsableCredential(enrolment, 'est', id);
  const given = hashPassword(password);
  const expected = found?.secret ?? new Uint8Array(given.length);
  const same = expected.length === given.length && timingSafeEqual(expected, given);
  return found && same ? found : undefined;
}

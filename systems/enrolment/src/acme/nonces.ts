import { type Enrolment, inHours, randomName, tablesOf } from '../context.ts';
import { AcmeError } from './problem.ts';

const lifetimeHours = 1;

/** A nonce that can be used once (RFC 8555 section 6.5), on whichever node it is shown. */
export async function newNonce(enrolment: Enrolment): Promise<string> {
  const nonce = randomName(enrolment);
  await tablesOf(enrolment)
    .insertInto('enrolment_acme_nonces')
    .values({ nonce, expires_at: inHours(enrolment, lifetimeHours) })
    .execute();
  return nonce;
}

/** Uses up a nonce. Throws {@link AcmeError} `badNonce` when it was never given out, was used or is too old. */
export async function useNonce(enrolment: Enrolment, nonce: string | undefined): Promise<void> {
  const row =
    nonce === undefined
      ? undefined
      : await tablesOf(enrolment)
          .deleteFrom('enrolment_acme_nonces')
          .where('nonce', '=', nonce)
          .returning('expires_at')
          .executeTakeFirst();
  if (!row || row.expires_at <= enrolment.context.clock.now()) {
    throw new AcmeError('badNonce', 'enrolment.nonce_invalid');
  }
}

/** Forgets nonces that nobody used in time. */
export async function sweepNonces(enrolment: Enrolment): Promise<void> {
  const now = enrolment.context.clock.now();
  await tablesOf(enrolment).deleteFrom('enrolment_acme_nonces').where('expires_at', '<=', now).execute();
}

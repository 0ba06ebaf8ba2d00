import { type Enrolment, inTransaction, tablesOf } from '../context.ts';
import type { AccountRow, AuthorizationRow, ChallengeRow } from '../tables.ts';
import { AcmeError, malformed } from './problem.ts';

/** The job that looks whether a name is proven. */
export const VALIDATE_JOB = 'enrolment.acme_validate';

/** An authorization with the ways to prove it. */
export interface AuthorizationWithChallenges {
  readonly authorization: AuthorizationRow;
  readonly challenges: readonly ChallengeRow[];
}

const unknown = (): AcmeError => new AcmeError('malformed', 'enrolment.object_unknown', { status: 404 });

/** The account's authorization. Throws {@link AcmeError} `malformed` with status 404. */
export async function getAuthorization(
  enrolment: Enrolment,
  account: AccountRow,
  id: string,
): Promise<AuthorizationWithChallenges> {
  const tables = tablesOf(enrolment);
  const authorization = await tables
    .selectFrom('enrolment_acme_authorizations')
    .selectAll()
    .where('id', '=', id)
    .where('account', '=', account.id)
    .executeTakeFirst();
  if (!authorization) throw unknown();
  const challenges = await tables
    .selectFrom('enrolment_acme_challenges')
    .selectAll()
    .where('authorization_id', '=', id)
    .orderBy('type', 'desc')
    .execute();
  return { authorization, challenges };
}

/** The account's challenge with its authorization. Throws {@link AcmeError} `malformed` with status 404. */
export async function getChallenge(
  enrolment: Enrolment,
  account: AccountRow,
  id: string,
): Promise<{ readonly challenge: ChallengeRow; readonly authorization: AuthorizationRow }> {
  const challenge = await tablesOf(enrolment)
    .selectFrom('enrolment_acme_challenges')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  if (!challenge) throw unknown();
  const { authorization } = await getAuthorization(enrolment, account, challenge.authorization_id);
  return { challenge, authorization };
}

/** Gives up an authorization (RFC 8555 section 7.5.2). Throws {@link AcmeError} `malformed`. */
export async function deactivateAuthorization(
  enrolment: Enrolment,
  found: AuthorizationWithChallenges,
  payload: Record<string, unknown>,
): Promise<AuthorizationWithChallenges> {
  if (payload.status !== 'deactivated') throw malformed('enrolment.payload_invalid');
  const row = await tablesOf(enrolment)
    .updateTable('enrolment_acme_authorizations')
    .set({ status: 'deactivated' })
    .where('id', '=', found.authorization.id)
    .where('status', 'in', ['pending', 'valid'])
    .returningAll()
    .executeTakeFirst();
  if (!row) throw malformed('enrolment.authorization_closed');
  return { ...found, authorization: row };
}

/**
 * The client says that it is ready (RFC 8555 section 7.5.1): the server begins to look, once however often it is told.
 * Resolves to the challenge as it stands then.
 */
export async function beginChallenge(
  enrolment: Enrolment,
  challenge: ChallengeRow,
  authorization: AuthorizationRow,
): Promise<ChallengeRow> {
  const { clock, jobs } = enrolment.context;
  if (challenge.status !== 'pending') return challenge;
  if (authorization.status !== 'pending' || authorization.expires_at <= clock.now()) {
    throw malformed('enrolment.authorization_closed');
  }
  return await inTransaction(enrolment, async (trx) => {
    const begun = await trx
      .updateTable('enrolment_acme_challenges')
      .set({ status: 'processing' })
      .where('id', '=', challenge.id)
      .where('status', '=', 'pending')
      .returningAll()
      .executeTakeFirst();
    if (begun) await jobs.enqueue(trx, { kind: VALIDATE_JOB, payload: { challenge: challenge.id } });
    return begun ?? challenge;
  });
}

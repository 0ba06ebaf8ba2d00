import { setTimeout as delay } from 'node:timers/promises';
import type { JobContext } from '@tra/platform-jobs';
import { type Enrolment, inHours, inTransaction, tablesOf } from '../context.ts';
import type { AuthorizationRow, ChallengeRow } from '../tables.ts';
import { prove } from '../validation/prove.ts';
import { AcmeError, type ProblemObject } from './problem.ts';

/** Pauses before the second and third look, milliseconds: names and listeners may take a moment to appear. */
const pauses = [1_000, 4_000];

interface Begun {
  readonly challenge: ChallengeRow;
  readonly authorization: AuthorizationRow;
  readonly thumbprint: string;
}

/** Looks whether a name is proven and writes down what was found. A job: it may run again after a crash. */
export async function validateChallenge(enrolment: Enrolment, id: string, { signal }: JobContext): Promise<void> {
  const begun = await findBegun(enrolment, id);
  if (!begun) return;
  const problem = await tryToProve(enrolment, begun, signal);
  await settle(enrolment, begun, problem);
}

async function findBegun(enrolment: Enrolment, id: string): Promise<Begun | undefined> {
  const tables = tablesOf(enrolment);
  const challenge = await tables
    .selectFrom('enrolment_acme_challenges')
    .selectAll()
    .where('id', '=', id)
    .where('status', '=', 'processing')
    .executeTakeFirst();
  if (!challenge) return undefined;
  const authorization = await tables
    .selectFrom('enrolment_acme_authorizations')
    .selectAll()
    .where('id', '=', challenge.authorization_id)
    .executeTakeFirstOrThrow();
  const { thumbprint } = await tables
    .selectFrom('enrolment_acme_accounts')
    .select('thumbprint')
    .where('id', '=', authorization.account)
    .executeTakeFirstOrThrow();
  return { challenge, authorization, thumbprint };
}

async function tryToProve(
  enrolment: Enrolment,
  { challenge, authorization, thumbprint }: Begun,
  signal: AbortSignal,
): Promise<ProblemObject | undefined> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await prove(enrolment, challenge, { authorization, thumbprint });
      return undefined;
    } catch (error) {
      if (!(error instanceof AcmeError)) throw error;
      const pause = pauses[attempt];
      if (pause === undefined) return error.toObject();
      await delay(pause, undefined, { signal });
    }
  }
}

async function settle(
  enrolment: Enrolment,
  { challenge, authorization }: Begun,
  problem: ProblemObject | undefined,
): Promise<void> {
  const { clock, config, audit, metrics } = enrolment.context;
  const status = problem ? 'invalid' : 'valid';
  const identifier = { type: authorization.type, value: authorization.value };
  const settled = await inTransaction(enrolment, async (trx) => {
    const changed = await trx
      .updateTable('enrolment_acme_challenges')
      .set({
        status,
        validated_at: problem ? null : clock.now(),
        error: (problem ? JSON.stringify({ ...problem, identifier }) : null) as never,
      })
      .where('id', '=', challenge.id)
      .where('status', '=', 'processing')
      .returning('id')
      .executeTakeFirst();
    if (!changed) return false;
    await trx
      .updateTable('enrolment_acme_authorizations')
      .set({ status, ...(problem ? {} : { expires_at: inHours(enrolment, config.acmeAuthorizationHours) }) })
      .where('id', '=', authorization.id)
      .where('status', '=', 'pending')
      .execute();
    await audit.append(trx, {
      stream: 'enrolment',
      actor: `acme:${authorization.account}`,
      action: problem ? 'enrolment.name_refused' : 'enrolment.name_proven',
      object: authorization.id,
      details: { ...identifier, method: challenge.type, code: problem?.code ?? null },
    });
    return true;
  });
  if (!settled) return;
  metrics
    .counter({ name: 'tra_enrolment_challenges_total', help: 'ACME challenges judged.', labels: ['type', 'status'] })
    .inc({ type: challenge.type, status });
}

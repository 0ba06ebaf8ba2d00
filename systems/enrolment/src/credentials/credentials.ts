import { isDomainName } from '../acme/identifiers.ts';
import { type Enrolment, inTransaction, randomArgument, tablesOf } from '../context.ts';
import { EnrolmentError } from '../errors.ts';
import type { CredentialRow } from '../tables.ts';
import { hashPassword } from './credential-store.ts';

/** What a registrar writes into a new credential. */
export interface NewCredential {
  readonly kind: CredentialRow['kind'];
  readonly label: string;
  readonly profile: 'tls-server' | 'document-signer';
  readonly names: readonly string[];
  readonly organization?: string | undefined;
  readonly expiresAt: Date;
}

/** A new credential with its secret, which is shown this once. */
export interface IssuedCredential {
  readonly row: CredentialRow;
  /** ACME: the MAC key in base64url. EST: the password. */
  readonly secret: string;
}

const mostDays = 730;

/** Hands out a credential. Rejects with `enrolment.profile_unknown`, `enrolment.name_invalid` or `enrolment.validity_invalid`. */
export async function createCredential(
  enrolment: Enrolment,
  wanted: NewCredential,
  createdBy: string,
): Promise<IssuedCredential> {
  const { clock, audit } = enrolment.context;
  check(wanted, clock.now());
  const { bytes: key, text: secret } = randomArgument(enrolment, 32);
  const row: CredentialRow = {
    id: randomArgument(enrolment, 16).text,
    kind: wanted.kind,
    label: wanted.label,
    secret: wanted.kind === 'acme' ? key : hashPassword(secret),
    profile: wanted.profile,
    names: wanted.names.map((name) => name.toLowerCase()),
    organization: wanted.organization ?? null,
    created_by: createdBy,
    created_at: clock.now(),
    expires_at: wanted.expiresAt,
    revoked_at: null,
    last_used_at: null,
  };
  await inTransaction(enrolment, async (trx) => {
    await trx
      .insertInto('enrolment_credentials')
      .values({ ...row, names: JSON.stringify(row.names) as never })
      .execute();
    await audit.append(trx, {
      stream: 'enrolment',
      actor: createdBy,
      action: 'enrolment.credential_created',
      object: row.id,
      details: { kind: row.kind, label: row.label, profile: row.profile, names: [...row.names] },
    });
  });
  return { row, secret };
}

function check({ kind, profile, names, expiresAt }: NewCredential, now: Date): void {
  if (kind === 'acme' && profile !== 'tls-server') throw new EnrolmentError('enrolment.profile_unknown');
  const wrong = names.find((name) => !isDomainName(name.toLowerCase()));
  if (wrong !== undefined)
    throw new EnrolmentError('enrolment.name_invalid', { params: { name: wrong.slice(0, 253) } });
  if (kind === 'est' && profile === 'tls-server' && names.length === 0) {
    throw new EnrolmentError('enrolment.name_invalid', { params: { name: '' } });
  }
  const days = (expiresAt.getTime() - now.getTime()) / 86_400_000;
  if (!(days > 0 && days <= mostDays)) {
    throw new EnrolmentError('enrolment.validity_invalid', { params: { days: mostDays } });
  }
}

/** Newest credentials first, at most `limit`, older than `after`. */
export async function listCredentials(
  enrolment: Enrolment,
  {
    limit,
    after,
  }: { readonly limit: number; readonly after?: { readonly createdAt: Date; readonly id: string } | undefined },
): Promise<readonly CredentialRow[]> {
  return await tablesOf(enrolment)
    .selectFrom('enrolment_credentials')
    .selectAll()
    .$if(after !== undefined, (query) =>
      query.where((where) =>
        where.or([
          where('created_at', '<', after?.createdAt ?? new Date(0)),
          where.and([where('created_at', '=', after?.createdAt ?? new Date(0)), where('id', '<', after?.id ?? '')]),
        ]),
      ),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** Ends a credential: nothing is enrolled with it any more; what it enrolled stays valid. Rejects with `enrolment.credential_unknown`. */
export async function revokeCredential(enrolment: Enrolment, id: string, actor: string): Promise<CredentialRow> {
  const { clock, audit } = enrolment.context;
  return await inTransaction(enrolment, async (trx) => {
    const revoked = await trx
      .updateTable('enrolment_credentials')
      .set({ revoked_at: clock.now() })
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .returningAll()
      .executeTakeFirst();
    if (revoked) {
      await audit.append(trx, {
        stream: 'enrolment',
        actor,
        action: 'enrolment.credential_revoked',
        object: id,
        details: {},
      });
      return revoked;
    }
    const known = await trx.selectFrom('enrolment_credentials').selectAll().where('id', '=', id).executeTakeFirst();
    if (!known) throw new EnrolmentError('enrolment.credential_unknown');
    return known;
  });
}

import { calculateJwkThumbprint, type JWK } from 'jose';
import { type Enrolment, inTransaction, randomName, tablesOf } from '../context.ts';
import { bindCredential } from '../credentials/bind-credential.ts';
import type { AccountRow, EnrolmentTransaction, Tables } from '../tables.ts';
import { AcmeError, malformed } from './problem.ts';

/** An account and whether it was made by this request. */
export interface FoundAccount {
  readonly account: AccountRow;
  readonly created: boolean;
}

const maxContacts = 5;

/** The account with this key, or undefined. */
export async function findAccountByKey(tables: Tables, jwk: JWK): Promise<AccountRow | undefined> {
  const thumbprint = await calculateJwkThumbprint(jwk);
  return await tables
    .selectFrom('enrolment_acme_accounts')
    .selectAll()
    .where('thumbprint', '=', thumbprint)
    .executeTakeFirst();
}

/** The account that may sign requests. Throws {@link AcmeError} `accountDoesNotExist` or `unauthorized`. */
export async function getActiveAccount(enrolment: Enrolment, id: string | undefined): Promise<AccountRow> {
  const account =
    id === undefined
      ? undefined
      : await tablesOf(enrolment)
          .selectFrom('enrolment_acme_accounts')
          .selectAll()
          .where('id', '=', id)
          .executeTakeFirst();
  if (!account) throw new AcmeError('accountDoesNotExist', 'enrolment.account_unknown');
  return requireActive(account);
}

function requireActive(account: AccountRow): AccountRow {
  if (account.status === 'valid') return account;
  throw new AcmeError('unauthorized', 'enrolment.account_closed', { status: 401 });
}

/** Contacts of a payload: mail addresses (RFC 8555 section 7.3). Throws {@link AcmeError}. */
export function readContacts(value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > maxContacts) {
    throw new AcmeError('invalidContact', 'enrolment.contacts_invalid', { params: { most: maxContacts } });
  }
  return value.map((contact: unknown) => {
    if (typeof contact !== 'string') throw malformed('enrolment.payload_invalid');
    if (!contact.startsWith('mailto:')) throw new AcmeError('unsupportedContact', 'enrolment.contact_unsupported');
    if (contact.length > 320 || !/^mailto:[^\s@,?]+@[^\s@,?]+\.[^\s@,?]+$/.test(contact)) {
      throw new AcmeError('invalidContact', 'enrolment.contact_invalid', {
        params: { contact: contact.slice(0, 100) },
      });
    }
    return contact;
  });
}

/** Opens an account for `jwk`, or finds the one that has it (RFC 8555 section 7.3). Throws {@link AcmeError}. */
export async function openAccount(
  enrolment: Enrolment,
  jwk: JWK,
  { payload, url }: { readonly payload: Record<string, unknown>; readonly url: string },
): Promise<FoundAccount> {
  const existing = await findAccountByKey(tablesOf(enrolment), jwk);
  if (existing) return { account: requireActive(existing), created: false };
  if (payload.onlyReturnExisting === true) throw new AcmeError('accountDoesNotExist', 'enrolment.account_unknown');
  const { config, clock } = enrolment.context;
  const agreed = payload.termsOfServiceAgreed === true;
  if (config.acmeTerms && !agreed) {
    throw new AcmeError('userActionRequired', 'enrolment.terms_not_agreed', { params: { url: config.acmeTerms } });
  }
  const binding = payload.externalAccountBinding;
  if (config.acme === 'credential' && binding === undefined) {
    throw new AcmeError('externalAccountRequired', 'enrolment.credential_required');
  }
  const contact = readContacts(payload.contact);
  const thumbprint = await calculateJwkThumbprint(jwk);
  const bound = binding === undefined ? undefined : await bindCredential(enrolment, { binding, jwk, url });
  const row: AccountRow = {
    id: randomName(enrolment),
    thumbprint,
    jwk,
    status: 'valid',
    contact,
    terms_agreed_at: agreed ? clock.now() : null,
    credential: bound ?? null,
    created_at: clock.now(),
  };
  return await inTransaction(enrolment, (trx) => insertAccount(enrolment, trx, row));
}

async function insertAccount(enrolment: Enrolment, trx: EnrolmentTransaction, row: AccountRow): Promise<FoundAccount> {
  const inserted = await trx
    .insertInto('enrolment_acme_accounts')
    .values({ ...row, jwk: JSON.stringify(row.jwk) as never, contact: JSON.stringify(row.contact) as never })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!inserted) {
    const same = await findAccountByKey(trx, row.jwk);
    if (same) return { account: requireActive(same), created: false };
    throw new AcmeError('unauthorized', 'enrolment.credential_used');
  }
  await enrolment.context.audit.append(trx, {
    stream: 'enrolment',
    actor: `acme:${row.id}`,
    action: 'enrolment.account_opened',
    object: row.id,
    details: { thumbprint: row.thumbprint, credential: row.credential },
  });
  return { account: row, created: true };
}

/** Changes contacts, or closes the account (RFC 8555 sections 7.3.2 and 7.3.6). Throws {@link AcmeError}. */
export async function updateAccount(
  enrolment: Enrolment,
  account: AccountRow,
  payload: Record<string, unknown>,
): Promise<AccountRow> {
  if (payload.status !== undefined && payload.status !== 'deactivated') throw malformed('enrolment.payload_invalid');
  const status = payload.status === 'deactivated' ? 'deactivated' : account.status;
  const contact = payload.contact === undefined ? account.contact : readContacts(payload.contact);
  return await inTransaction(enrolment, async (trx) => {
    await trx
      .updateTable('enrolment_acme_accounts')
      .set({ status, contact: JSON.stringify(contact) as never })
      .where('id', '=', account.id)
      .where('status', '=', 'valid')
      .execute();
    await enrolment.context.audit.append(trx, {
      stream: 'enrolment',
      actor: `acme:${account.id}`,
      action: status === 'deactivated' ? 'enrolment.account_closed' : 'enrolment.account_changed',
      object: account.id,
      details: {},
    });
    return { ...account, status, contact };
  });
}

/**
 * Gives the account another key (RFC 8555 section 7.3.5). Throws {@link AcmeError}: `malformed` with status 409 when another
 * account has that key.
 */
export async function changeAccountKey(enrolment: Enrolment, account: AccountRow, jwk: JWK): Promise<AccountRow> {
  const thumbprint = await calculateJwkThumbprint(jwk);
  const other = await findAccountByKey(tablesOf(enrolment), jwk);
  const taken = (): AcmeError => new AcmeError('malformed', 'enrolment.account_key_taken', { status: 409 });
  if (other) throw taken();
  return await inTransaction(enrolment, async (trx) => {
    const changed = await trx
      .updateTable('enrolment_acme_accounts')
      .set({ thumbprint, jwk: JSON.stringify(jwk) as never })
      .where('id', '=', account.id)
      .where('thumbprint', '=', account.thumbprint)
      .returning('id')
      .executeTakeFirst();
    if (!changed) throw taken();
    await enrolment.context.audit.append(trx, {
      stream: 'enrolment',
      actor: `acme:${account.id}`,
      action: 'enrolment.account_key_changed',
      object: account.id,
      details: { from: account.thumbprint, to: thumbprint },
    });
    return { ...account, thumbprint, jwk };
  });
}

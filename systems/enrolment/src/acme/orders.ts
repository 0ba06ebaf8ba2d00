import { type Enrolment, inHours, inTransaction, randomName, tablesOf } from '../context.ts';
import type { AccountRow, AuthorizationRow, ChallengeType, EnrolmentTransaction, OrderRow } from '../tables.ts';
import { type Identifier, identifierKey, isWithin, readIdentifier } from './identifiers.ts';
import { AcmeError, malformed, type ProblemObject } from './problem.ts';
import { isAriId, requireReplaceable } from './renewal.ts';

const maxIdentifiers = 100;

/** An order with the authorizations that it waits for. */
export interface OrderWithAuthorizations {
  readonly order: OrderRow;
  readonly authorizations: readonly AuthorizationRow[];
}

/** Opens an order (RFC 8555 section 7.4). Names that the account has proven lately need no new proof. Throws {@link AcmeError}. */
export async function openOrder(
  enrolment: Enrolment,
  account: AccountRow,
  payload: Record<string, unknown>,
): Promise<OrderWithAuthorizations> {
  const { config, clock } = enrolment.context;
  if (payload.notBefore !== undefined || payload.notAfter !== undefined) throw malformed('enrolment.validity_fixed');
  const identifiers = await readIdentifiers(enrolment, account, payload.identifiers);
  const replaces = await readReplaces(enrolment, account, payload.replaces);
  const order: OrderRow = {
    id: randomName(enrolment),
    account: account.id,
    status: 'pending',
    identifiers,
    expires_at: inHours(enrolment, config.acmeOrderHours),
    error: null,
    csr: null,
    leased_until: null,
    certificate: null,
    chain: null,
    replaces: replaces ?? null,
    created_at: clock.now(),
  };
  const opened = await inTransaction(enrolment, async (trx) => {
    await requireRoom(enrolment, trx, account);
    await insertOrder(trx, order);
    const authorizations: AuthorizationRow[] = [];
    for (const identifier of identifiers) {
      const authorization = await authorizationFor(enrolment, trx, { account, identifier });
      const link = { order_id: order.id, authorization_id: authorization.id };
      await trx.insertInto('enrolment_acme_order_authorizations').values(link).execute();
      authorizations.push(authorization);
    }
    return { order, authorizations };
  });
  return await settleOrder(enrolment, opened);
}

async function readIdentifiers(enrolment: Enrolment, account: AccountRow, value: unknown): Promise<Identifier[]> {
  if (!Array.isArray(value) || value.length === 0 || value.length > maxIdentifiers) {
    throw malformed('enrolment.identifiers_invalid', { most: maxIdentifiers });
  }
  const names = await allowedNames(enrolment, account);
  const found = new Map<string, Identifier>();
  const refused: ProblemObject[] = [];
  for (const given of value) {
    const identifier = readIdentifier(given);
    found.set(identifierKey(identifier), identifier);
    if (names.every((list) => list.length === 0 || list.some((name) => isWithin(identifier.value, name)))) continue;
    const params = { name: identifier.value };
    refused.push({ type: 'rejectedIdentifier', code: 'enrolment.name_not_allowed', params, identifier });
  }
  const [first] = refused;
  if (first) {
    throw new AcmeError('rejectedIdentifier', first.code, {
      ...(first.params ? { params: first.params } : {}),
      ...(refused.length > 1 ? { subproblems: refused } : {}),
    });
  }
  return [...found.values()];
}

/** The lists that a name must be within: that of the configuration, and that of the account's credential. */
async function allowedNames(enrolment: Enrolment, account: AccountRow): Promise<readonly (readonly string[])[]> {
  const general = enrolment.context.config.allowedNames.map((name) => name.toLowerCase());
  if (!account.credential) return [general];
  const credential = await tablesOf(enrolment)
    .selectFrom('enrolment_credentials')
    .select(['names', 'revoked_at', 'expires_at'])
    .where('id', '=', account.credential)
    .executeTakeFirst();
  if (!credential || credential.revoked_at || credential.expires_at <= enrolment.context.clock.now()) {
    throw new AcmeError('unauthorized', 'enrolment.credential_invalid');
  }
  return [general, credential.names];
}

async function readReplaces(enrolment: Enrolment, account: AccountRow, value: unknown): Promise<string | undefined> {
  if (value === undefined) return undefined;
  if (!isAriId(value)) throw malformed('enrolment.replaces_invalid');
  await requireReplaceable(enrolment, account, value);
  return value;
}

async function requireRoom(enrolment: Enrolment, trx: EnrolmentTransaction, account: AccountRow): Promise<void> {
  const { config, clock } = enrolment.context;
  const { count } = await trx
    .selectFrom('enrolment_acme_orders')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('account', '=', account.id)
    .where('status', 'in', ['pending', 'ready', 'processing'])
    .where('expires_at', '>', clock.now())
    .executeTakeFirstOrThrow();
  if (count < config.acmePendingOrders) return;
  throw new AcmeError('rateLimited', 'enrolment.orders_too_many', {
    params: { most: config.acmePendingOrders },
    headers: { 'retry-after': '3600' },
  });
}

async function insertOrder(trx: EnrolmentTransaction, order: OrderRow): Promise<void> {
  const inserted = await trx
    .insertInto('enrolment_acme_orders')
    .values({ ...order, identifiers: JSON.stringify(order.identifiers) as never })
    .onConflict((conflict) => conflict.column('replaces').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!inserted) throw new AcmeError('alreadyReplaced', 'enrolment.already_replaced');
}

async function authorizationFor(
  enrolment: Enrolment,
  trx: EnrolmentTransaction,
  { account, identifier }: { readonly account: AccountRow; readonly identifier: Identifier },
): Promise<AuthorizationRow> {
  const { config, clock } = enrolment.context;
  const wildcard = identifier.value.startsWith('*.');
  const value = wildcard ? identifier.value.slice(2) : identifier.value;
  const known = await trx
    .selectFrom('enrolment_acme_authorizations')
    .selectAll()
    .where('account', '=', account.id)
    .where('type', '=', identifier.type)
    .where('value', '=', value)
    .where('wildcard', '=', wildcard)
    .where('status', '=', 'valid')
    .where('expires_at', '>', clock.now())
    .orderBy('expires_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (known) return known;
  const row: AuthorizationRow = {
    id: randomName(enrolment),
    account: account.id,
    type: identifier.type,
    value,
    wildcard,
    status: 'pending',
    expires_at: inHours(enrolment, config.acmeOrderHours),
    created_at: clock.now(),
  };
  await trx.insertInto('enrolment_acme_authorizations').values(row).execute();
  const challenges = challengeTypes(identifier, wildcard).map((type) => ({
    id: randomName(enrolment),
    authorization_id: row.id,
    type,
    token: `${randomName(enrolment)}${randomName(enrolment)}`,
    status: 'pending' as const,
    validated_at: null,
    error: null,
  }));
  await trx.insertInto('enrolment_acme_challenges').values(challenges).execute();
  return row;
}

function challengeTypes({ type }: Identifier, wildcard: boolean): readonly ChallengeType[] {
  if (wildcard) return ['dns-01'];
  return type === 'ip' ? ['http-01', 'tls-alpn-01'] : ['http-01', 'dns-01', 'tls-alpn-01'];
}

/** The account's order, brought up to date. Throws {@link AcmeError} `malformed` with status 404. */
export async function getOrder(
  enrolment: Enrolment,
  account: AccountRow,
  id: string,
): Promise<OrderWithAuthorizations> {
  const order = await tablesOf(enrolment)
    .selectFrom('enrolment_acme_orders')
    .selectAll()
    .where('id', '=', id)
    .where('account', '=', account.id)
    .executeTakeFirst();
  if (!order) throw new AcmeError('malformed', 'enrolment.object_unknown', { status: 404 });
  const authorizations = await tablesOf(enrolment)
    .selectFrom('enrolment_acme_authorizations as a')
    .innerJoin('enrolment_acme_order_authorizations as l', 'l.authorization_id', 'a.id')
    .selectAll('a')
    .where('l.order_id', '=', id)
    .orderBy('a.value')
    .execute();
  return await settleOrder(enrolment, { order, authorizations });
}

/** What an authorization counts as now: what was not proven in time is invalid, what was proven expires. */
export function authorizationStatus(row: AuthorizationRow, now: Date): AuthorizationRow['status'] | 'expired' {
  if (row.expires_at > now) return row.status;
  return row.status === 'valid' ? 'expired' : row.status === 'pending' ? 'invalid' : row.status;
}

/** Moves a pending order on: ready when every name is proven, invalid when one failed or the time is over. */
async function settleOrder(enrolment: Enrolment, found: OrderWithAuthorizations): Promise<OrderWithAuthorizations> {
  const { order, authorizations } = found;
  const now = enrolment.context.clock.now();
  if (order.status !== 'pending' && order.status !== 'ready') return found;
  const states = authorizations.map((row) => authorizationStatus(row, now));
  const late = order.expires_at <= now;
  const failed = states.some((state) => state !== 'valid' && state !== 'pending');
  const status = late || failed ? 'invalid' : states.every((state) => state === 'valid') ? 'ready' : 'pending';
  if (status === order.status) return found;
  const code = late ? 'enrolment.order_expired' : 'enrolment.authorization_failed';
  const error: ProblemObject | null = status === 'invalid' ? { type: 'unauthorized', code } : null;
  const changed = await tablesOf(enrolment)
    .updateTable('enrolment_acme_orders')
    .set({ status, error: (error ? JSON.stringify(error) : null) as never })
    .where('id', '=', order.id)
    .where('status', '=', order.status)
    .returningAll()
    .executeTakeFirst();
  return changed ? { order: changed, authorizations } : found;
}

/** Ids of the account's newest orders that can still become something or became a certificate. */
export async function listOrders(
  enrolment: Enrolment,
  account: AccountRow,
  after?: string,
): Promise<readonly string[]> {
  const rows = await tablesOf(enrolment)
    .selectFrom('enrolment_acme_orders')
    .select('id')
    .where('account', '=', account.id)
    .where('status', '!=', 'invalid')
    .$if(after !== undefined, (query) => query.where('id', '>', after ?? ''))
    .orderBy('id')
    .limit(101)
    .execute();
  return rows.map(({ id }) => id);
}

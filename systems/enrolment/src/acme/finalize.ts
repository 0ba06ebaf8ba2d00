import { CodedError, toBase64, toHex } from '@tra/kernel';
import { type Enrolment, inTransaction, tablesOf } from '../context.ts';
import type { EnrolledCertificate, NameInCertificate } from '../ports.ts';
import { readRequestNames, sha256Hex } from '../request-names.ts';
import type { AccountRow, AuthorizationRow, ChallengeRow, OrderRow } from '../tables.ts';
import { requireCaa } from '../validation/caa.ts';
import { type Identifier, identifierKey } from './identifiers.ts';
import type { OrderWithAuthorizations } from './orders.ts';
import { AcmeError, malformed, type ProblemObject } from './problem.ts';
import { certificateFacts } from './renewal.ts';
import { acmeUrls } from './urls.ts';

/** The job that issues what a crash interrupted. */
export const ISSUE_JOB = 'enrolment.acme_issue';

/** For how long the process that issues has an order for itself, milliseconds. */
const leaseMs = 60_000;

/** Takes the certification request of an order whose names are proven (RFC 8555 section 7.4). Throws {@link AcmeError}. */
export async function beginIssue(
  enrolment: Enrolment,
  account: AccountRow,
  { found, payload }: { readonly found: OrderWithAuthorizations; readonly payload: Record<string, unknown> },
): Promise<void> {
  const { order } = found;
  if (order.status !== 'ready') {
    throw new AcmeError('orderNotReady', 'enrolment.order_not_ready', { params: { status: order.status } });
  }
  const csr = readCsr(payload.csr);
  checkRequest(csr, order, account);
  const { clock, jobs } = enrolment.context;
  await inTransaction(enrolment, async (trx) => {
    const begun = await trx
      .updateTable('enrolment_acme_orders')
      .set({ status: 'processing', csr })
      .where('id', '=', order.id)
      .where('status', '=', 'ready')
      .returning('id')
      .executeTakeFirst();
    if (!begun) throw new AcmeError('orderNotReady', 'enrolment.order_not_ready', { params: { status: 'processing' } });
    // Done at once by whoever took the request; the job is for the case that its process ends in between.
    const runAt = new Date(clock.now().getTime() + leaseMs + 5_000);
    await jobs.enqueue(trx, { kind: ISSUE_JOB, payload: { order: order.id }, runAt });
  });
}

function readCsr(value: unknown): Uint8Array {
  if (typeof value !== 'string' || value.length > 24_000 || !/^[A-Za-z0-9_-]+$/.test(value)) {
    throw malformed('enrolment.csr_encoding');
  }
  return new Uint8Array(Buffer.from(value, 'base64url'));
}

function checkRequest(csr: Uint8Array, order: OrderRow, account: AccountRow): void {
  const request = readRequestNames(csr);
  const wanted = new Set(order.identifiers.map(identifierKey));
  const asked = new Set(request.names.map(identifierKey));
  const same = wanted.size === asked.size && [...wanted].every((key) => asked.has(key));
  if (!same || request.otherNames) {
    throw new AcmeError('badCSR', 'enrolment.csr_names', {
      params: {
        names: order.identifiers
          .map(({ value }) => value)
          .join(', ')
          .slice(0, 500),
      },
    });
  }
  if (request.jwkThumbprint === account.thumbprint) throw new AcmeError('badCSR', 'enrolment.csr_account_key');
}

/** Issues the certificate of an order that is being processed, unless another process is at it. Never rejects for a refusal. */
export async function issueOrder(enrolment: Enrolment, id: string): Promise<void> {
  const order = await lease(enrolment, id);
  if (!order?.csr) return;
  try {
    await checkCaa(enrolment, order);
    const issued = await enrolment.ports.certificates.issueFromRequest({
      profile: 'tls-server',
      csr: order.csr,
      subject: subjectOf(order.identifiers),
      alternativeNames: order.identifiers.map(nameOf),
      actor: `acme:${order.account}`,
      channel: 'acme',
    });
    await complete(enrolment, order, issued);
  } catch (error) {
    const problem = refusal(error);
    if (!problem) throw error;
    await fail(enrolment, order, problem);
  }
}

async function lease(enrolment: Enrolment, id: string): Promise<OrderRow | undefined> {
  const now = enrolment.context.clock.now();
  return await tablesOf(enrolment)
    .updateTable('enrolment_acme_orders')
    .set({ leased_until: new Date(now.getTime() + leaseMs) })
    .where('id', '=', id)
    .where('status', '=', 'processing')
    .where((where) => where.or([where('leased_until', 'is', null), where('leased_until', '<', now)]))
    .returningAll()
    .executeTakeFirst();
}

const nameOf = ({ type, value }: Identifier): NameInCertificate => (type === 'dns' ? { dns: value } : { ip: value });

/** The first name that fits into a common name (64 characters), as clients from before RFC 6125 expect it. */
function subjectOf(identifiers: readonly Identifier[]): { commonName?: string } {
  const name = identifiers.find(({ type, value }) => type === 'dns' && value.length <= 64);
  return name ? { commonName: name.value } : {};
}

async function checkCaa(enrolment: Enrolment, order: OrderRow): Promise<void> {
  if (!enrolment.context.config.caa) return;
  const accountUri = acmeUrls(enrolment).account(order.account);
  for (const { type, value } of order.identifiers) {
    if (type !== 'dns') continue;
    const method = await methodOf(enrolment, order, value);
    await requireCaa(enrolment, { name: value, accountUri, method });
  }
}

async function methodOf(enrolment: Enrolment, order: OrderRow, name: string): Promise<ChallengeRow['type']> {
  const wildcard = name.startsWith('*.');
  const bare: AuthorizationRow['value'] = wildcard ? name.slice(2) : name;
  const { type } = await tablesOf(enrolment)
    .selectFrom('enrolment_acme_challenges as c')
    .innerJoin('enrolment_acme_order_authorizations as l', 'l.authorization_id', 'c.authorization_id')
    .innerJoin('enrolment_acme_authorizations as a', 'a.id', 'c.authorization_id')
    .select('c.type')
    .where('l.order_id', '=', order.id)
    .where('a.value', '=', bare)
    .where('a.wildcard', '=', wildcard)
    .where('c.status', '=', 'valid')
    .executeTakeFirstOrThrow();
  return type;
}

/** A refusal that the client is told; undefined for a fault of ours, which the job tries again. */
function refusal(error: unknown): ProblemObject | undefined {
  if (error instanceof AcmeError) return error.type === 'serverInternal' ? undefined : error.toObject();
  if (!(error instanceof CodedError)) return undefined;
  const { code } = error;
  const ours = ['pki.authority_', 'pki.not_ready', 'pki.key_unavailable', 'keys.', 'storage.'];
  if (ours.some((start) => code.startsWith(start)) || !code.startsWith('pki.')) return undefined;
  return { type: 'badCSR', code, ...(error.params ? { params: error.params } : {}) };
}

async function complete(enrolment: Enrolment, order: OrderRow, issued: EnrolledCertificate): Promise<void> {
  const { clock } = enrolment.context;
  const { ariId, notAfter } = certificateFacts(issued.certificate);
  await inTransaction(enrolment, async (trx) => {
    await trx
      .insertInto('enrolment_certificates')
      .values({
        sha256: sha256Hex(issued.certificate),
        serial_hex: issued.serialHex,
        authority: issued.authority,
        ari_id: ariId ?? null,
        account: order.account,
        credential: null,
        subject_key_sha256: toHex(readRequestNames(order.csr ?? new Uint8Array(0)).keyDigest),
        not_after: notAfter,
        created_at: clock.now(),
      })
      .execute();
    await trx
      .updateTable('enrolment_acme_orders')
      .set({
        status: 'valid',
        certificate: issued.certificate,
        chain: JSON.stringify(issued.chain.map(toBase64)) as never,
        leased_until: null,
      })
      .where('id', '=', order.id)
      .where('status', '=', 'processing')
      .execute();
  });
}

async function fail(enrolment: Enrolment, order: OrderRow, problem: ProblemObject): Promise<void> {
  await tablesOf(enrolment)
    .updateTable('enrolment_acme_orders')
    .set({ status: 'invalid', error: JSON.stringify(problem) as never, leased_until: null })
    .where('id', '=', order.id)
    .where('status', '=', 'processing')
    .execute();
}

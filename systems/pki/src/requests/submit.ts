import { uuidv7 } from '@tra/kernel';
import { sql } from '@tra/platform-storage';
import { inTransaction, type PkiCore, tablesOf } from '../core.ts';
import { PkiSystemError } from '../errors.ts';
import { findRequest, insertRequest, type NewRequest, type RequestAction } from '../store/request-store.ts';
import type { PkiTransaction, RequestRow } from '../store/tables.ts';
import type { Caller } from './caller.ts';
import { draftOf, type RequestInput } from './draft.ts';

/** Open requests that one account may have. */
const openLimit = 50;

/** Takes an application. Rejects with what stands against it, or `pki.too_many_requests`. */
export async function submitRequest(core: PkiCore, caller: Caller, input: RequestInput): Promise<RequestRow> {
  const draft = await draftOf(core, input);
  const given = { ...draft, kind: input.kind, state: 'submitted', target_serial: null } as const;
  return await addRequest(core, caller, given);
}

/** Stores a request of any kind with its event and audit record. Rejects with `pki.request_open` when one about the same is open. */
export async function addRequest(
  core: PkiCore,
  caller: Caller,
  given: Omit<NewRequest, 'id' | 'applicant'>,
  alongside?: (trx: PkiTransaction) => Promise<void>,
): Promise<RequestRow> {
  const { clock, random } = core.context;
  const row: NewRequest = { ...given, id: uuidv7(clock, random), applicant: caller.accountId };
  return await inTransaction(core, async (trx) => {
    await refuseTooMany(trx, caller.accountId);
    const by = { actor: caller.accountId, action: 'submit', at: clock.now() };
    if (!(await insertRequest(trx, row, by))) throw new PkiSystemError('pki.request_open');
    await auditRequest(core, trx, row, by);
    await alongside?.(trx);
    const stored = await findRequest(trx, row.id);
    if (!stored) throw new PkiSystemError('pki.not_ready');
    return stored;
  });
}

async function refuseTooMany(trx: PkiTransaction, applicant: string): Promise<void> {
  const counted = await trx
    .selectFrom('pki_requests')
    .select(sql<number>`count(*)`.as('count'))
    .where('applicant', '=', applicant)
    .where('state', 'in', ['submitted', 'correction', 'first-approved'])
    .executeTakeFirst();
  if (Number(counted?.count ?? 0) >= openLimit) {
    throw new PkiSystemError('pki.too_many_requests', { params: { limit: openLimit } });
  }
}

/** Keeps what was done to a request in the audit records. */
export async function auditRequest(
  { context }: PkiCore,
  trx: PkiTransaction,
  row: Pick<RequestRow, 'id' | 'kind' | 'authority'>,
  by: RequestAction,
): Promise<void> {
  await context.audit.append(trx, {
    stream: 'pki',
    actor: by.actor,
    action: `pki.request_${by.action.replaceAll('-', '_')}`,
    object: `request:${row.id}`,
    details: { kind: row.kind, authority: row.authority },
  });
}

/** One request as somebody may see it. Rejects with `pki.request_unknown`, also for one that is not theirs to see. */
export async function getRequest(core: PkiCore, id: string, maySee: (row: RequestRow) => boolean): Promise<RequestRow> {
  const row = await findRequest(tablesOf(core), id);
  if (row && maySee(row)) return row;
  throw new PkiSystemError('pki.request_unknown');
}

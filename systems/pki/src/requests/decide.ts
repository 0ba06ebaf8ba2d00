import { inTransaction, type PkiCore } from '../core.ts';
import { PkiSystemError } from '../errors.ts';
import { findRequest, type RequestChange, updateRequest } from '../store/request-store.ts';
import type { PkiTransaction, Proofing, RequestRow } from '../store/tables.ts';
import { type RequestActionName, refusalOf } from './actions.ts';
import { type Caller, mayReadRequest } from './caller.ts';
import { draftOf, type RequestInput } from './draft.ts';
import { carryOut, FULFIL_JOB, fulfilNow } from './fulfil.ts';
import { auditRequest } from './submit.ts';

/** A wish to do something with a request. */
export interface Decision {
  readonly id: string;
  readonly action: Exclude<RequestActionName, 'correct'>;
  /** For a refusal or a correction: why. */
  readonly note?: string | undefined;
  /** From the first officer: how the identity was proven. */
  readonly proofing?: Omit<Proofing, 'officer' | 'at'> | undefined;
  /** Called with the version that the request has; throws when the caller saw another one. */
  readonly precondition: (version: number) => void;
}

/** The locked request when `caller` may take the action. */
async function open(
  trx: PkiTransaction,
  caller: Caller,
  wanted: { readonly id: string; readonly action: RequestActionName; readonly precondition: (version: number) => void },
): Promise<RequestRow> {
  const row = await findRequest(trx, wanted.id, true);
  if (!row || !mayReadRequest(caller, row)) throw new PkiSystemError('pki.request_unknown');
  wanted.precondition(row.version);
  const refusal = refusalOf(caller, row, wanted.action);
  if (refusal) throw new PkiSystemError(refusal, { params: { action: wanted.action, state: row.state } });
  return row;
}

/**
 * Approves, rejects, sends back or withdraws. The second approval issues at once; when that fails, a job tries again. Rejects with the
 * refusals of {@link refusalOf}, `pki.note_required`, `pki.proofing_required`, `pki.request_changed`.
 */
export async function decideRequest(core: PkiCore, caller: Caller, decision: Decision): Promise<RequestRow> {
  const { clock } = core.context;
  const row = await inTransaction(core, async (trx) => {
    const seen = await open(trx, caller, decision);
    const at = clock.now();
    const change = changeOf(seen, decision, { officer: caller.accountId, at });
    const by = { actor: caller.accountId, action: decision.action, at, note: decision.note };
    await updateRequest(trx, seen, change, by);
    await auditRequest(core, trx, seen, by);
    if (change.state === 'approved') await enqueue(core, trx, seen.id);
    if (change.state === 'done') await carryOut(core, trx, seen, caller.accountId);
    return { ...seen, state: change.state ?? seen.state };
  });
  if (row.state === 'approved') await fulfilNow(core, row.id);
  return await reload(core, row.id);
}

async function enqueue({ context }: PkiCore, trx: PkiTransaction, id: string): Promise<void> {
  // The one who approves issues at once; the job is there for the case that this fails or the process ends.
  const runAt = new Date(context.clock.now().getTime() + 30_000);
  await context.jobs.enqueue(trx, { kind: FULFIL_JOB, payload: { id }, runAt, dedupeKey: id });
}

async function reload(core: PkiCore, id: string): Promise<RequestRow> {
  const row = await inTransaction(core, (trx) => findRequest(trx, id));
  if (!row) throw new PkiSystemError('pki.request_unknown');
  return row;
}

function changeOf(
  row: RequestRow,
  { action, note, proofing }: Decision,
  by: { readonly officer: string; readonly at: Date },
): RequestChange {
  if (action === 'withdraw') return { state: 'withdrawn' };
  if (action === 'approve') return approval(row, proofing, by);
  if (!note?.trim()) throw new PkiSystemError('pki.note_required');
  // What the first officer found counts no more once the application changes.
  if (action === 'ask-correction') {
    return { state: 'correction', note, first_officer: null, first_at: null, proofing: null };
  }
  const second = row.first_officer === null ? {} : { second_officer: by.officer, second_at: by.at };
  return { state: 'rejected', note, ...second };
}

function approval(
  row: RequestRow,
  proofing: Decision['proofing'],
  { officer, at }: { readonly officer: string; readonly at: Date },
): RequestChange {
  if (row.first_officer !== null) {
    const ending = row.kind === 'revocation' || row.kind === 'reinstatement' ? 'done' : 'approved';
    return { state: ending, second_officer: officer, second_at: at };
  }
  const first = { state: 'first-approved', first_officer: officer, first_at: at } as const;
  if (row.kind === 'reinstatement') return first;
  if (!proofing?.statement.trim()) throw new PkiSystemError('pki.proofing_required');
  return { ...first, proofing: { ...proofing, officer, at: at.toISOString() } };
}

/** Replaces what an applicant was asked to correct, and submits it again. */
export async function correctRequest(
  core: PkiCore,
  caller: Caller,
  given: { readonly id: string; readonly input: RequestInput; readonly precondition: (version: number) => void },
): Promise<RequestRow> {
  const draft = await draftOf(core, given.input);
  await inTransaction(core, async (trx) => {
    const row = await open(trx, caller, { ...given, action: 'correct' });
    if (row.kind !== given.input.kind)
      throw new PkiSystemError('pki.request_details_invalid', { params: { field: 'kind' } });
    const { authority: _same, profile: _kept, ...change } = draft;
    const by = { actor: caller.accountId, action: 'correct', at: core.context.clock.now() };
    if (draft.profile !== row.profile) {
      throw new PkiSystemError('pki.request_details_invalid', { params: { field: 'profile' } });
    }
    await updateRequest(trx, row, { ...change, state: 'submitted', note: null }, by);
    await auditRequest(core, trx, row, by);
  });
  return await reload(core, given.id);
}

import { type SignatureAlgorithm, toHex } from '@tra/kernel';
import { buildCertificationRequest, type NameAttributes } from '@tra/pki';
import { inTransaction, type PkiCore } from '../core.ts';
import { PkiSystemError } from '../errors.ts';
import type { Caller } from '../requests/caller.ts';
import { findAuthority, insertAuthority, lockAuthority, updateAuthority } from '../store/authority-store.ts';
import type { AuthorityState } from '../store/tables.ts';
import { type Authority, authorityOf } from './authority.ts';
import { keyPurposeOf } from './registry.ts';

/** A further issuing CA of this platform. */
export interface NewIssuingAuthority {
  readonly id: string;
  readonly subject: NameAttributes;
  readonly algorithm: SignatureAlgorithm;
}

/** Makes the key and the request of a further issuing CA; it waits until a root has signed it. Rejects with `pki.authority_exists`. */
export async function createAuthority(core: PkiCore, caller: Caller, given: NewIssuingAuthority): Promise<Authority> {
  const { context, authorities } = core;
  const taken = (): PkiSystemError => new PkiSystemError('pki.authority_exists', { params: { authority: given.id } });
  if ((await authorities.all()).some(({ id }) => id === given.id)) throw taken();
  const label = `issuing-ca-${toHex(context.random.bytes(6))}`;
  const signer = await context.keys.create(label, { algorithm: given.algorithm, purpose: keyPurposeOf('issuing') });
  const csr = await buildCertificationRequest({ subject: given.subject, signer, ca: true });
  const row = await inTransaction(core, async (trx) => {
    const waiting = { name: given.id, kind: 'issuing', parent: null, state: 'awaiting-certificate', csr } as const;
    const own = { ...waiting, certificate: null, key_label: label, operator: null };
    if (!(await insertAuthority(trx, own, context.clock.now()))) throw taken();
    await audit(core, trx, caller, { action: 'pki.authority_created', id: given.id });
    return await findAuthority(trx, given.id);
  });
  authorities.forget();
  if (!row) throw new PkiSystemError('pki.not_ready');
  return authorityOf(row);
}

/** What an operator does with an authority. */
export type AuthorityAction = 'suspend' | 'resume' | 'retire';

const moves: Readonly<
  Record<AuthorityAction, { readonly from: readonly AuthorityState[]; readonly to: AuthorityState }>
> = {
  suspend: { from: ['active'], to: 'suspended' },
  resume: { from: ['suspended'], to: 'active' },
  retire: { from: ['active', 'suspended', 'awaiting-certificate'], to: 'retired' },
};

/**
 * Stops an authority from issuing, for a time or for ever; it goes on signing CRLs. Rejects with `pki.authority_unknown` or
 * `pki.authority_state`.
 */
export async function actOnAuthority(
  core: PkiCore,
  caller: Caller,
  wanted: {
    readonly id: string;
    readonly action: AuthorityAction;
    readonly precondition: (version: number) => void;
  },
): Promise<Authority> {
  const { id, action, precondition } = wanted;
  const row = await inTransaction(core, async (trx) => {
    const seen = await lockAuthority(trx, id);
    if (!seen) throw new PkiSystemError('pki.authority_unknown', { params: { authority: id } });
    precondition(seen.version);
    const { from, to } = moves[action];
    if (!from.includes(seen.state)) throw new PkiSystemError('pki.authority_state', { params: { state: seen.state } });
    await updateAuthority(trx, seen, { state: to });
    await audit(core, trx, caller, { action: `pki.authority_${action}`, id });
    return { ...seen, state: to, version: seen.version + 1 };
  });
  core.authorities.forget();
  return authorityOf(row);
}

async function audit(
  { context }: PkiCore,
  trx: Parameters<typeof findAuthority>[0],
  caller: Caller,
  done: { readonly action: string; readonly id: string },
): Promise<void> {
  const entry = { stream: 'pki', actor: caller.accountId, action: done.action, object: `authority:${done.id}` };
  await context.audit.append(trx, entry);
}

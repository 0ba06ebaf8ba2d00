import type { CertifiedAuthority } from '../authorities/authority.ts';
import type { PkiCore } from '../core.ts';
import type { PkiTransaction } from '../store/tables.ts';
import { publishCrl } from './revocation-lists.ts';

/** Publishes what changed, inside the transaction of the change. An authority whose key is elsewhere publishes nothing here. */
export async function publishChanges(core: PkiCore, authority: CertifiedAuthority, trx: PkiTransaction): Promise<void> {
  if (authority.keyLabel !== undefined) await publishCrl(core, authority, trx);
}

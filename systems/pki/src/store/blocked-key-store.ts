import type { BlockedKeyRow, Tables } from './tables.ts';

/** Blocks a key; one that is blocked already stays as it is. */
export async function blockKey(trx: Tables, row: BlockedKeyRow): Promise<void> {
  await trx
    .insertInto('pki_blocked_keys')
    .values(row)
    .onConflict((conflict) => conflict.column('key_sha256').doNothing())
    .execute();
}

/** The blocked ones among these keys, by hash of SubjectPublicKeyInfo. */
export async function findBlockedKeys(
  tables: Tables,
  hashes: readonly Uint8Array[],
): Promise<readonly BlockedKeyRow[]> {
  if (hashes.length === 0) return [];
  return await tables.selectFrom('pki_blocked_keys').selectAll().where('key_sha256', 'in', hashes).execute();
}

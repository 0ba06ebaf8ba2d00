import type { PolicyDocument } from '../policies/policy-oids.ts';
import type { PolicyVersionRow, Tables } from './tables.ts';

export type { PolicyVersionRow };

/** The edition in force. */
export async function findNewestPolicy(
  tables: Tables,
  document: PolicyDocument,
): Promise<PolicyVersionRow | undefined> {
  return await tables
    .selectFrom('pki_policy_versions')
    .selectAll()
    .where('document', '=', document)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** One edition. */
export async function findPolicy(
  tables: Tables,
  document: PolicyDocument,
  version: number,
): Promise<PolicyVersionRow | undefined> {
  return await tables
    .selectFrom('pki_policy_versions')
    .selectAll()
    .where('document', '=', document)
    .where('version', '=', version)
    .executeTakeFirst();
}

/** All editions without their texts, the newest first. */
export async function listPolicies(tables: Tables): Promise<readonly Omit<PolicyVersionRow, 'content'>[]> {
  return await tables
    .selectFrom('pki_policy_versions')
    .select(['document', 'version', 'effective_at', 'oid', 'sha256'])
    .orderBy('document')
    .orderBy('version', 'desc')
    .execute();
}

/** Adds an edition; false when its number is taken. */
export async function insertPolicy(tables: Tables, row: PolicyVersionRow): Promise<boolean> {
  const { document, version, effective_at, oid, sha256, content } = row;
  const result = await tables
    .insertInto('pki_policy_versions')
    .values({ document, version, effective_at, oid, sha256, content })
    .onConflict((conflict) => conflict.columns(['document', 'version']).doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

import { parseCertificate } from '@tra/pki';
import type { Transaction } from '@tra/platform-storage';
import type { SystemContext } from '@tra/platform-system';
import type { TimestampConfig } from './config.ts';
import type { StoredUnit, TimestampStore, TimestampTables } from './store.ts';

/** Every process has taken up the next unit long before: it looks every `sealSeconds`, an hour at most. */
const graceMs = 86_400_000;

/** Input of {@link destroyRetiredKeys}. */
export interface RetiredKeys {
  readonly context: SystemContext<TimestampConfig>;
  readonly store: TimestampStore;
}

/**
 * Destroys the keys of units that another one followed a day ago (ETSI EN 319 421 clause 7.6.4): nothing needs them any more, and what does
 * not exist cannot be stolen. Each process does so in its own key store, with a record in the audit chain `timestamp:units`. What a store cannot
 * destroy, such as a token, is counted in `tra_timestamp_retired_keys` until somebody removes it with the maker's tool.
 */
export async function destroyRetiredKeys({ context, store }: RetiredKeys): Promise<void> {
  const { keys, metrics, clock } = context;
  const kept = metrics.gauge({
    name: 'tra_timestamp_retired_keys',
    help: 'Keys of former time-stamping units that still exist and that this process cannot destroy.',
  });
  let left = 0;
  const units = await store.listUnits();
  for (const unit of units) {
    const next = units.find(({ line, generation }) => line === unit.line && generation === unit.generation + 1);
    if (!next || clock.now().getTime() - parseCertificate(next.certificate).notBefore.getTime() < graceMs) continue;
    // Where the key of the next unit has not been brought yet, this one still signs.
    if (!(await keys.find(unit.keyLabel)) || !(await keys.find(next.keyLabel))) continue;
    if (await keys.destroy(unit.keyLabel, 'time-stamping')) await record(context, unit);
    else left += 1;
  }
  kept.set(left);
}

async function record(context: RetiredKeys['context'], { keyLabel, line, generation }: StoredUnit): Promise<void> {
  context.logger.info({ keyLabel, line, generation }, 'key of a former time-stamping unit destroyed');
  await context.database.transaction(async (trx: Transaction<TimestampTables>) => {
    await context.audit.append(trx, {
      stream: 'timestamp:units',
      actor: 'system:timestamp',
      action: 'timestamp.unit_key_destroyed',
      object: `key:${keyLabel}`,
      details: { line, generation },
    });
  });
}

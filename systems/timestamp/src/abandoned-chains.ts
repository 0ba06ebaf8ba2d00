import { equalBytes } from '@tra/kernel';
import type { Transaction } from '@tra/platform-storage';
import type { SystemContext } from '@tra/platform-system';
import type { TimestampConfig } from './config.ts';
import type { ChainPosition } from './record-log.ts';
import type { Sealer } from './sealing.ts';
import type { TimestampStore, TimestampTables } from './store.ts';
import { followChain } from './token-log.ts';

/** A chain with all its records sealed may belong to a process that has nothing to do: it is left alone for this long. */
const idleMs = 3_600_000;

/** Input of {@link sealAbandoned}. */
export interface AbandonedOptions {
  readonly context: SystemContext<TimestampConfig>;
  readonly store: TimestampStore;
  readonly sealer: Sealer;
  /** The chain that this process writes. */
  readonly own: string | undefined;
  /** A process seals its records within a third of this time: whose newest unsealed record is older has been killed. */
  readonly quietMs: number;
}

/**
 * Seals and ends the chains in the database that other processes left: killed ones, or ones whose machine is gone. Any process that shares
 * the database may do it, several at once. Records that do not fit together are left to the audit, since a seal would make them right.
 */
export async function sealAbandoned(options: AbandonedOptions): Promise<void> {
  const { store, context, own, quietMs } = options;
  const now = context.clock.now().getTime();
  for (const chain of await store.listOpenChains(new Date(now - quietMs))) {
    if (chain !== own) await endIfAbandoned(options, chain, now);
  }
}

async function endIfAbandoned(options: AbandonedOptions, chain: string, now: number): Promise<void> {
  const { store, context, sealer, quietMs } = options;
  const [newest, seal] = [await store.findNewestRecord(chain), await store.findNewestSeal(chain)];
  const sealedTo = seal?.to ?? 0;
  const isUnsealed = newest !== undefined && newest.seq > sealedTo;
  const age = newest ? now - newest.genTime.getTime() : Number.POSITIVE_INFINITY;
  if (age < (isUnsealed ? quietMs : Math.max(quietMs, idleMs))) return;
  const end: ChainPosition | undefined = newest && { chain, seq: newest.seq, head: newest.hash };
  if (end && isUnsealed && !(await isWhole(store, end, seal))) {
    context.logger.error({ chain }, 'records of a killed process do not fit together');
    return;
  }
  await context.database.transaction(async (trx: Transaction<TimestampTables>) => {
    if (!(await store.lockOpenChain(trx, chain))) return;
    // What was written between looking and locking is for the next turn.
    const last = await store.findNewestRecord(chain, trx);
    if (last?.seq !== end?.seq) return;
    if (end && isUnsealed) await sealer.sealIn(trx, end, sealedTo);
    await store.endChain(trx, chain, context.clock.now());
  });
}

/** Whether the records after the newest seal follow from it, up to `end`. */
async function isWhole(
  store: TimestampStore,
  end: ChainPosition,
  seal: { readonly to: number; readonly head: Uint8Array } | undefined,
): Promise<boolean> {
  const followed = await followChain(store, end.chain, { start: seal && { seq: seal.to, hash: seal.head } });
  return followed.brokenAt === undefined && followed.seq >= end.seq && equalBytes(followed.hash ?? end.head, end.head);
}

import type { SystemContext } from '@tra/platform-system';
import type { AnswerCache } from './answer-cache.ts';
import type { CertificateStatusSource } from './ports.ts';

/** Makes sure that no answer outlives a change of its status, wherever the change was made. */
export interface ChangeWatch {
  /** Begins to listen. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Whether answers in memory may be believed at once; begins to look when that was a second ago. */
  readonly isCurrent: boolean;
  /** Resolves once the table was looked at within the last seconds. Rejects when it cannot be. */
  ensureCurrent(): Promise<void>;
}

/** How often the table is looked at while requests come, for notifications that were lost. */
const lookEveryMs = 1_000;
/** Without a look for this long nothing in memory is believed any more. */
const believedMs = 5_000;
/** More changes than this at once drop everything. */
const mostChanges = 10_000;

/** Names a certificate in the cache. */
export function certificateKey(authority: string, serialHex: string): string {
  return `${authority} ${serialHex}`;
}

/** Listens for changes, and once a second of traffic compares the numbers of the newest ones. */
export function watchChanges(
  source: CertificateStatusSource,
  cache: AnswerCache,
  logger: SystemContext<unknown>['logger'],
): ChangeWatch {
  let seen: ReadonlyMap<string, number> | undefined;
  let looked = 0;
  let looking: Promise<void> | undefined;
  let stopListening: (() => Promise<void>) | undefined;

  const look = async (): Promise<void> => {
    const started = performance.now();
    const now = await source.lastChanges();
    for (const [authority, change] of now) {
      const before = seen?.get(authority);
      if (seen === undefined || change === (before ?? 0)) continue;
      const serials = await source.changedSince(authority, before ?? 0, mostChanges);
      if (!serials) cache.clear();
      for (const serialHex of serials ?? []) cache.forget(certificateKey(authority, serialHex));
    }
    seen = now;
    looked = started;
  };
  const lookOnce = (): Promise<void> => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  return {
    start: async () => {
      stopListening = await source.onChange((authority, serialHex) =>
        cache.forget(certificateKey(authority, serialHex)),
      );
      await lookOnce();
    },
    stop: async () => {
      await stopListening?.();
      await looking?.catch(() => undefined);
    },
    get isCurrent() {
      const age = performance.now() - looked;
      if (seen === undefined || age > believedMs) return false;
      if (age > lookEveryMs) {
        lookOnce().catch((error: unknown) => logger.warn({ err: error }, 'status changes cannot be read'));
      }
      return true;
    },
    ensureCurrent: async () => {
      if (seen === undefined || performance.now() - looked > lookEveryMs) await lookOnce();
    },
  };
}

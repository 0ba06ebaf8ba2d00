import type { SystemContext } from '@tra/platform-system';

/** What signs now, kept while nothing newer can be had. */
export interface Loaded<T> {
  /** Undefined until it is loaded, and when it may not be used any more. */
  current(): T | undefined;
  /** Loads when nothing is loaded. Rejects as that does. */
  get(): Promise<T>;
  /** Looks for something newer. Rejects when what there is may not be used any more, which stays so until a later turn. */
  renew(): Promise<T>;
}

/** Input of {@link createLoaded}. */
export interface LoadedOptions<T> {
  readonly load: () => Promise<T>;
  readonly renew: (now: T) => Promise<T>;
  /** Whether after this error nothing that was loaded may be used: else it goes on, for the database may be away. */
  readonly ends: (error: unknown) => boolean;
  readonly logger: SystemContext<unknown>['logger'];
}

/** Keeps what `load` gives. */
export function createLoaded<T>({ load, renew, ends, logger }: LoadedOptions<T>): Loaded<T> {
  let loading: Promise<T> | undefined;
  let current: T | undefined;
  /** Whether nothing may be used until the next turn. */
  let ended = false;
  const keep = (value: T): T => {
    current = value;
    loading = Promise.resolve(value);
    return value;
  };
  const end = (error: unknown): never => {
    ended = ends(error);
    current = undefined;
    loading = ended ? Promise.reject(error) : undefined;
    loading?.catch(() => undefined);
    throw error;
  };
  const get = (): Promise<T> => {
    loading ??= load().then(keep, end);
    return loading;
  };
  return {
    current: () => current,
    get,
    renew: async () => {
      if (ended) {
        ended = false;
        loading = undefined;
        return get();
      }
      const now = await get();
      return renew(now).then(keep, (error: unknown) => {
        if (ends(error)) return end(error);
        logger.error({ err: error }, 'time-stamping units could not be renewed');
        return now;
      });
    },
  };
}

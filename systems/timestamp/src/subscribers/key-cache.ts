import type { SubscriberState } from './tables.ts';

/** A key with what its subscriber may do. */
export interface KnownKey {
  readonly id: string;
  readonly sha256: Uint8Array;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly revoked: boolean;
  /** The secret after it was found right, for as long as the key is kept here: comparing is cheaper than hashing. */
  proven?: Uint8Array;
  readonly subscriber: KnownSubscriber;
}

/** What is asked of a subscriber for every token. */
export interface KnownSubscriber {
  readonly id: string;
  readonly state: SubscriberState;
  /** Undefined: all. */
  readonly policies: ReadonlySet<string> | undefined;
  readonly perSecond: number | undefined;
  readonly perDay: number | undefined;
  readonly perMonth: number | undefined;
}

interface Slot {
  readonly key: KnownKey | undefined;
  readonly until: number;
}

/** For how long a process believes what it read; changes are told at once, this bounds what a lost connection can do. */
const keptMs = 10_000;
const most = 50_000;

/**
 * Keys in memory, those that do not exist too, so that guessing asks the database rarely. What was read before a change was heard of is not
 * kept after it.
 */
export class KeyCache {
  readonly #slots: Map<string, Slot> = new Map();
  readonly #loading: Map<string, Promise<KnownKey | undefined>> = new Map();
  readonly #load: (id: string) => Promise<KnownKey | undefined>;
  #changes = 0;

  constructor(load: (id: string) => Promise<KnownKey | undefined>) {
    this.#load = load;
  }

  /** What is known of a key at `now`; undefined when it must be looked up. */
  peek(id: string, now: number): { readonly key: KnownKey | undefined } | undefined {
    const slot = this.#slots.get(id);
    return slot && now < slot.until ? slot : undefined;
  }

  /** Looks a key up, once however many ask. */
  find(id: string, now: number): Promise<KnownKey | undefined> {
    const running = this.#loading.get(id);
    if (running) return running;
    const changes = this.#changes;
    const loading = this.#load(id)
      .then((key) => {
        if (changes === this.#changes) this.#keep(id, { key, until: now + keptMs });
        return key;
      })
      .finally(() => {
        if (this.#loading.get(id) === loading) this.#loading.delete(id);
      });
    this.#loading.set(id, loading);
    return loading;
  }

  #keep(id: string, slot: Slot): void {
    if (this.#slots.size >= most) this.#slots.clear();
    this.#slots.set(id, slot);
  }

  /** Forgets all keys of a subscriber. */
  forget(subscriber: string): void {
    this.#changes += 1;
    this.#loading.clear();
    for (const [id, { key }] of this.#slots) {
      if (!key || key.subscriber.id === subscriber) this.#slots.delete(id);
    }
  }
}

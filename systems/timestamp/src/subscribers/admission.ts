import type { Clock, Random } from '@tra/kernel';
import type { Database } from '@tra/platform-storage';
import { ANONYMOUS, UsageCounter } from '../usage/counter.ts';
import { type AddressQuota, LocalAddressQuota } from './address-quota.ts';
import { nextBangkokDay } from './bangkok.ts';
import { KeyCache, type KnownKey, type KnownSubscriber } from './key-cache.ts';
import { fitsSecret, type KeyText, readAuthorization } from './key-text.ts';
import { findKnownKey } from './keys.ts';
import { Quotas } from './quota.ts';
import { RateLimit } from './rate-limit.ts';
import type { SubscriberSettings } from './settings.ts';
import { SharedAddressQuota } from './shared-address-quota.ts';

/** Why somebody may not stamp now. */
export type RefusalReason =
  | 'key_invalid'
  | 'key_required'
  | 'subscriber_inactive'
  | 'rate'
  | 'quota_day'
  | 'quota_month'
  | 'anonymous_quota'
  | 'keys_unavailable';

/** What a request came to, as {@link Admitted.settle} is told. */
export interface Settlement {
  /** The policy of the token that leaves; undefined when none does. */
  readonly policy?: string | undefined;
  /** Why none does. */
  readonly failure?: string | undefined;
}

/** Somebody may stamp. `settle` must be called once, when it is known what the request came to. */
export interface Admitted {
  readonly refusal?: undefined;
  /** Policies that may be asked for; undefined: all. */
  readonly policies: ReadonlySet<string> | undefined;
  settle(settlement: Settlement): void;
}

/** Somebody may not stamp now. */
export interface Refused {
  readonly refusal: RefusalReason;
  /** Seconds after which it may be tried again, where waiting helps. */
  readonly retryAfter?: number;
  /** When a quota begins anew, milliseconds since 1970. */
  readonly until?: number;
}

/** The answer to who may stamp. */
export type Admission = Admitted | Refused;

/** Who asks, for how many digests. */
export interface Asking {
  /** The Authorization header, as it came. */
  readonly authorization: string | undefined;
  /** The network address, as limits count it. */
  readonly address: string;
  /** Digests: 1 unless told. */
  readonly count?: number;
}

/** Decides who may stamp how much, and counts. */
export interface AdmissionDesk {
  /** At once where all is in memory, as it is for nearly every request. Never rejects: what is wrong is a refusal. */
  admit(asking: Asking): Admission | Promise<Admission>;
  /** Whether the header holds a key that is known here to be good: such a request goes by the limits of its subscriber. */
  knows(authorization: string | undefined): boolean;
  /** Forgets what is known of a subscriber, because it changed. */
  forget(subscriber: string): Promise<void>;
  /** Writes the counts and gives back what is not used; done every second. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Makes the desk. */
export function createAdmissionDesk(parts: {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly config: SubscriberSettings;
  /** Whether the database is there to be asked; else quotas of addresses count in this process. */
  readonly shared: boolean;
  /** Told of each refusal. */
  readonly onRefused?: (reason: RefusalReason) => void;
  /** Told when quotas of addresses cannot be shared, because the database does not answer. */
  readonly onAway?: (error: unknown) => void;
}): AdmissionDesk {
  return new Desk(parts);
}

class Desk implements AdmissionDesk {
  readonly #clock: Clock;
  readonly #config: SubscriberSettings;
  readonly #keys: KeyCache;
  readonly #quotas: Quotas;
  readonly #usage: UsageCounter | undefined;
  readonly #rates = new RateLimit();
  readonly #addresses: AddressQuota;
  readonly #withoutKey: Admitted;
  readonly #onRefused: (reason: RefusalReason) => void;

  constructor(parts: Parameters<typeof createAdmissionDesk>[0]) {
    const { database, clock, config, onRefused } = parts;
    this.#clock = clock;
    this.#config = config;
    this.#keys = new KeyCache((id) => findKnownKey(database, id));
    this.#quotas = new Quotas(database);
    // Without subscribers nothing here needs a database.
    this.#usage = config.subscribers === 'on' ? new UsageCounter(database) : undefined;
    this.#addresses = addressQuotaOf(parts);
    this.#onRefused = onRefused ?? (() => undefined);
    this.#withoutKey = this.#anonymous(1, () => undefined);
  }

  admit({ authorization, address, count = 1 }: Asking): Admission | Promise<Admission> {
    const now = this.#clock.now().getTime();
    if (authorization === undefined || authorization === '') return this.#admitAnonymous(address, count, now);
    const text = readAuthorization(authorization);
    if (!text || this.#config.subscribers === 'off') return this.#refuse(ANONYMOUS, { refusal: 'key_invalid' }, now);
    const known = this.#keys.peek(text.id, now);
    if (known) return this.#admitKey(text, known.key, count, now);
    return this.#keys.find(text.id, now).then(
      (key) => this.#admitKey(text, key, count, now),
      () => this.#refuse(ANONYMOUS, { refusal: 'keys_unavailable', retryAfter: 5 }, now),
    );
  }

  knows(authorization: string | undefined): boolean {
    const text = authorization === undefined ? undefined : readAuthorization(authorization);
    const now = this.#clock.now().getTime();
    const key = text && this.#keys.peek(text.id, now)?.key;
    return key !== undefined && isGood(key, text as KeyText, now);
  }

  #admitAnonymous(address: string, count: number, now: number): Admission | Promise<Admission> {
    if (this.#config.anonymous === 'refused') return this.#refuse(ANONYMOUS, { refusal: 'key_required' }, now);
    if (this.#config.anonymousPerDay === 0)
      return count === 1 ? this.#withoutKey : this.#anonymous(count, () => undefined);
    const taken = this.#addresses.take(address, count, now);
    const decided = (granted: boolean): Admission => {
      if (granted) return this.#anonymous(count, () => this.#addresses.giveBack(address, count, now));
      const until = nextBangkokDay(now);
      return this.#refuse(ANONYMOUS, { refusal: 'anonymous_quota', retryAfter: seconds(until - now), until }, now);
    };
    return taken instanceof Promise ? taken.then(decided) : decided(taken);
  }

  #anonymous(digests: number, giveBack: () => void): Admitted {
    return {
      policies: undefined,
      settle: ({ policy, failure }) => {
        if (policy === undefined) giveBack();
        this.#count(ANONYMOUS, { policy, failure }, digests);
      },
    };
  }

  #admitKey(text: KeyText, key: KnownKey | undefined, count: number, now: number): Admission | Promise<Admission> {
    if (!key || !isGood(key, text, now)) return this.#refuse(ANONYMOUS, { refusal: 'key_invalid' }, now);
    const { subscriber } = key;
    if (subscriber.state !== 'active') return this.#refuse(subscriber.id, { refusal: 'subscriber_inactive' }, now);
    const wait = this.#rates.take(subscriber, now);
    if (wait > 0) return this.#refuse(subscriber.id, { refusal: 'rate', retryAfter: seconds(wait) }, now);
    this.#usage?.used(key.id, now);
    if (this.#quotas.takeNow(subscriber, count, now)) return this.#admitted(subscriber, count);
    return this.#quotas.take(subscriber, count, now).then(
      (exhausted) => {
        if (!exhausted) return this.#admitted(subscriber, count);
        const { reason, until } = exhausted;
        return this.#refuse(subscriber.id, { refusal: reason, retryAfter: seconds(until - now), until }, now);
      },
      () => this.#refuse(subscriber.id, { refusal: 'keys_unavailable', retryAfter: 5 }, now),
    );
  }

  #admitted(subscriber: KnownSubscriber, digests: number): Admitted {
    return {
      policies: subscriber.policies,
      settle: ({ policy, failure }) => {
        if (policy === undefined) this.#quotas.giveBack(subscriber, digests, this.#clock.now().getTime());
        this.#count(subscriber.id, { policy, failure }, digests);
      },
    };
  }

  #refuse(subscriber: string, refused: Refused, now: number): Refused {
    this.#onRefused(refused.refusal);
    this.#usage?.add(subscriber, { outcome: refused.refusal, policy: '', digests: 0, tokens: 0 }, now);
    return refused;
  }

  #count(subscriber: string, { policy, failure = 'systemFailure' }: Settlement, digests: number): void {
    const outcome =
      policy === undefined
        ? { outcome: failure, policy: '', digests: 0, tokens: 0 }
        : { outcome: 'granted', policy, digests, tokens: 1 };
    this.#usage?.add(subscriber, outcome, this.#clock.now().getTime());
  }

  async forget(subscriber: string): Promise<void> {
    this.#keys.forget(subscriber);
    this.#rates.forget(subscriber);
    await this.#quotas.forget(subscriber);
  }

  async flush(): Promise<void> {
    await this.#usage?.flush();
    const now = this.#clock.now().getTime();
    await this.#quotas.releaseIdle(now);
    await this.#addresses.flush(now);
  }

  async close(): Promise<void> {
    await this.#usage?.flush();
    await this.#quotas.close();
    await this.#addresses.close();
  }
}

function addressQuotaOf(parts: Parameters<typeof createAdmissionDesk>[0]): AddressQuota {
  const limit = parts.config.anonymousPerDay;
  return parts.shared ? new SharedAddressQuota({ ...parts, limit }) : new LocalAddressQuota(limit);
}

function isGood(key: KnownKey, { secret }: KeyText, now: number): boolean {
  return fitsSecret(secret, key) && !key.revoked && now < key.expiresAt;
}

function seconds(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1000));
}

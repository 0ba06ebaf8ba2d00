import { bangkokDay } from './bangkok.ts';

/** Digests that a network address may have stamped in a day (Bangkok) without a key. */
export interface AddressQuota {
  /** Takes `count`; at once where what is in memory decides. Never rejects. */
  take(address: string, count: number, now: number): boolean | Promise<boolean>;
  /** Gives back what was taken and not stamped. */
  giveBack(address: string, count: number, now: number): void;
  /** What is done every second. */
  flush(now: number): Promise<void>;
  /** Gives back everything that is held. */
  close(): Promise<void>;
}

const most = 200_000;

/** Makes room in a map of addresses: the one that came first goes. */
export function forgetFirst(map: Map<string, unknown>): void {
  if (map.size < most) return;
  const [first] = map.keys();
  if (first !== undefined) map.delete(first);
}

/** The quota where there is no database: in the memory of this process, for itself. */
export class LocalAddressQuota implements AddressQuota {
  readonly #limit: number;
  #day = '';
  #used: Map<string, number> = new Map();

  constructor(limit: number) {
    this.#limit = limit;
  }

  take(address: string, count: number, now: number): boolean {
    const day = bangkokDay(now);
    if (day !== this.#day) {
      this.#day = day;
      this.#used = new Map();
    }
    const used = this.#used.get(address) ?? 0;
    if (used + count > this.#limit) return false;
    if (used === 0) forgetFirst(this.#used);
    this.#used.set(address, used + count);
    return true;
  }

  giveBack(address: string, count: number, now: number): void {
    const used = this.#used.get(address);
    if (used !== undefined && this.#day === bangkokDay(now)) this.#used.set(address, Math.max(0, used - count));
  }

  async flush(): Promise<void> {
    // Nothing is kept elsewhere.
  }

  async close(): Promise<void> {
    // Nothing is kept elsewhere.
  }
}

import { bangkokDay } from './bangkok.ts';

const most = 200_000;

/** Digests per network address and day, in the memory of this process: nobody is stored. */
export class AddressQuota {
  readonly #limit: number;
  #day = '';
  #used: Map<string, number> = new Map();

  constructor(limit: number) {
    this.#limit = limit;
  }

  take(address: string, count: number, now: number): boolean {
    const day = bangkokDay(now);
    if (day !== this.#day || this.#used.size > most) {
      this.#day = day;
      this.#used = new Map();
    }
    const used = this.#used.get(address) ?? 0;
    if (used + count > this.#limit) return false;
    this.#used.set(address, used + count);
    return true;
  }

  giveBack(address: string, count: number, now: number): void {
    const used = this.#used.get(address);
    if (used !== undefined && this.#day === bangkokDay(now)) this.#used.set(address, Math.max(0, used - count));
  }
}

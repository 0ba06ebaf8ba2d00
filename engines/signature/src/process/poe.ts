import type { EvidenceRecordData, TimestampData } from '../diagnostic/timestamp.ts';
import type { TokenId } from '../diagnostic/token.ts';
import { ms, type Process } from './context.ts';

/** A time at which something is proven to have existed, and the token that proves it. */
export interface Proof {
  readonly time: number;
  readonly by?: TokenId;
}

/** Whether the message imprint of a time-stamp was found and is right: only then it proves anything. */
export function imprintIntact({ digestMatchers }: TimestampData): boolean {
  return digestMatchers.some(({ type, found, intact }) => type === 'message-imprint' && found && intact);
}

/** Proofs of existence (POE), by token: EN 319 102-1 clause 5.6.2.3. */
export class Proofs {
  readonly #byToken = new Map<TokenId, Proof[]>();
  readonly #now: number;

  /** Everything in the data exists at the validation time; what nobody proves to be older has only that. */
  constructor(now: number) {
    this.#now = now;
  }

  /** Adds a proof. */
  add(token: TokenId, proof: Proof): void {
    const known = this.#byToken.get(token);
    if (known) known.push(proof);
    else this.#byToken.set(token, [proof]);
  }

  /** What a valid time-stamp proves: that everything it covers existed when it was made. */
  addTimestamp(timestamp: TimestampData): void {
    if (!imprintIntact(timestamp)) return;
    const proof = { time: ms(timestamp.productionTime), by: timestamp.id };
    for (const { id } of timestamp.covered) this.add(id, proof);
  }

  /** What the next time-stamp of an evidence record proves of the one before it (clause 5.6.3.4 step 1 b i). */
  addTemporary(timestamp: TimestampData): void {
    for (const { id } of timestamp.covered) this.add(id, { time: ms(timestamp.productionTime), by: timestamp.id });
  }

  /** What a valid evidence record proves: everything it covers existed at its first time-stamp. */
  addEvidenceRecord(record: EvidenceRecordData, process: Process): void {
    const times = record.timestamps
      .flatMap((id) => process.timestamps.get(id) ?? [])
      .map(({ productionTime }) => ms(productionTime));
    if (times.length === 0) return;
    const proof = { time: Math.min(...times), by: record.id };
    for (const { id } of record.covered) this.add(id, proof);
  }

  /** The earliest proof. */
  lowest(token: TokenId): Proof {
    let best: Proof = { time: this.#now };
    for (const proof of this.#byToken.get(token) ?? []) if (proof.time < best.time) best = proof;
    return best;
  }

  /** Whether the token is proven to have existed at or before `time`. */
  existedBy(token: TokenId, time: number): boolean {
    return this.lowest(token).time <= time;
  }

  /** Whether one proof lies in the span, both ends included. */
  existedWithin(token: TokenId, from: number, to: number): boolean {
    const within = ({ time }: Proof): boolean => time >= from && time <= to;
    return within({ time: this.#now }) || (this.#byToken.get(token) ?? []).some(within);
  }
}

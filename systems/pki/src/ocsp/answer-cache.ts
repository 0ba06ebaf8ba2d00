import type { KnownStatus } from './ports.ts';

/** An answer that is ready, for one certificate and one digest of its issuer. */
export interface ReadyAnswer {
  readonly bytes: Buffer;
  /** What it says: undefined for a certificate that was never issued. */
  readonly status: KnownStatus | undefined;
  /** Headers of an answer that caches may keep (RFC 5019 section 6.2). */
  readonly etag: string;
  readonly lastModified: string;
  readonly expires: string;
  /** Milliseconds since 1970 until which it may be handed out. */
  readonly serveUntil: number;
  /** Milliseconds since 1970 from which it is made anew ahead of time. */
  readonly renewFrom: number;
}

interface Slot {
  answer: ReadyAnswer | undefined;
}

/** Answers in memory, found by certificate or by the very bytes of a request that was answered before. */
export class AnswerCache {
  readonly #most: number;
  readonly #slots: Map<string, Slot> = new Map();
  readonly #byRequest: Map<string, Slot> = new Map();
  readonly #changed: Map<string, number> = new Map();
  #tick = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#slots.size;
  }

  /** How many changes were heard of: what was read before a change must not be kept after it. */
  get tick(): number {
    return this.#tick;
  }

  /** The answer to a request with exactly these bytes. */
  findByRequest(request: string, now: number): ReadyAnswer | undefined {
    const answer = this.#byRequest.get(request)?.answer;
    return answer && now < answer.serveUntil ? answer : undefined;
  }

  find(certificate: string, digest: string, now: number): ReadyAnswer | undefined {
    const answer = this.#slots.get(`${digest} ${certificate}`)?.answer;
    return answer && now < answer.serveUntil ? answer : undefined;
  }

  /** Keeps an answer made from what was read at `tick`; false when the status changed since. */
  keep(certificate: string, digest: string, answer: ReadyAnswer, tick: number): boolean {
    if ((this.#changed.get(certificate) ?? 0) > tick) return false;
    const key = `${digest} ${certificate}`;
    const slot = this.#slots.get(key);
    if (slot) slot.answer = answer;
    else if (this.#most > 0) {
      if (this.#slots.size >= this.#most) this.#dropOldest();
      this.#slots.set(key, { answer });
    }
    return true;
  }

  /** Lets a request with these bytes find the answer for a certificate without being read. */
  remember(request: string, certificate: string, digest: string): void {
    const slot = this.#slots.get(`${digest} ${certificate}`);
    if (!slot) return;
    if (this.#byRequest.size >= this.#most * 2) this.#byRequest.clear();
    this.#byRequest.set(request, slot);
  }

  /** Drops what is known of a certificate, in every form. */
  forget(certificate: string): void {
    this.#tick += 1;
    this.#changed.set(certificate, this.#tick);
    for (const digest of ['sha1', 'sha256', 'sha384', 'sha512']) this.#drop(`${digest} ${certificate}`);
    // Only answers that are being made right now ask for this.
    if (this.#changed.size > 10_000) {
      for (const old of [...this.#changed.keys()].slice(0, 5_000)) this.#changed.delete(old);
    }
  }

  /** Drops everything. */
  clear(): void {
    for (const key of [...this.#slots.keys()]) this.#drop(key);
    this.#byRequest.clear();
  }

  #drop(key: string): void {
    const slot = this.#slots.get(key);
    if (!slot) return;
    slot.answer = undefined;
    this.#slots.delete(key);
  }

  #dropOldest(): void {
    const [oldest] = this.#slots.keys();
    if (oldest !== undefined) this.#drop(oldest);
  }
}

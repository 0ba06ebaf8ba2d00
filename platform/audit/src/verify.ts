import type { Verdict } from '@tra/kernel';
import { type AuditRecord, hashRecord, ZERO_HASH } from './record.ts';
import type { Head } from './store.ts';

/** One thing that is wrong with a chain. */
export interface AuditFinding {
  /** Place in the chain at which it shows. */
  readonly seq: number;
  /**
   * `audit.record_altered`: the record does not match its hash. `audit.record_missing`: a place is empty.
   * `audit.chain_broken`: the record does not follow the one before. `audit.head_mismatch`: the chain does not end where it
   * last ended.
   */
  readonly code: 'audit.record_altered' | 'audit.record_missing' | 'audit.chain_broken' | 'audit.head_mismatch';
}

/** The result of walking a chain from its first to its last record. */
export interface AuditVerification {
  readonly stream: string;
  readonly verdict: Verdict;
  /** Records that were read. */
  readonly records: number;
  /** Hash of the last record that was read; zeros when there is none. */
  readonly head: string;
  /** What is wrong, at most the first hundred. */
  readonly findings: readonly AuditFinding[];
}

const FINDINGS_LIMIT = 100;

/** Walks a chain record by record. */
export class ChainWalk {
  readonly #stream: string;
  readonly #findings: AuditFinding[] = [];
  #records = 0;
  #seq = 0;
  #hash: string = ZERO_HASH;

  constructor(stream: string) {
    this.#stream = stream;
  }

  #find(code: AuditFinding['code'], seq: number): void {
    if (this.#findings.length < FINDINGS_LIMIT) this.#findings.push({ seq, code });
  }

  /** Takes the next record in order of `seq`. */
  step(record: AuditRecord): void {
    if (record.seq !== this.#seq + 1) this.#find('audit.record_missing', this.#seq + 1);
    else if (record.previousHash !== this.#hash) this.#find('audit.chain_broken', record.seq);
    if (hashRecord(record) !== record.hash) this.#find('audit.record_altered', record.seq);
    this.#records += 1;
    this.#seq = record.seq;
    this.#hash = record.hash;
  }

  /** Compares the end with the head that was read before the walk began. */
  end(head: Head | undefined): AuditVerification {
    const expected = head ?? { seq: 0, hash: ZERO_HASH };
    if (this.#seq !== expected.seq || this.#hash !== expected.hash) this.#find('audit.head_mismatch', expected.seq);
    return {
      stream: this.#stream,
      verdict: this.#findings.length === 0 ? 'passed' : 'failed',
      records: this.#records,
      head: this.#hash,
      findings: this.#findings,
    };
  }
}

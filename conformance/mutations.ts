// npm run -s conformance -- mutations FOLDER (a PKITS folder)
// Changed certificates, CRLs, OCSP answers and OCSP requests: 1,000,000 in all, or TRA_TEST_MUTATIONS of them; TRA_TEST_MUTATION_SEED
// chooses others. A changed file must be refused by a coded error or must not be believed; it must never crash a reader, cost
// more than 100 ms of processor time, or lead to the verdict that only the unchanged file deserves.
import { mutate, type RandomNumbers, seededNumbers } from '@tra/asn1/testing';
import { CodedError } from '@tra/kernel';
import { ocspRows } from './mutations-ocsp.ts';
import { pathRows } from './mutations-paths.ts';
import type { SuiteResult } from './pkits.ts';

/** One file that is changed, and what becomes of it. */
export interface MutationSubject {
  readonly name: string;
  readonly bytes: Uint8Array;
  /**
   * Gives the changed file to the product. True when it was believed as the unchanged one would be, which is a false accept.
   * Throws `CodedError` for a refusal; anything else thrown is a crash.
   */
  readonly believed: (changed: Uint8Array) => boolean;
}

/** One kind of file; `share` of all cases is spent on it. */
export interface MutationRow {
  readonly kind: string;
  readonly share: number;
  readonly subjects: readonly MutationSubject[];
}

interface Slowest {
  readonly milliseconds: number;
  readonly what: string;
}

const wanted = Number(process.env.TRA_TEST_MUTATIONS ?? 1_000_000);
const seed = Number(process.env.TRA_TEST_MUTATION_SEED ?? 20_261_121);
const limitMs = 100;

interface Tally extends SuiteResult {
  slowestMs: number;
  readonly kinds: Record<string, { cases: number; refused: number; disbelieved: number; unchanged: number }>;
}

/**
 * Milliseconds that `work` took: by the clock when that is little, otherwise the least processor time of three more runs, since the
 * machine and the collector of garbage are at work too.
 */
function costOf(work: () => void): number {
  const start = performance.now();
  work();
  let least = performance.now() - start;
  for (let attempt = 0; attempt < 3 && least > limitMs / 10; attempt += 1) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return Math.round(least * 1000) / 1000;
}

type Outcome = 'refused' | 'disbelieved' | 'believed' | 'crash';

function judge(subject: MutationSubject, bytes: Uint8Array): { outcome: Outcome; detail: string } {
  try {
    return { outcome: subject.believed(bytes) ? 'believed' : 'disbelieved', detail: '' };
  } catch (error) {
    if (error instanceof CodedError) return { outcome: 'refused', detail: error.code };
    return { outcome: 'crash', detail: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

class MutationRun {
  readonly #random: RandomNumbers = seededNumbers(seed);
  readonly #tally: Tally;
  /** Every unchanged file: a splice may produce another genuine one, which is no changed file. */
  readonly #genuine: Set<string> = new Set();
  #slowest: Slowest = { milliseconds: 0, what: '' };

  constructor() {
    const none = { agree: 0, falseAccept: 0, falseReject: 0, error: 0, seconds: 0 };
    this.#tally = { suite: 'mutations', cases: 0, ...none, slowestMs: 0, kinds: {} };
  }

  run(rows: readonly MutationRow[]): Tally & { readonly slowest: string } {
    for (const { bytes } of rows.flatMap(({ subjects }) => subjects)) this.#genuine.add(textOf(bytes));
    const shares = rows.reduce((sum, { share }) => sum + share, 0);
    for (const row of rows) this.#runRow(row, Math.round((wanted * row.share) / shares));
    this.#tally.slowestMs = this.#slowest.milliseconds;
    return { ...this.#tally, slowest: this.#slowest.what };
  }

  #runRow(row: MutationRow, cases: number): void {
    this.#tally.kinds[row.kind] = { cases: 0, refused: 0, disbelieved: 0, unchanged: 0 };
    // Unchanged, every file must be believed: otherwise its changes prove nothing.
    for (const { name, bytes, believed } of row.subjects) {
      if (!believed(bytes)) throw new Error(`${row.kind} ${name} is not believed unchanged`);
    }
    for (let count = 0; count < cases; count += 1) {
      const subject = row.subjects[count % row.subjects.length];
      const donor = row.subjects[this.#random(row.subjects.length)];
      if (subject && donor) this.#runCase(row.kind, subject, donor.bytes);
    }
  }

  #runCase(kind: string, subject: MutationSubject, donor: Uint8Array): void {
    const mutation = mutate(subject.bytes, donor, this.#random);
    const figures = this.#tally.kinds[kind];
    if (!figures) return;
    this.#tally.cases += 1;
    figures.cases += 1;
    if (this.#genuine.has(textOf(mutation.bytes))) {
      figures.unchanged += 1;
      this.#tally.agree += 1;
      return;
    }
    let result: ReturnType<typeof judge> | undefined;
    const milliseconds = costOf(() => {
      result = judge(subject, mutation.bytes);
    });
    const what = `${kind} ${subject.name} ${mutation.kind}`;
    if (milliseconds > this.#slowest.milliseconds) this.#slowest = { milliseconds, what };
    const { outcome = 'crash', detail = '' } = result ?? {};
    if (outcome === 'refused' || outcome === 'disbelieved') figures[outcome] += 1;
    if (milliseconds > limitMs) this.#complain('error', `${what}: ${milliseconds} ms`, mutation.bytes);
    else if (outcome === 'crash') this.#complain('error', `${what}: ${detail}`, mutation.bytes);
    else if (outcome === 'believed') this.#complain('falseAccept', what, mutation.bytes);
    else this.#tally.agree += 1;
  }

  #complain(count: 'error' | 'falseAccept', what: string, bytes: Uint8Array): void {
    this.#tally[count] += 1;
    if (this.#tally[count] > 20) return;
    process.stderr.write(
      `${count === 'error' ? 'error' : 'FALSE ACCEPT'} ${what}\n  ${Buffer.from(bytes).toString('hex')}\n`,
    );
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** Runs all rows and reports the figures of each, and the slowest case. */
export async function run(folder: string): Promise<SuiteResult & { readonly slowest: string }> {
  // Most cases end in an error that is caught: its stack would cost more than everything else.
  Error.stackTraceLimit = 2;
  const start = performance.now();
  const rows = [...(await pathRows(folder)), ...(await ocspRows())];
  const result = new MutationRun().run(rows);
  result.seconds = Math.round(performance.now() - start) / 1000;
  return result;
}

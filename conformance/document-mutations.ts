// npm run -s conformance -- document-mutations [FOLDER] [COUNT]
// Changed documents of every format: 1,000,000, or COUNT, or TRA_TEST_MUTATIONS of them; TRA_TEST_MUTATION_SEED chooses others. They are signed in
// memory; with a folder (../shared/corpora/ades) its documents are changed as well. No document may make the validator throw or cost two seconds of processor
// time. One that passes must hold the very data that was signed, found without the product's readers, by the same signer, and no other proven time.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type RandomNumbers, seededNumbers } from '@tra/asn1/testing';
import { type ValidationInput, type ValidationReport, validateDocument } from '@tra/signature';
import { testSigning } from '@tra/signature/testing';
import { anyChanges, changesOf } from './document-mutations-changes.ts';
import type { Change } from './document-mutations-matches.ts';
import { type DocumentSubject, documentSubjects } from './document-mutations-subjects.ts';
import type { SuiteResult } from './pkits.ts';

const limitMs = 2000;
/** Octets of documents whose turn comes half as often: each costs as much as several others. */
const large = 8192;

interface Figures {
  cases: number;
  /** Passed although changed: outside what is signed. */
  passed: number;
  failed: number;
  undecided: number;
}

/** Figures of a run: by format, with the slowest document. */
export interface DocumentMutations extends SuiteResult {
  readonly formats: Record<string, Figures>;
  slowestMs: number;
  slowest: string;
  residentMegabytes: number;
}

type Conditions = Omit<ValidationInput, 'bytes' | 'detached'>;

const shownFacts = ({ signatures }: ValidationReport): readonly (readonly [string, string | undefined])[] =>
  signatures.map(({ claimedTime, provenTime, signer }) => [
    JSON.stringify([signer?.certificateSha256, claimedTime]),
    provenTime,
  ]);

/** A document that passes, with the signers, claimed and proven times in its report. */
class Genuine {
  readonly subject: DocumentSubject;
  readonly #signers: ReadonlySet<string>;
  readonly #times: ReadonlySet<string | undefined>;

  constructor(subject: DocumentSubject, report: ValidationReport) {
    const facts = shownFacts(report);
    this.subject = subject;
    this.#signers = new Set(facts.map(([signer]) => signer));
    this.#times = new Set(facts.map(([, time]) => time)).add(undefined);
  }

  /** Whether a report names nobody else and no other time; a time that is not proven any more may be lost. */
  says(report: ValidationReport): boolean {
    return shownFacts(report).every(([signer, time]) => this.#signers.has(signer) && this.#times.has(time));
  }
}

class DocumentRun {
  readonly result: DocumentMutations;
  readonly #random: RandomNumbers;
  readonly #conditions: Conditions;

  constructor(conditions: Conditions, random: RandomNumbers) {
    const none = { cases: 0, agree: 0, falseAccept: 0, falseReject: 0, error: 0, seconds: 0 };
    this.result = {
      suite: 'document-mutations',
      ...none,
      formats: {},
      slowestMs: 0,
      slowest: '',
      residentMegabytes: 0,
    };
    this.#conditions = conditions;
    this.#random = random;
  }

  /** Changes documents that pass, in turn. */
  async change(subjects: readonly DocumentSubject[], count: number): Promise<void> {
    const genuine: Genuine[] = [];
    for (const subject of subjects) {
      const report = await this.#judge(subject.bytes, subject);
      if (report.verdict !== 'passed') throw new Error(`${subject.format} ${subject.name} does not pass unchanged`);
      genuine.push(new Genuine(subject, report));
    }
    const turns = [...subjects, ...subjects.filter(({ bytes }) => bytes.length < large)];
    for (let index = 0; index < count; index += 1) {
      const subject = turns[index % turns.length] as DocumentSubject;
      const { bytes, what } = this.#changed(subject, subjects);
      // A splice of two genuine documents may be one of them.
      if (subjects.some((one) => one.format === subject.format && Buffer.compare(bytes, one.bytes) === 0)) continue;
      const report = await this.#timed(subject, bytes, what);
      const own = genuine.filter((one) => one.subject.format === subject.format);
      if (report?.verdict === 'passed') this.#compare(own, { bytes, what, report });
    }
  }

  /** Changes documents of others, which nobody here trusts: they must not break the validator. */
  async disturb(documents: readonly DocumentSubject[], count: number): Promise<void> {
    const files = new Map<string, DocumentSubject[]>();
    for (const one of documents) files.set(one.format, [...(files.get(one.format) ?? []), one]);
    for (let index = 0; index < count; index += 1) {
      const { bytes, file, what } = this.#disturbed(files);
      const report = await this.#timed(file, bytes, what);
      if (report?.verdict === 'passed') this.#complain('falseAccept', what, bytes);
    }
  }

  /** A format first, then the smaller of two of its documents: more can be tried of those. */
  #disturbed(files: ReadonlyMap<string, readonly DocumentSubject[]>): {
    readonly file: DocumentSubject;
    readonly bytes: Uint8Array;
    readonly what: string;
  } {
    const ofFormats = [...files.values()];
    const list = ofFormats[this.#random(ofFormats.length)] ?? [];
    const [left, right] = [0, 0].map(() => list[this.#random(list.length)] as DocumentSubject) as [
      DocumentSubject,
      DocumentSubject,
    ];
    const file = left.bytes.length <= right.bytes.length ? left : right;
    return { file, ...this.#changed(file, list) };
  }

  #changed(
    subject: DocumentSubject,
    subjects: readonly DocumentSubject[],
  ): { readonly bytes: Uint8Array; readonly what: string } {
    const own = changesOf[subject.format] ?? [];
    const donors = subjects.filter(({ format }) => format === subject.format);
    const donor = donors[this.#random(donors.length)]?.bytes ?? subject.bytes;
    const kinds = this.#random(5) < 3 && own.length > 0 ? own : anyChanges;
    const first = this.#random(kinds.length);
    let bytes = (kinds[first] as Change)(subject.bytes, donor, this.#random);
    for (let more = this.#random(4); more >= 3 && bytes.length > 0; more -= 1) {
      bytes = (anyChanges[this.#random(anyChanges.length)] as Change)(bytes, donor, this.#random);
    }
    return { bytes, what: `${subject.format} ${subject.name} ${kinds === own ? 'own' : 'any'} ${first}` };
  }

  #judge(bytes: Uint8Array, { detached }: DocumentSubject): Promise<ValidationReport> {
    return validateDocument({ ...this.#conditions, bytes, detached });
  }

  async #timed(subject: DocumentSubject, bytes: Uint8Array, what: string): Promise<ValidationReport | undefined> {
    const figures = this.result.formats[subject.format] ?? { cases: 0, passed: 0, failed: 0, undecided: 0 };
    this.result.formats[subject.format] = figures;
    this.result.cases += 1;
    figures.cases += 1;
    if (this.result.cases % 1000 === 0) this.#note();
    let report: ValidationReport | undefined;
    let least: number;
    try {
      const start = performance.now();
      report = await this.#judge(bytes, subject);
      least = performance.now() - start;
      // What was slow may have been another process or the collector of garbage: the least processor time of three more counts.
      for (let attempt = 0; attempt < 3 && least > limitMs / 10; attempt += 1) {
        const before = process.cpuUsage();
        report = await this.#judge(bytes, subject);
        const { user, system } = process.cpuUsage(before);
        least = Math.min(least, (user + system) / 1000);
      }
    } catch (error) {
      this.#complain('error', `${what}: ${error instanceof Error ? error.stack : String(error)}`, bytes);
      return undefined;
    }
    if (least > this.result.slowestMs)
      Object.assign(this.result, { slowestMs: Math.round(least * 10) / 10, slowest: what });
    if (least > limitMs) this.#complain('error', `${what}: ${least} ms`, bytes);
    else this.result.agree += 1;
    figures[report?.verdict === 'passed' ? 'passed' : report?.verdict === 'failed' ? 'failed' : 'undecided'] += 1;
    return report;
  }

  /** Memory, and now and then how far it is: a million takes an hour. */
  #note(): void {
    const { cases, error, falseAccept } = this.result;
    const megabytes = Math.round(process.memoryUsage.rss() / 1e6);
    this.result.residentMegabytes = Math.max(this.result.residentMegabytes, megabytes);
    if (cases % 20_000 === 0)
      process.stderr.write(`${cases} documents, ${error} errors, ${falseAccept} false accepts, ${megabytes} MB\n`);
  }

  /** A splice may turn out as another of the genuine documents of its format: it must say and hold what one of them does. */
  #compare(
    genuine: readonly Genuine[],
    { bytes, report, what }: { readonly bytes: Uint8Array; readonly what: string; readonly report: ValidationReport },
  ): void {
    const sameSigner = genuine.filter((one) => one.says(report));
    if (sameSigner.some(({ subject }) => subject.isSame(bytes))) return;
    this.result.agree -= 1;
    const why = sameSigner.length > 0 ? 'other data' : JSON.stringify(shownFacts(report));
    this.#complain('falseAccept', `${what}: ${why}`, bytes);
  }

  #complain(count: 'error' | 'falseAccept', what: string, bytes: Uint8Array): void {
    this.result[count] += 1;
    if (this.result[count] > 20) return;
    const shown = bytes.length > 30_000 ? `${bytes.length} bytes` : Buffer.from(bytes).toString('base64');
    process.stderr.write(`${count === 'error' ? 'error' : 'FALSE ACCEPT'} ${what}\n  ${shown}\n`);
  }
}

const formats: Readonly<Record<string, string>> = {
  pdf: 'PDF',
  xml: 'XML',
  p7s: 'CMS',
  p7m: 'CMS',
  pkcs7: 'CMS',
  cms: 'CMS',
  json: 'JWS',
  jws: 'JWS',
  asice: 'ASiC',
  asics: 'ASiC',
  sce: 'ASiC',
  scs: 'ASiC',
  zip: 'ASiC',
  tst: 'token',
  ers: 'record',
};
const largest = 200_000;

/** Documents of a folder that are not too large to be changed often. */
function documentsIn(folder: string): readonly DocumentSubject[] {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .flatMap((name) => {
      const path = join(folder, name);
      const format = formats[name.split('.').at(-1)?.toLowerCase() ?? ''];
      if (!format || !statSync(path).isFile() || statSync(path).size > largest) return [];
      return [{ format, name, bytes: new Uint8Array(readFileSync(path)), detached: [], isSame: () => false }];
    });
}

/** Runs everything; a third of the cases are spent on the documents of the folder, if there is one. */
export async function run(argument: string): Promise<DocumentMutations> {
  Error.stackTraceLimit = 4;
  const start = performance.now();
  const [folder, number] = /^\d+$/.test(argument) ? ['', argument] : [argument, process.argv[4] ?? ''];
  const count = Number(number || (process.env.TRA_TEST_MUTATIONS ?? 1_000_000));
  const random = seededNumbers(Number(process.env.TRA_TEST_MUTATION_SEED ?? 20_261_121));
  const signing = await testSigning('Mutations');
  const mutations = new DocumentRun(
    { anchors: signing.anchors, crls: await signing.crls(), at: signing.clock.now() },
    random,
  );
  const documents = folder && existsSync(folder) ? documentsIn(folder) : [];
  const others = documents.length > 0 ? Math.round(count / 3) : 0;
  await mutations.change(await documentSubjects(signing), count - others);
  if (others > 0) await mutations.disturb(documents, others);
  mutations.result.seconds = Math.round(performance.now() - start) / 1000;
  return mutations.result;
}

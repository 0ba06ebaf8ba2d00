import { open, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { CodedError, type Verdict } from '@tra/kernel';
import { parsePem } from '@tra/pki';
import { createOutbound } from '@tra/platform-outbound';
import { systemClock } from '@tra/platform-system';
import {
  type ChosenPolicy,
  type DetachedPart,
  type LocalValidation,
  openLocalValidation,
  policyNamed,
  readCertificates,
  readUploadedPolicy,
  readUploadedTrust,
  type UploadedTrust,
  ValidationError,
} from '@tra/system-validation';
import { type ParsedArguments, readArguments } from './arguments.ts';
import type { Command, CommandContext } from './commands.ts';
import { exitStatus } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { type FoundFile, findFiles } from './validate-files.ts';
import { createReportOutput, type ReportOutput } from './validate-output.ts';
import { replayFile, reportFormatsOf } from './validate-reports.ts';

const options = {
  trust: { type: 'string', multiple: true },
  'trust-signer': { type: 'string', multiple: true },
  crl: { type: 'string', multiple: true },
  at: { type: 'string' },
  policy: { type: 'string' },
  'crypto-suite': { type: 'string' },
  detached: { type: 'string', multiple: true },
  format: { type: 'string' },
  json: { type: 'boolean' },
  csv: { type: 'boolean' },
  out: { type: 'string' },
  jobs: { type: 'string' },
  recursive: { type: 'boolean' },
  offline: { type: 'boolean' },
  report: { type: 'string', multiple: true },
  replay: { type: 'string' },
  expected: { type: 'string' },
} as const;

const largestFile = 512 * 1024 * 1024;
const heldDetached = 64 * 1024 * 1024;
const interrupted = 130;

/** `tra validate FILE|FOLDER…`: judges signed documents without a server. The worst verdict decides the exit status. */
export const validate: Command = async (argv, context) => {
  const given = readArguments(argv, options);
  const replayed = given.text('replay');
  if (replayed !== undefined) return await replayFile(replayed, given, context);
  if (given.positionals.length === 0) throw new UsageError('cli.file_missing');
  const format = formatOf(given);
  const files = await findFiles(given.positionals, given.flag('recursive'));
  const processes = processesOf(given.text('jobs'), files);
  const local = await openLocal(given, processes);
  const formats = reportFormatsOf(given.list('report'), given.text('out'));
  const output = await createReportOutput({ format, formats, files, out: given.text('out') }, context);
  try {
    return await judgeAll(files, Math.max(1, processes), { full: formats.length > 0, local, output, context });
  } finally {
    await local.close();
  }
};

function formatOf(given: ParsedArguments): 'text' | 'json' | 'csv' {
  const named = given.text('format') ?? 'text';
  if (named !== 'text' && named !== 'json') throw new UsageError('cli.format_unknown', { params: { format: named } });
  if (given.flag('csv')) return 'csv';
  return given.flag('json') ? 'json' : named;
}

/** Several files are judged in processes of their own; one is not worth the start of a process. */
function processesOf(jobs: string | undefined, files: readonly FoundFile[]): number {
  if (jobs === undefined) return files.length < 2 ? 0 : Math.min(availableParallelism(), files.length);
  if (!/^\d{1,3}$/.test(jobs) || Number(jobs) < 1)
    throw new UsageError('cli.option_invalid', { params: { option: '--jobs' } });
  return Number(jobs);
}

async function openLocal(given: ParsedArguments, processes: number): Promise<LocalValidation> {
  const at = timeOf(given.text('at'));
  const signers = (await Promise.all(given.list('trust-signer').map(readSigners))).flat();
  const trust = await Promise.all(given.list('trust').map((path) => readTrust(path, signers)));
  const anchors = trust.flatMap((part) => part.anchors);
  const lists = trust.flatMap(({ list }) => (list ? [list] : []));
  const listData = trust.flatMap(({ data }) => data ?? []);
  const crls = await Promise.all(given.list('crl').map((path) => readCrls(path)));
  const detached = await Promise.all(given.list('detached').map(readDetached));
  const outbound = createOutbound({ allowedNetworks: [], resolvers: [], timeoutMs: 5_000 });
  return openLocalValidation({
    ...{ anchors, crls: crls.flat(), detached, processes, clock: systemClock },
    ...(given.flag('offline') ? {} : { outbound }),
    terms: { at, policy: await readPolicy(given), anchors: [], lists, listData },
  });
}

interface Work {
  /** Whether the data behind the reports are wanted. */
  readonly full: boolean;
  readonly local: LocalValidation;
  readonly output: ReportOutput;
  readonly context: CommandContext;
}

/** An interruption takes no more documents; those under way are finished and written, so that what is on disk is whole. */
async function judgeAll(files: readonly FoundFile[], width: number, work: Work): Promise<number> {
  const verdicts: Verdict[] = [];
  let unreadable = 0;
  let stopped = false;
  let next = 0;
  const stop = (): void => {
    stopped = true;
  };
  process.once('SIGINT', stop);
  const lane = async (): Promise<void> => {
    for (let index = next++; index < files.length && !stopped; index = next++) {
      const file = files[index] as FoundFile;
      const bytes = await readDocument(file, work.output);
      if (!bytes) {
        unreadable += 1;
        continue;
      }
      const document = { name: basename(file.path), bytes };
      const judged = work.full ? await work.local.judgeFully(document) : { report: await work.local.judge(document) };
      verdicts.push(judged.report.verdict);
      await work.output.add(index, judged);
    }
  };
  try {
    await Promise.all(Array.from({ length: width }, lane));
  } finally {
    process.off('SIGINT', stop);
  }
  await work.output.finish(stopped);
  if (stopped) return interrupted;
  return unreadable > 0 ? exitStatus.noInput : exitStatus[worstOf(verdicts)];
}

/** The bytes of a file; one in a folder that cannot be read is named, and the others are judged all the same. */
async function readDocument(file: FoundFile, output: ReportOutput): Promise<Uint8Array | undefined> {
  try {
    return await readInput(file.path);
  } catch (error) {
    if (file.named || !(error instanceof CodedError)) throw error;
    output.unreadable(file);
    return undefined;
  }
}

/** Failed outweighs indeterminate, which outweighs passed. */
export function worstOf(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('failed')) return 'failed';
  return verdicts.includes('indeterminate') ? 'indeterminate' : 'passed';
}

function timeOf(text: string | undefined): Date {
  if (text === undefined) return new Date();
  const isRfc3339 = /^\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2}))?$/.test(text);
  const time = new Date(text);
  if (!isRfc3339 || Number.isNaN(time.getTime())) throw new UsageError('cli.time_invalid', { params: { time: text } });
  return time;
}

export async function readInput(path: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(path);
    if (bytes.length > largestFile) throw new Error('too large');
    return bytes;
  } catch (cause) {
    throw new UsageError('cli.file_unreadable', { params: { file: path }, cause });
  }
}

/** A file beside a signature is held only while it is small: a larger one stays open, and is hashed as the signature wants it. */
async function readDetached(path: string): Promise<DetachedPart> {
  const name = basename(path);
  try {
    const file = await open(path);
    const { size } = await file.stat();
    if (size > heldDetached) return { name, large: { descriptor: file.fd, size, close: () => file.close() } };
    const bytes = new Uint8Array(await file.readFile());
    await file.close();
    return { name, bytes };
  } catch (cause) {
    throw new UsageError('cli.file_unreadable', { params: { file: path }, cause });
  }
}

async function readTrust(path: string, signers: readonly Uint8Array[]): Promise<UploadedTrust> {
  const bytes = await readInput(path);
  try {
    return readUploadedTrust(bytes, { position: 1, signers, now: systemClock.now() });
  } catch (cause) {
    if (cause instanceof ValidationError && cause.code === 'validation.trust_list_refused') throw cause;
    throw new UsageError('cli.pem_invalid', { params: { file: path, label: 'CERTIFICATE' }, cause });
  }
}

async function readSigners(path: string): Promise<readonly Uint8Array[]> {
  const bytes = await readInput(path);
  try {
    return readCertificates(bytes);
  } catch (cause) {
    throw new UsageError('cli.pem_invalid', { params: { file: path, label: 'CERTIFICATE' }, cause });
  }
}

async function readCrls(path: string): Promise<Uint8Array[]> {
  const bytes = await readInput(path);
  if (bytes[0] === 0x30) return [bytes];
  const label = 'X509 CRL';
  try {
    const found = parsePem(new TextDecoder().decode(bytes), label);
    if (found.length === 0) throw new Error(`no ${label}`);
    return found;
  } catch (cause) {
    throw new UsageError('cli.pem_invalid', { params: { file: path, label }, cause });
  }
}

/** A key of a policy that comes with the product, or a file. */
export async function readPolicy(given: ParsedArguments): Promise<ChosenPolicy> {
  const policy = given.text('policy');
  const suite = given.text('crypto-suite');
  const isFile = policy !== undefined && /[./\\]/.test(policy);
  if (!isFile && suite !== undefined)
    throw new UsageError('cli.option_invalid', { params: { option: '--crypto-suite' } });
  if (!isFile) return policyNamed(policy);
  return readUploadedPolicy(await readInput(policy), suite === undefined ? undefined : await readInput(suite));
}

import { publicId } from '@tra/kernel';
import type { SystemContext } from '@tra/platform-system';
import { clearScratch } from './archive/scratch-file.ts';
import { BATCH_JOB, type Batches, createBatches, tablesOf } from './batches/batches.ts';
import { createDocumentVault } from './batches/document-vault.ts';
import { createRunner } from './batches/runner.ts';
import { listOpen, type ValidationTables } from './batches/store.ts';
import type { ValidationConfig } from './config.ts';
import { createRequestBudget } from './evidence/budget.ts';
import { createEvidenceCache } from './evidence/cache.ts';
import { createEvidenceFetcher } from './evidence/fetcher.ts';
import { type CaseResult, createJudge, type Judge, type ServiceReport } from './judge.ts';
import type { Registers } from './judging/judge-document.ts';
import { createJudgePool } from './judging/judge-pool.ts';
import type { ValidationPorts } from './ports.ts';
import type { DetachedPart, SubmittedFile } from './submission.ts';
import type { Terms } from './terms.ts';

/** What a request asks to be judged, read completely. */
export interface Submission {
  readonly files: readonly SubmittedFile[];
  /** Files beside the signatures. */
  readonly detached?: readonly DetachedPart[];
  readonly terms: Terms;
  /** Who sent it, as a batch names its asker; requests to others on behalf of one asker are bounded. */
  readonly asker?: string;
  /** Whether to hand out the data behind the reports. */
  readonly wantFacts?: boolean;
}

/** The answer to one request. */
export interface ValidationResult {
  readonly id: string;
  readonly validatedAt: string;
  readonly reports: readonly ServiceReport[];
}

/** The same with the data behind the reports, where they were wanted. */
export interface JudgedSubmission extends Omit<ValidationResult, 'reports'> {
  readonly results: readonly CaseResult[];
}

/** What other systems may ask of validation. */
export interface ValidationServices {
  /** Judges documents against the platform's trust anchors and those given. Keeps nothing. */
  validate(submission: Submission): Promise<ValidationResult>;
}

/** Services with what the routes and the schedule need. */
export interface ValidationService extends ValidationServices {
  readonly batches: Batches;
  /** The same as `validate`, with the data behind the reports. */
  judge(submission: Submission): Promise<JudgedSubmission>;
  /** Takes up batches that a former process left, and schedules what is done again and again. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const SWEEP_JOB = 'validation.sweep';
const jobTimeoutMs = 120_000;
// Threads would idle while evidence is fetched.
const lanesPerThread = 4;
// A document may wait so many times as long as it may work: for a register, or for a processor that others use.
const wallFactor = 4;

/** Makes the service over a context and its ports. */
export function createValidationService(
  context: SystemContext<ValidationConfig>,
  ports: ValidationPorts,
): ValidationService {
  const { blobs, clock, config, database, jobs, random } = context;
  const tables = () => tablesOf(database);
  const { processes, secondsPerDocument, megabytesPerProcess: megabytes } = config;
  const limits = {
    processes,
    milliseconds: secondsPerDocument * 1000,
    wallMilliseconds: secondsPerDocument * wallFactor * 1000,
    megabytes,
  };
  const pool = createJudgePool({ ...limits, registers: registersOf(ports) });
  const cache = createEvidenceCache({ tables, clock });
  const judge = createJudge({ pool, trust: ports.trust, ...onlineOf(context, cache) });
  const vault = createDocumentVault({ blobs, tables, now: () => clock.now() });
  const batches = createBatches({ config, database, jobs, vault, clock, random });
  const judged = countReports(context);
  const run = createRunner({
    config,
    database,
    jobs,
    vault,
    judge,
    clock,
    width: pool.size * (config.online === 'off' ? 1 : lanesPerThread),
    judged,
  });
  jobs.register<{ id: string }>({
    kind: BATCH_JOB,
    concurrency: 2,
    timeoutMs: jobTimeoutMs,
    handle: (payload, { signal }) => run(payload, signal),
  });
  jobs.register({
    kind: SWEEP_JOB,
    handle: async () => {
      await batches.sweep();
      await cache.sweep();
    },
  });
  return {
    batches,
    judge: (submission) => validateNow(context, judge, { submission, judged }),
    validate: async (submission) => {
      const { results, ...result } = await validateNow(context, judge, { submission, judged });
      return { ...result, reports: results.map(({ report }) => report) };
    },
    start: async () => {
      await clearScratch(config.uploadFolder);
      for (const id of await listOpen(tables())) {
        await database.transaction<ValidationTables, void>(async (trx) => {
          await jobs.enqueue(trx, { kind: BATCH_JOB, payload: { id }, dedupeKey: id });
        });
      }
      jobs.schedule({ name: SWEEP_JOB, everyMs: 300_000, kind: SWEEP_JOB, payload: {} });
    },
    stop: () => pool.close(),
  };
}

async function validateNow(
  { clock, random }: SystemContext<ValidationConfig>,
  judge: Judge,
  { submission, judged }: { readonly submission: Submission; readonly judged: (report: ServiceReport) => void },
): Promise<JudgedSubmission> {
  const { files, detached = [], terms, asker = '', wantFacts = false } = submission;
  const now = clock.now();
  const standing = await judge.standing(now);
  const results = await Promise.all(
    files.map(async (file) => {
      const result = await judge.judge({ file, detached, terms, standing, asker, urgency: 'now', wantFacts });
      judged(result.report);
      return result;
    }),
  );
  return { id: publicId(random), validatedAt: now.toISOString(), results };
}

function registersOf({ licences, schemas }: ValidationPorts): Registers {
  return {
    findLicence: (sha256, xml) => licences.findByDocument(sha256, xml),
    checkStructure: async (carried) => await schemas?.check(carried),
  };
}

function onlineOf(
  { clock, config, outbound }: SystemContext<ValidationConfig>,
  cache: ReturnType<typeof createEvidenceCache>,
): Pick<Parameters<typeof createJudge>[0], 'online'> {
  if (config.online === 'off') return {};
  const limits = {
    mode: config.online,
    hosts: config.onlineHosts,
    timeoutMs: config.onlineSeconds * 1000,
    maxBytes: config.onlineMaximumBytes,
    cacheMs: config.onlineCacheMinutes * 60_000,
  };
  const perMinute = { perAsker: config.onlineRequestsPerAsker, all: config.onlineRequestsPerMinute };
  const budget = createRequestBudget(perMinute, clock);
  const fetcher = createEvidenceFetcher({ outbound, clock, cache, limits, budget });
  return { online: { fetcher, maximumRequests: config.onlineRequestsPerDocument } };
}

function countReports({ metrics }: SystemContext<ValidationConfig>): (report: ServiceReport) => void {
  const verdicts = metrics.counter({
    name: 'tra_validation_documents_total',
    help: 'Documents judged, by type and verdict.',
    labels: ['type', 'verdict'],
  });
  const stopped = metrics.counter({
    name: 'tra_validation_stopped_total',
    help: 'Documents that could not be judged to the end, by reason.',
    labels: ['code'],
  });
  const asked = metrics.counter({
    name: 'tra_validation_fetches_total',
    help: 'Addresses asked for evidence, by kind and outcome.',
    labels: ['kind', 'outcome'],
  });
  return ({ document, verdict, problem, fetched }) => {
    verdicts.inc({ type: document.type, verdict });
    if (problem) stopped.inc({ code: problem.code });
    for (const { kind, outcome } of fetched) asked.inc({ kind, outcome });
  };
}

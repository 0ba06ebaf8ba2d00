import type { Clock } from '@tra/kernel';
import type { Outbound } from '@tra/platform-outbound';
import { createEvidenceCache } from './evidence/cache.ts';
import { createEvidenceFetcher } from './evidence/fetcher.ts';
import { type CaseResult, createJudge, type ServiceReport } from './judge.ts';
import type { PlainAnchor, Registers } from './judging/judge-document.ts';
import { createJudgePool, inlineJudgePool } from './judging/judge-pool.ts';
import type { DetachedPart, SubmittedFile } from './submission.ts';
import type { Terms } from './terms.ts';

/** How documents are judged without a server. */
export interface LocalOptions {
  /** Certificates that are trusted, with the limits of that trust. */
  readonly anchors: readonly PlainAnchor[];
  /** CRLs, DER. */
  readonly crls: readonly Uint8Array[];
  /** Files beside the signatures. */
  readonly detached: readonly DetachedPart[];
  readonly terms: Terms;
  /** Processes; 0 judges in the calling thread, without limits of time and memory. */
  readonly processes: number;
  /** Fetches evidence by this; nothing is fetched when absent. */
  readonly outbound?: Outbound;
  readonly clock: Clock;
}

/** Judges documents without a server. */
export interface LocalValidation {
  judge(file: SubmittedFile): Promise<ServiceReport>;
  /** The same with the data behind the report. */
  judgeFully(file: SubmittedFile): Promise<CaseResult>;
  close(): Promise<void>;
}

const limits = { milliseconds: 120_000, wallMilliseconds: 480_000, megabytes: 1024 };
// Whoever asks here asks for himself, from his own machine.
const online = { mode: 'any', hosts: [], timeoutMs: 5_000, maxBytes: 32 * 1024 * 1024, cacheMs: 3_600_000 } as const;
const noRegisters: Registers = { findLicence: async () => undefined, checkStructure: async () => undefined };

/**
 * The same judgement as that of the service, for a command line: processes, evidence from elsewhere, but no register and nothing kept.
 *
 * @example
 * const local = openLocalValidation({ anchors, crls: [], detached: [], terms, processes: 4, outbound, clock });
 * const report = await local.judge({ name: 'a.pdf', bytes });
 * await local.close();
 */
export function openLocalValidation(options: LocalOptions): LocalValidation {
  const { anchors, clock, crls, detached, outbound, terms, processes } = options;
  const pool =
    processes === 0 ? inlineJudgePool(noRegisters) : createJudgePool({ processes, registers: noRegisters, ...limits });
  const trust = {
    trustAnchors: async () => anchors,
    currentCrls: async () => [...crls],
  };
  const cache = createEvidenceCache({ clock });
  const fetcher = outbound && createEvidenceFetcher({ outbound, clock, cache, limits: online });
  const judge = createJudge({ pool, trust, ...(fetcher ? { online: { fetcher, maximumRequests: 32 } } : {}) });
  const standing = judge.standing(clock.now());
  const judged = async (file: SubmittedFile, wantFacts: boolean): Promise<CaseResult> => {
    const given = { file, detached, terms, standing: await standing, urgency: 'now', asker: '' } as const;
    return await judge.judge({ ...given, wantFacts });
  };
  return {
    judge: async (file) => (await judged(file, false)).report,
    judgeFully: (file) => judged(file, true),
    close: async () => {
      await pool.close();
      await Promise.all(detached.map(({ large }) => large?.close()));
    },
  };
}

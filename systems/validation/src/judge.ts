import { createHash } from 'node:crypto';
import { CodedError, type ErrorParams, toHex } from '@tra/kernel';
import {
  answersWithoutSignature,
  type ListedState,
  type TrustedListData,
  type ValidationReport,
  validateDocument,
} from '@tra/signature';
import { type FetchRecord, type GatherOptions, gatherMore, nothingGathered } from './evidence/gather.ts';
import type {
  AnchorList,
  Judged,
  JudgeTask,
  PlainAnchor,
  StructureResult,
  TrustSet,
} from './judging/judge-document.ts';
import type { JudgePool } from './judging/judge-pool.ts';
import type { PolicyFacts } from './policies.ts';
import type { Trust, TrustListSnapshot } from './ports.ts';
import { allFormats, type ReportFacts, type ReportFormat } from './reports/formats.ts';
import type { DetachedPart, SubmittedFile } from './submission.ts';
import type { Terms } from './terms.ts';
import type { UploadedList } from './uploaded-trust.ts';

/** A report with what this service knows beside the engine. */
export interface ServiceReport extends ValidationReport {
  readonly policyFacts: PolicyFacts;
  readonly trust: {
    /** `request`: the verdict rests on certificates that the asker sent, not on those of this service. */
    readonly basis: 'service' | 'request';
    readonly anchorsOfRequest: number;
    /** Trusted lists that the asker sent. */
    readonly listsOfRequest: readonly UploadedList[];
    /** The trusted lists as they stood. */
    readonly trustLists: readonly TrustListSnapshot[];
  };
  /** Registered structures of the XML that the document carries, and PDF/A-3 for a PDF that claims it. */
  readonly structures: readonly StructureResult[];
  /** Addresses that were asked for this document. */
  readonly fetched: readonly FetchRecord[];
  /** Formats in which this report can be had. */
  readonly formats: readonly ReportFormat[];
  /** Why the document could not be judged to the end. */
  readonly problem?: { readonly code: string; readonly params: ErrorParams };
}

/** What documents are judged by at one moment. */
export interface Standing {
  readonly trust: TrustSet;
  readonly trustLists: readonly TrustedListData[];
  readonly now: Date;
}

/** One document with what it is judged by. */
export interface Case {
  readonly file: SubmittedFile;
  readonly detached: readonly DetachedPart[];
  readonly terms: Terms;
  readonly standing: Standing;
  readonly urgency: 'now' | 'later';
  /** Whether to hand out the data behind the report. */
  readonly wantFacts?: boolean;
  /** On whose behalf others are asked. */
  readonly asker: string;
}

/** A judged document. */
export interface CaseResult {
  readonly report: ServiceReport;
  /** Absent unless wanted, and for a document that could not be judged to the end. */
  readonly facts?: ReportFacts;
}

/** Judges documents; never rejects for what a document is or costs. */
export interface Judge {
  /** Trust as it stands now; asked once for all documents of a request. */
  standing(now: Date): Promise<Standing>;
  judge(given: Case): Promise<CaseResult>;
  /** The report about a document that is not judged, and why. */
  giveUp(given: Case, error: CodedError): Promise<ServiceReport>;
}

const maximumRounds = 5;

/** A judge over a pool of processes; `online` is absent when nothing may be fetched. */
export function createJudge(parts: {
  readonly pool: JudgePool;
  readonly trust: Trust;
  readonly online?: GatherOptions;
}): Judge {
  const { pool, trust, online } = parts;
  const giveUp = ({ terms, standing, ...given }: Case, { code, params }: CodedError): Promise<ServiceReport> =>
    undecided({ terms, standing, ...given }, { code, params }, terms.at ?? standing.now);
  return {
    giveUp,
    standing: async (now) => {
      const [anchors, crls, trustLists] = await Promise.all([
        trust.trustAnchors(),
        trust.currentCrls(),
        trust.trustLists?.() ?? [],
      ]);
      return { trust: trustSetOf(anchors.map(plainAnchor), crls), trustLists, now };
    },
    judge: async (given) => {
      const tried = new Set<string>();
      const base = taskOf(given);
      let gathering = nothingGathered;
      try {
        for (let round = 1; ; round += 1) {
          const wantNeeds = online !== undefined && round < maximumRounds;
          const judged = await pool.judge({ ...base, evidence: gathering.evidence, wantNeeds }, given.urgency);
          const more =
            online && judged.needs.length > 0
              ? await gatherMore(judged.needs, gathering, { ...online, tried, asker: given.asker })
              : undefined;
          gathering = more?.gathering ?? gathering;
          if (!more?.found) return resultOf(judged, given, gathering.records);
        }
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        return { report: await giveUp(given, error) };
      }
    },
  };
}

function plainAnchor({
  certificate,
  constraints,
  services,
}: Awaited<ReturnType<Trust['trustAnchors']>>[number]): PlainAnchor {
  return {
    certificate: certificate instanceof Uint8Array ? certificate : certificate.der,
    ...(constraints ? { constraints } : {}),
    ...(services ? { services } : {}),
  };
}

function trustSetOf(anchors: readonly PlainAnchor[], crls: readonly Uint8Array[]): TrustSet {
  const hash = createHash('sha256');
  for (const { certificate, constraints, services } of anchors) {
    hash.update(certificate).update(JSON.stringify(constraints ?? {}));
    if (services) hash.update(hashOf(services));
  }
  for (const crl of crls) hash.update('crl').update(crl);
  return { key: hash.digest('hex'), anchors, crls };
}

const requestTrusts = new WeakMap<readonly PlainAnchor[], AnchorList>();

/** The anchors of an asker are those of all documents that came with them. */
function requestTrustOf(anchors: readonly PlainAnchor[]): AnchorList {
  const known = requestTrusts.get(anchors) ?? trustSetOf(anchors, []);
  requestTrusts.set(anchors, known);
  return known;
}

const serviceHashes = new WeakMap<readonly ListedState[], Buffer>();

/** Services stay the same objects as long as their list does: thousands of them are not written out for each request. */
function hashOf(services: readonly ListedState[]): Buffer {
  const known = serviceHashes.get(services) ?? createHash('sha256').update(JSON.stringify(services)).digest();
  serviceHashes.set(services, known);
  return known;
}

function taskOf({
  file,
  detached,
  terms,
  standing,
  wantFacts = false,
}: Case): Omit<JudgeTask, 'evidence' | 'wantNeeds'> {
  return {
    ...file,
    at: terms.at ?? standing.now,
    policy: terms.policy.rules,
    trust: standing.trust,
    requestTrust: requestTrustOf(terms.anchors),
    trustedLists: listsOf(terms, standing),
    wantFacts,
    detached: detached.flatMap(({ bytes, name = '' }) => (bytes ? [{ name, bytes }] : [])),
    hashed: detached.flatMap(({ digests, name = '' }) => (digests ? [{ name, digests }] : [])),
    large: detached.flatMap(({ large, name = '' }) =>
      large ? [{ name, descriptor: large.descriptor, size: large.size }] : [],
    ),
  };
}

/** A list that the asker sent may be one that the service has: then it is the service's. */
function listsOf({ listData = [] }: Terms, { trustLists }: Standing): readonly TrustedListData[] {
  const own = new Set(trustLists.map(({ id }) => id));
  return [...trustLists, ...listData.filter(({ id }) => !own.has(id))];
}

function trustFacts({ anchors, lists = [] }: Terms, { trustLists }: Standing): Omit<ServiceReport['trust'], 'basis'> {
  return { anchorsOfRequest: anchors.length, listsOfRequest: lists, trustLists: trustLists.map(snapshotOf) };
}

function snapshotOf(list: TrustedListData): TrustListSnapshot {
  const { countryCode = '', issued, nextUpdate, sequenceNumber = 0, sha256 = '' } = list;
  return {
    ...{ territory: countryCode, sequence: sequenceNumber, sha256 },
    ...(issued === undefined ? {} : { issued }),
    ...(nextUpdate === undefined ? {} : { nextUpdate }),
  };
}

function resultOf(judged: Judged, { terms, standing }: Case, fetched: readonly FetchRecord[]): CaseResult {
  const { report, basis, structures, facts, reportable } = judged;
  const trust = { basis, ...trustFacts(terms, standing) };
  const formats = allFormats({ facts: true, reportable });
  return {
    report: { ...report, policyFacts: terms.policy.facts, trust, structures, fetched, formats },
    ...(facts ? { facts } : {}),
  };
}

/** The report about a document that had to be stopped: nothing is known, and why. */
async function undecided(
  { file, terms, standing }: Case,
  problem: NonNullable<ServiceReport['problem']>,
  at: Date,
): Promise<ServiceReport> {
  const empty = await validateDocument({ bytes: new Uint8Array(), anchors: [], at, policy: terms.policy.rules });
  return {
    ...empty,
    summary: problem,
    advice: { code: 'validation.advice.indeterminate', params: {} },
    document: {
      ...(file.name === undefined ? {} : { name: file.name }),
      size: file.bytes.length,
      sha256: toHex(createHash('sha256').update(file.bytes).digest()),
      type: 'unknown',
    },
    answers: answersWithoutSignature('not_judged'),
    policyFacts: terms.policy.facts,
    trust: { basis: 'service', ...trustFacts(terms, standing) },
    structures: [],
    fetched: [],
    formats: allFormats({ facts: false, reportable: false }),
    problem,
  };
}

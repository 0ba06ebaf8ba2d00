import type { Verdict } from '@tra/kernel';
import type * as engine from '@tra/signature';

/** Values of a coded sentence. */
export type Params = Readonly<Record<string, string | number>>;

/** What the engine found, with its words in the language of the answer. */
type Worded<T> = T & { readonly message?: string };

export type Finding = Worded<engine.Finding>;
/** One check behind an answer of a validation report. */
export type Check = Worded<engine.Answer['checks'][number]>;
export type Answer = Worded<Omit<engine.Answer, 'checks'>> & { readonly checks: readonly Check[] };
export type SignatureReport = Omit<engine.SignatureReport, 'checks'> & { readonly checks: readonly Check[] };
export type { TimestampReport } from '@tra/signature';

/** XML that a document carries, or what a PDF says that it is, held against the release of that structure. */
export interface StructureReport {
  readonly name?: string;
  readonly structure: string;
  readonly release: string;
  readonly status: 'passed' | 'failed';
  readonly faults: readonly { readonly place: string; readonly text: string }[];
  /** What was looked at and with what result, where that is not everything. */
  readonly summary?: Finding;
  readonly notChecked?: readonly Finding[];
}

/** A format in which a report can be had; without `href` the document has to be sent once more. */
export interface ReportFormat {
  readonly format: string;
  readonly mediaType: string;
  readonly href?: string;
}

/** The engine's report in words, and what the service knows beside it. */
export interface ValidationReport
  extends Omit<engine.ValidationReport, 'summary' | 'advice' | 'answers' | 'signatures'> {
  readonly summary: Finding;
  /** What to do next. */
  readonly advice: Finding;
  readonly answers: readonly Answer[];
  readonly signatures: readonly SignatureReport[];
  readonly policyFacts: {
    /** `request`: the asker sent it. */
    readonly source: 'service' | 'request';
    readonly name: string;
    readonly sha256: string;
    readonly warnings: readonly { readonly code: string; readonly where: string; readonly message?: string }[];
  };
  readonly trust: {
    /** `request`: it rests on certificates that the asker sent. */
    readonly basis: 'service' | 'request';
    readonly anchorsOfRequest: number;
    readonly trustLists: readonly { readonly territory: string; readonly sequence: number; readonly sha256: string }[];
  };
  readonly structures: readonly StructureReport[];
  readonly fetched: readonly { readonly kind: string; readonly url: string; readonly outcome: string }[];
  readonly formats: readonly ReportFormat[];
  /** Why it could not be judged to the end. */
  readonly problem?: Finding;
}

/** What POST /validations answers; `expiresAt` when the reports are kept under `id`. */
export interface ValidationAnswer {
  readonly id: string;
  readonly validatedAt: string;
  readonly expiresAt?: string;
  readonly reports: readonly ValidationReport[];
}

/** Where a batch stands, or what is kept under an id. */
export interface BatchStatus {
  readonly id: string;
  readonly state: 'waiting' | 'running' | 'done' | 'cancelled';
  readonly total: number;
  readonly done: number;
  readonly passed: number;
  readonly failed: number;
  readonly indeterminate: number;
  readonly problems: number;
  readonly keep: boolean;
  readonly createdAt: string;
  readonly expiresAt: string;
}

export interface BatchItem {
  readonly position: number;
  readonly verdict: Verdict;
  readonly report: ValidationReport;
}

/** Limits, policies and how long things are kept, as the server has them. */
export interface ValidationOptions {
  readonly limits: {
    readonly files: number;
    readonly fileBytes: number;
    readonly detachedFiles: number;
    readonly detachedBytes: number;
    readonly trustedCertificates: number;
    readonly batchFiles: number;
    readonly batchBytes: number;
    readonly archiveBytes: number;
  };
  readonly retention: { readonly keepDays: number; readonly batchHours: number };
  readonly policies: { readonly names: readonly string[]; readonly default: string; readonly uploads: boolean };
}

/** A policy that the server has. */
export interface PolicyItem {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly sha256: string;
}

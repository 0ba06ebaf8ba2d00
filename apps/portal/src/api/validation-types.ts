import type { Verdict } from '@tra/kernel';
import type { LicenceStatus } from './types.ts';

export type Params = Readonly<Record<string, string | number>>;

/** A coded sentence; `message` is the sentence in the language of the answer. */
export interface Finding {
  readonly code: string;
  readonly params?: Params;
  readonly message?: string;
}

/** One check behind an answer of a validation report. */
export interface Check extends Finding {
  readonly status: Verdict;
  readonly clause?: string;
}

export type Question = 'unchanged' | 'signer' | 'time' | 'status';

export interface Answer extends Finding {
  readonly question: Question;
  readonly status: Verdict;
  readonly checks: readonly Check[];
}

/** A time-stamp in or over a signature. */
export interface TimestampReport {
  readonly kind: string;
  readonly time?: string;
  readonly authority: string;
  readonly status: string;
  readonly covers: {
    readonly signedData: boolean;
    readonly signature: boolean;
    readonly certificates: number;
    readonly revocations: number;
    readonly timestamps: number;
  };
}

/** Which version of a PDF a signature covers, and how what came after is judged. */
export interface RevisionReport {
  readonly signed: number;
  readonly current: number;
  /** The file cut here, in bytes, is the document as it was signed. */
  readonly signedEnd: number;
  readonly changes: 'unchanged' | 'allowed' | 'suspicious' | 'forbidden';
  readonly visiblyChanged: boolean;
  readonly overlappingAnnotationPages: readonly number[];
  readonly permission?: number;
}

export interface SignatureReport {
  readonly id: string;
  readonly level: string;
  readonly counterSigns?: string;
  readonly timestamps: readonly TimestampReport[];
  readonly revision?: RevisionReport;
  readonly fieldName?: string;
  readonly signer?: {
    readonly commonName?: string;
    readonly organization?: string;
    readonly text: string;
    readonly certificateSha256: string;
    readonly issuer: string;
  };
  readonly claimedTime?: string;
  readonly provenTime?: string;
  readonly timestampAuthority?: string;
  readonly reason?: string;
  readonly location?: string;
  readonly verdict: Verdict;
  readonly indication: string;
  readonly subIndication?: string;
  readonly checks: readonly Check[];
}

/** XML that a document carries, held against the release of its structure. */
export interface StructureReport {
  readonly name?: string;
  readonly structure: string;
  readonly release: string;
  readonly status: 'passed' | 'failed';
  readonly faults: readonly { readonly place: string; readonly text: string }[];
}

/** A format in which a report can be had; without `href` the document has to be sent once more. */
export interface ReportFormat {
  readonly format: string;
  readonly mediaType: string;
  readonly href?: string;
}

export interface ValidationReport {
  readonly verdict: Verdict;
  readonly indication: 'TOTAL_PASSED' | 'TOTAL_FAILED' | 'INDETERMINATE';
  readonly subIndication?: string;
  readonly summary: Finding;
  /** What to do next. */
  readonly advice: Finding;
  readonly document: {
    readonly name?: string;
    readonly size: number;
    readonly sha256: string;
    readonly type: 'pdf' | 'cms' | 'xml' | 'jws' | 'asic' | 'timestamp-token' | 'evidence-record' | 'unknown';
  };
  readonly answers: readonly Answer[];
  readonly signatures: readonly SignatureReport[];
  readonly attachments: readonly {
    readonly name: string;
    readonly mediaType?: string;
    readonly size: number;
    readonly sha256: string;
    readonly relationship?: string;
  }[];
  readonly licence?: LicenceStatus;
  readonly policy: string;
  readonly policyFacts: {
    /** `request`: the asker sent it. */
    readonly source: 'service' | 'request';
    readonly name: string;
    readonly sha256: string;
    readonly warnings: readonly { readonly code: string; readonly where: string; readonly message?: string }[];
  };
  readonly validatedAt: string;
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

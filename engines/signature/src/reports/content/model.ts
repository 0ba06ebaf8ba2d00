import type { Language, Verdict } from '@tra/kernel';

// A report in words, before it is set: HTML and PDF are made of the same content, so that they cannot say different things.

/** A label and its value, in words. */
export interface ReportRow {
  readonly label: string;
  readonly value: string;
  /** Digits or names that are compared rather than read: hashes, certificates. */
  readonly exact?: boolean;
}

/** How a statement is marked: a verdict, or `note` for what is only told. */
export type ReportMark = Verdict | 'note';

/** A statement with its mark, the word for the mark, and its source. */
export interface ReportStatement {
  readonly mark: ReportMark;
  /** The mark in a word: meaning never stands in a sign or colour alone. */
  readonly word: string;
  readonly text: string;
  /** Code of the check and the clause that demands it. */
  readonly source?: string;
}

/** One of the four answers with the checks behind it. */
export interface ReportAnswer extends ReportStatement {
  readonly question: string;
  readonly reasons: readonly ReportStatement[];
}

/** A time-stamp of a signature. */
export interface ReportTimestamp {
  readonly statement: ReportStatement;
  readonly rows: readonly ReportRow[];
}

/** A certificate of the chain, the signer's first. */
export interface ReportCertificate {
  readonly role: string;
  readonly rows: readonly ReportRow[];
}

/** Everything about one signature. */
export interface ReportSignature {
  readonly title: string;
  readonly statement: ReportStatement;
  readonly rows: readonly ReportRow[];
  readonly chain: readonly ReportCertificate[];
  readonly timestamps: readonly ReportTimestamp[];
  readonly checks: readonly ReportStatement[];
}

/** What was said about the structure of the file or of data in it. */
export interface ReportStructure {
  readonly statement: ReportStatement;
  readonly faults: readonly ReportStatement[];
  /** What was not looked at; empty where everything was. */
  readonly notChecked: readonly string[];
}

/** A node of the detailed report: a token, a process or a building block, with its checks and what ran inside it. */
export interface ReportNode {
  readonly statement: ReportStatement;
  readonly rows: readonly ReportRow[];
  readonly checks: readonly ReportStatement[];
  readonly nodes: readonly ReportNode[];
}

/** A whole report in words of one language. */
export interface ReportContent {
  readonly language: Language;
  readonly title: string;
  /** Verdict and the one-line answer. */
  readonly headline: ReportStatement;
  readonly document: readonly ReportRow[];
  readonly answers: readonly ReportAnswer[];
  readonly advice: string;
  /** Authorities whose certificate is needed to go on. */
  readonly missing: readonly string[];
  readonly signatures: readonly ReportSignature[];
  readonly attachments: readonly { readonly name: string; readonly rows: readonly ReportRow[] }[];
  /** The file and data in it against the structures that they claim. */
  readonly structures: readonly ReportStructure[];
  readonly licence: readonly ReportRow[];
  /** By what was judged: time, policy, hashes for a replay. */
  readonly basis: readonly ReportRow[];
  readonly details: readonly ReportNode[];
  readonly headings: Readonly<Record<ReportHeading, string>>;
}

/** Headings of the parts. */
export type ReportHeading =
  | 'document'
  | 'answers'
  | 'reasons'
  | 'advice'
  | 'signatures'
  | 'chain'
  | 'timestamps'
  | 'attachments'
  | 'structures'
  | 'notChecked'
  | 'licence'
  | 'basis'
  | 'details'
  | 'annex'
  | 'made';

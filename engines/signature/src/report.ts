import type { ErrorParams, LocalizedText, Verdict } from '@tra/kernel';
import type { Check } from '@tra/pki';
import type { TimestampKind } from './evidence/model.ts';
import type { ProcessSubIndication } from './process/report.ts';

/** Main status of a signature (ETSI EN 319 102-1 clause 5.1.3, table 5). */
export type Indication = 'TOTAL_PASSED' | 'TOTAL_FAILED' | 'INDETERMINATE';

/** Why a signature did not pass (ETSI EN 319 102-1 clause 5.1.3, tables 5 and 6). */
export type SubIndication = ProcessSubIndication;

/** A coded sentence: the code is the message key, the parameters fill it. Times among them are RFC 3339 in UTC. */
export interface Finding {
  readonly code: string;
  readonly params: ErrorParams;
}

/** The four questions that every report answers, always in this order. */
export type Question = 'unchanged' | 'signer' | 'time' | 'status';

/** One of the four answers with the checks that it rests on. */
export interface Answer<Q extends Question = Question> extends Finding {
  readonly question: Q;
  readonly status: Verdict;
  readonly checks: readonly Check[];
}

/** Kinds of documents that the engine recognises by their content. */
export type DocumentType = 'pdf' | 'cms' | 'xml' | 'jws' | 'asic' | 'timestamp-token' | 'evidence-record' | 'unknown';

type Baseline = 'B-B' | 'B-T' | 'B-LT' | 'B-LTA';
/** The forms of ETSI TS 101 733 and TS 101 903, which ETSI EN 319 122-2 and 132-2 call extended. */
type Extended = 'BES' | 'EPES' | 'T' | 'C' | 'X' | 'XL' | 'A' | 'LT' | 'ERS';

/** Form of a signature: the highest level whose parts are all present; it says nothing about validity. */
export type SignatureLevel =
  | `PAdES-${Baseline}`
  | `CAdES-${Baseline}`
  | `XAdES-${Baseline}`
  | `JAdES-${Baseline}`
  | `CAdES-${Extended}`
  | `XAdES-${Extended}`
  | 'PAdES-BES'
  | 'PAdES-EPES'
  | 'PAdES-LTV'
  | 'PDF-PKCS7'
  | 'PDF-PKCS7-T'
  | 'PDF-PKCS7-LT'
  | 'PDF-PKCS7-LTA'
  | 'PDF'
  | 'CMS'
  | 'CMS-T'
  | 'XMLDSig'
  | 'JWS'
  | 'document-timestamp'
  | 'timestamp-token'
  | 'evidence-record'
  | 'unknown';

/** Who signed, as the certificate says; whether to believe it is in the checks. */
export interface SignerIdentity {
  readonly commonName?: string;
  readonly organization?: string;
  /** The whole subject in the form of RFC 4514. */
  readonly text: string;
  readonly issuer: string;
  readonly certificateSha256: string;
}

/** One certificate of a path. */
export interface ChainLink {
  /** RFC 4514 text. */
  readonly subject: string;
  readonly certificateSha256: string;
  /** RFC 3339. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** It is a trust anchor. */
  readonly trusted: boolean;
}

/** A time-stamp in or over a signature, whatever it was put on. */
export interface TimestampReport {
  readonly kind: TimestampKind;
  /** Which definition an archive time-stamp follows. */
  readonly variant?: string;
  /** For a time-stamp of an evidence record inside the signature: which record, from 1. */
  readonly record?: number;
  /** The time that the token states (RFC 3339); proven only when `status` is `valid`. */
  readonly time?: string;
  readonly authority: string;
  readonly status:
    | 'valid'
    | 'untrusted'
    | 'expired'
    | 'revoked'
    | 'revocation_unknown'
    | 'other_data'
    | 'invalid'
    | 'data_missing'
    | 'in_future';
  /** Whether the message imprint is the digest of what the token must cover. */
  readonly imprint: 'matches' | 'differs' | 'data_missing';
  /** What it covers, if it holds. */
  readonly covers: {
    readonly signedData: boolean;
    readonly signature: boolean;
    readonly certificates: number;
    readonly revocations: number;
    readonly timestamps: number;
  };
}

/** For a signature in a PDF: which version it covers and what came after it; the checks hold every change. */
export interface RevisionReport {
  /** Number of the version that was signed, from 1, and of the newest one. */
  readonly signed: number;
  readonly current: number;
  /** Where the signed version ends in the file, in bytes: the file cut there is the document as it was signed. */
  readonly signedEnd: number;
  /** The worst of all changes. */
  readonly changes: 'unchanged' | 'allowed' | 'suspicious' | 'forbidden';
  /** Whether a page may show something else than the signer saw. */
  readonly visiblyChanged: boolean;
  /** Pages on which annotations overlap, whenever they came. */
  readonly overlappingAnnotationPages: readonly number[];
  /** What the signers permit after signing (DocMDP): 1 nothing, 2 filling in, 3 comments as well. */
  readonly permission?: 1 | 2 | 3;
}

/** Everything found out about one signature, in the order of the process. */
export interface SignatureReport {
  readonly id: string;
  readonly level: SignatureLevel;
  /** Id of the signature that this one counter-signs. */
  readonly counterSigns?: string;
  /** Its time-stamps of every kind, in their order; those over a whole document are signatures of their own besides. */
  readonly timestamps: readonly TimestampReport[];
  readonly fieldName?: string;
  readonly signer?: SignerIdentity;
  /** The signer's certificate and its issuers, up to a trust anchor where one was found. */
  readonly chain: readonly ChainLink[];
  /** Where no trust anchor was found: the authority whose certificate is missing, or that is not trusted. */
  readonly missingIssuer?: string;
  /** Name of the signature, time-stamp or record in the detailed report and in the diagnostic data. */
  readonly token?: string;
  /** What the signer wrote (RFC 3339); proves nothing. */
  readonly claimedTime?: string;
  /** What a trusted time-stamp proves: the signature existed at this time (RFC 3339). */
  readonly provenTime?: string;
  readonly timestampAuthority?: string;
  readonly reason?: string;
  readonly location?: string;
  readonly revision?: RevisionReport;
  readonly verdict: Verdict;
  readonly indication: Indication;
  readonly subIndication?: SubIndication;
  readonly checks: readonly Check[];
}

/** A file embedded in the document. */
export interface AttachmentReport {
  readonly name: string;
  readonly mediaType?: string;
  readonly size: number;
  readonly sha256: string;
  readonly relationship?: string;
}

/** What the register says about the licence that the document is. */
export interface LicenceStatus {
  readonly publicId: string;
  readonly number: string;
  readonly status: 'active' | 'suspended' | 'revoked' | 'expired' | 'superseded';
  readonly validFrom: string;
  readonly validTo: string;
  readonly statusSince: string;
  readonly serviceTitle: LocalizedText;
  /** SHA-256 of the issued document, lower-case hexadecimal. */
  readonly documentSha256: string;
}

/**
 * The result of a validation: plain data that survives JSON. A document that does not hold is a report too, never an error.
 * `verdict` follows from `indication` and from the licence status; `advice` says what to do next.
 */
export interface ValidationReport {
  readonly verdict: Verdict;
  readonly indication: Indication;
  readonly subIndication?: SubIndication;
  readonly summary: Finding;
  readonly advice: Finding;
  readonly document: {
    readonly name?: string;
    readonly size: number;
    readonly sha256: string;
    readonly type: DocumentType;
  };
  readonly answers: readonly [Answer<'unchanged'>, Answer<'signer'>, Answer<'time'>, Answer<'status'>];
  readonly signatures: readonly SignatureReport[];
  readonly attachments: readonly AttachmentReport[];
  readonly licence?: LicenceStatus;
  /** Name of the policy that decided. */
  readonly policy: string;
  /** Time for which the document was judged (RFC 3339 in UTC). */
  readonly validatedAt: string;
}

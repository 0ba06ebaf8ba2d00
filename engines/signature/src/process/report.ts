import type { Instant, TokenId } from '../diagnostic/token.ts';

/** Main status indications of EN 319 102-1 clause 5.1.3, of a process. */
export type ProcessIndication = 'PASSED' | 'FAILED' | 'INDETERMINATE';

/** Main status indications of a whole signature. */
export type FinalIndication = 'TOTAL_PASSED' | 'TOTAL_FAILED' | 'PASSED' | 'FAILED' | 'INDETERMINATE';

/** Sub-indications of EN 319 102-1 clause 5.1.3, tables 4 to 6. */
export type ProcessSubIndication =
  | 'FORMAT_FAILURE'
  | 'HASH_FAILURE'
  | 'SIG_CRYPTO_FAILURE'
  | 'REVOKED'
  | 'EXPIRED'
  | 'NOT_YET_VALID'
  | 'SIG_CONSTRAINTS_FAILURE'
  | 'CHAIN_CONSTRAINTS_FAILURE'
  | 'CERTIFICATE_CHAIN_GENERAL_FAILURE'
  | 'CRYPTO_CONSTRAINTS_FAILURE'
  | 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE'
  | 'POLICY_PROCESSING_ERROR'
  | 'SIGNATURE_POLICY_NOT_AVAILABLE'
  | 'TIMESTAMP_ORDER_FAILURE'
  | 'NO_SIGNING_CERTIFICATE_FOUND'
  | 'NO_CERTIFICATE_CHAIN_FOUND'
  | 'NO_CERTIFICATE_CHAIN_FOUND_NO_POE'
  | 'REVOKED_NO_POE'
  | 'REVOKED_CA_NO_POE'
  | 'OUT_OF_BOUNDS_NO_POE'
  | 'OUT_OF_BOUNDS_NOT_REVOKED'
  | 'REVOCATION_OUT_OF_BOUNDS_NO_POE'
  | 'NO_POE'
  | 'TRY_LATER'
  | 'SIGNED_DATA_NOT_FOUND';

/** What became of a check. */
export type CheckStatus = 'OK' | 'NOT OK' | 'WARN' | 'INFO' | 'IGNORED';

/** Values for the words of a message. */
export type MessageParams = Readonly<Record<string, string>>;

/** One check of a building block. `code` is a message key; with `.failed` behind it, the key of the words for a check that does not hold. */
export interface CheckReport {
  readonly code: string;
  readonly status: CheckStatus;
  readonly params?: MessageParams;
  /** The token that the check looked at, where it is not the token of the block. */
  readonly token?: TokenId;
}

/** A message that a conclusion carries. */
export interface ProcessMessage {
  /** A message key. */
  readonly code: string;
  readonly params?: MessageParams;
}

/** The conclusion of a building block or process. */
export interface Conclusion {
  readonly indication: ProcessIndication;
  readonly subIndication?: ProcessSubIndication;
  readonly errors: readonly ProcessMessage[];
  readonly warnings: readonly ProcessMessage[];
  readonly infos: readonly ProcessMessage[];
}

/** Building blocks and processes of EN 319 102-1 by a short name. */
export type BlockName =
  | 'format-checking'
  | 'signing-certificate-identification'
  | 'validation-context'
  | 'x509-validation'
  | 'certificate'
  | 'revocation-selection'
  | 'revocation-acceptance'
  | 'revocation-freshness'
  | 'cryptographic-verification'
  | 'signature-acceptance'
  | 'basic-validation'
  | 'timestamp-validation'
  | 'long-term-validation'
  | 'past-certificate-validation'
  | 'validation-time-sliding'
  | 'past-signature-validation'
  | 'archive-validation'
  | 'timestamp-archive-validation'
  | 'evidence-record-validation'
  | 'trusted-list';

/** Algorithms that did not satisfy, and until when they did (EN 319 102-1 clause 5.1.4.3, TS 119 102-2 clause 4.3.12.7). */
export interface CryptographicFinding {
  /** `SHA1`, or `RSA 1024`. */
  readonly algorithm: string;
  readonly secure: boolean;
  /** Absent when it was never accepted. */
  readonly notAfter?: Instant;
  readonly at: Instant;
  /** Token or part that uses it. */
  readonly concerns: string;
}

/** What one building block or process found. */
export interface BlockReport {
  readonly block: BlockName;
  /** Clause of EN 319 102-1 unless another document is named. */
  readonly clause: string;
  readonly token?: TokenId;
  readonly checks: readonly CheckReport[];
  readonly conclusion: Conclusion;
  readonly blocks?: readonly BlockReport[];
  /** Control time or best-signature-time that came out of it. */
  readonly time?: Instant;
  /** The revocation, time-stamp or anchor that it chose. */
  readonly chosen?: TokenId;
  readonly cryptographic?: CryptographicFinding;
}

/** The basic building blocks of one token (clause 5.2). */
export interface TokenReport {
  readonly token: TokenId;
  readonly context: 'signature' | 'counter-signature' | 'timestamp' | 'revocation';
  readonly blocks: readonly BlockReport[];
  readonly conclusion: Conclusion;
}

/** When something is proven to have existed, and by what. */
export interface ProofOfExistence {
  readonly time: Instant;
  /** A time-stamp or an evidence record; absent for the validation time itself. */
  readonly by?: TokenId;
}

/** A signature with the results of its phases (clauses 5.3, 5.5, 5.6). */
export interface SignatureProcessReport {
  readonly token: TokenId;
  readonly counterSignature: boolean;
  readonly basic: BlockReport;
  readonly longTerm: BlockReport;
  readonly archive: BlockReport;
  readonly bestSignatureTime: ProofOfExistence;
  readonly timestamps: readonly TokenId[];
  readonly evidenceRecords: readonly TokenId[];
  readonly indication: FinalIndication;
  readonly subIndication?: ProcessSubIndication;
}

/** A time-stamp with the results of its phases (clauses 5.4, 5.6.3.4 step 5). */
export interface TimestampProcessReport {
  readonly token: TokenId;
  readonly basic: BlockReport;
  readonly archive: BlockReport;
  readonly indication: FinalIndication;
  readonly subIndication?: ProcessSubIndication;
}

/** An evidence record (clause 5.6.3.4 step 1). */
export interface EvidenceRecordProcessReport {
  readonly token: TokenId;
  readonly validation: BlockReport;
  readonly proof: ProofOfExistence;
  readonly indication: FinalIndication;
  readonly subIndication?: ProcessSubIndication;
}

/** Everything the process did and found: plain JSON, the same for the same diagnostic data, policy and time. */
export interface DetailedReport {
  readonly version: 1;
  readonly validationTime: Instant;
  readonly policy: { readonly name: string; readonly sha256: string };
  /** Of the diagnostic data: a replay can show that it judged the same. */
  readonly diagnosticDataSha256: string;
  readonly signatures: readonly SignatureProcessReport[];
  readonly timestamps: readonly TimestampProcessReport[];
  readonly evidenceRecords: readonly EvidenceRecordProcessReport[];
  /** Basic building blocks of each signature, time-stamp and revocation. */
  readonly tokens: readonly TokenReport[];
  readonly trustedLists: readonly BlockReport[];
}

import type { CertificateData } from './certificate.ts';
import type { RevocationData } from './revocation.ts';
import type { SignatureData } from './signature.ts';
import type { EvidenceRecordData, TimestampData } from './timestamp.ts';
import type { Instant, TokenId } from './token.ts';

/** Version of the shape of {@link DiagnosticData}. It changes when a reader of the old shape would judge the new one wrongly. */
export const DIAGNOSTIC_DATA_VERSION = 1;

/** A manifest of a container and the files that it names. */
export interface ManifestData {
  readonly filename: string;
  readonly signatureFilename?: string;
  readonly entries: readonly string[];
}

/** An ASiC container (ETSI EN 319 162-1). */
export interface ContainerData {
  readonly type: string;
  readonly zipComment?: string;
  readonly mimeTypePresent: boolean;
  readonly mimeTypeContent?: string;
  readonly contentFiles: readonly string[];
  readonly manifests: readonly ManifestData[];
}

/** What a check of PDF/A conformance said; absent where nobody looked. */
export interface PdfAData {
  readonly profile?: string;
  readonly compliant: boolean;
  readonly messages?: readonly string[];
}

/** A trusted list that was in force at the validation, by its hash: the snapshot that a later replay needs. */
export interface TrustedListData {
  readonly id: TokenId;
  readonly url?: string;
  /** Lower-case hexadecimal SHA-256 of the list as it was read. */
  readonly sha256?: string;
  readonly countryCode?: string;
  readonly sequenceNumber?: number;
  readonly version?: number;
  readonly issued?: Instant;
  readonly nextUpdate?: Instant;
  readonly loaded?: Instant;
  readonly wellSigned: boolean;
  /** The list was read without a fault of its structure. */
  readonly structureValid?: boolean;
  /** List of lists. */
  readonly lotl?: boolean;
  readonly parent?: TokenId;
}

/**
 * Everything that the validation process of ETSI EN 319 102-1 reads of a document, and nothing that has to be fetched or calculated: plain
 * JSON, so that the same data under the same policy give the same report years later (ETSI TS 119 102-2 clause 4.3, diagnostic data).
 * Nothing in it has been judged.
 */
export interface DiagnosticData {
  readonly version: typeof DIAGNOSTIC_DATA_VERSION;
  readonly documentName?: string;
  /** The instant that the process takes for now. */
  readonly validationTime: Instant;
  readonly container?: ContainerData;
  readonly pdfA?: PdfAData;
  readonly signatures: readonly SignatureData[];
  readonly timestamps: readonly TimestampData[];
  readonly evidenceRecords: readonly EvidenceRecordData[];
  readonly certificates: readonly CertificateData[];
  readonly revocations: readonly RevocationData[];
  readonly trustedLists: readonly TrustedListData[];
}

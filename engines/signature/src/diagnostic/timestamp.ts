import type { PdfRevisionData, ScopeData, SignerInfoData } from './signature.ts';
import type {
  DigestMatcherData,
  Instant,
  RelatedCertificate,
  RelatedRevocation,
  SignedToken,
  TokenId,
} from './token.ts';

/** Place of a time-stamp. */
export type TimestampType =
  | 'content'
  | 'all-data-objects'
  | 'individual-data-objects'
  | 'signature'
  | 'validation-data-references'
  | 'validation-data'
  | 'document'
  | 'vri'
  | 'archive'
  | 'container'
  | 'evidence-record';

/** A token whose existence a time-stamp or an evidence record proves. */
export interface CoveredObject {
  readonly category:
    | 'signature'
    | 'certificate'
    | 'revocation'
    | 'timestamp'
    | 'evidence-record'
    | 'signed-data'
    | 'orphan';
  readonly id: TokenId;
}

/** A time-stamp token (RFC 3161). */
export interface TimestampData extends SignedToken {
  readonly type: TimestampType;
  readonly filename?: string;
  /** Kind of an archive time-stamp: `CAdES-v2`, `CAdES-v3`, `CAdES-detached`, `XAdES-1.3.2`, `XAdES-1.4.1`, `JAdES`, `PAdES`, `XML-ER`, `ASN1-ER`. */
  readonly archiveType?: string;
  /** Place in an evidence record: the first of a chain, or renewals (RFC 4998 clause 5.2). */
  readonly evidenceRecordRole?: 'archive' | 'timestamp-renewal' | 'hash-tree-renewal';
  /** ats-hash-index of an archive time-stamp version 3 (EN 319 122-1 clause 5.5). */
  readonly atsHashIndexValid?: boolean;
  readonly atsHashIndexMessages?: readonly string[];
  /** genTime. */
  readonly productionTime: Instant;
  readonly digestMatchers: readonly DigestMatcherData[];
  readonly signerInfos?: readonly SignerInfoData[];
  /** tsa field of TSTInfo against the certificate; absent where there is none. */
  readonly tsaName?: { readonly value: string; readonly contentMatch?: boolean; readonly orderMatch?: boolean };
  readonly pdfRevision?: PdfRevisionData;
  readonly foundCertificates: readonly RelatedCertificate[];
  readonly foundRevocations: readonly RelatedRevocation[];
  readonly covered: readonly CoveredObject[];
  readonly scopes: readonly ScopeData[];
}

/** An evidence record (RFC 4998, RFC 6283). */
export interface EvidenceRecordData {
  readonly id: TokenId;
  readonly type: 'ASN.1' | 'XML';
  readonly filename?: string;
  readonly origin: 'container' | 'external' | 'signature';
  readonly parent?: TokenId;
  /** Kind of the attribute that carries it: `internal`, `external`. */
  readonly incorporation?: string;
  readonly structure?: { readonly valid: boolean; readonly messages?: readonly string[] };
  readonly digestMatchers: readonly DigestMatcherData[];
  /** Time-stamps in the order of the archive time-stamp sequence. */
  readonly timestamps: readonly TokenId[];
  readonly foundCertificates: readonly RelatedCertificate[];
  readonly foundRevocations: readonly RelatedRevocation[];
  readonly covered: readonly CoveredObject[];
  readonly scopes: readonly ScopeData[];
}

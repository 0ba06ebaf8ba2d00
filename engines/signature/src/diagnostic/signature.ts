import type {
  DigestData,
  DigestMatcherData,
  Instant,
  RelatedCertificate,
  RelatedRevocation,
  SignedToken,
  TokenId,
} from './token.ts';

/** Digest of the signature policy, held against the document of the policy. */
export interface SignaturePolicyData {
  /** OID or URI; `IMPLICIT_POLICY` for an implied one. */
  readonly id: string;
  readonly url?: string;
  /** The document of the policy was found. */
  readonly identified: boolean;
  /** The signature carries the document itself (signature policy store). */
  readonly storePresent?: boolean;
  readonly digest?: DigestData;
  /** The digest of the document found is the signed one. */
  readonly digestMatch?: boolean;
  /** The signature states a digest of zeros: the policy is not held against any (RFC 5126). */
  readonly zeroHash?: boolean;
  readonly processingError?: string;
}

/** One file of changes between the signed revision and the file as it is; a page or object each. */
export interface PdfModificationsData {
  /** Pages whose number or picture differs from the signed revision. */
  readonly pageDifferences?: readonly number[];
  /** Pages with an annotation laid over another one. */
  readonly annotationOverlaps?: readonly number[];
  readonly visualDifferences?: readonly number[];
  /** Objects by kind of change. */
  readonly extension?: readonly string[];
  readonly signatureOrFormFill?: readonly string[];
  readonly annotations?: readonly string[];
  readonly undefinedChanges?: readonly string[];
}

/** Fields that a lock (FieldMDP, signature field lock) protects. */
export interface FieldLockData {
  readonly action: 'all' | 'include' | 'exclude';
  readonly fields: readonly string[];
  /** P of the lock: what is still allowed. */
  readonly permissions?: 1 | 2 | 3;
}

/** The revision of a PDF that a signature covers. */
export interface PdfRevisionData {
  readonly fields: readonly string[];
  readonly byteRange: readonly number[];
  readonly byteRangeValid: boolean;
  /** Other signatures claim the same bytes. */
  readonly byteRangeCollision?: boolean;
  /** The byte range reaches the end of the file. */
  readonly coversWholeFile?: boolean;
  /** The dictionary of the signed revision and of the last one agree. */
  readonly dictionaryConsistent: boolean;
  readonly filter?: string;
  readonly subFilter?: string;
  readonly reason?: string;
  readonly location?: string;
  /** P of DocMDP: 1 no change, 2 forms and signatures, 3 also annotations. */
  readonly docMdp?: 1 | 2 | 3;
  readonly fieldMdp?: FieldLockData;
  readonly sigFieldLock?: FieldLockData;
  /** Fields that were changed after the revision. */
  readonly modifiedFields?: readonly string[];
  readonly modifications?: PdfModificationsData;
}

/** A part of a document that a token covers. */
export interface ScopeData {
  readonly name: string;
  readonly scope: 'full' | 'partial' | 'digest' | 'archived' | 'counter-signature';
  readonly digest?: DigestData;
  /** Time-stamps and evidence records prove the existence of a document by this name. */
  readonly document?: TokenId;
}

/** An entry of SignerInfos (RFC 5652). */
export interface SignerInfoData {
  readonly issuer?: string;
  readonly serialNumber?: string;
  /** The one that was used. */
  readonly current: boolean;
}

/** A signature of a document, not yet judged. */
export interface SignatureData extends SignedToken {
  readonly filename?: string;
  /** Level by the look of it, without a judgement: `PAdES-BASELINE-LTA`, `CAdES-BASELINE-T`, `XML-NOT-ETSI`. */
  readonly format: string;
  /** Id of the signature that this one counter-signs. */
  readonly parent?: TokenId;
  /** Several elements claim its identifier, or it is there twice. */
  readonly duplicated?: boolean;
  readonly claimedSigningTime?: Instant;
  readonly structure?: { readonly valid: boolean; readonly messages?: readonly string[] };
  /** Digest of what the key signed: the data to be signed representation of EN 319 102-1. */
  readonly toBeSigned?: DigestData;
  readonly digestMatchers: readonly DigestMatcherData[];
  readonly signerInfos?: readonly SignerInfoData[];
  readonly pdfRevision?: PdfRevisionData;
  readonly policy?: SignaturePolicyData;
  readonly contentType?: string;
  readonly contentHints?: string;
  readonly contentIdentifier?: string;
  readonly mimeType?: string;
  readonly commitmentTypes: readonly string[];
  readonly claimedRoles: readonly string[];
  readonly certifiedRoles: readonly string[];
  readonly productionPlace?: { readonly country?: string; readonly city?: string };
  /** Name of the curve that the algorithm binds and the size of the key agree (JWS); absent elsewhere. */
  readonly curveMatchesAlgorithm?: boolean;
  readonly foundCertificates: readonly RelatedCertificate[];
  readonly foundRevocations: readonly RelatedRevocation[];
  readonly timestamps: readonly TokenId[];
  readonly evidenceRecords: readonly TokenId[];
  readonly scopes: readonly ScopeData[];
}

import type { AlgorithmCatalogue, AlgorithmLevels } from './algorithms.ts';
import type {
  basicTable,
  CertificateRules,
  containerTable,
  evidenceRecordTable,
  pdfATable,
  revocationTable,
  SignedAttributesRules,
  signatureTable,
  timestampTable,
  trustedListsTable,
  UnsignedAttributesRules,
} from './constraint-tables.ts';
import type { RulesOf } from './rules.ts';

/** Version of the shape of {@link ProcessPolicy}. */
export const PROCESS_POLICY_VERSION = 1;

/** Rules of a certificate and the levels of algorithms in its signature. */
export type CertificatePart = CertificateRules & { readonly algorithms?: AlgorithmLevels };

/** Rules that signatures, time-stamps and revocations share. */
export interface BasicPart extends RulesOf<typeof basicTable> {
  readonly signingCertificate?: CertificatePart;
  readonly caCertificate?: CertificatePart;
  readonly algorithms?: AlgorithmLevels;
}

/** Rules of signatures. */
export interface SignaturePart extends RulesOf<typeof signatureTable> {
  readonly basic?: BasicPart;
  readonly signedAttributes?: SignedAttributesRules;
  readonly unsignedAttributes?: UnsignedAttributesRules;
}

/** Rules of time-stamps. */
export interface TimestampPart extends RulesOf<typeof timestampTable> {
  readonly basic?: BasicPart;
  readonly signedAttributes?: SignedAttributesRules;
}

/** Rules of revocations. */
export interface RevocationPart extends RulesOf<typeof revocationTable> {
  readonly basic?: BasicPart;
}

/** Rules of evidence records. */
export interface EvidenceRecordPart extends RulesOf<typeof evidenceRecordTable> {
  readonly algorithms?: AlgorithmLevels;
}

/** How the validity periods of a path are held against each other (EN 319 102-1 clause 5.2.6.4). */
export type ValidityModel = 'shell' | 'chain' | 'hybrid';

/** The constraints under which the process of EN 319 102-1 judges (clause 5.1.4), as plain JSON. A rule that is absent is not checked. */
export interface ProcessPolicy {
  readonly version: typeof PROCESS_POLICY_VERSION;
  readonly name: string;
  readonly description?: string;
  readonly model: ValidityModel;
  readonly container?: RulesOf<typeof containerTable>;
  readonly pdfA?: RulesOf<typeof pdfATable>;
  readonly signature?: SignaturePart;
  readonly counterSignature?: SignaturePart;
  readonly timestamp?: TimestampPart;
  readonly revocation?: RevocationPart;
  readonly evidenceRecord?: EvidenceRecordPart;
  readonly trustedLists?: RulesOf<typeof trustedListsTable>;
  readonly algorithms: AlgorithmCatalogue;
}

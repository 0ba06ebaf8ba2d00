export {
  type DigestName,
  digestOfOid,
  digestOfSigner,
  oidOfDigest,
  readPublicKey,
  readSignatureScheme,
  type SignatureScheme,
  signatureAlgorithmIdentifier,
  verifySignature,
} from './algorithms.ts';
export { type Certificate, parseCertificate } from './certificate.ts';
export { buildCrl, CrlBuilder, type CrlBuilderOptions, type CrlRequest } from './crl/crl-builder.ts';
export type { CrlExtensions, IssuingDistributionPoint } from './crl/crl-extensions.ts';
export type { CrlIndex } from './crl/crl-index.ts';
export type { CrlEntry, CrlHeader, CrlScope } from './crl/crl-request.ts';
export type { RevokedEntry } from './crl/entry.ts';
export { type Crl, type CrlLimits, parseCrl } from './crl/parse-crl.ts';
export { buildPartitionedCrls, deltaEntries, type PartitionedCrlRequest, partitionOf } from './crl/partitions.ts';
export type { RevocationReason } from './crl/reasons.ts';
export {
  type CertificateDescription,
  describeCertificate,
  type ExtensionDescription,
  type KeyDescription,
  type SignatureDescription,
} from './describe/describe-certificate.ts';
export type { AttributeDescription, NameDescription } from './describe/names.ts';
export { certificateDigest } from './digests.ts';
export { PkiError, type PkiErrorCode } from './errors.ts';
export type {
  AuthorityKeyIdentifier,
  BasicConstraints,
  DistributionPoint,
  DistributionPointName,
  Extension,
  KeyUsage,
  NameConstraints,
  PolicyMapping,
  ReasonFlags,
} from './extensions.ts';
export { readExtensions } from './extensions.ts';
export { type GeneralName, readGeneralName } from './general-name.ts';
export { type BulkIssuer, type BulkIssuerOptions, type BulkSubject, createIssuer } from './issue/bulk-issuer.ts';
export { buildCertificationRequest, type CertificationRequestInput } from './issue/csr/build.ts';
export { type CertificationRequest, parseCertificationRequest } from './issue/csr/certification-request.ts';
export {
  checkCertificationRequest,
  publicKeyHash,
  type RequestCheckOptions,
  requestedNames,
} from './issue/csr/check.ts';
export { keyIdentifier } from './issue/key-identifier.ts';
export { inspectPublicKey, type PublicKeyFacts } from './issue/keys/public-key.ts';
export { CertificateRefused, lintCertificate } from './issue/lint/lint.ts';
export { issueCertificate, type PreparedCertificate, prepareCertificate, resumeCertificate } from './issue/prepare.ts';
export type { CertificateProfile, ProfileRules } from './issue/profiles/profile.ts';
export { PROFILES } from './issue/profiles/profiles.ts';
export type {
  AlternativeName,
  CertificateRequest,
  ConstraintName,
  IssueRequest,
  QcStatements,
  RequestedPolicy,
} from './issue/request.ts';
export { newSerial } from './issue/serial.ts';
export {
  type AttributeName,
  encodeName,
  type Name,
  type NameAttributes,
  parseName,
  type RdnKey,
  readName,
} from './name.ts';
export {
  buildOcspResponse,
  createOcspResponder,
  type OcspAnswer,
  type OcspResponder,
  type OcspResponderOptions,
  type OcspStatus,
  ocspFailure,
} from './ocsp/build-response.ts';
export {
  type CertId,
  certIdMatcher,
  certIdOf,
  encodeCertId,
  type IssuerHashes,
  issuerHashes,
  keyBits,
} from './ocsp/cert-id.ts';
export { type OcspEvidence, type OcspEvidenceOptions, ocspEvidence } from './ocsp/evidence.ts';
export { OCSP } from './ocsp/oids.ts';
export {
  buildOcspRequest,
  encodeOcspRequest,
  type OcspRequest,
  type OcspRequestInput,
  parseOcspRequest,
} from './ocsp/request.ts';
export {
  type BasicOcspResponse,
  type CrlReference,
  type OcspFailure,
  type OcspResponse,
  type OcspResponseStatus,
  type OcspSingleResponse,
  parseOcspResponse,
  type ResponderId,
} from './ocsp/response.ts';
export { ANY_POLICY, ATTRIBUTE, EXTENSION, PURPOSE } from './oids.ts';
export { AnchorSet } from './path/anchor-set.ts';
export { ALL_REASONS, reasonsInScope } from './path/crl-scope.ts';
export { type KeyFacts, keyFacts } from './path/key-facts.ts';
export type {
  AnchorConstraints,
  PathCandidate,
  PathOptions,
  PathProfile,
  PathPurpose,
  PathReport,
  PolicyInputs,
  RevocationResult,
  TrustAnchor,
} from './path/options.ts';
export type { PeerName } from './path/peer-names.ts';
export { type RenderPathOptions, renderPathReport } from './path/render-report.ts';
export { validatePath } from './path/validate-path.ts';
export { parsePem, toPem } from './pem.ts';
export { type RecentLimits, RecentlyRead, recentCertificate, recentCrl, recentOcspResponse } from './recent.ts';
export { type Check, worstStatus } from './report.ts';
export { isSignedByKey, type SignedObject } from './signed-by.ts';

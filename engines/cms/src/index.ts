export {
  archiveV2Inputs,
  archiveV3Input,
  type HashIndex,
  type IndexedObjects,
  indexedObjects,
  readHashIndex,
  referencesInput,
} from './archive-timestamp.ts';
export {
  archivedRevocation,
  certificateValues,
  type Material,
  readCommitments,
  readMimeType,
  readPolicyStore,
  readSignaturePolicy,
  revocationValues,
  type SignaturePolicyId,
  signedDataMaterial,
  wrapBasicOcsp,
} from './attributes.ts';
export { createCertsOnly } from './certs-only.ts';
export { type CreateOptions, createSignedData, type SignedDataBuilder } from './create.ts';
export { CmsError, type CmsErrorCode } from './errors.ts';
export { type EmbeddedRecord, embeddedRecords, withoutRecords } from './evidence-record.ts';
export { type MessageDigestName, messageHash } from './message-digest.ts';
export { CMS_ATTRIBUTE, CONTENT_TYPE } from './oids.ts';
export {
  type Attributes,
  type CmsAttribute,
  parseSignedData,
  type SignedData,
  type SignerIdentifier,
  type SignerInfo,
} from './parse.ts';
export { recentSignedData } from './recent.ts';
export {
  encodeSigningCertificateV2,
  matchSigningCertificate,
  type SigningCertificateMatch,
} from './signing-certificate.ts';
export {
  type CounterSignatureOptions,
  counterSignatureCount,
  type DetachedDigest,
  type SignerVerification,
  verifyCounterSignatures,
  verifySignedData,
} from './verify.ts';

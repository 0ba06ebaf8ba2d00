export { createCertsOnly } from './certs-only.ts';
export { type CreateOptions, createSignedData, type SignedDataBuilder } from './create.ts';
export { CmsError, type CmsErrorCode } from './errors.ts';
export { CMS_ATTRIBUTE, CONTENT_TYPE } from './oids.ts';
export { type Attributes, parseSignedData, type SignedData, type SignerIdentifier, type SignerInfo } from './parse.ts';
export {
  encodeSigningCertificateV2,
  matchSigningCertificate,
  type SigningCertificateMatch,
} from './signing-certificate.ts';
export { type DetachedDigest, type SignerVerification, verifySignedData } from './verify.ts';

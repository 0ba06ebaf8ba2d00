/** Content types (RFC 5652, RFC 3161). */
export const CONTENT_TYPE: {
  readonly data: '1.2.840.113549.1.7.1';
  readonly signedData: '1.2.840.113549.1.7.2';
  readonly tstInfo: '1.2.840.113549.1.9.16.1.4';
} = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  tstInfo: '1.2.840.113549.1.9.16.1.4',
};

/** Signed and unsigned attributes (RFC 5652 section 11, RFC 5035, RFC 5126). */
export const CMS_ATTRIBUTE: {
  readonly contentType: '1.2.840.113549.1.9.3';
  readonly messageDigest: '1.2.840.113549.1.9.4';
  readonly signingTime: '1.2.840.113549.1.9.5';
  readonly signingCertificate: '1.2.840.113549.1.9.16.2.12';
  readonly signatureTimeStampToken: '1.2.840.113549.1.9.16.2.14';
  readonly signingCertificateV2: '1.2.840.113549.1.9.16.2.47';
} = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signatureTimeStampToken: '1.2.840.113549.1.9.16.2.14',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
};

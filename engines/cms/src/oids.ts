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

/** Signed and unsigned attributes (RFC 5652 section 11, RFC 5035, RFC 5276, RFC 6211, ETSI EN 319 122-1 clause 5 and annex A, ISO 32000-2 clause 12.8.3.3.2). */
export const CMS_ATTRIBUTE = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  counterSignature: '1.2.840.113549.1.9.6',
  algorithmProtection: '1.2.840.113549.1.9.52',
  contentHints: '1.2.840.113549.1.9.16.2.4',
  contentIdentifier: '1.2.840.113549.1.9.16.2.7',
  contentReference: '1.2.840.113549.1.9.16.2.10',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signatureTimeStampToken: '1.2.840.113549.1.9.16.2.14',
  signaturePolicy: '1.2.840.113549.1.9.16.2.15',
  commitmentType: '1.2.840.113549.1.9.16.2.16',
  signerLocation: '1.2.840.113549.1.9.16.2.17',
  signerAttributes: '1.2.840.113549.1.9.16.2.18',
  contentTimeStamp: '1.2.840.113549.1.9.16.2.20',
  certificateRefs: '1.2.840.113549.1.9.16.2.21',
  revocationRefs: '1.2.840.113549.1.9.16.2.22',
  certificateValues: '1.2.840.113549.1.9.16.2.23',
  revocationValues: '1.2.840.113549.1.9.16.2.24',
  escTimeStamp: '1.2.840.113549.1.9.16.2.25',
  certCrlTimeStamp: '1.2.840.113549.1.9.16.2.26',
  attributeCertificateRefs: '1.2.840.113549.1.9.16.2.44',
  attributeRevocationRefs: '1.2.840.113549.1.9.16.2.45',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  archiveTimeStampV2: '1.2.840.113549.1.9.16.2.48',
  evidenceRecordInternal: '1.2.840.113549.1.9.16.2.49',
  evidenceRecordExternal: '1.2.840.113549.1.9.16.2.50',
  mimeType: '0.4.0.1733.2.1',
  longTermValidation: '0.4.0.1733.2.2',
  archiveTimeStampV3: '0.4.0.1733.2.4',
  hashIndex: '0.4.0.1733.2.5',
  signerAttributesV2: '0.4.0.19122.1.1',
  signaturePolicyStore: '0.4.0.19122.1.3',
  hashIndexV2: '0.4.0.19122.1.4',
  hashIndexV3: '0.4.0.19122.1.5',
  revocationInfoArchival: '1.2.840.113583.1.1.8',
} as const;

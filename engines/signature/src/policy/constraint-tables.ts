import type { RulesOf } from './rules.ts';

// Every rule that a policy may hold, by part. The type of a policy, its JSON Schema and the reader of constraint.xml all come from these
// tables, so that none of them can know a rule that the others do not.

/** ASiC containers: ETSI EN 319 162-1. */
export const containerTable = {
  acceptableContainerTypes: 'values',
  zipCommentPresent: 'level',
  acceptableZipComment: 'values',
  mimeTypeFilePresent: 'level',
  acceptableMimeTypeFileContent: 'values',
  manifestFilePresent: 'level',
  signedFilesPresent: 'level',
  filenameAdherence: 'level',
  allFilesSigned: 'level',
} as const;

/** PDF/A: ISO 19005. */
export const pdfATable = { acceptablePDFAProfiles: 'values', pdfaCompliant: 'level' } as const;

/** A certificate and its status: EN 319 102-1 clauses 5.2.3, 5.2.5 and 5.2.6. */
export const certificateTable = {
  recognition: 'level',
  signature: 'level',
  notExpired: 'level',
  validAtModelTime: 'level',
  sunsetDate: 'level',
  authorityInfoAccessPresent: 'level',
  revocationDataSkip: 'certificates',
  revocationInfoAccessPresent: 'level',
  revocationDataAvailable: 'level',
  acceptableRevocationDataFound: 'level',
  crlNextUpdatePresent: 'level',
  ocspNextUpdatePresent: 'level',
  revocationFreshness: 'duration',
  revocationFreshnessNextUpdate: 'level',
  ca: 'level',
  maxPathLength: 'level',
  keyUsage: 'values',
  extendedKeyUsage: 'values',
  policyTree: 'level',
  nameConstraints: 'level',
  authorityKeyIdentifierPresent: 'level',
  subjectKeyIdentifierPresent: 'level',
  noRevAvail: 'level',
  supportedCriticalExtensions: 'values',
  forbiddenExtensions: 'values',
  issuerName: 'level',
  serialNumberPresent: 'level',
  notRevoked: 'level',
  notOnHold: 'level',
  revocationIssuerNotExpired: 'level',
  selfSigned: 'level',
  notSelfSigned: 'level',
  policyIds: 'values',
  policyQualificationIds: 'level',
  policySupportedByQSCDIds: 'level',
  qcCompliance: 'level',
  qcEuLimitValueCurrency: 'value',
  minQcEuLimitValue: 'number',
  minQcEuRetentionPeriod: 'number',
  qcSSCD: 'level',
  qcEuPDSLocation: 'values',
  qcType: 'values',
  qcLegislationCountryCodes: 'values',
  issuedToNaturalPerson: 'level',
  issuedToLegalPerson: 'level',
  semanticsIdentifier: 'values',
  psd2QcTypeRolesOfPSP: 'values',
  psd2QcCompetentAuthorityName: 'values',
  psd2QcCompetentAuthorityId: 'values',
  usePseudonym: 'level',
  commonName: 'values',
  pseudonym: 'values',
  givenName: 'values',
  surname: 'values',
  title: 'values',
  email: 'values',
  country: 'values',
  locality: 'values',
  state: 'values',
  organizationIdentifier: 'values',
  organizationUnit: 'values',
  organizationName: 'values',
} as const;

/** What every signed token shares: EN 319 102-1 clauses 5.2.2 and 5.2.7. */
export const basicTable = {
  referenceDataExistence: 'level',
  referenceDataIntact: 'level',
  referenceDataNameMatch: 'level',
  manifestEntryObjectExistence: 'level',
  manifestEntryObjectGroup: 'level',
  manifestEntryObjectIntact: 'level',
  manifestEntryNameMatch: 'level',
  signedDataPresent: 'level',
  signatureIntact: 'level',
  signatureValid: 'level',
  signatureDuplicated: 'level',
  prospectiveCertificateChain: 'level',
  signerInformationStore: 'level',
  byteRange: 'level',
  byteRangeCollision: 'level',
  byteRangeAllDocument: 'level',
  pdfSignatureDictionary: 'level',
  pdfPageDifference: 'level',
  pdfAnnotationOverlap: 'level',
  pdfVisualDifference: 'level',
  docMDP: 'level',
  fieldMDP: 'level',
  sigFieldLock: 'level',
  formFillChanges: 'level',
  annotationChanges: 'level',
  undefinedChanges: 'level',
  trustServiceTypeIdentifier: 'values',
  trustServiceStatus: 'values',
} as const;

/** Signed attributes: EN 319 102-1 clauses 5.2.3 and 5.2.8. */
export const signedAttributesTable = {
  signingCertificatePresent: 'level',
  unicitySigningCertificate: 'level',
  signingCertificateRefersCertificateChain: 'level',
  referencesToAllCertificateChainPresent: 'level',
  signingCertificateDigestAlgorithm: 'level',
  certDigestPresent: 'level',
  certDigestMatch: 'level',
  issuerSerialMatch: 'level',
  keyIdentifierPresent: 'level',
  keyIdentifierMatch: 'level',
  signingTime: 'level',
  signingTimeInCertRange: 'level',
  contentType: 'values',
  contentHints: 'values',
  contentIdentifier: 'values',
  messageDigestOrSignedPropertiesPresent: 'level',
  ellipticCurveKeySize: 'level',
  commitmentTypeIndication: 'values',
  signerLocation: 'level',
  claimedRoles: 'values',
  certifiedRoles: 'values',
  contentTimeStamp: 'level',
  contentTimeStampMessageImprint: 'level',
} as const;

/** Unsigned attributes that must be there. */
export const unsignedAttributesTable = {
  counterSignature: 'level',
  signatureTimeStamp: 'level',
  validationDataTimeStamp: 'level',
  validationDataRefsOnlyTimeStamp: 'level',
  archiveTimeStamp: 'level',
  documentTimeStamp: 'level',
  tLevelTimeStamp: 'level',
  ltaLevelTimeStamp: 'level',
} as const;

/** A signature: EN 319 102-1 clauses 5.2.2, 5.2.4 and 5.2.8. */
export const signatureTable = {
  structuralValidation: 'level',
  acceptablePolicies: 'values',
  policyAvailable: 'level',
  signaturePolicyStorePresent: 'level',
  policyHashMatch: 'level',
  acceptableFormats: 'values',
  fullScope: 'level',
} as const;

/** A time-stamp: EN 319 102-1 clauses 5.4, 5.5 and 5.6. */
export const timestampTable = {
  timestampDelay: 'duration',
  timestampValid: 'level',
  revocationTimeAgainstBestSignatureTime: 'level',
  bestSignatureTimeBeforeExpirationDateOfSigningCertificate: 'level',
  coherence: 'level',
  tsaGeneralNamePresent: 'level',
  tsaGeneralNameContentMatch: 'level',
  tsaGeneralNameOrderMatch: 'level',
  atsHashIndex: 'level',
  containerSignedAndTimestampedFilesCovered: 'level',
} as const;

/** A CRL or OCSP response: EN 319 102-1 clause 5.2.5, RFC 5280 clause 6.3.3, RFC 6960. */
export const revocationTable = {
  unknownStatus: 'level',
  thisUpdatePresent: 'level',
  revocationIssuerKnown: 'level',
  revocationIssuerValidAtProductionTime: 'level',
  revocationAfterCertificateIssuance: 'level',
  revocationHasInformationAboutCertificate: 'level',
  ocspResponderIdMatch: 'level',
  ocspCertHashPresent: 'level',
  ocspCertHashMatch: 'level',
  selfIssuedOCSP: 'level',
} as const;

/** An evidence record: EN 319 102-1 clause 5.6.3.4 step 1, RFC 4998, RFC 6283. */
export const evidenceRecordTable = {
  evidenceRecordValid: 'level',
  dataObjectExistence: 'level',
  dataObjectIntact: 'level',
  dataObjectFound: 'level',
  dataObjectGroup: 'level',
  signedFilesCovered: 'level',
  containerSignedAndTimestampedFilesCovered: 'level',
  hashTreeRenewal: 'level',
} as const;

/** Trusted lists: ETSI TS 119 612, TS 119 615. */
export const trustedListsTable = {
  tlFreshness: 'duration',
  tlNotExpired: 'level',
  tlWellSigned: 'level',
  tlVersion: 'values',
  tlStructure: 'level',
} as const;

/** Rules of a certificate. */
export type CertificateRules = RulesOf<typeof certificateTable>;
/** Rules of signed attributes. */
export type SignedAttributesRules = RulesOf<typeof signedAttributesTable>;
/** Rules of unsigned attributes. */
export type UnsignedAttributesRules = RulesOf<typeof unsignedAttributesTable>;

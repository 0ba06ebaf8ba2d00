import type { AlgorithmCatalogue } from './algorithms.ts';
import type { CertificateRules } from './constraint-tables.ts';
import type { BasicPart, CertificatePart, ProcessPolicy, SignaturePart } from './policy.ts';
import type { Level, LevelRule } from './rules.ts';

// The policy in policies/thailand.json as a value, so that the engine has one without reading a file. A test holds the two against each other.

const at = <Name extends string>(level: Level, ...names: readonly Name[]): Record<Name, LevelRule> =>
  Object.fromEntries(names.map((name) => [name, { level }])) as Record<Name, LevelRule>;

const criticalExtensions: readonly string[] = [
  '2.5.29.15',
  '2.5.29.17',
  '2.5.29.19',
  '2.5.29.30',
  '2.5.29.31',
  '2.5.29.32',
  '2.5.29.36',
  '2.5.29.37',
  '2.5.29.54',
  '1.3.6.1.5.5.7.1.3',
];
const ocspNoCheck = '1.3.6.1.5.5.7.48.1.5';
const noRevAvail = '2.5.29.56';
const shortTerm = '0.4.0.194121.2.1';

/** Rules that every certificate is held to. */
const everyCertificate: CertificateRules = {
  ...at('FAIL', 'signature', 'notExpired', 'sunsetDate', 'revocationDataAvailable', 'acceptableRevocationDataFound'),
  ...at('FAIL', 'policyTree', 'nameConstraints', 'issuerName', 'notRevoked', 'notOnHold'),
  ...at('WARN', 'crlNextUpdatePresent', 'authorityKeyIdentifierPresent'),
  supportedCriticalExtensions: { level: 'FAIL', values: criticalExtensions },
};

const authority: CertificatePart = {
  ...everyCertificate,
  ...at('FAIL', 'ca', 'maxPathLength'),
  ...at('WARN', 'subjectKeyIdentifierPresent'),
  keyUsage: { level: 'FAIL', values: ['keyCertSign'] },
  forbiddenExtensions: { level: 'FAIL', values: [ocspNoCheck, noRevAvail] },
};

const endCertificate: CertificatePart = {
  ...everyCertificate,
  ...at('FAIL', 'recognition'),
  ...at('WARN', 'notSelfSigned'),
};

const signer: CertificatePart = {
  ...endCertificate,
  ...at('WARN', 'revocationInfoAccessPresent', 'noRevAvail'),
  ...at('INFORM', 'authorityInfoAccessPresent', 'serialNumberPresent', 'usePseudonym'),
  revocationDataSkip: { level: 'INFORM', extensions: [shortTerm, noRevAvail], policies: [] },
  keyUsage: { level: 'WARN', values: ['nonRepudiation', 'digitalSignature'] },
  forbiddenExtensions: { level: 'FAIL', values: [ocspNoCheck] },
};

const stamper: CertificatePart = {
  ...endCertificate,
  extendedKeyUsage: { level: 'FAIL', values: ['timeStamping'] },
  forbiddenExtensions: { level: 'FAIL', values: [ocspNoCheck] },
};

const responder: CertificatePart = {
  ...endCertificate,
  revocationDataSkip: { level: 'INFORM', extensions: [ocspNoCheck], policies: [] },
  supportedCriticalExtensions: { level: 'FAIL', values: [...criticalExtensions, ocspNoCheck] },
};

const document: BasicPart = {
  ...at('FAIL', 'referenceDataExistence', 'referenceDataIntact', 'signatureIntact', 'prospectiveCertificateChain'),
  ...at('FAIL', 'signedDataPresent', 'signatureValid'),
  ...at('FAIL', 'manifestEntryObjectExistence', 'manifestEntryObjectIntact', 'signatureDuplicated'),
  ...at('FAIL', 'signerInformationStore', 'byteRange', 'byteRangeCollision', 'pdfSignatureDictionary'),
  ...at('FAIL', 'pdfPageDifference', 'docMDP', 'fieldMDP', 'sigFieldLock', 'undefinedChanges'),
  ...at('WARN', 'referenceDataNameMatch', 'manifestEntryObjectGroup', 'manifestEntryNameMatch'),
  ...at('WARN', 'pdfAnnotationOverlap', 'pdfVisualDifference'),
  caCertificate: { ...authority, ...at('FAIL', 'validAtModelTime') },
};

const signature: SignaturePart = {
  acceptablePolicies: { level: 'FAIL', values: ['ANY_POLICY', 'NO_POLICY'] },
  acceptableFormats: { level: 'FAIL', values: ['*'] },
  ...at('FAIL', 'policyHashMatch'),
  ...at('INFORM', 'policyAvailable'),
  basic: { ...document, signingCertificate: signer },
  signedAttributes: {
    ...at('FAIL', 'unicitySigningCertificate', 'certDigestPresent', 'certDigestMatch', 'keyIdentifierMatch'),
    ...at('FAIL', 'messageDigestOrSignedPropertiesPresent'),
    ...at('WARN', 'signingCertificatePresent', 'signingCertificateRefersCertificateChain', 'issuerSerialMatch'),
    ...at('WARN', 'signingCertificateDigestAlgorithm', 'signingTime', 'signingTimeInCertRange', 'ellipticCurveKeySize'),
  },
};

const algorithms: AlgorithmCatalogue = {
  level: 'FAIL',
  expirationLevel: 'FAIL',
  updated: '2024-12-01',
  expirationLevelAfterUpdate: 'WARN',
  digests: [
    { name: 'MD5', until: '2004-08-01' },
    { name: 'SHA1', until: '2012-08-01' },
    { name: 'RIPEMD160', until: '2014-08-01' },
    { name: 'WHIRLPOOL', until: '2020-12-01' },
    { name: 'SHA224', until: '2029-01-01' },
    { name: 'SHA256' },
    { name: 'SHA384' },
    { name: 'SHA512' },
    { name: 'SHA3-256' },
    { name: 'SHA3-384' },
    { name: 'SHA3-512' },
  ],
  signatures: [
    { name: 'RSA', keyLength: 1024, until: '2019-10-01' },
    { name: 'RSA', keyLength: 1900, until: '2029-01-01' },
    { name: 'RSASSA-PSS', keyLength: 1024, until: '2019-10-01' },
    { name: 'RSASSA-PSS', keyLength: 1900, until: '2029-01-01' },
    { name: 'RSASSA-PSS', keyLength: 3000 },
    { name: 'DSA', keyLength: 1024, until: '2015-12-01' },
    { name: 'DSA', keyLength: 1900, until: '2029-01-01' },
    { name: 'DSA', keyLength: 3000 },
    { name: 'ECDSA', keyLength: 160, until: '2012-08-01' },
    { name: 'ECDSA', keyLength: 224, until: '2021-10-01' },
    { name: 'ECDSA', keyLength: 256 },
    { name: 'PLAIN-ECDSA', keyLength: 160, until: '2012-08-01' },
    { name: 'PLAIN-ECDSA', keyLength: 224, until: '2021-10-01' },
    { name: 'PLAIN-ECDSA', keyLength: 256 },
    { name: 'EdDSA', keyLength: 256 },
  ],
};

/** The Thai national policy, which decides where no other is given. */
export const nationalPolicy: ProcessPolicy = Object.freeze<ProcessPolicy>({
  version: 1,
  name: 'Thailand',
  description:
    'Electronic signatures under the Electronic Transactions Act B.E. 2544: certificates of any authority that the operator trusts, such as those below the National Root CA; no European qualification is asked for.',
  model: 'shell',
  container: {
    acceptableContainerTypes: { level: 'FAIL', values: ['ASiC-S', 'ASiC-E'] },
    acceptableMimeTypeFileContent: {
      level: 'WARN',
      values: ['application/vnd.etsi.asic-s+zip', 'application/vnd.etsi.asic-e+zip'],
    },
    ...at('FAIL', 'manifestFilePresent', 'signedFilesPresent'),
    ...at('WARN', 'filenameAdherence', 'allFilesSigned'),
    ...at('INFORM', 'mimeTypeFilePresent'),
  },
  signature: { ...signature, ...at('WARN', 'structuralValidation'), ...at('INFORM', 'fullScope') },
  counterSignature: signature,
  timestamp: {
    ...at('FAIL', 'revocationTimeAgainstBestSignatureTime', 'coherence', 'atsHashIndex'),
    ...at('FAIL', 'bestSignatureTimeBeforeExpirationDateOfSigningCertificate'),
    ...at('FAIL', 'containerSignedAndTimestampedFilesCovered'),
    ...at('WARN', 'tsaGeneralNameContentMatch'),
    basic: { ...document, signingCertificate: stamper },
    signedAttributes: {
      ...at('FAIL', 'signingCertificatePresent', 'certDigestPresent', 'certDigestMatch'),
      ...at('WARN', 'signingCertificateRefersCertificateChain', 'issuerSerialMatch'),
    },
  },
  revocation: {
    ...at('FAIL', 'unknownStatus', 'thisUpdatePresent', 'revocationIssuerKnown', 'selfIssuedOCSP'),
    ...at('FAIL', 'revocationIssuerValidAtProductionTime'),
    // A list in force may be older than a certificate that was issued today.
    ...at('WARN', 'revocationAfterCertificateIssuance'),
    ...at('FAIL', 'revocationHasInformationAboutCertificate', 'ocspResponderIdMatch', 'ocspCertHashMatch'),
    basic: {
      ...at('FAIL', 'referenceDataExistence', 'referenceDataIntact', 'signatureIntact', 'prospectiveCertificateChain'),
      ...at('FAIL', 'signatureValid'),
      signingCertificate: responder,
      caCertificate: authority,
    },
  },
  evidenceRecord: {
    ...at('FAIL', 'dataObjectExistence', 'dataObjectIntact', 'dataObjectFound', 'dataObjectGroup', 'hashTreeRenewal'),
    ...at('WARN', 'signedFilesCovered', 'containerSignedAndTimestampedFilesCovered'),
  },
  algorithms,
});

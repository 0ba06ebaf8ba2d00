/** Extensions that have a name in descriptions, besides those of RFC 5280 that path validation knows by `EXTENSION`. */
export const DESCRIBED_EXTENSIONS: ReadonlyMap<string, string> = new Map([
  ['2.5.29.9', 'subjectDirectoryAttributes'],
  ['2.5.29.14', 'subjectKeyIdentifier'],
  ['2.5.29.15', 'keyUsage'],
  ['2.5.29.16', 'privateKeyUsagePeriod'],
  ['2.5.29.17', 'subjectAltName'],
  ['2.5.29.18', 'issuerAltName'],
  ['2.5.29.19', 'basicConstraints'],
  ['2.5.29.30', 'nameConstraints'],
  ['2.5.29.31', 'cRLDistributionPoints'],
  ['2.5.29.32', 'certificatePolicies'],
  ['2.5.29.33', 'policyMappings'],
  ['2.5.29.35', 'authorityKeyIdentifier'],
  ['2.5.29.36', 'policyConstraints'],
  ['2.5.29.37', 'extKeyUsage'],
  ['2.5.29.46', 'freshestCRL'],
  ['2.5.29.54', 'inhibitAnyPolicy'],
  ['1.3.6.1.5.5.7.1.1', 'authorityInfoAccess'],
  ['1.3.6.1.5.5.7.1.3', 'qcStatements'],
  ['1.3.6.1.5.5.7.1.11', 'subjectInfoAccess'],
  ['1.3.6.1.5.5.7.1.24', 'tlsFeature'],
  ['1.3.6.1.5.5.7.48.1.5', 'ocspNoCheck'],
  ['1.3.6.1.4.1.11129.2.4.2', 'signedCertificateTimestamps'],
  ['1.3.6.1.4.1.11129.2.4.3', 'precertificatePoison'],
]);

/** Extended key purposes by the names of their standards. */
export const PURPOSE_NAMES: ReadonlyMap<string, string> = new Map([
  ['2.5.29.37.0', 'anyExtendedKeyUsage'],
  ['1.3.6.1.5.5.7.3.1', 'serverAuth'],
  ['1.3.6.1.5.5.7.3.2', 'clientAuth'],
  ['1.3.6.1.5.5.7.3.3', 'codeSigning'],
  ['1.3.6.1.5.5.7.3.4', 'emailProtection'],
  ['1.3.6.1.5.5.7.3.8', 'timeStamping'],
  ['1.3.6.1.5.5.7.3.9', 'OCSPSigning'],
  ['1.3.6.1.5.5.7.3.36', 'documentSigning'],
]);

/** Access methods of AuthorityInfoAccess and SubjectInfoAccess (RFC 5280 section 4.2.2). */
export const ACCESS_NAMES: ReadonlyMap<string, string> = new Map([
  ['1.3.6.1.5.5.7.48.1', 'ocsp'],
  ['1.3.6.1.5.5.7.48.2', 'caIssuers'],
  ['1.3.6.1.5.5.7.48.3', 'timeStamping'],
  ['1.3.6.1.5.5.7.48.5', 'caRepository'],
]);

/** Attribute types of names and of SubjectDirectoryAttributes (RFC 3739 section 3.2.2). */
export const ATTRIBUTE_NAMES: ReadonlyMap<string, string> = new Map([
  ['2.5.4.3', 'CN'],
  ['2.5.4.4', 'SN'],
  ['2.5.4.5', 'serialNumber'],
  ['2.5.4.6', 'C'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.9', 'street'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.12', 'title'],
  ['2.5.4.42', 'GN'],
  ['2.5.4.65', 'pseudonym'],
  ['2.5.4.97', 'organizationIdentifier'],
  ['0.9.2342.19200300.100.1.1', 'UID'],
  ['0.9.2342.19200300.100.1.25', 'DC'],
  ['1.2.840.113549.1.9.1', 'emailAddress'],
  ['1.3.6.1.5.5.7.9.1', 'dateOfBirth'],
  ['1.3.6.1.5.5.7.9.2', 'placeOfBirth'],
  ['1.3.6.1.5.5.7.9.3', 'gender'],
  ['1.3.6.1.5.5.7.9.4', 'countryOfCitizenship'],
  ['1.3.6.1.5.5.7.9.5', 'countryOfResidence'],
]);

/** Statements of QCStatements (ETSI EN 319 412-5, RFC 3739 section 3.2.6). */
export const STATEMENT_NAMES: ReadonlyMap<string, string> = new Map([
  ['0.4.0.1862.1.1', 'compliance'],
  ['0.4.0.1862.1.2', 'limitValue'],
  ['0.4.0.1862.1.3', 'retentionPeriod'],
  ['0.4.0.1862.1.4', 'secureDevice'],
  ['0.4.0.1862.1.5', 'disclosures'],
  ['0.4.0.1862.1.6', 'type'],
  ['0.4.0.1862.1.7', 'legislation'],
  ['1.3.6.1.5.5.7.11.1', 'pkixSyntaxV1'],
  ['1.3.6.1.5.5.7.11.2', 'pkixSyntaxV2'],
]);

/** Types of qualified certificates (ETSI EN 319 412-5 section 4.2.3). */
export const STATEMENT_TYPES: ReadonlyMap<string, string> = new Map([
  ['0.4.0.1862.1.6.1', 'esign'],
  ['0.4.0.1862.1.6.2', 'eseal'],
  ['0.4.0.1862.1.6.3', 'web'],
]);

/** Reason flags by bit (RFC 5280 section 4.2.1.13). */
export const REASON_FLAGS: readonly string[] = [
  'unused',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'privilegeWithdrawn',
  'aACompromise',
];

/** Object identifiers of certificate and CRL extensions (RFC 5280 sections 4.2 and 5.2). */
export const EXTENSION: {
  readonly subjectKeyIdentifier: '2.5.29.14';
  readonly keyUsage: '2.5.29.15';
  readonly subjectAltName: '2.5.29.17';
  readonly issuerAltName: '2.5.29.18';
  readonly basicConstraints: '2.5.29.19';
  readonly crlNumber: '2.5.29.20';
  readonly reasonCode: '2.5.29.21';
  readonly invalidityDate: '2.5.29.24';
  readonly deltaCrlIndicator: '2.5.29.27';
  readonly issuingDistributionPoint: '2.5.29.28';
  readonly certificateIssuer: '2.5.29.29';
  readonly nameConstraints: '2.5.29.30';
  readonly crlDistributionPoints: '2.5.29.31';
  readonly certificatePolicies: '2.5.29.32';
  readonly policyMappings: '2.5.29.33';
  readonly authorityKeyIdentifier: '2.5.29.35';
  readonly policyConstraints: '2.5.29.36';
  readonly extendedKeyUsage: '2.5.29.37';
  readonly freshestCrl: '2.5.29.46';
  readonly inhibitAnyPolicy: '2.5.29.54';
  readonly expiredCertsOnCrl: '2.5.29.60';
  readonly authorityInfoAccess: '1.3.6.1.5.5.7.1.1';
  readonly qcStatements: '1.3.6.1.5.5.7.1.3';
  readonly ocspNoCheck: '1.3.6.1.5.5.7.48.1.5';
} = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  issuerAltName: '2.5.29.18',
  basicConstraints: '2.5.29.19',
  crlNumber: '2.5.29.20',
  reasonCode: '2.5.29.21',
  invalidityDate: '2.5.29.24',
  deltaCrlIndicator: '2.5.29.27',
  issuingDistributionPoint: '2.5.29.28',
  certificateIssuer: '2.5.29.29',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKeyIdentifier: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  freshestCrl: '2.5.29.46',
  inhibitAnyPolicy: '2.5.29.54',
  expiredCertsOnCrl: '2.5.29.60',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  qcStatements: '1.3.6.1.5.5.7.1.3',
  ocspNoCheck: '1.3.6.1.5.5.7.48.1.5',
};

/** anyPolicy (RFC 5280 section 4.2.1.4). */
export const ANY_POLICY = '2.5.29.32.0';

/** Extended key purposes (RFC 5280 section 4.2.1.12, RFC 9336). */
export const PURPOSE: {
  readonly any: '2.5.29.37.0';
  readonly serverAuth: '1.3.6.1.5.5.7.3.1';
  readonly clientAuth: '1.3.6.1.5.5.7.3.2';
  readonly codeSigning: '1.3.6.1.5.5.7.3.3';
  readonly emailProtection: '1.3.6.1.5.5.7.3.4';
  readonly timeStamping: '1.3.6.1.5.5.7.3.8';
  readonly ocspSigning: '1.3.6.1.5.5.7.3.9';
  readonly documentSigning: '1.3.6.1.5.5.7.3.36';
  readonly trustedListSigning: '0.4.0.2231.3.0';
} = {
  any: '2.5.29.37.0',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
  documentSigning: '1.3.6.1.5.5.7.3.36',
  trustedListSigning: '0.4.0.2231.3.0',
};

/** Attribute types that have a short name in this product (RFC 4519, RFC 5280 appendix A, ETSI EN 319 412-1). */
export const ATTRIBUTE: {
  readonly CN: '2.5.4.3';
  readonly SN: '2.5.4.4';
  readonly serialNumber: '2.5.4.5';
  readonly C: '2.5.4.6';
  readonly L: '2.5.4.7';
  readonly ST: '2.5.4.8';
  readonly O: '2.5.4.10';
  readonly OU: '2.5.4.11';
  readonly title: '2.5.4.12';
  readonly GN: '2.5.4.42';
  readonly organizationIdentifier: '2.5.4.97';
} = {
  CN: '2.5.4.3',
  SN: '2.5.4.4',
  serialNumber: '2.5.4.5',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  title: '2.5.4.12',
  GN: '2.5.4.42',
  organizationIdentifier: '2.5.4.97',
};

/** emailAddress of PKCS #9, still met inside distinguished names. */
export const EMAIL_ADDRESS = '1.2.840.113549.1.9.1';

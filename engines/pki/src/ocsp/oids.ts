/** Object identifiers of the Online Certificate Status Protocol (RFC 6960 appendix B, RFC 9654). */
export const OCSP: {
  readonly basic: '1.3.6.1.5.5.7.48.1.1';
  readonly nonce: '1.3.6.1.5.5.7.48.1.2';
  readonly crlReference: '1.3.6.1.5.5.7.48.1.3';
  readonly acceptableResponses: '1.3.6.1.5.5.7.48.1.4';
  readonly noCheck: '1.3.6.1.5.5.7.48.1.5';
  readonly archiveCutoff: '1.3.6.1.5.5.7.48.1.6';
  readonly serviceLocator: '1.3.6.1.5.5.7.48.1.7';
  readonly preferredSignatureAlgorithms: '1.3.6.1.5.5.7.48.1.8';
  readonly extendedRevoke: '1.3.6.1.5.5.7.48.1.9';
  /** Extended key purpose of a delegated responder (RFC 6960 section 4.2.2.2). */
  readonly signing: '1.3.6.1.5.5.7.3.9';
} = {
  basic: '1.3.6.1.5.5.7.48.1.1',
  nonce: '1.3.6.1.5.5.7.48.1.2',
  crlReference: '1.3.6.1.5.5.7.48.1.3',
  acceptableResponses: '1.3.6.1.5.5.7.48.1.4',
  noCheck: '1.3.6.1.5.5.7.48.1.5',
  archiveCutoff: '1.3.6.1.5.5.7.48.1.6',
  serviceLocator: '1.3.6.1.5.5.7.48.1.7',
  preferredSignatureAlgorithms: '1.3.6.1.5.5.7.48.1.8',
  extendedRevoke: '1.3.6.1.5.5.7.48.1.9',
  signing: '1.3.6.1.5.5.7.3.9',
};

import type { CoveredObject, TimestampType } from '../../diagnostic/timestamp.ts';
import type { FinalIndication, ProcessIndication, ProcessSubIndication } from '../../process/report.ts';

/** Namespace of validation reports (ETSI TS 119 102-2 V1.2.1 and V1.3.1). */
export const REPORT_NAMESPACE = 'http://uri.etsi.org/19102/v1.2.1#';

const etsi = 'urn:etsi:019102';

const indications: Readonly<Record<FinalIndication, string>> = {
  TOTAL_PASSED: 'total-passed',
  TOTAL_FAILED: 'total-failed',
  PASSED: 'passed',
  FAILED: 'failed',
  INDETERMINATE: 'indeterminate',
};

/** URI of a main indication (TS 119 102-2 clause 4.3.11.2). */
export function mainIndication(indication: FinalIndication | ProcessIndication): string {
  return `${etsi}:mainindication:${indications[indication]}`;
}

/** URI of a sub-indication (TS 119 102-2 clause 4.3.11.3). */
export function subIndicationUri(subIndication: ProcessSubIndication): string {
  return `${etsi}:subindication:${subIndication}`;
}

/** Which process was run (TS 119 102-2 clause 4.3.10.2): every signature goes through that for archive material. */
export const VALIDATION_PROCESS: string = `${etsi}:validationprocess:LTA`;

/** The proof was derived in the validation itself (TS 119 102-2 clause 4.4.6). */
export const PROOF_BY_VALIDATION: string = `${etsi}:poetype:validation`;

/** The constraint was applied, or the policy switches it off (TS 119 102-2 clause 4.3.4.3). */
export function constraintStatus(status: 'applied' | 'disabled'): string {
  return `${etsi}:constraintStatus:${status}`;
}

/** Kinds of validation objects (TS 119 102-2 clause 4.4.3). */
export type ObjectKind = 'certificate' | 'CRL' | 'OCSPResponse' | 'timestamp' | 'evidencerecord' | 'signedData';

/** URI of a kind of validation object. */
export function objectType(kind: ObjectKind): string {
  return `${etsi}:validationObject:${kind}`;
}

/** URI of a reason for revocation, by its name in RFC 5280 clause 5.3.1. */
export function revocationReason(name: string): string {
  return `${etsi}:revocationReason:${uriText(name)}`;
}

/** The checks of the process, as identifiers of constraints: our own names, for no register knows them all. */
export function constraintUri(code: string): string {
  return `urn:tra:validation:constraint:${uriText(code)}`;
}

/** Types of the additional data that a status carries. */
export function reportDataType(kind: 'error' | 'warning' | 'information' | 'diagnostic-data'): string {
  return `urn:tra:validation:report-data:${kind}`;
}

/** An identifier as a URI: OIDs in their URN form, everything that a URI cannot hold escaped. */
export function uriText(text: string): string {
  if (/^[012](\.\d+)+$/.test(text)) return `urn:oid:${text}`;
  return text
    .replace(/%(?![0-9A-Fa-f]{2})/g, '%25')
    .replace(/[^!#$%&'()*+,\-./0-9:;=?@A-Z_a-z~]/gu, (character) => encodeCharacter(character));
}

function encodeCharacter(character: string): string {
  try {
    return encodeURIComponent(character).replace(/^[^%]$/, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  } catch {
    return '%EF%BF%BD';
  }
}

const digests: Readonly<Record<string, string>> = {
  SHA1: 'http://www.w3.org/2000/09/xmldsig#sha1',
  SHA224: 'http://www.w3.org/2001/04/xmldsig-more#sha224',
  SHA256: 'http://www.w3.org/2001/04/xmlenc#sha256',
  SHA384: 'http://www.w3.org/2001/04/xmldsig-more#sha384',
  SHA512: 'http://www.w3.org/2001/04/xmlenc#sha512',
  'SHA3-224': 'http://www.w3.org/2007/05/xmldsig-more#sha3-224',
  'SHA3-256': 'http://www.w3.org/2007/05/xmldsig-more#sha3-256',
  'SHA3-384': 'http://www.w3.org/2007/05/xmldsig-more#sha3-384',
  'SHA3-512': 'http://www.w3.org/2007/05/xmldsig-more#sha3-512',
  MD5: 'http://www.w3.org/2001/04/xmldsig-more#md5',
  RIPEMD160: 'http://www.w3.org/2001/04/xmlenc#ripemd160',
  WHIRLPOOL: 'http://www.w3.org/2007/05/xmldsig-more#whirlpool',
};

/** URI of a digest algorithm (XML Security Algorithm Cross-Reference); a URN of our own for those without one. */
export function digestUri(name: string): string {
  return digests[name] ?? algorithmUri(name);
}

/** An algorithm, perhaps with its size, as it stands in a cryptographic finding. */
export function algorithmUri(name: string): string {
  return digests[name] ?? `urn:tra:validation:algorithm:${uriText(name)}`;
}

/** Attribute under which a time-stamp is listed (TS 119 102-2 annex A); undefined for those that are no attribute of a signature. */
export const timestampAttributes: Readonly<Record<TimestampType, string | undefined>> = {
  content: 'AllDataObjectsTimeStamp',
  'all-data-objects': 'AllDataObjectsTimeStamp',
  'individual-data-objects': 'IndividualDataObjectsTimeStamp',
  signature: 'SignatureTimeStamp',
  'validation-data-references': 'RefsOnlyTimeStamp',
  'validation-data': 'SigAndRefsTimeStamp',
  document: 'DocTimeStamp',
  vri: undefined,
  archive: 'ArchiveTimeStamp',
  container: undefined,
  'evidence-record': undefined,
};

/** Kinds of covered objects that stand in the list of validation objects. */
export const listedCategories: ReadonlySet<CoveredObject['category']> = new Set([
  'certificate',
  'revocation',
  'timestamp',
  'evidence-record',
]);

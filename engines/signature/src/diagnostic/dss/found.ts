import type { ScopeData, SignerInfoData } from '../signature.ts';
import type { CoveredObject } from '../timestamp.ts';
import type {
  CertificateReferenceData,
  DigestMatcherData,
  DigestMatcherType,
  RelatedCertificate,
  RelatedRevocation,
  TokenOrigin,
} from '../token.ts';
import { digestOf, present, truth, type View } from './element.ts';

const origins: Readonly<Record<string, TokenOrigin>> = {
  SIGNED_DATA: 'signed-data',
  KEY_INFO: 'key-info',
  CERTIFICATE_VALUES: 'certificate-values',
  ATTR_AUTHORITIES_CERT_VALUES: 'attribute-certificate-values',
  REVOCATION_VALUES: 'revocation-values',
  ATTRIBUTE_REVOCATION_VALUES: 'revocation-values',
  TIMESTAMP_VALIDATION_DATA: 'timestamp-validation-data',
  ANY_VALIDATION_DATA: 'any-validation-data',
  DSS_DICTIONARY: 'dss-dictionary',
  VRI_DICTIONARY: 'vri-dictionary',
  ADBE_REVOCATION_INFO_ARCHIVAL: 'adbe-revocation',
  CMS_SIGNED_DATA: 'cms-signed-data',
  BASIC_OCSP_RESP: 'basic-ocsp-response',
  EVIDENCE_RECORD: 'evidence-record',
  INPUT_DOCUMENT: 'input-document',
  CACHED: 'cached',
  EXTERNAL: 'online',
};

/** Where something was found, by the names of DSS. */
export const originOf = (text: string | undefined): TokenOrigin => origins[text ?? ''] ?? 'other';

const originsOf = (view: View): TokenOrigin[] => view.all('Origin').map(({ text }) => originOf(text));

const referenceOrigins: Readonly<Record<string, CertificateReferenceData['origin']>> = {
  SIGNING_CERTIFICATE: 'signing-certificate',
  COMPLETE_CERTIFICATE_REFS: 'complete-references',
  ATTRIBUTE_CERTIFICATE_REFS: 'attribute-references',
  KEY_IDENTIFIER: 'key-identifier',
  X509_URL: 'x509-url',
};

function readReference(view: View): CertificateReferenceData[] {
  const origin = referenceOrigins[view.child('Origin').text ?? ''];
  if (origin === undefined) return [];
  const digest = view.child('DigestAlgoAndValue');
  const serial = view.child('IssuerSerial');
  return [
    present<CertificateReferenceData>({
      origin,
      digest: digestOf(digest),
      digestMatch: truth(digest.attribute('match')),
      issuerSerialPresent: serial.present ? true : undefined,
      issuerSerialMatch: truth(serial.attribute('match')),
      keyIdentifierMatch: origin === 'key-identifier' ? true : undefined,
    }),
  ];
}

/** FoundCertificates: those that were found, and references whose certificate was not, under the name of their digest. */
export function foundCertificates(view: View): RelatedCertificate[] {
  const found = view.child('FoundCertificates');
  const related = found.all('RelatedCertificate').map((entry) => ({
    certificate: entry.attribute('Certificate') ?? '',
    origins: originsOf(entry),
    references: entry.all('CertificateRef').flatMap(readReference),
  }));
  const orphans = found.all('OrphanCertificate').map((entry) => ({
    certificate: entry.attribute('Token') ?? '',
    origins: originsOf(entry),
    references: entry.all('CertificateRef').flatMap(readReference),
  }));
  return [...related, ...orphans];
}

/** FoundRevocations/RelatedRevocation. */
export const foundRevocations = (view: View): RelatedRevocation[] =>
  view.entries('FoundRevocations', 'RelatedRevocation').flatMap((entry) => {
    const revocation = entry.attribute('Revocation');
    return revocation === undefined ? [] : [{ revocation, origins: originsOf(entry) }];
  });

const matcherTypes: Readonly<Record<string, DigestMatcherType>> = {
  REFERENCE: 'reference',
  OBJECT: 'object',
  MANIFEST: 'manifest',
  MANIFEST_ENTRY: 'manifest-entry',
  SIGNED_PROPERTIES: 'signed-properties',
  KEY_INFO: 'key-info',
  SIGNATURE_PROPERTIES: 'signature-properties',
  XPOINTER: 'xpointer',
  MESSAGE_DIGEST: 'message-digest',
  CONTENT_DIGEST: 'content-digest',
  JWS_SIGNING_INPUT: 'jws-signing-input',
  JWS_SIGNING_INPUT_DIGEST: 'jws-signing-input',
  SIG_D_ENTRY: 'sig-d-entry',
  MESSAGE_IMPRINT: 'message-imprint',
  COUNTER_SIGNATURE: 'counter-signature',
  COUNTER_SIGNED_SIGNATURE_VALUE: 'counter-signed-signature-value',
  EVIDENCE_RECORD_ARCHIVE_OBJECT: 'er-archive-object',
  EVIDENCE_RECORD_ARCHIVE_TIME_STAMP: 'er-archive-timestamp',
  EVIDENCE_RECORD_ARCHIVE_TIME_STAMP_SEQUENCE: 'er-archive-timestamp-sequence',
  EVIDENCE_RECORD_ORPHAN_REFERENCE: 'er-orphan-reference',
  EVIDENCE_RECORD_MASTER_SIGNATURE: 'er-master-signature',
};

/** DigestMatcher. A kind that is not known counts as a reference: it must be there and intact. */
export function readMatcher(view: View): DigestMatcherData {
  return present<DigestMatcherData>({
    type: matcherTypes[view.attribute('type') ?? ''] ?? 'reference',
    name: view.attribute('id') ?? view.attribute('name'),
    uri: view.attribute('uri'),
    documentName: view.attribute('documentName'),
    digest: digestOf(view),
    found: truth(view.child('DataFound').text) ?? false,
    intact: truth(view.child('DataIntact').text) ?? false,
    duplicated: truth(view.attribute('duplicated')),
  });
}

const categories: Readonly<Record<string, CoveredObject['category']>> = {
  SIGNATURE: 'signature',
  CERTIFICATE: 'certificate',
  REVOCATION: 'revocation',
  TIMESTAMP: 'timestamp',
  EVIDENCE_RECORD: 'evidence-record',
  SIGNED_DATA: 'signed-data',
};

/** TimestampedObjects/TimestampedObject. */
export const coveredObjects = (view: View): CoveredObject[] =>
  view.entries('TimestampedObjects', 'TimestampedObject').flatMap((entry) => {
    const id = entry.attribute('Token');
    return id === undefined ? [] : [{ category: categories[entry.attribute('Category') ?? ''] ?? 'orphan', id }];
  });

const scopeKinds: Readonly<Record<string, ScopeData['scope']>> = {
  FULL: 'full',
  PARTIAL: 'partial',
  DIGEST: 'digest',
  ARCHIVED: 'archived',
  COUNTER_SIGNATURE: 'counter-signature',
};

/** SignatureScope and its kin. */
export const readScopes = (view: View, list: string, entry: string): ScopeData[] =>
  view.entries(list, entry).map((scope) =>
    present<ScopeData>({
      name: scope.child('Name').text ?? '',
      scope: scopeKinds[scope.child('Scope').text ?? ''] ?? 'partial',
      document: scope.attribute('SignerData'),
    }),
  );

/** SignerInformationStore; undefined where it was not written. */
export function signerInfos(view: View): SignerInfoData[] | undefined {
  const store = view.child('SignerInformationStore');
  if (!store.present) return undefined;
  return store.all('SignerInfo').map((info) =>
    present<SignerInfoData>({
      issuer: info.child('IssuerName').text,
      serialNumber: info.child('SerialNumber').text,
      current: truth(info.attribute('Current')) ?? false,
    }),
  );
}

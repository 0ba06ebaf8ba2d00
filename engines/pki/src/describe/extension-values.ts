import {
  contextTag,
  type DerElement,
  readDer,
  readNull,
  readOctetString,
  readOid,
  readSmallInteger,
  readString,
  readTime,
  SequenceReader,
  TAG,
} from '@tra/asn1';
import { type Json, toHex } from '@tra/kernel';
import {
  type DistributionPoint,
  readAuthorityKeyIdentifier,
  readBasicConstraints,
  readDistributionPoints,
  readGeneralNames,
  readInhibitAnyPolicy,
  readKeyUsage,
  readNameConstraints,
  readOids,
  readPolicyConstraints,
  readPolicyMappings,
} from '../extensions.ts';
import { readGeneralName } from '../general-name.ts';
import { describeGeneralName, describeValue, named } from './names.ts';
import { ACCESS_NAMES, ATTRIBUTE_NAMES, PURPOSE_NAMES, REASON_FLAGS } from './oids.ts';
import { describeStatements } from './qc-statements.ts';
import { describeTimestamps } from './signed-timestamps.ts';

/** Decodes an extension value into plain data. Throws `Asn1Error` or `PkiError` when it is malformed. */
export type ValueReader = (value: Uint8Array) => Json;

const names: ValueReader = (value) => readGeneralNames(value).map(describeGeneralName);

/** By the names of `DESCRIBED_EXTENSIONS`. */
export const VALUE_READERS: Readonly<Record<string, ValueReader>> = {
  subjectDirectoryAttributes: describeAttributes,
  subjectKeyIdentifier: (value) => toHex(readOctetString(readDer(value))),
  keyUsage: (value) => [...readKeyUsage(value)],
  privateKeyUsagePeriod: describePeriod,
  subjectAltName: names,
  issuerAltName: names,
  basicConstraints: (value) => ({ ...readBasicConstraints(value) }),
  nameConstraints: (value) => {
    const { permitted, excluded } = readNameConstraints(value);
    return { permitted: permitted.map(describeGeneralName), excluded: excluded.map(describeGeneralName) };
  },
  cRLDistributionPoints: (value) => readDistributionPoints(value).map(describePoint),
  certificatePolicies: describePolicies,
  policyMappings: (value) => readPolicyMappings(value).map((mapping) => ({ ...mapping })),
  authorityKeyIdentifier: (value) => {
    const { issuers, ...rest } = readAuthorityKeyIdentifier(value);
    return { ...rest, ...(issuers ? { issuers: issuers.map(describeGeneralName) } : {}) };
  },
  policyConstraints: (value) => ({ ...readPolicyConstraints(value) }),
  extKeyUsage: (value) => readOids(value).map((oid) => named(oid, PURPOSE_NAMES)),
  freshestCRL: (value) => readDistributionPoints(value).map(describePoint),
  inhibitAnyPolicy: readInhibitAnyPolicy,
  authorityInfoAccess: describeAccess,
  qcStatements: describeStatements,
  subjectInfoAccess: describeAccess,
  tlsFeature: describeFeatures,
  ocspNoCheck: (value) => readNull(readDer(value)),
  signedCertificateTimestamps: describeTimestamps,
  precertificatePoison: (value) => readNull(readDer(value)),
};

function sequenceItems(value: Uint8Array, what: string): readonly DerElement[] {
  return new SequenceReader(readDer(value), what).rest();
}

/** SubjectDirectoryAttributes (RFC 5280 section 4.2.1.8). */
function describeAttributes(value: Uint8Array): Json {
  return sequenceItems(value, 'SubjectDirectoryAttributes').map((item) => {
    const reader = new SequenceReader(item, 'Attribute');
    const type = readOid(reader.take(TAG.oid, 'type'));
    const values = new SequenceReader(reader.take(TAG.set, 'values'), 'values', TAG.set).rest();
    reader.end();
    return { ...named(type, ATTRIBUTE_NAMES), values: values.map(({ raw }) => describeValue(raw)) };
  });
}

/** PrivateKeyUsagePeriod (RFC 3280 section 4.2.1.4). */
function describePeriod(value: Uint8Array): Json {
  const reader = new SequenceReader(readDer(value), 'PrivateKeyUsagePeriod');
  const notBefore = reader.takeOptional(contextTag(0));
  const notAfter = reader.takeOptional(contextTag(1));
  reader.end();
  return {
    ...(notBefore ? { notBefore: readTime(notBefore, TAG.generalizedTime).toISOString() } : {}),
    ...(notAfter ? { notAfter: readTime(notAfter, TAG.generalizedTime).toISOString() } : {}),
  };
}

function describePoint({ name, reasons, crlIssuer }: DistributionPoint): Json {
  return {
    ...(name?.fullName ? { names: name.fullName.map(describeGeneralName) } : {}),
    ...(name?.relativeName ? { relativeName: `#${toHex(name.relativeName)}` } : {}),
    ...(reasons ? { reasons: [...reasons].map((bit) => REASON_FLAGS[bit] ?? String(bit)) } : {}),
    ...(crlIssuer ? { crlIssuer: crlIssuer.map(({ text }) => text) } : {}),
  };
}

/** CertificatePolicies with their qualifiers (RFC 5280 section 4.2.1.4). */
function describePolicies(value: Uint8Array): Json {
  return sequenceItems(value, 'CertificatePolicies').map((item) => {
    const reader = new SequenceReader(item, 'PolicyInformation');
    const oid = readOid(reader.take(TAG.oid, 'policyIdentifier'));
    const list = reader.takeOptional(TAG.sequence);
    reader.end();
    const qualifiers = list ? new SequenceReader(list, 'policyQualifiers').rest().map(describeQualifier) : [];
    return { oid, ...(qualifiers.length > 0 ? { qualifiers } : {}) };
  });
}

const practiceStatement = '1.3.6.1.5.5.7.2.1';
const userNotice = '1.3.6.1.5.5.7.2.2';

function describeQualifier(element: DerElement): Json {
  const reader = new SequenceReader(element, 'PolicyQualifierInfo');
  const oid = readOid(reader.take(TAG.oid, 'policyQualifierId'));
  const qualifier = reader.take(undefined, 'qualifier');
  reader.end();
  if (oid === practiceStatement) return { kind: 'cps', value: readString(qualifier) };
  if (oid === userNotice) return { kind: 'userNotice', ...describeNotice(qualifier) };
  return { kind: 'other', oid, value: `#${toHex(qualifier.raw)}` };
}

function describeNotice(element: DerElement): { readonly [name: string]: Json } {
  const reader = new SequenceReader(element, 'UserNotice');
  const reference = reader.takeOptional(TAG.sequence);
  const text = reader.takeOptional(TAG.utf8String, TAG.ia5String, TAG.visibleString, TAG.bmpString);
  reader.end();
  return {
    ...(reference ? { reference: describeReference(reference) } : {}),
    ...(text ? { text: readString(text) } : {}),
  };
}

function describeReference(element: DerElement): Json {
  const reader = new SequenceReader(element, 'NoticeReference');
  const organization = readString(reader.take(undefined, 'organization'));
  const numbers = new SequenceReader(reader.take(TAG.sequence, 'noticeNumbers'), 'noticeNumbers').rest();
  reader.end();
  return { organization, numbers: numbers.map((number) => readSmallInteger(number)) };
}

/** AuthorityInfoAccess and SubjectInfoAccess (RFC 5280 section 4.2.2). */
function describeAccess(value: Uint8Array): Json {
  return sequenceItems(value, 'AccessDescriptions').map((item) => {
    const reader = new SequenceReader(item, 'AccessDescription');
    const method = readOid(reader.take(TAG.oid, 'accessMethod'));
    const location = readGeneralName(reader.take(undefined, 'accessLocation'));
    reader.end();
    return { method: ACCESS_NAMES.get(method) ?? method, location: describeGeneralName(location) };
  });
}

/** TLS features that the server promises (RFC 7633): 5 status_request, 17 status_request_v2. */
function describeFeatures(value: Uint8Array): Json {
  const features: ReadonlyMap<number, string> = new Map([
    [5, 'status_request'],
    [17, 'status_request_v2'],
  ]);
  return sequenceItems(value, 'Features').map((item) => {
    const number = readSmallInteger(item);
    return features.get(number) ?? number;
  });
}

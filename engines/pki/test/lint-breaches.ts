import { childrenOf, type DerElement, der, readDer, readExplicit } from '@tra/asn1';
import { fromHex } from '@tra/kernel';
import { ANY_POLICY, ATTRIBUTE, type CertificateProfile, EXTENSION, PURPOSE } from '../src/index.ts';
import { notBefore, signerFor } from './profile-cases.ts';

/** The parts of a tbsCertificate, to be exchanged one by one. */
export interface Parts {
  version: Uint8Array | undefined;
  serial: Uint8Array;
  algorithm: Uint8Array;
  issuer: Uint8Array;
  validity: Uint8Array;
  subject: Uint8Array;
  publicKey: Uint8Array;
  uniqueId: Uint8Array | undefined;
  extensions: Uint8Array[] | undefined;
}

export function take(certificate: Uint8Array): Parts {
  const [tbs] = childrenOf(readDer(certificate));
  const fields = childrenOf(tbs as DerElement);
  const [version, serial, algorithm, issuer, validity, subject, publicKey] = fields.map(({ raw }) => raw) as [
    Uint8Array,
    ...Uint8Array[],
  ];
  const extensions = childrenOf(readExplicit(fields[7] as DerElement, 'extensions')).map(({ raw }) => raw);
  return { version, serial, algorithm, issuer, validity, subject, publicKey, uniqueId: undefined, extensions } as Parts;
}

function tbsOf(parts: Parts): Uint8Array {
  const { version, serial, algorithm, issuer, validity, subject, publicKey, uniqueId, extensions } = parts;
  const all = extensions && der.explicit(3, der.sequence(...extensions));
  return der.sequence(version, serial, algorithm, issuer, validity, subject, publicKey, uniqueId, all);
}

export function put(parts: Parts): Uint8Array {
  return der.sequence(tbsOf(parts), parts.algorithm, der.bitString(new Uint8Array(64)));
}

function extension(oid: string, value: Uint8Array, critical: boolean = false): Uint8Array {
  return der.sequence(der.oid(oid), critical ? der.boolean(true) : undefined, der.octetString(value));
}

/** Takes away the extension of `oid`, and puts `value` in its place when there is one. */
function replace(oid: string, ...values: Uint8Array[]): (parts: Parts) => void {
  return (parts) => {
    const head = Buffer.from(der.oid(oid)).toString('hex');
    const rest = (parts.extensions ?? []).filter(
      (bytes) => !Buffer.from(bytes).toString('hex').slice(0, 40).includes(head),
    );
    parts.extensions = [...rest, ...values];
  };
}

const oids = (...list: string[]): Uint8Array => der.sequence(...list.map((oid) => der.oid(oid)));
const keyUsage = (...bits: number[]): Uint8Array => extension(EXTENSION.keyUsage, der.namedBits(bits), true);
const eku = (critical: boolean, ...list: string[]): Uint8Array =>
  extension(EXTENSION.extendedKeyUsage, oids(...list), critical);
const rdn = (oid: string, value: Uint8Array): Uint8Array => der.setOf(der.sequence(der.oid(oid), value));
const addRdn = (oid: string, value: Uint8Array) => (parts: Parts) => {
  parts.subject = der.sequence(...childrenOf(readDer(parts.subject)).map(({ raw }) => raw), rdn(oid, value));
};
const setName =
  (...rdns: Uint8Array[]) =>
  (parts: Parts) => {
    parts.subject = der.sequence(...rdns);
  };
const san = (...names: Uint8Array[]): Uint8Array => extension(EXTENSION.subjectAltName, der.sequence(...names));
const dns = (name: string): Uint8Array => der.ia5String(name, 0x82);
const crlAt = (url: string): Uint8Array =>
  extension(
    EXTENSION.crlDistributionPoints,
    der.sequence(der.sequence(der.explicit(0, der.element(0xa0, der.ia5String(url, 0x86))))),
  );
const validity = (from: string, to: string) => (parts: Parts) => {
  parts.validity = der.sequence(der.time(new Date(from)), der.time(new Date(to)));
};
const set =
  <K extends keyof Parts>(key: K, value: Parts[K]) =>
  (parts: Parts) => {
    parts[key] = value;
  };
const cn = der.utf8String('x');
const ca = extension(EXTENSION.basicConstraints, der.sequence(der.boolean(true)), true);

export type Breach = readonly [code: string, profile: CertificateProfile, edit: (parts: Parts) => void];

/** One edit for each rule; the finding named must be there. */
export const breaches: readonly Breach[] = [
  ['pki.lint_serial', 'officer', set('serial', der.integer(-5))],
  ['pki.lint_serial', 'officer', set('serial', der.integer(0))],
  ['pki.lint_serial', 'officer', set('serial', der.element(2, new Uint8Array(21).fill(1)))],
  ['pki.lint_serial_short', 'officer', set('serial', der.integer(77))],
  ['pki.lint_signature_weak', 'officer', set('algorithm', fromHex('300906072a8648ce3d0401'))],
  ['pki.lint_signature_encoding', 'officer', set('algorithm', fromHex('300c06082a8648ce3d0403020500'))],
  ['pki.lint_validity', 'officer', validity('2028-01-01', '2027-01-01')],
  [
    'pki.lint_time_encoding',
    'officer',
    (parts) => {
      parts.validity = der.sequence(der.generalizedTime(notBefore), der.time(new Date('2028-01-01')));
    },
  ],
  ['pki.lint_unique_id', 'officer', set('uniqueId', fromHex('81020001'))],
  [
    'pki.lint_default_encoded',
    'officer',
    replace(
      EXTENSION.subjectKeyIdentifier,
      der.sequence(
        der.oid(EXTENSION.subjectKeyIdentifier),
        der.boolean(false),
        der.octetString(der.octetString(new Uint8Array(20))),
      ),
    ),
  ],
  [
    'pki.lint_default_encoded',
    'officer',
    replace('2.5.29.19', extension('2.5.29.19', der.sequence(der.boolean(false)))),
  ],
  ['pki.lint_issuer_empty', 'officer', set('issuer', der.sequence())],
  ['pki.lint_subject_empty', 'officer', set('subject', der.sequence())],
  ['pki.lint_name_encoding', 'officer', setName(rdn(ATTRIBUTE.CN, der.element(0x1e, fromHex('0041'))))],
  ['pki.lint_name_encoding', 'officer', setName(rdn(ATTRIBUTE.C, der.utf8String('TH')))],
  ['pki.lint_country', 'officer', setName(rdn(ATTRIBUTE.C, der.printableString('th')))],
  ['pki.lint_name_too_long', 'officer', setName(rdn(ATTRIBUTE.CN, der.utf8String('ก'.repeat(65))))],
  ['pki.lint_name_text', 'officer', setName(rdn(ATTRIBUTE.CN, der.utf8String('a\u202eb')))],
  ['pki.lint_name_text', 'officer', setName(rdn(ATTRIBUTE.CN, der.utf8String('a ')))],
  ['pki.lint_name_text', 'officer', setName(rdn(ATTRIBUTE.CN, der.utf8String('')))],
  ['pki.lint_name_repeated', 'officer', addRdn(ATTRIBUTE.CN, cn)],
  ['pki.lint_name_email', 'officer', addRdn('1.2.840.113549.1.9.1', der.ia5String('a@example.th'))],
  [
    'pki.lint_alternative_name',
    'tls-server',
    replace(EXTENSION.subjectAltName, san(dns('www.example.go.th'), dns('a_b.th'))),
  ],
  [
    'pki.lint_alternative_name',
    'tls-server',
    replace(EXTENSION.subjectAltName, san(dns('www.example.go.th'), der.element(0x87, new Uint8Array(5)))),
  ],
  ['pki.lint_alternative_name', 'officer', replace(EXTENSION.subjectAltName, san(der.ia5String('no-mailbox', 0x81)))],
  [
    'pki.lint_alternative_name',
    'document-signer',
    replace(EXTENSION.subjectAltName, san(der.ia5String('relative/path', 0x86))),
  ],
  [
    'pki.lint_criticality',
    'subordinate-ca',
    replace(EXTENSION.basicConstraints, extension(EXTENSION.basicConstraints, der.sequence(der.boolean(true)))),
  ],
  [
    'pki.lint_criticality',
    'officer',
    replace(
      EXTENSION.subjectKeyIdentifier,
      extension(EXTENSION.subjectKeyIdentifier, der.octetString(new Uint8Array(20)), true),
    ),
  ],
  ['pki.lint_extension_missing', 'subordinate-ca', replace(EXTENSION.subjectKeyIdentifier)],
  ['pki.lint_extension_missing', 'officer', replace(EXTENSION.authorityKeyIdentifier)],
  [
    'pki.lint_extension_misplaced',
    'officer',
    replace(EXTENSION.inhibitAnyPolicy, extension(EXTENSION.inhibitAnyPolicy, der.integer(0), true)),
  ],
  [
    'pki.lint_extension_empty',
    'officer',
    replace(EXTENSION.authorityInfoAccess, extension(EXTENSION.authorityInfoAccess, der.sequence())),
  ],
  [
    'pki.lint_authority_key_id',
    'officer',
    replace(EXTENSION.authorityKeyIdentifier, extension(EXTENSION.authorityKeyIdentifier, der.sequence())),
  ],
  [
    'pki.lint_subject_key_id',
    'officer',
    replace(
      EXTENSION.subjectKeyIdentifier,
      extension(EXTENSION.subjectKeyIdentifier, der.octetString(new Uint8Array(20))),
    ),
  ],
  [
    'pki.lint_policy_any',
    'officer',
    replace(EXTENSION.certificatePolicies, extension(EXTENSION.certificatePolicies, der.sequence(oids(ANY_POLICY)))),
  ],
  [
    'pki.lint_policy_mapping_any',
    'subordinate-ca',
    replace(
      EXTENSION.policyMappings,
      extension(EXTENSION.policyMappings, der.sequence(oids('1.2.3', ANY_POLICY)), true),
    ),
  ],
  [
    'pki.lint_distribution_point',
    'officer',
    replace(
      EXTENSION.crlDistributionPoints,
      extension(EXTENSION.crlDistributionPoints, der.sequence(der.sequence(fromHex('81020640')))),
    ),
  ],
  ['pki.lint_address', 'officer', replace(EXTENSION.crlDistributionPoints, crlAt('ftp://example.th/x'))],
  ['pki.lint_address_https', 'officer', replace(EXTENSION.crlDistributionPoints, crlAt('https://example.th/x'))],
  [
    'pki.lint_statements',
    'e-seal',
    replace(EXTENSION.qcStatements, extension(EXTENSION.qcStatements, der.sequence(oids('1.2.3'), oids('1.2.3')))),
  ],
  [
    'pki.lint_key_usage_empty',
    'officer',
    replace(EXTENSION.keyUsage, extension(EXTENSION.keyUsage, fromHex('030100'), true)),
  ],
  ['pki.lint_ca_key_usage', 'officer', replace(EXTENSION.keyUsage, keyUsage(0, 5))],
  ['pki.lint_ca_key_usage', 'subordinate-ca', replace(EXTENSION.keyUsage, keyUsage(0, 6))],
  [
    'pki.lint_path_length_unused',
    'officer',
    replace(EXTENSION.basicConstraints, extension(EXTENSION.basicConstraints, der.sequence(der.integer(0)))),
  ],
  ['pki.lint_key_usage_key', 'officer', replace(EXTENSION.keyUsage, keyUsage(2))],
  ['pki.lint_key_usage_agreement', 'officer', replace(EXTENSION.keyUsage, keyUsage(0, 7))],
  [
    'pki.lint_purpose_repeated',
    'officer',
    replace(EXTENSION.extendedKeyUsage, eku(false, PURPOSE.documentSigning, PURPOSE.documentSigning)),
  ],
  ['pki.lint_purpose_any', 'officer', replace(EXTENSION.extendedKeyUsage, eku(true, PURPOSE.any))],
  ['pki.lint_purpose_key_usage', 'officer', replace(EXTENSION.extendedKeyUsage, eku(false, '1.3.6.1.5.5.7.3.3'))],
  ['pki.lint_time_stamping', 'time-stamping', replace(EXTENSION.extendedKeyUsage, eku(false, PURPOSE.timeStamping))],
  [
    'pki.lint_time_stamping',
    'time-stamping',
    replace(EXTENSION.extendedKeyUsage, eku(true, PURPOSE.timeStamping, '1.2.3')),
  ],
  ['pki.lint_ocsp_no_check', 'ocsp-responder', replace('1.3.6.1.5.5.7.48.1.5')],
  [
    'pki.lint_ocsp_no_check_misplaced',
    'officer',
    replace('1.3.6.1.5.5.7.48.1.5', extension('1.3.6.1.5.5.7.48.1.5', der.nullValue())),
  ],
  ['pki.lint_tls_names_missing', 'tls-server', replace(EXTENSION.subjectAltName)],
  ['pki.lint_tls_common_name', 'tls-server', setName(rdn(ATTRIBUTE.CN, der.utf8String('other.example.go.th')))],
  [
    'pki.lint_tls_purpose',
    'tls-server',
    replace(EXTENSION.extendedKeyUsage, eku(false, '1.3.6.1.5.5.7.3.1', PURPOSE.timeStamping)),
  ],
  [
    'pki.lint_tls_internal_name',
    'tls-server',
    replace(EXTENSION.subjectAltName, san(dns('www.example.go.th'), dns('intranet'))),
  ],
  [
    'pki.lint_tls_internal_name',
    'tls-server',
    replace(EXTENSION.subjectAltName, san(dns('www.example.go.th'), der.element(0x87, Uint8Array.of(192, 168, 1, 1)))),
  ],
  ['pki.lint_tls_validity', 'tls-server', validity('2026-04-01', '2027-01-01')],
  ['pki.lint_profile_ca', 'officer', replace(EXTENSION.basicConstraints, ca)],
  ['pki.lint_profile_path_length', 'issuing-ca', replace(EXTENSION.basicConstraints, ca)],
  ['pki.lint_profile_key', 'officer', set('publicKey', signerFor('ed25519').publicKey)],
  ['pki.lint_profile_key_usage', 'officer', replace(EXTENSION.keyUsage, keyUsage(0))],
  ['pki.lint_profile_purpose', 'officer', replace(EXTENSION.extendedKeyUsage)],
  ['pki.lint_profile_validity', 'tls-server', validity('2026-01-01', '2027-02-03')],
  ['pki.lint_subject_required', 'officer', setName(rdn(ATTRIBUTE.CN, cn))],
  ['pki.lint_subject_recommended', 'time-stamping', setName(rdn(ATTRIBUTE.CN, cn))],
  ['pki.lint_subject_forbidden', 'time-stamping', addRdn('2.5.4.65', der.utf8String('alias'))],
  [
    'pki.lint_subject_identifier',
    'e-seal',
    (parts) => {
      const kept = childrenOf(readDer(parts.subject)).map(({ raw }) => raw);
      const others = kept.filter(
        (raw) => !Buffer.from(raw).includes(Buffer.from(der.oid(ATTRIBUTE.organizationIdentifier))),
      );
      parts.subject = der.sequence(...others, rdn(ATTRIBUTE.organizationIdentifier, der.utf8String('0994')));
    },
  ],
  ['pki.lint_alternative_name_forbidden', 'officer', replace(EXTENSION.subjectAltName, san(dns('www.example.go.th')))],
  ['pki.lint_alternative_name_required', 'tls-server', replace(EXTENSION.subjectAltName)],
  ['pki.lint_extension_unexpected', 'officer', replace('1.2.3.4', extension('1.2.3.4', der.nullValue()))],
  ['pki.lint_profile_no_check', 'ocsp-responder', replace('1.3.6.1.5.5.7.48.1.5')],
  ['pki.lint_profile_statements', 'officer', replace(EXTENSION.qcStatements)],
  [
    'pki.lint_revocation_address',
    'officer',
    (parts) => {
      replace(EXTENSION.crlDistributionPoints)(parts);
      replace(EXTENSION.authorityInfoAccess)(parts);
    },
  ],
  ['pki.lint_issuer_name', 'officer', set('issuer', der.sequence(rdn(ATTRIBUTE.CN, cn)))],
  [
    'pki.lint_issuer_key_id',
    'officer',
    replace(
      EXTENSION.authorityKeyIdentifier,
      extension(EXTENSION.authorityKeyIdentifier, der.sequence(der.implicit(0, der.octetString(new Uint8Array(20))))),
    ),
  ],
  ['pki.lint_issuer_validity', 'officer', validity('2025-01-01', '2028-01-01')],
  ['pki.lint_issuer_validity', 'subordinate-ca', validity('2026-01-02', '2047-01-01')],
  [
    'pki.key_not_on_curve',
    'officer',
    (parts) => {
      parts.publicKey = Uint8Array.from(parts.publicKey);
      parts.publicKey[90] = (parts.publicKey[90] ?? 0) ^ 1;
    },
  ],
  [
    'pki.key_unsupported',
    'officer',
    set('publicKey', der.sequence(der.sequence(der.oid('1.2.3')), der.bitString(Uint8Array.of(4)))),
  ],
];

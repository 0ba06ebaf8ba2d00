import type { ErrorParams } from '@tra/kernel';
import type { KeyUsage } from '../../extensions.ts';
import { type NameAttributes, SUBJECT_ATTRIBUTES } from '../../name.ts';
import { EXTENSION } from '../../oids.ts';
import type { ProfileRules } from '../profiles/profile.ts';
import { daysOf } from './tls-rules.ts';
import type { LintRule, LintView } from './view.ts';

type Attribute = keyof NameAttributes;

const attributeOf: ReadonlyMap<string, Attribute> = new Map(
  (Object.keys(SUBJECT_ATTRIBUTES) as Attribute[]).map((name) => [SUBJECT_ATTRIBUTES[name].oid, name] as const),
);

/** A rule that speaks only when a profile is given. */
function when(
  code: string,
  clause: string,
  find: (view: LintView, rules: ProfileRules) => readonly ErrorParams[] | boolean,
): LintRule {
  return { code, clause, find: (view) => (view.rules ? find(view, view.rules) : false) };
}

function absent(view: LintView, wanted: readonly Attribute[]): readonly { attribute: string }[] {
  const present = new Set(view.subject.map(({ oid }) => oid));
  return wanted.filter((name) => !present.has(SUBJECT_ATTRIBUTES[name].oid)).map((attribute) => ({ attribute }));
}

function forbidden(view: LintView, { subject }: ProfileRules): readonly { attribute: string }[] {
  const allowed = new Set<Attribute>([...subject.required, ...(subject.recommended ?? []), ...subject.optional]);
  return view.subject.flatMap(({ oid }) => {
    const name = attributeOf.get(oid);
    return name && allowed.has(name) ? [] : [{ attribute: name ?? oid }];
  });
}

function isSame<T>(left: readonly T[], right: readonly T[]): boolean {
  return left.length === right.length && left.every((entry) => right.includes(entry));
}

function hasWrongPathLength({ certificate }: LintView, { ca }: ProfileRules): boolean {
  const length = certificate.basicConstraints?.pathLength;
  return ca?.pathLength !== undefined && length !== ca.pathLength;
}

/** Extensions that a certificate of a profile may hold. */
function unexpected({ extensions }: LintView, rules: ProfileRules): readonly { extension: string }[] {
  const forAll = [EXTENSION.keyUsage, EXTENSION.authorityKeyIdentifier, EXTENSION.subjectKeyIdentifier];
  const forCa = [
    EXTENSION.basicConstraints,
    EXTENSION.nameConstraints,
    EXTENSION.policyConstraints,
    EXTENSION.policyMappings,
    EXTENSION.inhibitAnyPolicy,
  ];
  const known = new Set<string>([
    ...forAll,
    EXTENSION.certificatePolicies,
    ...(rules.ca ? forCa : []),
    ...(rules.extendedKeyUsage ? [EXTENSION.extendedKeyUsage] : []),
    ...(rules.alternativeNames.kinds.length > 0 ? [EXTENSION.subjectAltName] : []),
    ...(rules.addresses.includes('crl') ? [EXTENSION.crlDistributionPoints] : []),
    ...(rules.addresses.length > 0 ? [EXTENSION.authorityInfoAccess] : []),
    ...(rules.noCheck ? [EXTENSION.ocspNoCheck] : []),
    EXTENSION.qcStatements,
  ]);
  return extensions.filter(({ oid }) => !known.has(oid)).map(({ oid }) => ({ extension: oid }));
}

function forbiddenNames({ certificate }: LintView, rules: ProfileRules): readonly { kind: string }[] {
  const kinds = certificate.subjectAltNames.map(({ kind }) => kind);
  return [...new Set(kinds)]
    .filter((kind) => !(rules.alternativeNames.kinds as readonly string[]).includes(kind))
    .map((kind) => ({ kind }));
}

/** `NTRTH-…`: what it is, the country, and the number (ETSI EN 319 412-1 section 5.1.4). */
const legalIdentifier = /^(?:VAT|NTR|PSD|LEI|GOV|[A-Z]{2}:)[A-Z]{2}-.+$/u;

/** What a declared profile demands beyond the standards' rules for all. */
export const profileRules: readonly LintRule[] = [
  when('pki.lint_profile_ca', 'RFC 5280 4.2.1.9', (view, { ca }) => view.certificate.isCa !== (ca !== undefined)),
  when('pki.lint_profile_path_length', 'RFC 5280 4.2.1.9', hasWrongPathLength),
  when('pki.lint_profile_key', 'ETSI TS 119 312 6', ({ key }, { keys }) =>
    key.kind !== undefined && !keys.includes(key.kind) ? [{ key: key.kind }] : false,
  ),
  when('pki.lint_profile_key_usage', 'RFC 5280 4.2.1.3', ({ certificate }, { keyUsage }) => {
    const usages: readonly KeyUsage[] = [...(certificate.keyUsage ?? [])];
    return !isSame(usages, keyUsage) || !certificate.extensions.get(EXTENSION.keyUsage)?.critical;
  }),
  when('pki.lint_profile_purpose', 'RFC 5280 4.2.1.12', ({ certificate }, { extendedKeyUsage }) => {
    const { oids = [], critical = false } = extendedKeyUsage ?? {};
    const extension = certificate.extensions.get(EXTENSION.extendedKeyUsage);
    return !isSame(certificate.extendedKeyUsage ?? [], oids) || (extension?.critical ?? false) !== critical;
  }),
  when('pki.lint_profile_validity', 'RFC 3647 4.6.3', ({ certificate }, { mostDays }) => {
    const days = daysOf(certificate);
    return days > mostDays ? [{ days, limit: mostDays }] : false;
  }),
  when('pki.lint_subject_required', 'RFC 5280 4.1.2.6, ETSI EN 319 412', (view, { subject }) =>
    absent(view, subject.required),
  ),
  {
    ...when('pki.lint_subject_recommended', 'RFC 5280 4.1.2.6', (view, { subject }) =>
      absent(view, subject.recommended ?? []),
    ),
    advice: true,
  },
  when('pki.lint_subject_forbidden', 'RFC 3647 4.7.1', forbidden),
  {
    ...when('pki.lint_subject_identifier', 'ETSI EN 319 412-1 5.1.4', ({ certificate, profile }) => {
      const identifier = certificate.subject.get('organizationIdentifier');
      return profile === 'e-seal' && identifier !== undefined && !legalIdentifier.test(identifier);
    }),
    varies: true,
  },
  when('pki.lint_alternative_name_forbidden', 'RFC 5280 4.2.1.6', forbiddenNames),
  when(
    'pki.lint_alternative_name_required',
    'RFC 5280 4.2.1.6',
    ({ certificate }, { alternativeNames }) => alternativeNames.required && certificate.subjectAltNames.length === 0,
  ),
  when('pki.lint_extension_unexpected', 'RFC 3647 4.7.1', unexpected),
  when(
    'pki.lint_profile_no_check',
    'RFC 6960 4.2.2.2.1',
    ({ certificate }, { noCheck }) => certificate.extensions.has(EXTENSION.ocspNoCheck) !== (noCheck ?? false),
  ),
  when(
    'pki.lint_profile_statements',
    'ETSI EN 319 412-5 4.2.3',
    ({ certificate }, { statementType }) =>
      statementType !== undefined && !certificate.extensions.has(EXTENSION.qcStatements),
  ),
  {
    ...when(
      'pki.lint_revocation_address',
      'ETSI EN 319 412-2 4.4.1',
      ({ certificate }, { addresses }) =>
        addresses.includes('crl') &&
        certificate.crlDistributionPoints.length === 0 &&
        certificate.ocspResponders.length === 0,
    ),
    advice: true,
  },
];

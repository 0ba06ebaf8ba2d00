import { TAG } from '@tra/asn1';
import { isFitText, SUBJECT_ATTRIBUTES, type SubjectAttributeRules } from '../../name.ts';
import { ATTRIBUTE, EMAIL_ADDRESS, EXTENSION } from '../../oids.ts';
import { formatIpAddress } from '../ip-address.ts';
import { isDnsName, isEmailAddress, isUri } from '../name-syntax.ts';
import type { LintRule, LintView, NameValue } from './view.ts';

const shortNames: ReadonlyMap<string, string> = new Map(
  Object.entries(ATTRIBUTE).map(([name, oid]) => [oid, name] as const),
);
const bounds: ReadonlyMap<string, SubjectAttributeRules> = new Map(
  Object.values(SUBJECT_ATTRIBUTES).map((rules) => [rules.oid, rules] as const),
);
/** X.520 gives these no bound of 256; RFC 5280 appendix A.1 has ub-name. */
const wide: ReadonlySet<string> = new Set([ATTRIBUTE.SN, ATTRIBUTE.GN, ATTRIBUTE.organizationIdentifier]);
const ubName = 32_768;

/** domainComponent, emailAddress and the few attributes that are IA5String by definition. */
const ia5Attributes: ReadonlySet<string> = new Set(['0.9.2342.19200300.100.1.25', EMAIL_ADDRESS]);
const printableAttributes: ReadonlySet<string> = new Set([ATTRIBUTE.C, ATTRIBUTE.serialNumber, '2.5.4.46']);

/** The breaches among the attributes of subject and issuer, each named once. */
function attributes(view: LintView, isWrong: (value: NameValue) => boolean): readonly { attribute: string }[] {
  const wrong = [...view.subject, ...view.issuerName].filter(isWrong).map(({ oid }) => shortNames.get(oid) ?? oid);
  return [...new Set(wrong)].map((attribute) => ({ attribute }));
}

function hasWrongType({ oid, tag }: NameValue): boolean {
  if (ia5Attributes.has(oid)) return tag !== TAG.ia5String;
  if (printableAttributes.has(oid)) return tag !== TAG.printableString;
  return tag !== TAG.utf8String && tag !== TAG.printableString;
}

function mostCharacters(oid: string): number {
  return wide.has(oid) ? ubName : (bounds.get(oid)?.most ?? ubName);
}

const single: ReadonlySet<string> = new Set([
  ATTRIBUTE.C,
  ATTRIBUTE.CN,
  ATTRIBUTE.SN,
  ATTRIBUTE.serialNumber,
  ATTRIBUTE.organizationIdentifier,
]);

function repeated(view: LintView): readonly { attribute: string }[] {
  const seen = view.subject.map(({ oid }) => oid).filter((oid) => single.has(oid));
  const twice = new Set(seen.filter((oid, index) => seen.indexOf(oid) !== index));
  return [...twice].map((oid) => ({ attribute: shortNames.get(oid) ?? oid }));
}

function wrongAlternatives({ certificate }: LintView): readonly { name: string }[] {
  return certificate.subjectAltNames.flatMap((name): { name: string }[] => {
    if (name.kind === 'dns') return isDnsName(name.value) ? [] : [{ name: name.value.slice(0, 100) }];
    if (name.kind === 'email') return isEmailAddress(name.value) ? [] : [{ name: name.value.slice(0, 100) }];
    if (name.kind === 'uri') return isUri(name.value) ? [] : [{ name: name.value.slice(0, 100) }];
    if (name.kind === 'ip') {
      return [4, 16].includes(name.bytes.length) ? [] : [{ name: formatIpAddress(name.bytes.subarray(0, 32)) }];
    }
    return [];
  });
}

const rules: readonly LintRule[] = [
  { code: 'pki.lint_issuer_empty', clause: 'RFC 5280 4.1.2.4', find: ({ issuerName }) => issuerName.length === 0 },
  {
    code: 'pki.lint_subject_empty',
    clause: 'RFC 5280 4.1.2.6',
    find: ({ subject, certificate: { isCa, extensions } }) =>
      subject.length === 0 && (isCa || !extensions.get(EXTENSION.subjectAltName)?.critical),
  },
  {
    code: 'pki.lint_name_encoding',
    clause: 'RFC 5280 4.1.2.4',
    find: (view) => attributes(view, hasWrongType),
  },
  {
    code: 'pki.lint_country',
    clause: 'RFC 5280 A.1',
    find: ({ subject }) => subject.some(({ oid, text = '' }) => oid === ATTRIBUTE.C && !/^[A-Z]{2}$/.test(text)),
  },
  {
    code: 'pki.lint_name_too_long',
    clause: 'RFC 5280 A.1',
    find: (view) => attributes(view, ({ oid, text = '' }) => [...text].length > mostCharacters(oid)),
  },
  {
    code: 'pki.lint_name_text',
    clause: 'RFC 5280 4.1.2.4',
    find: (view) => attributes(view, ({ text }) => text !== undefined && !isFitText(text, Number.POSITIVE_INFINITY)),
  },
  { code: 'pki.lint_name_repeated', clause: 'ETSI EN 319 412-2 4.2.4', find: repeated },
  {
    code: 'pki.lint_name_email',
    clause: 'RFC 5280 4.1.2.6',
    advice: true,
    find: ({ subject }) => subject.some(({ oid }) => oid === EMAIL_ADDRESS),
  },
  { code: 'pki.lint_alternative_name', clause: 'RFC 5280 4.2.1.6', find: wrongAlternatives },
];

/** Rules on subject, issuer and alternative names (RFC 5280 sections 4.1.2.4, 4.1.2.6, 4.2.1.6); all look at values. */
export const nameRules: readonly LintRule[] = rules.map((rule) => ({ ...rule, varies: true }));

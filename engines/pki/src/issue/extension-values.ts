import { der } from '@tra/asn1';
import { PkiError } from '../errors.ts';
import { KEY_USAGES } from '../extensions.ts';
import { ANY_POLICY, EXTENSION } from '../oids.ts';
import { authorityKeyIdentifier } from './key-identifier.ts';
import { isWebAddress } from './name-syntax.ts';
import { alternativeNames, nameConstraints } from './names.ts';
import type { AddressKind, ProfileRules } from './profiles/profile.ts';
import { qcStatements } from './qc-statements.ts';
import type { AlternativeName, CaConstraints, IssuerAddresses, RequestedPolicy } from './request.ts';

/** One encoded Extension. */
export function extension(oid: string, value: Uint8Array, critical: boolean = false): Uint8Array {
  return der.sequence(der.oid(oid), critical ? der.boolean(true) : undefined, der.octetString(value));
}

/** SubjectKeyIdentifier extension of a key identifier. */
export function subjectKeyExtension(keyId: Uint8Array): Uint8Array {
  return extension(EXTENSION.subjectKeyIdentifier, der.octetString(keyId));
}

/** SubjectAltName extension; critical when the subject is empty (RFC 5280 section 4.2.1.6). */
export function alternativeNameExtension(names: readonly AlternativeName[], emptySubject: boolean): Uint8Array {
  return extension(EXTENSION.subjectAltName, alternativeNames(names), emptySubject);
}

/** The extensions that profile and issuer alone decide, in two runs: those before and those after what the subject brings. */
export function fixedExtensions(
  rules: ProfileRules,
  request: CaConstraints & IssuerAddresses,
  issuer: { readonly keyId: Uint8Array; readonly isSubject: boolean },
): { readonly before: readonly Uint8Array[]; readonly after: readonly Uint8Array[] } {
  const before = [
    ...(rules.ca ? [basicConstraints(request.pathLength ?? rules.ca.pathLength)] : []),
    extension(EXTENSION.keyUsage, der.namedBits(rules.keyUsage.map((usage) => KEY_USAGES.indexOf(usage))), true),
    extension(EXTENSION.authorityKeyIdentifier, authorityKeyIdentifier(issuer.keyId)),
  ];
  const after = [
    ...purposes(rules),
    ...policies(rules, request.policies, issuer.isSubject),
    ...addresses(rules, request),
  ];
  if (rules.ca) after.push(...constraints(request));
  if (rules.noCheck) after.push(extension(EXTENSION.ocspNoCheck, der.nullValue()));
  const statements = qcStatements(rules.statementType, request.qcStatements);
  if (statements) after.push(extension(EXTENSION.qcStatements, statements));
  return { before, after };
}

function basicConstraints(pathLength: number | undefined): Uint8Array {
  const length = pathLength === undefined ? undefined : der.integer(pathLength);
  return extension(EXTENSION.basicConstraints, der.sequence(der.boolean(true), length), true);
}

function purposes({ extendedKeyUsage }: ProfileRules): readonly Uint8Array[] {
  if (!extendedKeyUsage) return [];
  const { oids, critical } = extendedKeyUsage;
  return [extension(EXTENSION.extendedKeyUsage, der.sequence(...oids.map((oid) => der.oid(oid))), critical)];
}

/** The policies asked for; a subordinate CA without any gets anyPolicy, a root gets none. */
function policies(
  { ca }: ProfileRules,
  asked: readonly RequestedPolicy[] | undefined,
  selfSigned: boolean,
): readonly Uint8Array[] {
  const list = asked ?? (ca && !selfSigned ? [ANY_POLICY] : []);
  if (list.length === 0) return [];
  return [extension(EXTENSION.certificatePolicies, der.sequence(...list.map(policy)))];
}

function policy(asked: RequestedPolicy): Uint8Array {
  const { oid, cps } = typeof asked === 'string' ? { oid: asked } : asked;
  if (cps === undefined) return der.sequence(der.oid(oid));
  const qualifier = der.sequence(der.oid('1.3.6.1.5.5.7.2.1'), webAddress(cps, 0x16));
  return der.sequence(der.oid(oid), der.sequence(qualifier));
}

function webAddress(url: string, tag: number = 0x86): Uint8Array {
  if (!isWebAddress(url)) {
    throw new PkiError('pki.request_invalid', { params: { reason: 'address', address: url.slice(0, 200) } });
  }
  return der.ia5String(url, tag);
}

function addresses(rules: ProfileRules, { crlUrls, issuerUrls, ocspUrls }: IssuerAddresses): readonly Uint8Array[] {
  const allowed = (kind: AddressKind, urls: readonly string[] = []): readonly string[] =>
    rules.addresses.includes(kind) ? urls : [];
  const list: Uint8Array[] = [];
  const crls = allowed('crl', crlUrls);
  if (crls.length > 0) {
    const names = der.element(0xa0, ...crls.map((url) => webAddress(url)));
    list.push(extension(EXTENSION.crlDistributionPoints, der.sequence(der.sequence(der.explicit(0, names)))));
  }
  const access = [
    ...allowed('ocsp', ocspUrls).map((url) => der.sequence(der.oid('1.3.6.1.5.5.7.48.1'), webAddress(url))),
    ...allowed('issuer', issuerUrls).map((url) => der.sequence(der.oid('1.3.6.1.5.5.7.48.2'), webAddress(url))),
  ];
  if (access.length > 0) list.push(extension(EXTENSION.authorityInfoAccess, der.sequence(...access)));
  return list;
}

/** All critical: who does not understand a limit must not build on the certificate (RFC 5280 sections 4.2.1.5, .10, .11, .14). */
function constraints(request: CaConstraints): readonly Uint8Array[] {
  const { policyConstraints, policyMappings = [], inhibitAnyPolicy } = request;
  const list: Uint8Array[] = [];
  if (request.nameConstraints) {
    list.push(extension(EXTENSION.nameConstraints, nameConstraints(request.nameConstraints), true));
  }
  if (policyMappings.length > 0) {
    const pairs = policyMappings.map(({ issuerDomainPolicy, subjectDomainPolicy }) =>
      der.sequence(der.oid(issuerDomainPolicy), der.oid(subjectDomainPolicy)),
    );
    list.push(extension(EXTENSION.policyMappings, der.sequence(...pairs), true));
  }
  if (policyConstraints) {
    const { requireExplicitPolicy: require, inhibitPolicyMapping: inhibit } = policyConstraints;
    const value = der.sequence(
      require === undefined ? undefined : der.integer(require, 0x80),
      inhibit === undefined ? undefined : der.integer(inhibit, 0x81),
    );
    list.push(extension(EXTENSION.policyConstraints, value, true));
  }
  if (inhibitAnyPolicy !== undefined) {
    list.push(extension(EXTENSION.inhibitAnyPolicy, der.integer(inhibitAnyPolicy), true));
  }
  return list;
}

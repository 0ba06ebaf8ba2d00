import { childrenOf, contextTag, readDer, TAG } from '@tra/asn1';
import type { ErrorParams } from '@tra/kernel';
import type { Certificate } from '../certificate.ts';
import type { GeneralName } from '../general-name.ts';
import { EXTENSION } from '../oids.ts';
import type { Check } from '../report.ts';
import { keyFacts } from './key-facts.ts';
import { isHostName, isWellFormedSubtree } from './name-constraints.ts';
import type { PathProfile } from './options.ts';

/** Where a certificate stands in its path; `sole`: an end certificate that is trusted itself. */
export type Position = 'anchor' | 'intermediate' | 'end' | 'sole';

/** A demand that a certificate does not meet. */
export interface Fault {
  readonly code: string;
  readonly clause: string;
  readonly params?: ErrorParams;
}

/** Checks out of the faults of one certificate: each of them, or that its form is right. */
export function checksOf(certificate: Certificate, faults: readonly Fault[]): readonly Check[] {
  const subject = certificate.subject.text;
  if (faults.length === 0)
    return [{ code: 'pki.form_ok', status: 'passed', clause: 'RFC 5280 4', params: { subject } }];
  return faults.map(({ code, clause, params }) => ({ code, status: 'failed', clause, params: { subject, ...params } }));
}

/** What RFC 5280 section 4 demands of those who issue certificates, as far as section 6 does not check it anyway. */
export function formFaults(certificate: Certificate, position: Position, profile: PathProfile): readonly Fault[] {
  return [
    ...identifierFaults(certificate, position),
    ...criticalityFaults(certificate, profile),
    ...nameFaults(certificate),
    ...constraintFaults(certificate, position),
    ...usageFaults(certificate),
    ...keyFaults(certificate),
    ...(position === 'anchor' ? [] : issuedFaults(certificate)),
  ];
}

/** Trust anchors carry what their time allowed; nobody relies on how they were numbered, dated or signed. */
function issuedFaults(certificate: Certificate): readonly Fault[] {
  const faults: Fault[] = [];
  const { serialHex } = certificate;
  const negative = Number.parseInt(serialHex.slice(0, 2), 16) >= 0x80;
  if (negative || /^0*$/.test(serialHex) || serialHex.length > 40)
    faults.push({ code: 'pki.form_serial', clause: 'RFC 5280 4.1.2.2' });
  if (isSha1(certificate.signatureAlgorithm)) faults.push({ code: 'pki.form_weak_digest', clause: 'RFC 6194 3' });
  return [...faults, ...encodingFaults(certificate)];
}

const sha1Oids: readonly string[] = ['2a864886f70d010105', '2a8648ce3d0401', '2a8648ce380403'];

/** Whether an AlgorithmIdentifier names a signature over SHA-1; RSASSA-PSS leaves its digest out when it is SHA-1. */
function isSha1(algorithm: Uint8Array): boolean {
  const [oid, parameters] = childrenOf(readDer(algorithm));
  const name = Buffer.from(oid?.content ?? []).toString('hex');
  if (name === '2a864886f70d01010a') return parameters?.tag !== TAG.sequence || childrenOf(parameters)[0]?.tag !== 0xa0;
  return sha1Oids.includes(name);
}

/** Years through 2049 as UTCTime, later ones as GeneralizedTime without fractions; no unique identifiers. */
function encodingFaults(certificate: Certificate): readonly Fault[] {
  const faults: Fault[] = [];
  const fields = childrenOf(readDer(certificate.signedBytes));
  if (fields.some(({ tag }) => tag === contextTag(1) || tag === contextTag(2)))
    faults.push({ code: 'pki.form_unique_id', clause: 'RFC 5280 4.1.2.8' });
  const validity = fields[certificate.version > 1 ? 4 : 3];
  const times = validity ? childrenOf(validity) : [];
  const dates = [certificate.notBefore, certificate.notAfter];
  if (!times.every((time, index) => isRightTime(time.tag, time.content.length, dates[index])))
    faults.push({ code: 'pki.form_validity', clause: 'RFC 5280 4.1.2.5' });
  return faults;
}

/** Whether a date is written as RFC 5280 section 4.1.2.5 wants it. */
function isRightTime(tag: number, length: number, date: Date | undefined): boolean {
  if (!date) return false;
  return date.getUTCFullYear() < 2050 ? tag === TAG.utcTime : tag === TAG.generalizedTime && length === 15;
}

function identifierFaults(certificate: Certificate, position: Position): readonly Fault[] {
  const faults: Fault[] = [];
  // A trusted certificate that is self-signed need not name its own key; any other must name its issuer's.
  const selfSigned = (position === 'anchor' || position === 'sole') && certificate.isSelfIssued;
  if (!selfSigned && certificate.authorityKeyId?.keyIdHex === undefined)
    faults.push({ code: 'pki.form_authority_key_id', clause: 'RFC 5280 4.2.1.1' });
  if (certificate.isCa && certificate.subjectKeyIdHex === undefined)
    faults.push({ code: 'pki.form_subject_key_id', clause: 'RFC 5280 4.2.1.2' });
  return faults;
}

const neverCritical: readonly (readonly [string, string, string])[] = [
  [EXTENSION.authorityKeyIdentifier, 'authorityKeyIdentifier', 'RFC 5280 4.2.1.1'],
  [EXTENSION.subjectKeyIdentifier, 'subjectKeyIdentifier', 'RFC 5280 4.2.1.2'],
  [EXTENSION.authorityInfoAccess, 'authorityInfoAccess', 'RFC 5280 4.2.2.1'],
  ['1.3.6.1.5.5.7.1.11', 'subjectInfoAccess', 'RFC 5280 4.2.2.2'],
  [EXTENSION.freshestCrl, 'freshestCRL', 'RFC 5280 4.2.1.15'],
  ['2.5.29.9', 'subjectDirectoryAttributes', 'RFC 5280 4.2.1.8'],
];
const alwaysCritical: readonly (readonly [string, string, string])[] = [
  [EXTENSION.nameConstraints, 'nameConstraints', 'RFC 5280 4.2.1.10'],
  [EXTENSION.policyConstraints, 'policyConstraints', 'RFC 5280 4.2.1.11'],
  [EXTENSION.inhibitAnyPolicy, 'inhibitAnyPolicy', 'RFC 5280 4.2.1.14'],
];

function criticalityFaults(certificate: Certificate, profile: PathProfile): readonly Fault[] {
  const { extensions, isCa } = certificate;
  const faults: Fault[] = [];
  const note = (extension: string, clause: string): void => {
    faults.push({ code: 'pki.form_criticality', clause, params: { extension } });
  };
  for (const [oid, name, clause] of neverCritical) if (extensions.get(oid)?.critical) note(name, clause);
  for (const [oid, name, clause] of alwaysCritical) {
    // The Baseline Requirements, section 7.1.2.5.2, let name constraints be non-critical.
    const forgiven = profile === 'webpki' && oid === EXTENSION.nameConstraints;
    if (extensions.get(oid)?.critical === false && !forgiven) note(name, clause);
  }
  if (isCa && !extensions.get(EXTENSION.basicConstraints)?.critical) note('basicConstraints', 'RFC 5280 4.2.1.9');
  return faults;
}

function nameFaults(certificate: Certificate): readonly Fault[] {
  const faults: Fault[] = [];
  const { isCa, issuer, subject, subjectAltNames } = certificate;
  if (issuer.rdns.length === 0) faults.push({ code: 'pki.form_issuer_name', clause: 'RFC 5280 4.1.2.4' });
  if (subject.rdns.length === 0) {
    const named = subjectAltNames.length > 0 && certificate.extensions.get(EXTENSION.subjectAltName)?.critical;
    if (isCa || !named) faults.push({ code: 'pki.form_subject_name', clause: 'RFC 5280 4.1.2.6' });
  }
  const bad = subjectAltNames.find((name) => !isWellFormedName(name));
  if (bad) {
    const name = nameText(bad);
    faults.push({ code: 'pki.form_alternative_name', clause: 'RFC 5280 4.2.1.6', params: { name } });
  }
  return faults;
}

/** A name as a text for people: its value where it has one in words, or else its kind. */
export function nameText(name: GeneralName): string {
  return 'value' in name && typeof name.value === 'string' ? name.value : name.kind;
}

function isWellFormedName(name: GeneralName): boolean {
  switch (name.kind) {
    case 'dns':
      return isHostName(name.value.startsWith('*.') ? name.value.slice(2) : name.value) || name.value.includes('*');
    case 'email': {
      const parts = name.value.split('@');
      return parts.length === 2 && parts[0] !== '' && isHostName(parts[1] ?? '');
    }
    case 'ip':
      return name.bytes.length === 4 || name.bytes.length === 16;
    case 'uri':
      return /^[a-z][a-z0-9+.-]*:./i.test(name.value);
    case 'directory':
      return name.name.rdns.length > 0;
    default:
      return true;
  }
}

function constraintFaults(certificate: Certificate, position: Position): readonly Fault[] {
  const faults: Fault[] = [];
  const { basicConstraints, isCa, keyUsage, nameConstraints, policyConstraints } = certificate;
  if (nameConstraints) {
    const subtrees = [...nameConstraints.permitted, ...nameConstraints.excluded];
    if (!isCa || subtrees.length === 0 || !subtrees.every(isWellFormedSubtree))
      faults.push({ code: 'pki.form_name_constraints', clause: 'RFC 5280 4.2.1.10' });
  }
  if (policyConstraints && Object.keys(policyConstraints).length === 0)
    faults.push({ code: 'pki.form_policy_constraints', clause: 'RFC 5280 4.2.1.11' });
  const limited = basicConstraints?.pathLength !== undefined;
  if (limited && (!isCa || (keyUsage && !keyUsage.has('keyCertSign'))))
    faults.push({ code: 'pki.form_path_length', clause: 'RFC 5280 4.2.1.9' });
  if ((position === 'anchor' || position === 'intermediate') && certificate.version !== 3)
    faults.push({ code: 'pki.form_version', clause: 'RFC 5280 4.2.1.9' });
  return faults;
}

function usageFaults({ isCa, keyUsage }: Certificate): readonly Fault[] {
  if (!keyUsage) return [];
  const faults: Fault[] = [];
  if (keyUsage.size === 0) faults.push({ code: 'pki.form_key_usage_empty', clause: 'RFC 5280 4.2.1.3' });
  if (keyUsage.has('keyCertSign') && !isCa) faults.push({ code: 'pki.form_key_usage', clause: 'RFC 5280 4.2.1.9' });
  return faults;
}

/** RFC 5480 section 2.1.1: a curve is named, never spelt out. */
function keyFaults({ publicKey }: Certificate): readonly Fault[] {
  const { type, curve } = keyFacts(publicKey);
  return type === 'ec' && curve === undefined ? [{ code: 'pki.form_curve', clause: 'RFC 5480 2.1.1' }] : [];
}

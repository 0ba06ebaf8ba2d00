import type { Certificate } from '../certificate.ts';
import { EXTENSION, PURPOSE } from '../oids.ts';
import type { Check } from '../report.ts';
import type { Fault } from './form-rules.ts';
import type { PathOptions, PathProfile, PathPurpose } from './options.ts';

/** Key purposes under which documents are signed: RFC 9336, and those of Adobe and Microsoft from before it. */
const adobeDocuments = '1.2.840.113583.1.1.5';
const documentPurposes: readonly string[] = [PURPOSE.documentSigning, adobeDocuments, '1.3.6.1.4.1.311.10.3.12'];

const accepted: Readonly<Record<Exclude<PathPurpose, 'any'>, ReadonlySet<string>>> = {
  'document-signing': new Set([...documentPurposes, PURPOSE.emailProtection, PURPOSE.any]),
  'time-stamping': new Set([PURPOSE.timeStamping]),
  'server-authentication': new Set([PURPOSE.serverAuth, PURPOSE.any]),
  'client-authentication': new Set([PURPOSE.clientAuth, PURPOSE.any]),
  'email-protection': new Set([PURPOSE.emailProtection, PURPOSE.any]),
};

const ownPurposes: Readonly<Record<Exclude<PathProfile, 'rfc5280'>, PathPurpose>> = {
  webpki: 'server-authentication',
  smime: 'email-protection',
  tsa: 'time-stamping',
  'document-signing': 'document-signing',
};

/** The purpose that counts: a profile's own before the caller's. */
export function effectivePurpose({ profile, purpose }: Pick<PathOptions, 'profile' | 'purpose'>): PathPurpose {
  return profile === undefined || profile === 'rfc5280' ? purpose : ownPurposes[profile];
}

/** Whether the end certificate may be used for `purpose`: key usage and extended key usage. */
export function checkPurpose(certificate: Certificate, purpose: PathPurpose): readonly Check[] {
  if (purpose === 'any') return [];
  const params = { subject: certificate.subject.text };
  const usable = keyUsageFits(certificate, purpose);
  const usage: Check = {
    code: usable ? 'pki.key_usage_ok' : 'pki.key_usage',
    status: usable ? 'passed' : 'failed',
    clause: 'RFC 5280 4.2.1.3',
    params,
  };
  const allowed = purpose === 'time-stamping' ? isTimeStamping(certificate) : isAllowed(certificate, purpose);
  return [
    usage,
    {
      code: allowed ? 'pki.extended_key_usage_ok' : 'pki.extended_key_usage',
      status: allowed ? 'passed' : 'failed',
      clause: purpose === 'time-stamping' ? 'RFC 3161 2.3' : 'RFC 5280 4.2.1.12',
      params,
    },
  ];
}

/** Signing documents and time needs a signing bit; what TLS and mail need depends on how they are used. */
function keyUsageFits({ keyUsage }: Certificate, purpose: PathPurpose): boolean {
  if (purpose !== 'document-signing' && purpose !== 'time-stamping') return true;
  return !keyUsage || keyUsage.has('digitalSignature') || keyUsage.has('nonRepudiation');
}

/** RFC 3161 section 2.3: exactly one key purpose, id-kp-timeStamping, in a critical extension. */
function isTimeStamping({ extendedKeyUsage, extensions }: Certificate): boolean {
  const only = extendedKeyUsage?.length === 1 && extendedKeyUsage[0] === PURPOSE.timeStamping;
  return only && (extensions.get(EXTENSION.extendedKeyUsage)?.critical ?? false);
}

function isAllowed({ extendedKeyUsage }: Certificate, purpose: Exclude<PathPurpose, 'any'>): boolean {
  return !extendedKeyUsage || extendedKeyUsage.some((oid) => accepted[purpose].has(oid));
}

/** Whether a CA's own extended key usage, when it has one, leaves room for `purpose`. */
export function issuerAllowsPurpose({ extendedKeyUsage }: Certificate, purpose: PathPurpose): boolean {
  if (!extendedKeyUsage || purpose === 'any' || extendedKeyUsage.includes(PURPOSE.any)) return true;
  // Authorities for documents under Adobe's root are limited to its purpose, and certify the time-stamping units for those documents too.
  if (purpose === 'time-stamping' && extendedKeyUsage.includes(adobeDocuments)) return true;
  return extendedKeyUsage.some((oid) => accepted[purpose].has(oid));
}

/** Usages and purposes that the caller demands in addition, of a certificate that limits them at all. */
export function checkDemands(certificate: Certificate, options: PathOptions): readonly Check[] {
  const { keyUsage, extendedKeyUsage } = certificate;
  const params = { subject: certificate.subject.text };
  const checks: Check[] = [];
  if (keyUsage && options.requiredKeyUsage?.some((usage) => !keyUsage.has(usage)))
    checks.push({ code: 'pki.key_usage', status: 'failed', clause: 'RFC 5280 4.2.1.3', params });
  const missing = (oid: string): boolean =>
    !extendedKeyUsage?.includes(oid) && !extendedKeyUsage?.includes(PURPOSE.any);
  if (extendedKeyUsage && options.requiredPurposes?.some(missing))
    checks.push({ code: 'pki.extended_key_usage', status: 'failed', clause: 'RFC 5280 4.2.1.12', params });
  return checks;
}

/** What `tsa` and `document-signing` demand of an end certificate beyond {@link checkPurpose}. */
export function signerFaults(certificate: Certificate, profile: 'tsa' | 'document-signing'): readonly Fault[] {
  const faults: Fault[] = [];
  const { extendedKeyUsage, isCa, keyUsage } = certificate;
  const signs = ['digitalSignature', 'nonRepudiation'];
  if (isCa) faults.push({ code: 'pki.form_end_is_ca', clause: 'RFC 5280 4.2.1.9' });
  if (!keyUsage || ![...keyUsage].every((usage) => signs.includes(usage)))
    faults.push({
      code: 'pki.form_signer_usage',
      clause: profile === 'tsa' ? 'ETSI EN 319 422 6' : 'ETSI EN 319 412-2 4.3.2',
    });
  if (profile === 'tsa') return faults;
  const declared = extendedKeyUsage
    ? extendedKeyUsage.some((oid) => documentPurposes.includes(oid)) && !extendedKeyUsage.includes(PURPOSE.any)
    : keyUsage?.has('nonRepudiation');
  if (!declared) faults.push({ code: 'pki.form_purposes', clause: 'RFC 9336 3' });
  return faults;
}

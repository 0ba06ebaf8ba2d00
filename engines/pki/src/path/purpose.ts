import type { Certificate } from '../certificate.ts';
import { EXTENSION, PURPOSE } from '../oids.ts';
import type { Check } from '../report.ts';
import type { PathPurpose } from './options.ts';

const documentPurposes: ReadonlySet<string> = new Set([
  PURPOSE.documentSigning,
  PURPOSE.emailProtection,
  PURPOSE.any,
  '1.2.840.113583.1.1.5',
  '1.3.6.1.4.1.311.10.3.12',
]);

/** Whether the end certificate may be used for `purpose`: key usage and extended key usage. */
export function checkPurpose(certificate: Certificate, purpose: PathPurpose): readonly Check[] {
  if (purpose === 'any') return [];
  const params = { subject: certificate.subject.text };
  const { keyUsage } = certificate;
  const signs = !keyUsage || keyUsage.has('digitalSignature') || keyUsage.has('nonRepudiation');
  const usage: Check = {
    code: signs ? 'pki.key_usage_ok' : 'pki.key_usage',
    status: signs ? 'passed' : 'failed',
    clause: 'RFC 5280 4.2.1.3',
    params,
  };
  const allowed = purpose === 'time-stamping' ? isTimeStamping(certificate) : isDocumentSigning(certificate);
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

/** RFC 3161 section 2.3: exactly one key purpose, id-kp-timeStamping, in a critical extension. */
function isTimeStamping({ extendedKeyUsage, extensions }: Certificate): boolean {
  const only = extendedKeyUsage?.length === 1 && extendedKeyUsage[0] === PURPOSE.timeStamping;
  return only && (extensions.get(EXTENSION.extendedKeyUsage)?.critical ?? false);
}

function isDocumentSigning({ extendedKeyUsage }: Certificate): boolean {
  return !extendedKeyUsage || extendedKeyUsage.some((purpose) => documentPurposes.has(purpose));
}

/** Whether a CA's own extended key usage, when it has one, leaves room for `purpose`. */
export function issuerAllowsPurpose({ extendedKeyUsage }: Certificate, purpose: PathPurpose): boolean {
  if (!extendedKeyUsage || purpose === 'any' || extendedKeyUsage.includes(PURPOSE.any)) return true;
  if (purpose === 'time-stamping') return extendedKeyUsage.includes(PURPOSE.timeStamping);
  return extendedKeyUsage.some((oid) => documentPurposes.has(oid));
}

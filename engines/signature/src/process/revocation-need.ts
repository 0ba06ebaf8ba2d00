import type { CertificateData } from '../diagnostic/certificate.ts';
import type { CertificatePart } from '../policy/policy.ts';
import { isAnchorAt } from './context.ts';

/** Whether the status of a certificate has to be known: not of anchors and self-signed ones, nor where the policy lets it be (short-term certificates, OCSP responders with ocsp-nocheck). */
export function needsRevocation(certificate: CertificateData, rules: CertificatePart, time: number): boolean {
  if (certificate.selfSigned || isAnchorAt(certificate, time, rules.sunsetDate)) return false;
  const { extensions = [], policies = [] } = rules.revocationDataSkip ?? {};
  const present = certificate.extensions.present.map(({ oid }) => oid);
  const own = certificate.extensions.policies ?? [];
  return !extensions.some((oid) => present.includes(oid)) && !policies.some((oid) => own.includes(oid));
}

import { parseCertificate } from '@tra/pki';
import type { PkiConfig } from '../config.ts';

/** `years` after `start`, but never after the issuer. */
export function endOfValidity(start: Date, years: number, issuer: Uint8Array | undefined): Date {
  const end = new Date(start);
  end.setUTCFullYear(end.getUTCFullYear() + years);
  return notBeyond(end, issuer);
}

/** `end`, or the issuer's when that is sooner. */
export function notBeyond(end: Date, issuer: Uint8Array | undefined): Date {
  const limit = issuer && parseCertificate(issuer).notAfter;
  return limit && limit < end ? limit : end;
}

const dayMs = 86_400_000;

/** When a certificate that begins at `start` ends by its profile. */
export function endByProfile(profile: string, start: Date, config: PkiConfig, issuer: Uint8Array): Date {
  const days: Readonly<Record<string, number>> = {
    'tls-server': config.tlsServerDays,
    'ocsp-responder': config.ocspResponderDays,
  };
  const years: Readonly<Record<string, number>> = {
    'time-stamping': config.timeStampingYears,
    officer: config.officerYears,
    'issuing-ca': config.issuingYears,
    'subordinate-ca': config.issuingYears,
  };
  const span = days[profile];
  if (span !== undefined) return notBeyond(new Date(start.getTime() + span * dayMs), issuer);
  return endOfValidity(start, years[profile] ?? config.documentSignerYears, issuer);
}

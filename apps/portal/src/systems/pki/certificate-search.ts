import type { CertificateFilter } from './api.ts';

/** What somebody typed: 64 hexadecimal digits are a fingerprint, a long hexadecimal number a serial, all else words of the subject. */
export function searchOf(text: string): Omit<CertificateFilter, 'scope'> {
  const hex = text.replace(/[\s:]/g, '').toLowerCase();
  if (/^[0-9a-f]{64}$/.test(hex)) return { fingerprint: hex };
  if (/^(?=.*[0-9])[0-9a-f]{12,63}$/.test(hex)) return { serial: hex };
  return text.trim() === '' ? {} : { q: text.trim() };
}

import { PURPOSE } from '../../oids.ts';
import { formatIpAddress, parseIpAddress } from '../ip-address.ts';
import type { LintRule, LintView } from './view.ts';

const day = 86_400_000;

/** Longest validity in days by the day of issue (CA/Browser Forum baseline requirements, section 6.3.2). */
const steps: readonly { readonly from: number; readonly days: number }[] = [
  { from: Date.UTC(2029, 2, 15), days: 47 },
  { from: Date.UTC(2027, 2, 15), days: 100 },
  { from: Date.UTC(2026, 2, 15), days: 200 },
  { from: 0, days: 398 },
];

/** Days that a certificate is valid; both ends count (RFC 5280 section 4.1.2.5), so one second beyond a day is another day. */
export function daysOf({ notBefore, notAfter }: { readonly notBefore: Date; readonly notAfter: Date }): number {
  return Math.ceil((notAfter.getTime() - notBefore.getTime() + 1000) / day);
}

function isTls({ certificate, rules }: LintView): boolean {
  if (rules) return rules.tls === true;
  return !certificate.isCa && (certificate.extendedKeyUsage?.includes(PURPOSE.serverAuth) ?? false);
}

/** Common names that stand in no alternative name; they must be copies of one (section 7.1.4.3). */
function strayNames(view: LintView): readonly { name: string }[] {
  if (!isTls(view)) return [];
  const { subject, subjectAltNames } = view.certificate;
  const name = subject.get('CN');
  if (name === undefined) return [];
  const known = new Set(
    subjectAltNames.flatMap((entry) => {
      if (entry.kind === 'dns') return [entry.value.toLowerCase()];
      return entry.kind === 'ip' ? [formatIpAddress(entry.bytes)] : [];
    }),
  );
  const address = parseIpAddress(name);
  return known.has(address ? formatIpAddress(address) : name.toLowerCase()) ? [] : [{ name: name.slice(0, 100) }];
}

/** Names that belong to nobody outside one network, so nobody can show that they are his (section 7.1.4.2.1). */
function internalNames(view: LintView): readonly { name: string }[] {
  if (!isTls(view)) return [];
  return view.certificate.subjectAltNames.flatMap((entry) => {
    if (entry.kind === 'dns') {
      const internal =
        !entry.value.includes('.') || /\.(?:local|internal|lan|home\.arpa|test|invalid|localhost)$/i.test(entry.value);
      return internal ? [{ name: entry.value.slice(0, 100) }] : [];
    }
    return entry.kind === 'ip' && isReserved(entry.bytes) ? [{ name: formatIpAddress(entry.bytes) }] : [];
  });
}

function isReserved(bytes: Uint8Array): boolean {
  const [a = 0, b = 0] = bytes;
  if (bytes.length === 16) return (a & 0xfe) === 0xfc || (a === 0xfe && (b & 0xc0) === 0x80) || a === 0;
  return (
    a === 0 ||
    a === 10 ||
    a === 127 ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254)
  );
}

/** Rules on certificates of web servers (CA/Browser Forum baseline requirements). */
export const tlsRules: readonly LintRule[] = [
  {
    code: 'pki.lint_tls_names_missing',
    clause: 'CABF BR 7.1.2.7.12',
    find: (view) =>
      isTls(view) && !view.certificate.subjectAltNames.some(({ kind }) => kind === 'dns' || kind === 'ip'),
  },
  { code: 'pki.lint_tls_common_name', clause: 'CABF BR 7.1.4.3', varies: true, find: strayNames },
  {
    code: 'pki.lint_tls_purpose',
    clause: 'CABF BR 7.1.2.7.10',
    find: (view) =>
      isTls(view) &&
      (view.certificate.extendedKeyUsage ?? []).some(
        (purpose) => purpose !== PURPOSE.serverAuth && purpose !== PURPOSE.clientAuth,
      ),
  },
  { code: 'pki.lint_tls_internal_name', clause: 'CABF BR 7.1.4.2.1', advice: true, find: internalNames },
  {
    code: 'pki.lint_tls_validity',
    clause: 'CABF BR 6.3.2',
    advice: true,
    find: (view) => {
      if (!isTls(view)) return false;
      const limit = steps.find(({ from }) => view.certificate.notBefore.getTime() >= from)?.days ?? 398;
      const days = daysOf(view.certificate);
      return days > limit ? [{ days, limit }] : false;
    },
  },
];

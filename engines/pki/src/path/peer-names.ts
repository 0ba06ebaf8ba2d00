import { equalBytes } from '@tra/kernel';
import type { Certificate } from '../certificate.ts';
import { parseIpAddress } from '../issue/ip-address.ts';
import type { Check } from '../report.ts';

/** A name by which the certificate's holder was addressed. */
export type PeerName = { readonly dns: string } | { readonly ip: string } | { readonly email: string };

const clauses = { dns: 'RFC 9525 6.3', ip: 'RFC 9525 6.4', email: 'RFC 8398 5' } as const;

/** Whether the certificate is for every one of `names`. Only subjectAltName counts: never the common name. */
export function checkPeerNames(certificate: Certificate, names: readonly PeerName[]): readonly Check[] {
  return names.map((name) => {
    const [kind, value] = 'dns' in name ? ['dns', name.dns] : 'ip' in name ? ['ip', name.ip] : ['email', name.email];
    const fits = matchesPeerName(certificate, name);
    return {
      code: fits ? 'pki.peer_name_ok' : 'pki.peer_name',
      status: fits ? 'passed' : 'failed',
      clause: clauses[kind as keyof typeof clauses],
      params: { subject: certificate.subject.text, name: value ?? '' },
    };
  });
}

function matchesPeerName({ subjectAltNames }: Certificate, name: PeerName): boolean {
  if ('dns' in name) {
    const wanted = dnsLabels(name.dns);
    return (
      wanted !== undefined &&
      subjectAltNames.some((entry) => entry.kind === 'dns' && matchesDnsName(wanted, entry.value))
    );
  }
  if ('ip' in name) {
    const wanted = parseIpAddress(name.ip);
    return (
      wanted !== undefined && subjectAltNames.some((entry) => entry.kind === 'ip' && equalBytes(entry.bytes, wanted))
    );
  }
  const wanted = emailKey(name.email);
  return (
    wanted !== undefined && subjectAltNames.some((entry) => entry.kind === 'email' && emailKey(entry.value) === wanted)
  );
}

const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** Labels of a host name in lower case, or undefined when it is none; an IPv4 address is none. */
export function dnsLabels(name: string): readonly string[] | undefined {
  const bare = name.toLowerCase().replace(/\.$/, '');
  const labels = bare.split('.');
  if (bare.length > 253 || !labels.every((part) => label.test(part)) || parseIpAddress(bare)) return undefined;
  return labels;
}

/** RFC 9525 section 6.3: a wildcard is the whole left-most label, stands for exactly one label, and never right below the root or a TLD. */
function matchesDnsName(wanted: readonly string[], presented: string): boolean {
  const wildcard = presented.startsWith('*.');
  const labels = dnsLabels(wildcard ? presented.slice(2) : presented);
  if (!labels || presented.endsWith('.')) return false;
  if (!wildcard) return labels.join('.') === wanted.join('.');
  return labels.length >= 2 && wanted.length === labels.length + 1 && wanted.slice(1).join('.') === labels.join('.');
}

/** Comparison form of a mailbox: the host folds case, the local part does not. */
function emailKey(address: string): string | undefined {
  const parts = address.split('@');
  const [local = '', host = ''] = parts;
  if (parts.length !== 2 || local === '' || !dnsLabels(host)) return undefined;
  return `${local}@${host.toLowerCase()}`;
}

/** Canonical text of address octets: dotted decimal, or RFC 5952 section 4. */
export function formatIp(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, index) => ((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0));
  let run = { start: -1, length: 1 };
  for (let start = 0; start < 8; start += 1) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length += 1;
    if (length > run.length) run = { start, length };
  }
  const hex = groups.map((group) => group.toString(16));
  if (run.start < 0) return hex.join(':');
  return `${hex.slice(0, run.start).join(':')}::${hex.slice(run.start + run.length).join(':')}`;
}

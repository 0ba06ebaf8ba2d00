import { isIP } from 'node:net';
import { AcmeError, malformed } from './problem.ts';

/** What a certificate is to name: a domain name, perhaps with `*.` in front, or an address (RFC 8738). */
export interface Identifier {
  readonly type: 'dns' | 'ip';
  readonly value: string;
}

const label = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;
const maxNameLength = 253;

/** Whether `name` is a host name in lower-case ASCII with at least two labels, the last of which is not a number. */
export function isDomainName(name: string): boolean {
  const labels = name.split('.');
  const last = labels.at(-1) ?? '';
  return (
    name.length <= maxNameLength &&
    labels.length >= 2 &&
    labels.every((part) => label.test(part)) &&
    !/^\d+$/.test(last)
  );
}

function isReservedLabel(part: string): boolean {
  return part.slice(2, 4) === '--' && !part.startsWith('xn--');
}

/** Reads one identifier of an order. Throws {@link AcmeError} `unsupportedIdentifier`, `rejectedIdentifier` or `malformed`. */
export function readIdentifier(value: unknown): Identifier {
  if (typeof value !== 'object' || value === null) throw malformed('enrolment.identifier_invalid');
  const { type, value: name } = value as { type?: unknown; value?: unknown };
  if (typeof type !== 'string' || typeof name !== 'string' || name.length > 300) {
    throw malformed('enrolment.identifier_invalid');
  }
  if (type === 'dns') return readDomain(name);
  if (type === 'ip') return readAddress(name);
  throw new AcmeError('unsupportedIdentifier', 'enrolment.identifier_type_unsupported', {
    params: { type: type.slice(0, 40) },
  });
}

function readDomain(name: string): Identifier {
  const lower = name.toLowerCase();
  const bare = lower.startsWith('*.') ? lower.slice(2) : lower;
  if (!isDomainName(bare) || isIP(bare) !== 0 || bare.split('.').some(isReservedLabel)) {
    throw new AcmeError('rejectedIdentifier', 'enrolment.domain_invalid', {
      params: { name: name.slice(0, 253) },
      identifier: { type: 'dns', value: name.slice(0, 253) },
    });
  }
  return { type: 'dns', value: lower };
}

function readAddress(text: string): Identifier {
  if (isIP(text) === 0 || text.includes('%')) {
    throw new AcmeError('rejectedIdentifier', 'enrolment.address_invalid', { params: { address: text.slice(0, 64) } });
  }
  return { type: 'ip', value: canonicalAddress(text) };
}

/** The address in the one form of RFC 5952, so that two ways to write it are one identifier. */
export function canonicalAddress(text: string): string {
  return isIP(text) === 6 ? new URL(`http://[${text}]/`).hostname.slice(1, -1) : text;
}

/** A key that is the same for the same identifier. */
export function identifierKey({ type, value }: Identifier): string {
  return `${type}:${value}`;
}

/** Whether `name` is `suffix` or below it. */
export function isWithin(name: string, suffix: string): boolean {
  const bare = name.startsWith('*.') ? name.slice(2) : name;
  return bare === suffix || bare.endsWith(`.${suffix}`);
}

import type { Certificate } from '../certificate.ts';
import type { NameConstraints } from '../extensions.ts';
import type { GeneralName } from '../general-name.ts';

/** Outcome of holding one certificate's names against the constraints above it. */
export type ConstraintOutcome = 'satisfied' | 'violated' | 'unsupported';

/**
 * Whether every name of `certificate` lies inside all permitted and outside all excluded subtrees (RFC 5280 section 4.2.1.10 and
 * 6.1.3 (b), (c)). A constraint that this product cannot evaluate on a name that is present gives `unsupported`, never `satisfied`;
 * so does one for which `spend` grants no more comparisons: hostile certificates carry thousands of names and constraints.
 */
export function checkNameConstraints(
  certificate: Certificate,
  above: readonly NameConstraints[],
  spend: (comparisons: number) => boolean,
): ConstraintOutcome {
  if (above.length === 0) return 'satisfied';
  const names = namesOf(certificate);
  const subtrees = above.reduce((sum, { permitted, excluded }) => sum + permitted.length + excluded.length, 0);
  if (!spend(names.length * subtrees)) return 'unsupported';
  let unsupported = false;
  for (const { permitted, excluded } of above) {
    for (const name of names) {
      const outcome = checkName(name, permitted, excluded);
      if (outcome === 'violated') return 'violated';
      unsupported ||= outcome === 'unsupported';
    }
  }
  return unsupported ? 'unsupported' : 'satisfied';
}

function namesOf(certificate: Certificate): readonly GeneralName[] {
  const { subject, subjectAltNames } = certificate;
  return [
    ...(subject.rdns.length > 0 ? [{ kind: 'directory', name: subject } as const] : []),
    ...subject.emails.map((value) => ({ kind: 'email', value }) as const),
    ...subjectAltNames,
  ];
}

function sameForm(left: GeneralName, right: GeneralName): boolean {
  if (left.kind === 'other' && right.kind === 'other') return left.tagNumber === right.tagNumber;
  return left.kind === right.kind;
}

function checkName(
  name: GeneralName,
  permitted: readonly GeneralName[],
  excluded: readonly GeneralName[],
): ConstraintOutcome {
  const inside = permitted.filter((subtree) => sameForm(subtree, name)).map((subtree) => matches(name, subtree, false));
  const outside = excluded.filter((subtree) => sameForm(subtree, name)).map((subtree) => matches(name, subtree, true));
  if (outside.includes(true)) return 'violated';
  if (inside.length > 0 && inside.every((match) => match === false)) return 'violated';
  if (outside.includes(undefined)) return 'unsupported';
  return inside.length > 0 && !inside.includes(true) ? 'unsupported' : 'satisfied';
}

/** True or false when known; undefined when the form or the value cannot be evaluated. */
function matches(name: GeneralName, subtree: GeneralName, excluding: boolean): boolean | undefined {
  if (name.kind === 'directory' && subtree.kind === 'directory') {
    return subtree.name.rdns.every((rdn, index) => name.name.rdns[index] === rdn);
  }
  if (name.kind === 'dns' && subtree.kind === 'dns') return matchesDns(name.value, subtree.value, excluding);
  if (name.kind === 'email' && subtree.kind === 'email') return matchesEmail(name.value, subtree.value);
  if (name.kind === 'uri' && subtree.kind === 'uri') return matchesUri(name.value, subtree.value);
  if (name.kind === 'ip' && subtree.kind === 'ip') return matchesIp(name.bytes, subtree.bytes);
  return undefined;
}

/** Whether `name` is made of host name labels; underscores are let pass, wildcards are not. */
export function isHostName(name: string): boolean {
  return hostPattern.test(name.toLowerCase());
}

/** Whether a subtree is of the form that RFC 5280 section 4.2.1.10 gives for its kind of name. */
export function isWellFormedSubtree(subtree: GeneralName): boolean {
  switch (subtree.kind) {
    case 'dns':
      return subtree.value === '' || isHostName(subtree.value);
    case 'uri':
      return isHostName(subtree.value.replace(/^\./, ''));
    case 'email': {
      const parts = subtree.value.split('@');
      if (parts.length === 1) return isHostName(subtree.value.replace(/^\./, ''));
      return parts.length === 2 && parts[0] !== '' && isHostName(parts[1] ?? '');
    }
    case 'ip':
      return isIpRange(subtree.bytes);
    default:
      return true;
  }
}

/** An address and a mask of one bits followed by zero bits (RFC 4632). */
function isIpRange(range: Uint8Array): boolean {
  if (range.length !== 8 && range.length !== 32) return false;
  const bits = [...range.subarray(range.length / 2)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return /^1*0*$/.test(bits);
}

const hostPattern = /^(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/;

function matchesDns(value: string, constraint: string, excluding: boolean): boolean | undefined {
  const base = constraint.toLowerCase();
  const name = value.toLowerCase();
  if (base === '') return true;
  const bare = name.startsWith('*.') ? name.slice(2) : name;
  if (!hostPattern.test(base) || !hostPattern.test(bare)) return undefined;
  if (name === base || name.endsWith(`.${base}`)) return true;
  // A wildcard may stand for the excluded host itself.
  return excluding && name.startsWith('*.') && base.endsWith(`.${bare}`);
}

function matchesHost(host: string, constraint: string): boolean | undefined {
  const base = constraint.toLowerCase();
  if (base.startsWith('.'))
    return hostPattern.test(base.slice(1)) ? host.endsWith(base) && host.length > base.length : undefined;
  return hostPattern.test(base) ? host === base : undefined;
}

function matchesEmail(value: string, constraint: string): boolean | undefined {
  const at = value.indexOf('@');
  if (at <= 0) return undefined;
  const host = value.slice(at + 1).toLowerCase();
  if (!hostPattern.test(host)) return undefined;
  const mailbox = constraint.indexOf('@');
  if (mailbox < 0) return matchesHost(host, constraint);
  return value.slice(0, at) === constraint.slice(0, mailbox) && host === constraint.slice(mailbox + 1).toLowerCase();
}

function matchesUri(value: string, constraint: string): boolean | undefined {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(value)?.[1];
  if (authority === undefined) return undefined;
  const host = authority
    .slice(authority.lastIndexOf('@') + 1)
    .replace(/:\d*$/, '')
    .toLowerCase();
  if (!hostPattern.test(host) || /^[\d.]+$/.test(host)) return undefined;
  return matchesHost(host, constraint);
}

function matchesIp(address: Uint8Array, range: Uint8Array): boolean | undefined {
  const validAddress = address.length === 4 || address.length === 16;
  if (!validAddress || (range.length !== 8 && range.length !== 32)) return undefined;
  if (range.length !== address.length * 2) return false;
  return address.every((byte, index) => {
    const mask = range[address.length + index] ?? 0;
    return (byte & mask) === ((range[index] ?? 0) & mask);
  });
}

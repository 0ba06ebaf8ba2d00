import type { CertificateData, GeneralNameData } from '../diagnostic/certificate.ts';

const ANY_POLICY = '2.5.29.32.0';

/**
 * Whether certificate policies reach from the anchor down to the first certificate of `path` where an authority demands it (RFC 5280 clause
 * 6.1: requireExplicitPolicy, inhibitAnyPolicy). Policies are not mapped: a path that lives on mappings does not hold.
 *
 * @param path the certificate, then its issuers up to below the anchor
 */
export function policiesHold(path: readonly CertificateData[]): boolean {
  let explicit = Number.POSITIVE_INFINITY;
  let inhibitAny = Number.POSITIVE_INFINITY;
  let valid: 'any' | ReadonlySet<string> = 'any';
  for (const [index, certificate] of [...path].reverse().entries()) {
    const { policies, policyConstraints, inhibitAnyPolicy } = certificate.extensions;
    valid = intersect(valid, policies ?? [], inhibitAny > 0 || (certificate.selfSigned && index < path.length - 1));
    if (explicit <= 0 && valid !== 'any' && valid.size === 0) return false;
    if (!certificate.selfSigned) {
      explicit -= 1;
      inhibitAny -= 1;
    }
    explicit = Math.min(explicit, policyConstraints?.requireExplicit ?? explicit);
    inhibitAny = Math.min(inhibitAny, inhibitAnyPolicy ?? inhibitAny);
  }
  return explicit > 0 || valid === 'any' || valid.size > 0;
}

function intersect(
  valid: 'any' | ReadonlySet<string>,
  policies: readonly string[],
  anyAllowed: boolean,
): 'any' | ReadonlySet<string> {
  if (policies.includes(ANY_POLICY) && anyAllowed) return valid;
  const own = policies.filter((oid) => oid !== ANY_POLICY);
  return new Set(valid === 'any' ? own : own.filter((oid) => valid.has(oid)));
}

/** Whether the names of a certificate keep to what the authorities above it permit and exclude (RFC 5280 clause 4.2.1.10). */
export function namesHold(certificate: CertificateData, issuers: readonly CertificateData[]): boolean {
  const names: GeneralNameData[] = [
    { type: 'directoryName', value: certificate.subject },
    ...(certificate.extensions.subjectAlternativeNames ?? []),
  ];
  return issuers.every(({ extensions: { nameConstraints } }) => {
    if (!nameConstraints) return true;
    const { permitted, excluded } = nameConstraints;
    return names.every((name) => {
      if (excluded.some((subtree) => within(name, subtree))) return false;
      const same = permitted.filter(({ type }) => type === name.type);
      return same.length === 0 || same.some((subtree) => within(name, subtree));
    });
  });
}

function within(name: GeneralNameData, subtree: GeneralNameData): boolean {
  if (name.type !== subtree.type) return false;
  const value = name.value.toLowerCase();
  // Some writers quote the empty name that stands for all names.
  const limit = subtree.value.toLowerCase().replace(/^"(.*)"$/, '$1');
  if (limit === '') return true;
  if (name.type === 'directoryName')
    return value === limit || value.endsWith(`,${limit}`) || value.endsWith(`, ${limit}`);
  if (name.type === 'rfc822Name') {
    if (limit.includes('@')) return value === limit;
    return value.endsWith(limit.startsWith('.') ? limit : `@${limit}`);
  }
  const host =
    name.type === 'uniformResourceIdentifier'
      ? (/^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?([^/:?#]+)/.exec(value)?.[1] ?? '')
      : value;
  if (limit.startsWith('.')) return host.endsWith(limit);
  return host === limit || (name.type === 'dNSName' && host.endsWith(`.${limit}`));
}

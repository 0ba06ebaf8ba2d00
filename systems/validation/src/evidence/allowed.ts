/** Which addresses may be asked. */
export interface AllowedAddresses {
  /**
   * `listed`: hosts of the list alone; `trusted`: besides, what a certificate names whose path ends at an anchor of this service; `any`: what any
   * certificate names.
   */
  readonly mode: 'listed' | 'trusted' | 'any';
  /** Such as `crl.example.go.th`, `*.example.go.th` or `crl.example.go.th:8080`. */
  readonly hosts: readonly string[];
}

/** Whether settings let this address be asked. Ports other than that of the scheme must be listed with their host. */
export function isAllowed(address: string, vouched: boolean, { mode, hosts }: AllowedAddresses): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) return false;
  if (hosts.some((rule) => isNamedBy(url.host, rule.toLowerCase()))) return true;
  return url.port === '' && (mode === 'any' || (mode === 'trusted' && vouched));
}

function isNamedBy(host: string, rule: string): boolean {
  return rule.startsWith('*.') ? host.endsWith(rule.slice(1)) : host === rule;
}

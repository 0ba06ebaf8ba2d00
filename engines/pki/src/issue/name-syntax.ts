const label = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/i;

/** Whether `name` is a DNS name in ASCII (RFC 5280 section 4.2.1.6, RFC 1034 section 3.5), with a wildcard label first at most. */
export function isDnsName(name: string): boolean {
  if (name.length === 0 || name.length > 253) return false;
  const labels = name.split('.');
  if (labels[0] === '*') labels.shift();
  // A last label of digits only would read as an IPv4 address.
  return labels.length > 0 && labels.every((part) => label.test(part)) && !/^\d+$/.test(labels.at(-1) ?? '');
}

/** Whether `address` is a mailbox in ASCII: dot-atom, `@`, DNS name (RFC 5321 section 4.1.2). */
export function isEmailAddress(address: string): boolean {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, Math.max(0, at));
  const host = address.slice(at + 1);
  if (local.length === 0 || local.length > 64 || host.startsWith('*')) return false;
  return /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/.test(local) && isDnsName(host);
}

/** Whether `uri` is absolute with a scheme and something behind it, in ASCII (RFC 5280 section 4.2.1.6). */
export function isUri(uri: string): boolean {
  return /^[a-z][a-z0-9+.-]*:[\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]+$/i.test(uri) && uri.length <= 2048;
}

/** Whether `address` is one from which a CRL, a certificate or an OCSP answer can be fetched: http or https with a host. */
export function isWebAddress(address: string): boolean {
  return isUri(address) && /^https?:\/\/(?:\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::\d{1,5})?(?:[/?]|$)/i.test(address);
}

import { isIPv6 } from 'node:net';

const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const hextets = 8;
const networkHextets = 4;

/**
 * What limits are counted by for a client at `address`: the address itself for IPv4, the /64 network for IPv6, of which one customer
 * has them all (RFC 6177). IPv4 written as IPv6 is IPv4.
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const plain = mapped.exec(address)?.[1] ?? address;
  if (!isIPv6(plain)) return plain;
  const [before = '', after] = (plain.split('%', 1)[0] ?? '').split('::');
  const head = before.split(':').filter((part) => part !== '');
  const tail = (after ?? '').split(':').filter((part) => part !== '');
  const missing = after === undefined ? 0 : Math.max(0, hextets - head.length - tail.length);
  const all = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  const network = all.slice(0, networkHextets).map((part) => Number.parseInt(part, 16).toString(16));
  return `${network.join(':')}::/64`;
}

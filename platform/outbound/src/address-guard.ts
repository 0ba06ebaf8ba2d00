import { BlockList, isIP } from 'node:net';
import { OutboundError } from './errors.ts';

/** Says which addresses may be connected to. */
export interface AddressGuard {
  allows(address: string): boolean;
}

// IANA IPv4 special-purpose registry (RFC 6890 and its successors): nothing in it is a host of the public network.
const refusedIpv4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

// Parts of 2000::/3 that are no hosts of the public network, or that carry an IPv4 address which would escape the list above.
const refusedIpv6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
];

function listOf(networks: readonly (readonly [string, number])[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of networks) list.addSubnet(address, prefix, family);
  return list;
}

function parseNetwork(text: string): { address: string; prefix: number; family: 'ipv4' | 'ipv6' } {
  const [address = '', length, ...rest] = text.split('/');
  const version = isIP(address);
  const bits = version === 4 ? 32 : 128;
  const prefix = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : -1;
  if (version === 0 || rest.length > 0 || prefix < 0 || prefix > bits) {
    throw new OutboundError('outbound.network_invalid', { params: { network: text.slice(0, 64) } });
  }
  return { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' };
}

const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * A guard that lets hosts of the public network pass and refuses this machine, private networks, link-local addresses (where clouds
 * keep their secrets), multicast and everything reserved. `allowedNetworks` (`10.1.0.0/16`, `::1`) are let through besides.
 * Throws {@link OutboundError} `outbound.network_invalid`.
 */
export function createAddressGuard(allowedNetworks: readonly string[] = []): AddressGuard {
  const allowed = new BlockList();
  for (const text of allowedNetworks) {
    const { address, prefix, family } = parseNetwork(text);
    allowed.addSubnet(address, prefix, family);
  }
  const special4 = listOf(refusedIpv4, 'ipv4');
  const special6 = listOf(refusedIpv6, 'ipv6');
  const global6 = listOf([['2000::', 3]], 'ipv6');
  return {
    allows: (given) => {
      const address = mapped.exec(given)?.[1] ?? given;
      const version = isIP(address);
      if (version === 0 || address.includes('%')) return false;
      const family = version === 4 ? 'ipv4' : 'ipv6';
      if (allowed.check(address, family)) return true;
      if (version === 4) return !special4.check(address, 'ipv4');
      return global6.check(address, 'ipv6') && !special6.check(address, 'ipv6');
    },
  };
}

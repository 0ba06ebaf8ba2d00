import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAddressGuard } from '../src/index.ts';

const refused = [
  '0.0.0.0',
  '10.0.0.1',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.2.1',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::127.0.0.1',
  '64:ff9b::7f00:1',
  'fe80::1',
  'fe80::1%eth0',
  'fc00::1',
  'fd12:3456::1',
  'ff02::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '2001::1',
  'localhost',
  '',
  '1.2.3',
  '0x7f000001',
];

describe('addresses', () => {
  it.each(refused)('refuses %s', (address) => expect(createAddressGuard().allows(address)).toBe(false));

  it.each(['1.1.1.1', '203.0.114.1', '172.32.0.1', '2606:4700::1111', '2a00:1450::1', '::ffff:8.8.8.8'])(
    'lets %s pass',
    (address) => expect(createAddressGuard().allows(address)).toBe(true),
  );

  it('lets a named network pass and nothing beside it', () => {
    const guard = createAddressGuard(['10.1.0.0/16', '::1']);
    expect(guard.allows('10.1.255.1')).toBe(true);
    expect(guard.allows('::ffff:10.1.2.3')).toBe(true);
    expect(guard.allows('10.2.0.1')).toBe(false);
    expect(guard.allows('::1')).toBe(true);
    expect(guard.allows('::2')).toBe(false);
  });

  it('judges an IPv4 address the same however it is written', () => {
    const guard = createAddressGuard();
    fc.assert(
      fc.property(fc.ipV4(), (address) => guard.allows(address) === guard.allows(`::ffff:${address}`)),
      { numRuns: 500 },
    );
  });

  it.each(['10.0.0.0/33', 'x', '10.0.0.0/8/9', '::/129', '10.0.0.0/', ''])('refuses the network %s', (network) => {
    expect(() => createAddressGuard([network])).toThrow(expect.objectContaining({ code: 'outbound.network_invalid' }));
  });
});

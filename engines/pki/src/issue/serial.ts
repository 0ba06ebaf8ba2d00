import type { Random } from '@tra/kernel';

/** Octets of a serial number, the most that RFC 5280 section 4.1.2.2 allows. */
export const SERIAL_LENGTH = 20;

/**
 * A new random serial number: positive, 20 octets without a leading zero octet, 158 of its 160 bits unpredictable (64 are demanded
 * by the CA/Browser Forum baseline requirements, section 7.1).
 */
export function newSerial(random: Random): Uint8Array {
  return asSerial(random.bytes(SERIAL_LENGTH));
}

/** A serial number from 20 random octets: the two highest bits become 01. */
export function asSerial(octets: Uint8Array): Uint8Array {
  const serial = Uint8Array.from(octets);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  return serial;
}

// What the benches of time-stamping ask for.
import { randomBytes } from 'node:crypto';
import { createRequest } from '@tra/timestamp';

/** The keys that are measured. */
export const keys = ['ecdsa-p256-sha256', 'rsa-pkcs1-sha256'] as const;
export type Key = (typeof keys)[number];

/** The policy whose tokens are signed with RSA. */
export const rsaPolicy = '1.3.6.1.4.1.32473.3161.2';

/** Octets that are signed for a token: its signed attributes. */
export const signedOctets = 190;

/** A request with a nonce, as clients make them. */
export function requestOf(policy?: string): Uint8Array {
  return createRequest({
    algorithm: 'sha256',
    value: new Uint8Array(randomBytes(32)),
    nonce: new Uint8Array(randomBytes(8)),
    ...(policy ? { policy } : {}),
  });
}

/**
 * What a validation demands beyond the cryptography: data, so that an operator can read it and a later one can be compared.
 * Digests and key sizes are those that a signature may rest on (ETSI TS 119 312); others give
 * CRYPTO_CONSTRAINTS_FAILURE_NO_POE, never a pass.
 */
export interface ValidationPolicy {
  readonly name: string;
  readonly digests: readonly string[];
  /** Smallest RSA modulus in bits. */
  readonly minimumRsaBits: number;
  /** Smallest elliptic-curve key in bits. */
  readonly minimumEcBits: number;
  /** How far a time-stamp may lie ahead of the validation time, in milliseconds: two clocks are never the same. */
  readonly clockToleranceMs: number;
  /** How far the time that the signer claims may lie after the time that the time-stamp proves, in milliseconds. */
  readonly claimedTimeToleranceMs: number;
  /** Whether a signature may pass while nothing is known about the revocation of its certificate. */
  readonly revocationRequired: boolean;
  /** Largest number of signatures judged in one document; more are refused. */
  readonly maximumSignatures: number;
  /** Largest number of time-stamps judged for one signature; they are not signed, so anyone can add more. */
  readonly maximumTimestamps: number;
}

/** The policy that applies when none is given. */
export const defaultPolicy: ValidationPolicy = {
  name: 'tra-2026',
  digests: ['sha256', 'sha384', 'sha512', 'sha3-256', 'sha3-384', 'sha3-512'],
  minimumRsaBits: 2048,
  minimumEcBits: 256,
  clockToleranceMs: 120_000,
  claimedTimeToleranceMs: 300_000,
  revocationRequired: true,
  maximumSignatures: 32,
  maximumTimestamps: 8,
};

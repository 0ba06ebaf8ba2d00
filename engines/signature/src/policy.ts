import { nationalPolicy } from './policy/national.ts';
import type { BasicPart, ProcessPolicy } from './policy/policy.ts';

/**
 * What a validation demands beyond the cryptography: data, so that an operator can read it and a later one can be compared.
 * Digests and key sizes are those that a signature may rest on (ETSI TS 119 312); others give
 * CRYPTO_CONSTRAINTS_FAILURE_NO_POE unless `process` accepts them for a time at which the signature is proven to have existed.
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
  /** The constraints under which the process of EN 319 102-1 judges; the national policy when absent. */
  readonly process?: ProcessPolicy;
}

const relaxed = {
  revocationDataAvailable: { level: 'WARN' },
  acceptableRevocationDataFound: { level: 'WARN' },
} as const;

function relaxedBasic(basic: BasicPart | undefined): BasicPart {
  const { caCertificate, signingCertificate } = basic ?? {};
  return {
    ...basic,
    signingCertificate: { ...signingCertificate, ...relaxed },
    caCertificate: { ...caCertificate, ...relaxed },
  };
}

const { counterSignature, revocation, signature, timestamp } = nationalPolicy;

/** The national policy, content with not knowing whether a certificate was revoked. */
const withoutRevocation: ProcessPolicy = Object.freeze<ProcessPolicy>({
  ...nationalPolicy,
  name: `${nationalPolicy.name}, revocation not demanded`,
  signature: { ...signature, basic: relaxedBasic(signature?.basic) },
  counterSignature: { ...counterSignature, basic: relaxedBasic(counterSignature?.basic) },
  timestamp: { ...timestamp, basic: relaxedBasic(timestamp?.basic) },
  revocation: { ...revocation, basic: relaxedBasic(revocation?.basic) },
});

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

/**
 * A policy of the process as a policy for whole documents, with the bounds of {@link defaultPolicy}.
 *
 * @example
 * const { policy } = readProcessPolicy(await readFile(shippedPolicies[1].url, 'utf8'));
 * const report = await validateDocument({ bytes, anchors, at, policy: documentPolicy(policy) });
 */
export function documentPolicy(process: ProcessPolicy): ValidationPolicy {
  const required = process.signature?.basic?.signingCertificate?.revocationDataAvailable?.level === 'FAIL';
  return { ...defaultPolicy, name: process.name, revocationRequired: required, process };
}

/** The process policy that goes with a policy for documents: where the one is silent about revocation, the other is too. */
export function processPolicyOf({ process, revocationRequired }: ValidationPolicy): ProcessPolicy {
  if (process) return process;
  return revocationRequired ? nationalPolicy : withoutRevocation;
}

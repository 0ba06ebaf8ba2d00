import { createHash } from 'node:crypto';
import type { DigestName } from './algorithms.ts';
import type { Certificate } from './certificate.ts';

const known = new WeakMap<Certificate, Map<DigestName, Uint8Array>>();

/**
 * Digest of a certificate's octets, by which signatures and time-stamps name it: worked out once for as long as the certificate, as it was read, is
 * remembered.
 */
export function certificateDigest(certificate: Certificate, algorithm: DigestName): Uint8Array {
  const digests = known.get(certificate) ?? new Map<DigestName, Uint8Array>();
  known.set(certificate, digests);
  const before = digests.get(algorithm);
  if (before) return before;
  const digest = new Uint8Array(createHash(algorithm).update(certificate.der).digest());
  digests.set(algorithm, digest);
  return digest;
}

import { verifySignature } from './algorithms.ts';
import { BoundedMap, bytesKey } from './bounded-map.ts';

/** Something signed as it was read: a certificate, a CRL, an OCSP response. */
export interface SignedObject {
  readonly signedBytes: Uint8Array;
  /** Encoded AlgorithmIdentifier. */
  readonly signatureAlgorithm: Uint8Array;
  readonly signature: Uint8Array;
}

const verified = new WeakMap<SignedObject, BoundedMap<boolean>>();
/** Keys remembered for one object: hardly more than one issuer has its name. */
const mostKeys = 16;

/**
 * {@link verifySignature} for what has been read: remembered with the object itself, for as long as that lives, by the octets of the key and never by a
 * name. Its octets must not be written over.
 */
export function isSignedByKey(signed: SignedObject, spki: Uint8Array): boolean {
  const key = bytesKey(spki);
  let known = verified.get(signed);
  if (!known) {
    known = new BoundedMap(mostKeys);
    verified.set(signed, known);
  }
  const { signature, signatureAlgorithm, signedBytes } = signed;
  return known.get(key) ?? known.set(key, verifySignature(signatureAlgorithm, spki, signedBytes, signature));
}

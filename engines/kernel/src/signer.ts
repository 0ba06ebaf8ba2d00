/** Signature algorithms of the product, named by key and digest. */
export type SignatureAlgorithm =
  | 'ecdsa-p256-sha256'
  | 'ecdsa-p384-sha384'
  | 'rsa-pkcs1-sha256'
  | 'rsa-pkcs1-sha384'
  | 'rsa-pkcs1-sha512'
  | 'ed25519';

/** A private key that never leaves its holder: a file, a PKCS#11 token or a remote service stands behind it. */
export interface Signer {
  readonly algorithm: SignatureAlgorithm;
  /** SubjectPublicKeyInfo in DER (RFC 5280 section 4.1.2.7). */
  readonly publicKey: Uint8Array;
  /**
   * Hashes `data` with the algorithm's digest and signs it. ECDSA signatures are DER `Ecdsa-Sig-Value` (RFC 3279).
   * Rejects when the key is not available; never returns a signature that was not made by the key.
   */
  sign(data: Uint8Array): Promise<Uint8Array>;
  /** As `sign`, at once; throws where that rejects. Only keys in memory have it whose signing is too short to hold others up. */
  signNow?(data: Uint8Array): Uint8Array;
}

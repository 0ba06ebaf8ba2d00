/** Who certifies the document signer. */
export interface Certificates {
  /**
   * Issues a certificate for `publicKey` and stores it before it resolves. `chain` holds its issuers, the nearest first, the root
   * last.
   */
  issue(request: {
    profile: 'document-signer';
    subject: { commonName: string; organization?: string; country?: string };
    publicKey: Uint8Array;
  }): Promise<{ certificate: Uint8Array; chain: Uint8Array[] }>;
}

/** Who time-stamps signatures. */
export interface Timestamper {
  /** A time-stamp token (DER) over a digest. Rejects when none can be had; never resolves with a token over something else. */
  stamp(digest: { algorithm: 'sha256' | 'sha384' | 'sha512'; value: Uint8Array }): Promise<Uint8Array>;
}

/** Who knows which certificates are revoked. */
export interface Revocation {
  /** Current CRLs of the issuing and the root CA, DER. */
  currentCrls(): Promise<Uint8Array[]>;
}

/** What this system needs from others. */
export interface SigningPorts {
  readonly certificates: Certificates;
  readonly timestamper: Timestamper;
  readonly revocation: Revocation;
}

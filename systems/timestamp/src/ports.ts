/** Who certifies the time-stamping unit. */
export interface Certificates {
  /**
   * Issues a certificate for `publicKey` and stores it before it resolves. `chain` holds its issuers, the nearest first, the root
   * last.
   */
  issue(request: {
    profile: 'time-stamping';
    subject: { commonName: string; organization?: string; country?: string };
    publicKey: Uint8Array;
  }): Promise<{ certificate: Uint8Array; chain: Uint8Array[] }>;
}

/** What this system needs from others. */
export interface TimestampPorts {
  readonly certificates: Certificates;
}

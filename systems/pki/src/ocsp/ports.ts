import type { RevocationReason } from '@tra/pki';

/** The status of one certificate, as an answer says it. */
export interface KnownStatus {
  readonly serialHex: string;
  readonly revokedAt?: Date;
  /** `certificateHold` while it is suspended. */
  readonly reason?: RevocationReason;
  readonly notAfter: Date;
}

/** Where answers take the status of certificates from. */
export interface CertificateStatusSource {
  /** The status as it is now; undefined when this authority never issued the certificate. */
  statusOf(authority: string, serialHex: string): Promise<KnownStatus | undefined>;
  /** Certificates that have not expired, by serial, those after `after` first; at most `limit`. */
  page(authority: string, options: { readonly after: string; readonly limit: number }): Promise<readonly KnownStatus[]>;
  /** Number of the newest change of a status, by authority. */
  lastChanges(): Promise<ReadonlyMap<string, number>>;
  /** Serials whose status changed after a number; undefined when there are more than `limit`. */
  changedSince(authority: string, change: number, limit: number): Promise<readonly string[] | undefined>;
  /** Calls `listener` when a status changed, in whichever process. Resolves to the way to stop. */
  onChange(listener: (authority: string, serialHex: string) => void): Promise<() => Promise<void>>;
}

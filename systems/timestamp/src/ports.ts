import type { Clock } from '@tra/kernel';

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
  /**
   * Whether the certificate with this serial number from `issuing` (DER) is revoked or suspended as of now. Asked every `sealSeconds` for the units that sign; missing, none is.
   */
  isRevoked?(unit: { readonly serialHex: string; readonly issuing: Uint8Array }): Promise<boolean>;
  /** The revocation lists that are current, for the verification of tokens; without them their revocation stays unknown. */
  currentCrls?(): Promise<Uint8Array[]>;
}

/** A clock that knows how far it can be trusted. */
export interface TimeKeeper extends Clock {
  /** `accuracy`: milliseconds by which the clock is wrong at most. `unsupervised`: nobody watches it, by configuration. */
  status(): {
    readonly state: 'unsupervised' | 'in-sync' | 'soon-out' | 'out' | 'unknown';
    readonly accuracy?: number;
  };
}

/** How the clock is supervised, for the practice statement. */
export interface ClockFacts {
  /** How many sources of time there are; 0 for a clock that nobody supervises. */
  readonly sources: number;
  /** How many have to agree. */
  readonly agree: number;
  readonly accuracyMs: number;
  readonly pollSeconds: number;
  readonly staleSeconds: number;
  readonly jumpMs: number;
}

/** What the practice statement says of other parts of the server. */
export interface PracticeFacts {
  readonly clock?: ClockFacts;
  /** Whether the keys of units are in a PKCS#11 token. */
  readonly keysInToken: boolean;
  /** Whether there is no database: units are brought here, and chains are not sealed here. */
  readonly standalone?: boolean;
}

/** Units that were certified elsewhere and brought here, for a process that has no database. */
export interface StandaloneUnits {
  /** Certificates (DER) of units and of all authorities above them, in any order, as they are now. Rejects when they cannot be read. */
  certificates(): Promise<readonly Uint8Array[]>;
}

/** What this system needs from others. */
export interface TimestampPorts {
  readonly certificates: Certificates;
  /** The supervised clock; without one the clock of the context is taken as it is. */
  readonly time?: TimeKeeper;
  /** Folder of this node for files of records. */
  readonly recordFolder?: string;
  readonly practice?: PracticeFacts;
  /**
   * With it there is no database: that of the context is not asked, nor its queue, audit and public log, and `certificates` issues nothing. Records are
   * kept in files and are not sealed here.
   */
  readonly standalone?: StandaloneUnits;
}

import type { Certificate } from '@tra/pki';

/** What a CMS SignedData says and what its cryptography shows, in the terms of the process (RFC 5652, RFC 5035). */
export interface SignerFacts {
  /** Digest of the content, by the name that node:crypto uses; the OID when it is not known. */
  readonly digest: string;
  readonly certificate?: Certificate;
  /** Whether a signing-certificate attribute names the certificate that was used. */
  readonly binding: 'bound' | 'mismatch' | 'absent';
  readonly hash: 'matches' | 'differs' | 'content_missing' | 'unknown';
  readonly value:
    | 'valid'
    | 'invalid'
    | 'attributes_invalid'
    | 'algorithm_unsupported'
    | 'algorithm_inconsistent'
    | 'unverifiable';
  /** The signature value, over which a signature time-stamp is made. */
  readonly signatureValue: Uint8Array;
  /** Signature time-stamp tokens among the unsigned attributes (ETSI EN 319 122-1 clause 5.3). */
  readonly timestamps: readonly Uint8Array[];
  /** signing-time attribute (RFC 5652 section 11.3). */
  readonly claimedTime?: Date;
}

/** What is inside a CMS SignedData. */
export interface CmsFacts {
  readonly signers: readonly SignerFacts[];
  readonly certificates: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  /** Whether the content is a TSTInfo: then the CMS is a time-stamp token (RFC 3161 section 2.4.2). */
  readonly isTimestampToken: boolean;
}

/** What one time-stamp token shows about the data that it was checked against. */
export interface TimestampFacts {
  readonly outcome: 'valid' | 'untrusted' | 'expired' | 'revoked' | 'revocation_unknown' | 'other_data' | 'invalid';
  /** Tail of the message that explains an invalid token. */
  readonly reason: string;
  readonly time?: Date;
  readonly authority: string;
  /** End of validity of the authority's certificate. */
  readonly until?: Date;
  /** When the authority's certificate was revoked. */
  readonly since?: Date;
}

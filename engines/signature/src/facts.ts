import { createHash } from 'node:crypto';
import type { SignedData } from '@tra/cms';
import type { Certificate, Check, DigestName } from '@tra/pki';
import type { DigestMatcherData } from './diagnostic/token.ts';
import type { Evidence } from './evidence/model.ts';
import type { LevelFacts } from './levels/level.ts';

/** A time-stamp token with the data that it is to cover, in order. */
export interface StampedData {
  readonly token: Uint8Array;
  readonly data: readonly Uint8Array[];
  /** The data is not at hand: nothing can be said about what the token covers. */
  readonly missing?: true;
  /** Instead of the data: the digest that the token must carry. */
  readonly digest?: { readonly algorithm: DigestName; readonly value: Uint8Array };
}

/** What a signature says and what its cryptography shows, in the terms of the process, whatever its format. */
export interface SignerFacts {
  /** Digest of the content, by the name that node:crypto uses; the OID when it is not known. */
  readonly digest: string;
  readonly certificate?: Certificate;
  /** The certificate is there but breaks its standard: its key verified the value, whose key it is cannot be told. */
  readonly certificateUnreadable?: true;
  /** Whether a signing-certificate attribute names the certificate that was used. */
  readonly binding: 'bound' | 'mismatch' | 'absent';
  /** Whether the signed data is what was signed, all references taken together. */
  readonly hash: 'matches' | 'differs' | 'content_missing' | 'unknown';
  /** It differs in its line ends only. */
  readonly lineEnds?: true;
  readonly value:
    | 'valid'
    | 'invalid'
    | 'attributes_invalid'
    | 'algorithm_unsupported'
    | 'algorithm_keyless'
    | 'algorithm_inconsistent'
    | 'unverifiable';
  /** What is not implemented of the method of signing, as its users call it; for the value `algorithm_unsupported`. */
  readonly method?: string;
  /** Digest of what the key signed, under the digest of the signature (EN 319 102-1: data to be signed representation), where it is at hand. */
  readonly toBeSigned?: { readonly digest: string; readonly value: Uint8Array };
  /** The signature value, over which a signature time-stamp is made. */
  readonly signatureValue: Uint8Array;
  /** Signature time-stamps among the unsigned attributes or properties (ETSI EN 319 122-1, 132-1 and TS 119 182-1 clause 5.3). */
  readonly timestamps: readonly StampedData[];
  /** signing-time attribute (RFC 5652 section 11.3), SigningTime, sigT or iat. */
  readonly claimedTime?: Date;
  /** What became of each thing that the signature refers to, for formats that name them. */
  readonly references?: readonly Check[];
  /** The digests that the signature states, with what was found for each; formats that tell them apart from the rest. */
  readonly digests?: readonly DigestMatcherData[];
  /** By which digest the signing-certificate attribute names the certificate, as node:crypto calls it. */
  readonly bindingDigest?: string;
  /** Time-stamps of every kind, certificates and revocation information with their place. */
  readonly evidence?: Evidence;
  /** By which requirements the level is told. */
  readonly levels?: LevelFacts;
  /** Findings about the evidence: a hash index that lists what is not there, a policy whose document is another. */
  readonly evidenceChecks?: readonly Check[];
}

/** {@link SignerFacts.toBeSigned} of these octets; `digest` as node:crypto calls it. */
export function digestOver(digest: string, octets: Uint8Array): NonNullable<SignerFacts['toBeSigned']> {
  return { digest, value: new Uint8Array(createHash(digest).update(octets).digest()) };
}

/** Signers with the material that stands beside them. */
export interface SignedFacts {
  readonly signers: readonly SignerFacts[];
  readonly certificates: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  /** OCSP responses, DER. */
  readonly ocspResponses?: readonly Uint8Array[];
}

/** What is inside a CMS SignedData. */
export interface CmsFacts extends SignedFacts {
  /** Whether the content is a TSTInfo: then the CMS is a time-stamp token (RFC 3161 section 2.4.2). */
  readonly isTimestampToken: boolean;
  readonly signedData: SignedData;
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

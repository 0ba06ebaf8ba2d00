import type { Verdict } from '@tra/kernel';
import type { Certificate } from '../certificate.ts';
import type { Crl } from '../crl/parse-crl.ts';
import type { KeyUsage, NameConstraints } from '../extensions.ts';
import type { OcspResponse } from '../ocsp/response.ts';
import type { Check } from '../report.ts';
import type { AnchorSet } from './anchor-set.ts';
import type { PeerName } from './peer-names.ts';

/** What the certificate at the end of the path is to be used for. */
export type PathPurpose =
  | 'document-signing'
  | 'time-stamping'
  | 'server-authentication'
  | 'client-authentication'
  | 'email-protection'
  | 'any';

/**
 * Rules for the form of certificates and CRLs that go beyond what RFC 5280 section 6 makes a validator check.
 * `rfc5280`: what sections 4 and 5 demand of those who issue. The others add to it: `webpki` the CA/Browser Forum's Baseline
 * Requirements for TLS servers, `smime` those for e-mail, `tsa` RFC 3161 section 2.3, `document-signing` RFC 9336.
 */
export type PathProfile = 'rfc5280' | 'webpki' | 'smime' | 'tsa' | 'document-signing';

/** Policy inputs of RFC 5280 section 6.1.1 (c) to (g); by default any policy will do. */
export interface PolicyInputs {
  /** user-initial-policy-set; absent means anyPolicy. */
  readonly acceptable?: readonly string[];
  readonly requireExplicit?: boolean;
  readonly inhibitMapping?: boolean;
  readonly inhibitAny?: boolean;
}

/** Limits that a trust store puts on an anchor, in addition to those inside its certificate (RFC 5914 and RFC 5937). */
export interface AnchorConstraints {
  readonly nameConstraints?: NameConstraints;
  /** Policies for which the anchor is trusted; the caller's own set is narrowed to these. */
  readonly policies?: readonly string[];
  readonly requireExplicitPolicy?: boolean;
  readonly inhibitPolicyMapping?: boolean;
  readonly inhibitAnyPolicy?: boolean;
  /** Most CA certificates that are not self-issued below the anchor. */
  readonly pathLength?: number;
  /** No trust for instants before. */
  readonly validFrom?: Date;
  /** No trust for instants after. */
  readonly validUntil?: Date;
  /** No trust for end certificates whose notBefore lies after: an authority that is being wound down. */
  readonly distrustIssuedAfter?: Date;
  /** Purposes for which the anchor is trusted; all unless told. */
  readonly purposes?: readonly PathPurpose[];
}

/** A trusted certificate with the limits of the trust. */
export interface TrustAnchor {
  readonly certificate: Uint8Array | Certificate;
  readonly constraints?: AnchorConstraints;
}

/**
 * Input of {@link validatePath}. What was read before may be given as read, so that a server does not read its trust store again
 * for every signature.
 */
export interface PathOptions {
  readonly certificate: Uint8Array | Certificate;
  /** Untrusted certificates that may lie between; broken ones are skipped and mentioned. */
  readonly intermediates: readonly (Uint8Array | Certificate)[];
  /** Trusted certificates. Their own validity, path length and name constraints are honoured, and those given beside them. */
  readonly anchors: readonly (Uint8Array | Certificate | TrustAnchor)[] | AnchorSet;
  /** CRLs in any order; unusable ones are skipped and mentioned. */
  readonly crls: readonly (Uint8Array | Crl)[];
  /** OCSP responses in any order; unusable ones are skipped and mentioned. */
  readonly ocspResponses?: readonly (Uint8Array | OcspResponse)[];
  /** The instant for which the path is judged. */
  readonly at: Date;
  /** The latest instant at which a CRL or OCSP response may have been issued to count as evidence; `at` unless told. */
  readonly now?: Date;
  /** What the certificate is for; a profile of its own purpose (`webpki`, `smime`, `tsa`, `document-signing`) overrules it. */
  readonly purpose: PathPurpose;
  /**
   * Rules of form that every certificate and CRL must keep. Without it form is forgiven where RFC 5280 section 6 lets a validator
   * forgive it, which is right for documents out of the wild; what decides trust is checked all the same.
   */
  readonly profile?: PathProfile;
  /** Names that the certificate must be for, each of them (RFC 9525, RFC 5280 section 4.2.1.6). */
  readonly peerNames?: readonly PeerName[];
  /** Usages that the end certificate's key usage, when it has one, must hold. */
  readonly requiredKeyUsage?: readonly KeyUsage[];
  /** Extended key purposes (OIDs) that the end certificate's extended key usage, when it has one, must hold. */
  readonly requiredPurposes?: readonly string[];
  /** Most CA certificates that are not self-issued between the end certificate and the anchor. */
  readonly maxDepth?: number;
  /**
   * `require` (default): unknown revocation makes the verdict indeterminate. `prefer`: it is reported, a known revocation still
   * fails. `off`: CRLs and OCSP responses are not looked at.
   */
  readonly revocation?: 'require' | 'prefer' | 'off';
  /** Greatest age of a CRL or OCSP response at `at`, milliseconds; until its nextUpdate unless told. */
  readonly revocationMaxAgeMs?: number;
  readonly policies?: PolicyInputs;
  /** Whether a name such as `co.th` is one under which strangers register theirs; a short list is built in. For `webpki`. */
  readonly isPublicSuffix?: (name: string) => boolean;
}

/** What is known about the revocation of one certificate. */
export interface RevocationResult {
  readonly status: 'good' | 'revoked' | 'unknown';
  /** When it was revoked. */
  readonly since?: Date;
  /** Why it was revoked, by the names of RFC 5280 section 5.3.1; or, when unknown, a short reason. */
  readonly reason?: string;
  /** Issuer of the CRL, or subject of the OCSP responder. */
  readonly source?: string;
  readonly thisUpdate?: Date;
  readonly nextUpdate?: Date;
}

/** One path that was tried. */
export interface PathCandidate {
  readonly verdict: Verdict;
  /** The decisive check of this path. */
  readonly code: string;
  readonly params: Readonly<Record<string, string | number>>;
  /** From the certificate upwards. */
  readonly path: readonly Certificate[];
  readonly checks: readonly Check[];
}

/** Result of {@link validatePath}: a verdict with every reason. */
export interface PathReport {
  readonly verdict: Verdict;
  /** The decisive check, `pki.path_valid` when all passed. */
  readonly code: string;
  readonly params: Readonly<Record<string, string | number>>;
  /** From the certificate up to the trust anchor, as far as it was found. */
  readonly path: readonly Certificate[];
  /** Of the end certificate. */
  readonly revocation: RevocationResult;
  readonly checks: readonly Check[];
  /** Every path that was tried, in order, the reported one among them. */
  readonly candidates: readonly PathCandidate[];
}

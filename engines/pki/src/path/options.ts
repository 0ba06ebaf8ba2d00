import type { Verdict } from '@tra/kernel';
import type { Certificate } from '../certificate.ts';
import type { Check } from '../report.ts';

/** What the certificate at the end of the path is to be used for. */
export type PathPurpose = 'document-signing' | 'time-stamping' | 'any';

/** Policy inputs of RFC 5280 section 6.1.1 (c) to (g); by default any policy will do. */
export interface PolicyInputs {
  /** user-initial-policy-set; absent means anyPolicy. */
  readonly acceptable?: readonly string[];
  readonly requireExplicit?: boolean;
  readonly inhibitMapping?: boolean;
  readonly inhibitAny?: boolean;
}

/** Input of {@link validatePath}. */
export interface PathOptions {
  readonly certificate: Uint8Array;
  /** Untrusted certificates that may lie between; broken ones are skipped and mentioned. */
  readonly intermediates: readonly Uint8Array[];
  /** Trusted certificates. Their own validity, path length and name constraints are honoured. */
  readonly anchors: readonly Uint8Array[];
  /** CRLs in any order; unusable ones are skipped and mentioned. */
  readonly crls: readonly Uint8Array[];
  /** The instant for which the path is judged. */
  readonly at: Date;
  /** The latest instant at which a CRL may have been issued to count as evidence; `at` unless told. */
  readonly now?: Date;
  readonly purpose: PathPurpose;
  /**
   * `require` (default): unknown revocation makes the verdict indeterminate. `prefer`: it is reported, a known revocation still
   * fails. `off`: CRLs are not looked at.
   */
  readonly revocation?: 'require' | 'prefer' | 'off';
  readonly policies?: PolicyInputs;
}

/** What is known about the revocation of one certificate. */
export interface RevocationResult {
  readonly status: 'good' | 'revoked' | 'unknown';
  /** When it was revoked. */
  readonly since?: Date;
  /** Why it was revoked, by the names of RFC 5280 section 5.3.1; or, when unknown, a short reason. */
  readonly reason?: string;
  /** Issuer of the CRL. */
  readonly source?: string;
  readonly thisUpdate?: Date;
  readonly nextUpdate?: Date;
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
}

import type { Random, Signer } from '@tra/kernel';
import type { PolicyMapping } from '../extensions.ts';
import type { NameAttributes } from '../name.ts';
import type { CertificateProfile } from './profiles/profile.ts';

/** One alternative name to encode: a DNS name in ASCII, an e-mail address, an IP address as text, or a URI. */
export type AlternativeName =
  | { readonly dns: string }
  | { readonly email: string }
  | { readonly ip: string }
  | { readonly uri: string };

/** One base of a name constraint; `ip` is a range such as `192.0.2.0/24`, `directory` a name or its DER. */
export type ConstraintName =
  | { readonly dns: string }
  | { readonly email: string }
  | { readonly ip: string }
  | { readonly uri: string }
  | { readonly directory: NameAttributes | Uint8Array };

/** Certificate policy: its OID, or the OID with the address of the practice statement (RFC 5280 section 4.2.1.4). */
export type RequestedPolicy = string | { readonly oid: string; readonly cps?: string };

/** Statements of ETSI EN 319 412-5 beside the type that the profile sets. */
export interface QcStatements {
  /** Countries under whose law the certificate counts as qualified, ISO 3166-1 alpha-2 (section 4.2.4). */
  readonly legislation?: readonly string[];
  /** Qualified under Regulation (EU) 910/2014 (section 4.2.1). */
  readonly compliance?: true;
  /** The private key is in a qualified signature creation device (section 4.2.2). */
  readonly device?: true;
  /** Years for which the records are kept after the certificate ends (section 4.3.3). */
  readonly retentionYears?: number;
  /** Addresses of disclosure statements with their languages, ISO 639-1; one must be English (section 4.3.4). */
  readonly disclosures?: readonly { readonly url: string; readonly language: string }[];
}

/** What only CA certificates can hold: limits on the certificates below. */
export interface CaConstraints {
  /** CAs that may follow; only below what profile and issuer leave. */
  readonly pathLength?: number;
  readonly nameConstraints?: {
    readonly permitted?: readonly ConstraintName[];
    readonly excluded?: readonly ConstraintName[];
  };
  readonly policyConstraints?: { readonly requireExplicitPolicy?: number; readonly inhibitPolicyMapping?: number };
  readonly policyMappings?: readonly PolicyMapping[];
  readonly inhibitAnyPolicy?: number;
}

/** The issuer's side of a request: the same for every certificate of one kind. */
export interface IssuerAddresses {
  /** http addresses of the issuer's CRL. The profile decides which addresses go into the certificate. */
  readonly crlUrls?: readonly string[];
  /** http addresses of the issuer's certificate. */
  readonly issuerUrls?: readonly string[];
  /** http addresses of the issuer's OCSP responder. */
  readonly ocspUrls?: readonly string[];
  /** Certificate policies; a CA gets anyPolicy when none are given. */
  readonly policies?: readonly RequestedPolicy[];
  readonly qcStatements?: QcStatements;
}

/** What is to be certified, before anybody signs; input of `prepareCertificate`. */
export interface CertificateRequest extends CaConstraints, IssuerAddresses {
  readonly profile: CertificateProfile;
  /** Attributes, or for a cross-certificate the encoded name of the CA that exists. */
  readonly subject: NameAttributes | Uint8Array;
  /** SubjectPublicKeyInfo of the subject. */
  readonly publicKey: Uint8Array;
  /** The issuing CA's certificate; left out for a root, which signs itself. */
  readonly issuer?: Uint8Array;
  /** The issuing CA's key, for a root its own: its algorithm stands inside what is signed. */
  readonly signer: Pick<Signer, 'algorithm' | 'publicKey'>;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly random: Random;
  readonly alternativeNames?: readonly AlternativeName[];
  /** Serial number, when the caller has drawn it already with `newSerial`: 8 to 20 octets, positive. */
  readonly serial?: Uint8Array;
}

/** Input of `issueCertificate`. */
export interface IssueRequest extends CertificateRequest {
  readonly signer: Signer;
}

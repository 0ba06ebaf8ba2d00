import type { SignatureAlgorithm } from '@tra/kernel';
import type { ConstraintName, NameAttributes, PolicyMapping, RequestedPolicy, RevocationReason } from '@tra/pki';

/** A file that the script reads, pinned by its SHA-256, so that whoever approves the script approves the file. */
export interface InputFile {
  readonly file: string;
  readonly sha256: string;
}

/** Makes the root's key and its certificate. */
export interface CreateRootStep {
  readonly do: 'create-root';
  readonly key: string;
  readonly algorithm: SignatureAlgorithm;
  readonly rsaBits?: 3072 | 4096;
  readonly subject: NameAttributes;
  readonly years: number;
  readonly policies?: readonly RequestedPolicy[];
}

/** Takes up a root that an earlier ceremony made. */
export interface UseRootStep {
  readonly do: 'use-root';
  readonly key: string;
  readonly certificate: InputFile;
}

/** Limits on a CA below the root, and where the root publishes. */
interface Below {
  /** Name of the files of the result. */
  readonly name: string;
  readonly years: number;
  readonly pathLength?: number;
  readonly nameConstraints?: {
    readonly permitted?: readonly ConstraintName[];
    readonly excluded?: readonly ConstraintName[];
  };
  readonly policyConstraints?: { readonly requireExplicitPolicy?: number; readonly inhibitPolicyMapping?: number };
  readonly inhibitAnyPolicy?: number;
  readonly policies?: readonly RequestedPolicy[];
  readonly crlUrls: readonly string[];
  readonly issuerUrls?: readonly string[];
  readonly ocspUrls?: readonly string[];
}

/** Certifies a CA by its request; under the name in the request unless the script gives another. */
export interface SignSubordinateStep extends Below {
  readonly do: 'sign-subordinate';
  readonly profile: 'issuing-ca' | 'subordinate-ca';
  readonly request: InputFile;
  readonly subject?: NameAttributes;
}

/** Certifies a CA that exists elsewhere, by its certificate; never for longer than that. */
export interface CrossCertifyStep extends Below {
  readonly do: 'cross-certify';
  readonly certificate: InputFile;
  /** Shows that the CA holds its key, when its certificate is not self-signed. */
  readonly request?: InputFile;
  readonly policyMappings?: readonly PolicyMapping[];
}

/** A step that makes a certificate below the root. */
export type CertifyingStep = SignSubordinateStep | CrossCertifyStep;

/** One certificate to revoke: by its serial number, or by the certificate itself. */
export type Revocation = { readonly serial: string } | { readonly certificate: InputFile };

/** Signs the root's next revocation list. */
export interface CrlStep {
  readonly do: 'issue-crl';
  readonly number: number;
  readonly days: number;
  /** The list before: its entries are taken over and its number must be lower. */
  readonly previous?: InputFile;
  readonly revoke?: readonly (Revocation & {
    readonly reason: RevocationReason;
    readonly date?: string;
    readonly invalidityDate?: string;
  })[];
}

/** Ends the ceremony. */
export interface CloseStep {
  readonly do: 'close';
  /** Destroys the root's key: nothing can be signed by it any more. */
  readonly destroyKey?: true;
}

/** One declared step. */
export type Step = CreateRootStep | UseRootStep | CertifyingStep | CrlStep | CloseStep;

/** Where the root's key is; folders are relative to the script. */
export type ScriptKeys =
  | { readonly store: 'file'; readonly folder: string; readonly passphraseParts?: number }
  | { readonly store: 'pkcs11'; readonly library: string; readonly token: string; readonly record: string };

/** A ceremony as it was declared. */
export interface Script {
  readonly ceremony: 1;
  readonly title: { readonly th: string; readonly en: string };
  /** The ceremony happens within these times, or needs new approvals. */
  readonly window: { readonly from: string; readonly to: string };
  /** Those who approve: name and Ed25519 public key (SubjectPublicKeyInfo, base64). */
  readonly holders: readonly { readonly name: string; readonly publicKey: string }[];
  /** How many of them must approve. */
  readonly threshold: number;
  readonly keys: ScriptKeys;
  readonly steps: readonly Step[];
}

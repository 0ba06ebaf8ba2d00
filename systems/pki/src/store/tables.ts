import type { Kysely, Transaction } from '@tra/platform-storage';

/** One alternative name: a DNS name in ASCII, an e-mail address, an IP address as text, or a URI. */
export type AlternativeName =
  | { readonly dns: string }
  | { readonly email: string }
  | { readonly ip: string }
  | { readonly uri: string };

/** What an authority is: `external` ones are run by somebody else, only their certificates stand here. */
export type AuthorityKind = 'root' | 'subordinate' | 'issuing' | 'external';

/** Whether an authority may issue. It signs CRLs as long as it has a certificate and a key. */
export type AuthorityState = 'awaiting-certificate' | 'active' | 'suspended' | 'retired';

/** pki_authorities; `name` is the id. */
export interface AuthorityRow {
  readonly name: string;
  readonly certificate: Uint8Array | null;
  readonly key_label: string | null;
  readonly crl_number: number;
  readonly created_at: Date;
  readonly kind: AuthorityKind;
  readonly parent: string | null;
  readonly state: AuthorityState;
  readonly csr: Uint8Array | null;
  readonly operator: string | null;
  readonly version: number;
}

/** pki_certificates */
export interface CertificateRow {
  readonly authority: string;
  readonly serial_hex: string;
  readonly profile: string;
  readonly subject: string;
  readonly certificate: Uint8Array | null;
  readonly not_before: Date;
  readonly not_after: Date;
  readonly issued_at: Date;
  readonly revoked_at: Date | null;
  readonly revocation_reason: string | null;
  readonly state: 'prepared' | 'issued' | 'abandoned';
  readonly tbs_sha256: Uint8Array | null;
  readonly sha256: Uint8Array | null;
  readonly key_sha256: Uint8Array | null;
  readonly holder: string | null;
  readonly channel: string;
  readonly request_id: string | null;
  readonly predecessor_authority: string | null;
  readonly predecessor_serial: string | null;
  readonly invalidity_date: Date | null;
  readonly crl_partition: number;
  readonly reminded_days: number | null;
}

/** pki_status_changes */
export interface StatusChangeRow {
  readonly seq: number;
  readonly authority: string;
  readonly serial_hex: string;
  readonly change: 'revoked' | 'suspended' | 'reinstated';
  readonly reason: string;
  readonly actor: string;
  readonly at: Date;
}

/** pki_crls: complete CRLs. */
export interface CrlRow {
  readonly authority: string;
  readonly number: number;
  readonly crl: Uint8Array;
  readonly this_update: Date;
  readonly next_update: Date;
  readonly status_seq: number;
}

/** pki_partial_crls: delta CRLs and partitions. */
export interface PartialCrlRow {
  readonly authority: string;
  readonly scope: string;
  readonly number: number;
  readonly base_number: number | null;
  readonly crl: Uint8Array;
  readonly this_update: Date;
  readonly next_update: Date;
}

/** pki_blocked_keys */
export interface BlockedKeyRow {
  readonly key_sha256: Uint8Array;
  readonly reason: string;
  readonly authority: string | null;
  readonly serial_hex: string | null;
  readonly since: Date;
}

/** What is asked for. */
export type RequestKind = 'certificate' | 'subordinate' | 'cross' | 'revocation' | 'reinstatement';

/** How far a request is. */
export type RequestState =
  | 'submitted'
  | 'correction'
  | 'first-approved'
  | 'approved'
  | 'ceremony'
  | 'confirmation'
  | 'issued'
  | 'done'
  | 'rejected'
  | 'withdrawn';

/** How the identity of an applicant was proven, in the words of the officer who did it. */
export interface Proofing {
  readonly method: 'in-person' | 'digital-id' | 'video' | 'documents';
  readonly statement: string;
  readonly officer: string;
  readonly at: string;
}

/** What depends on the kind of a request. */
export interface RequestDetails {
  /** Organisation that runs the CA. */
  readonly organization?: string;
  /** Id that a subordinate CA would like to have here. */
  readonly authorityId?: string;
  readonly pathLength?: number;
  readonly nameConstraints?: {
    readonly permitted?: readonly RequestedConstraint[];
    readonly excluded?: readonly RequestedConstraint[];
  };
  /** Certificate policies, OIDs. */
  readonly policies?: readonly string[];
  /** Address of the certificate policy that the CA follows. */
  readonly policyUrl?: string;
  /** A renewal for the same key. */
  readonly sameKey?: boolean;
  /** Of a revocation. */
  readonly reason?: string;
  readonly invalidityDate?: string;
}

/** One base of a name constraint. */
export type RequestedConstraint = { readonly dns: string } | { readonly email: string } | { readonly ip: string };

/** pki_requests */
export interface RequestRow {
  readonly id: string;
  readonly kind: RequestKind;
  readonly state: RequestState;
  readonly applicant: string;
  readonly authority: string;
  readonly profile: string | null;
  readonly subject: Readonly<Record<string, string>> | null;
  readonly alternative_names: readonly AlternativeName[] | null;
  readonly material: Uint8Array | null;
  readonly key_sha256: Uint8Array | null;
  readonly evidence: string;
  readonly details: RequestDetails;
  readonly proofing: Proofing | null;
  readonly first_officer: string | null;
  readonly first_at: Date | null;
  readonly second_officer: string | null;
  readonly second_at: Date | null;
  readonly note: string | null;
  readonly target_serial: string | null;
  readonly result_serial: string | null;
  readonly version: number;
  readonly search: string;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** pki_request_events */
export interface RequestEventRow {
  readonly request_id: string;
  readonly seq: number;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly state_from: string | null;
  readonly state_to: string;
  readonly note: string | null;
}

/** pki_policy_versions: editions of the policy documents. */
export interface PolicyVersionRow {
  readonly document: 'cp' | 'cps';
  readonly version: number;
  readonly effective_at: Date;
  readonly oid: string;
  readonly sha256: Uint8Array;
  /** Canonical JSON. */
  readonly content: string;
}

/** The tables of this system. */
export interface PkiTables {
  readonly pki_authorities: AuthorityRow;
  readonly pki_certificates: CertificateRow;
  readonly pki_status_changes: StatusChangeRow;
  readonly pki_crls: CrlRow;
  readonly pki_partial_crls: PartialCrlRow;
  readonly pki_blocked_keys: BlockedKeyRow;
  readonly pki_requests: RequestRow;
  readonly pki_request_events: RequestEventRow;
  readonly pki_policy_versions: PolicyVersionRow;
}

/** The database or a transaction of it. */
export type Tables = Kysely<PkiTables>;

/** A transaction. */
export type PkiTransaction = Transaction<PkiTables>;

import type { Kysely, Transaction } from '@tra/platform-storage';
import type { JWK } from 'jose';
import type { Identifier } from './acme/identifiers.ts';
import type { ProblemObject } from './acme/problem.ts';

/** enrolment_credentials */
export interface CredentialRow {
  readonly id: string;
  readonly kind: 'acme' | 'est';
  readonly label: string;
  readonly secret: Uint8Array;
  readonly profile: string;
  readonly names: readonly string[];
  readonly organization: string | null;
  readonly created_by: string;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly revoked_at: Date | null;
  readonly last_used_at: Date | null;
}

/** enrolment_acme_nonces */
export interface NonceRow {
  readonly nonce: string;
  readonly expires_at: Date;
}

/** enrolment_acme_accounts */
export interface AccountRow {
  readonly id: string;
  readonly thumbprint: string;
  readonly jwk: JWK;
  readonly status: 'valid' | 'deactivated' | 'revoked';
  readonly contact: readonly string[];
  readonly terms_agreed_at: Date | null;
  readonly credential: string | null;
  readonly created_at: Date;
}

/** enrolment_acme_orders */
export interface OrderRow {
  readonly id: string;
  readonly account: string;
  readonly status: 'pending' | 'ready' | 'processing' | 'valid' | 'invalid';
  readonly identifiers: readonly Identifier[];
  readonly expires_at: Date;
  readonly error: ProblemObject | null;
  readonly csr: Uint8Array | null;
  readonly leased_until: Date | null;
  readonly certificate: Uint8Array | null;
  /** The issuers in base64 of DER. */
  readonly chain: readonly string[] | null;
  readonly replaces: string | null;
  readonly created_at: Date;
}

/** enrolment_acme_authorizations */
export interface AuthorizationRow {
  readonly id: string;
  readonly account: string;
  readonly type: Identifier['type'];
  readonly value: string;
  readonly wildcard: boolean;
  readonly status: 'pending' | 'valid' | 'invalid' | 'deactivated';
  readonly expires_at: Date;
  readonly created_at: Date;
}

/** enrolment_acme_order_authorizations */
export interface OrderAuthorizationRow {
  readonly order_id: string;
  readonly authorization_id: string;
}

/** How a name is proven. */
export type ChallengeType = 'http-01' | 'dns-01' | 'tls-alpn-01';

/** enrolment_acme_challenges */
export interface ChallengeRow {
  readonly id: string;
  readonly authorization_id: string;
  readonly type: ChallengeType;
  readonly token: string;
  readonly status: 'pending' | 'processing' | 'valid' | 'invalid';
  readonly validated_at: Date | null;
  readonly error: ProblemObject | null;
}

/** enrolment_certificates */
export interface CertificateRow {
  readonly sha256: string;
  readonly serial_hex: string;
  readonly authority: string;
  readonly ari_id: string | null;
  readonly account: string | null;
  readonly credential: string | null;
  readonly subject_key_sha256: string;
  readonly not_after: Date;
  readonly created_at: Date;
}

/** The tables of this system. */
export interface EnrolmentTables {
  readonly enrolment_credentials: CredentialRow;
  readonly enrolment_acme_nonces: NonceRow;
  readonly enrolment_acme_accounts: AccountRow;
  readonly enrolment_acme_orders: OrderRow;
  readonly enrolment_acme_authorizations: AuthorizationRow;
  readonly enrolment_acme_order_authorizations: OrderAuthorizationRow;
  readonly enrolment_acme_challenges: ChallengeRow;
  readonly enrolment_certificates: CertificateRow;
}

/** The database or a transaction of it. */
export type Tables = Kysely<EnrolmentTables>;

/** A transaction. */
export type EnrolmentTransaction = Transaction<EnrolmentTables>;

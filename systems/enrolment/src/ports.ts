import type { CertificateProfile, NameAttributes } from '@tra/pki';

/** A name that a certificate carries beside its subject. */
export type NameInCertificate = { readonly dns: string } | { readonly ip: string } | { readonly email: string };

/** What is asked of the certification authority. */
export interface CertificateOrder {
  readonly profile: CertificateProfile;
  /** PKCS#10 in DER; its names were checked, its key and signature are checked by the authority. */
  readonly csr: Uint8Array;
  readonly subject: NameAttributes;
  readonly alternativeNames: readonly NameInCertificate[];
  /** Who asked, for the audit: `acme:<account>` or `est:<credential>`. */
  readonly actor: string;
  readonly channel: 'acme' | 'est';
}

/** A certificate that is stored already. */
export interface EnrolledCertificate {
  readonly certificate: Uint8Array;
  /** The issuer first, the root last. */
  readonly chain: readonly Uint8Array[];
  readonly authority: string;
  readonly serialHex: string;
}

/** The certification authority as enrolment needs it. */
export interface CertificateAuthority {
  /** Issues; the certificate is stored before this resolves. Rejects with the codes of the CA for a request that it refuses. */
  issueFromRequest(order: CertificateOrder): Promise<EnrolledCertificate>;
  /** Revokes at once. Rejects with `pki.not_found`; revoking again changes nothing. */
  revokeEnrolled(certificate: {
    readonly authority: string;
    readonly serialHex: string;
    readonly reason: string;
    readonly actor: string;
  }): Promise<void>;
  /** Whether a certificate of this CA is revoked, suspended or good. */
  statusOf(certificate: { readonly authority: string; readonly serialHex: string }): Promise<{
    readonly status: 'good' | 'revoked' | 'unknown';
  }>;
  /** Certificates of the CA that issues, root last: what a client must trust. */
  caCertificates(): Promise<readonly Uint8Array[]>;
}

/** What this system needs of others. */
export interface EnrolmentPorts {
  readonly certificates: CertificateAuthority;
}

import type { CertificateProfile, NameAttributes } from '@tra/pki';

/** What a service does. */
export type ServiceKind = 'national-root' | 'certification' | 'time-stamping' | 'certificate-status';

/** A trust service as its operator states it now. */
export interface NationalService {
  /** Stable name, such as `pki:issuing`. */
  readonly id: string;
  readonly kind: ServiceKind;
  readonly name: { readonly th: string; readonly en: string };
  readonly provider: { readonly th: string; readonly en: string };
  /** Certificate that identifies the service, DER. */
  readonly certificate: Uint8Array;
  readonly active: boolean;
}

/** What this system needs from others. */
export interface TrustListPorts {
  /** The services to be listed. Rejects while there are none yet. */
  services(): Promise<readonly NationalService[]>;
  /** Certifies the key of the list signer; the certificate is stored before this resolves. */
  issue(request: {
    readonly profile: CertificateProfile;
    readonly subject: NameAttributes;
    readonly publicKey: Uint8Array;
  }): Promise<{ readonly certificate: Uint8Array }>;
}

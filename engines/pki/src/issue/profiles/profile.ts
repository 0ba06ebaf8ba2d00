import type { KeyUsage } from '../../extensions.ts';
import type { NameAttributes } from '../../name.ts';

/** Kinds of certificates that this CA issues; a key signs under one of them only. */
export type CertificateProfile =
  | 'root'
  | 'subordinate-ca'
  | 'issuing-ca'
  | 'time-stamping'
  | 'document-signer'
  | 'e-seal'
  | 'officer'
  | 'tls-server'
  | 'ocsp-responder'
  | 'trusted-list-signer';

/** Kinds of public keys by curve or algorithm; RSA has 2048 to 4096 bits. */
export type KeyKind = 'p256' | 'p384' | 'rsa' | 'ed25519';

/** Kinds of alternative names that a profile can allow. */
export type AlternativeNameKind = 'dns' | 'email' | 'ip' | 'uri';

/** What the issuer's addresses in a certificate lead to: its CRL, its certificate, its OCSP responder. */
export type AddressKind = 'crl' | 'issuer' | 'ocsp';

/** A profile as data: everything that a certificate of this kind must and may hold. */
export interface ProfileRules {
  /** Present for a CA. `pathLength` is the one that is set; without it the request may give one. */
  readonly ca?: { readonly pathLength?: number };
  readonly keyUsage: readonly KeyUsage[];
  readonly extendedKeyUsage?: { readonly oids: readonly string[]; readonly critical: boolean };
  readonly keys: readonly KeyKind[];
  /** Longest validity in days. */
  readonly mostDays: number;
  readonly subject: {
    readonly required: readonly (keyof NameAttributes)[];
    /** Those that ought to be there; their absence is advice, not a fault. */
    readonly recommended?: readonly (keyof NameAttributes)[];
    readonly optional: readonly (keyof NameAttributes)[];
  };
  readonly alternativeNames: { readonly kinds: readonly AlternativeNameKind[]; readonly required: boolean };
  /** Which of the issuer's addresses go into the certificate when the request names them. */
  readonly addresses: readonly AddressKind[];
  /** Type of certificate stated in qcStatements (ETSI EN 319 412-5 section 4.2.3). */
  readonly statementType?: 'esign' | 'eseal';
  /** id-pkix-ocsp-nocheck (RFC 6960 section 4.2.2.2.1). */
  readonly noCheck?: true;
  /** Whether its certificates must satisfy the TLS rules of the CA/Browser Forum. */
  readonly tls?: true;
  /** The document that the profile follows, for findings. */
  readonly clause: string;
}

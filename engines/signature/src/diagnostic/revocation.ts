import type { Instant, RelatedCertificate, SignedToken, TokenOrigin } from './token.ts';

/** A CRL or an OCSP response. */
export interface RevocationData extends SignedToken {
  readonly type: 'CRL' | 'OCSP';
  readonly origin: TokenOrigin;
  readonly sourceAddress?: string;
  /** producedAt of an OCSP response; thisUpdate of a CRL. */
  readonly productionTime?: Instant;
  readonly thisUpdate?: Instant;
  readonly nextUpdate?: Instant;
  /** RFC 6960 clause 4.4.4. */
  readonly archiveCutOff?: Instant;
  /** ITU-T X.509 clause 9.5.2.8. */
  readonly expiredCertsOnCrl?: Instant;
  /** CertHash of an OCSP response (Common PKI 2.0). */
  readonly certHashPresent?: boolean;
  readonly certHashMatch?: boolean;
  /** ResponderID names the certificate that signed; absent where nobody looked. */
  readonly responderIdMatch?: boolean;
  readonly foundCertificates: readonly RelatedCertificate[];
}

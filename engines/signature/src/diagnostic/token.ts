/** An instant in UTC, ISO 8601 with seconds or milliseconds: `2026-11-21T10:00:00Z`. */
export type Instant = string;

/** Lower-case hexadecimal digits of a SHA-256 hash, or any other text that names one token within one file. */
export type TokenId = string;

/**
 * What was measured of the signature over a token. Algorithm names are those of ETSI TS 119 312: `SHA256`, `SHA3-512`, `RSA`, `RSASSA-PSS`,
 * `ECDSA`, `PLAIN-ECDSA`, `DSA`, `EdDSA`.
 */
export interface SignatureFacts {
  readonly digestAlgorithm?: string;
  readonly encryptionAlgorithm?: string;
  /** Length in bits of the key that signed. */
  readonly keyLength?: number;
  /** The signature value matches the signed bytes under the key. */
  readonly intact: boolean;
  /** Intact, and what the format demands of the signed bytes holds too. */
  readonly valid: boolean;
  /** The method is not implemented: neither of the two was looked at, and both are false. */
  readonly unsupported?: true;
}

/** A hash: name of the algorithm and lower-case hexadecimal digits. */
export interface DigestData {
  readonly algorithm: string;
  readonly value?: string;
}

/** What a digest was calculated over. */
export type DigestMatcherType =
  | 'reference'
  | 'object'
  | 'manifest'
  | 'manifest-entry'
  | 'signed-properties'
  | 'key-info'
  | 'signature-properties'
  | 'xpointer'
  | 'message-digest'
  | 'content-digest'
  | 'jws-signing-input'
  | 'sig-d-entry'
  | 'message-imprint'
  | 'counter-signature'
  | 'counter-signed-signature-value'
  | 'er-archive-object'
  | 'er-archive-timestamp'
  | 'er-archive-timestamp-sequence'
  | 'er-orphan-reference'
  | 'er-master-signature';

/** One digest that a token states and what was found for it. */
export interface DigestMatcherData {
  readonly type: DigestMatcherType;
  /** Identifier or URI of the reference, as written. */
  readonly name?: string;
  /** URI that the reference states. */
  readonly uri?: string;
  /** Name of the document that was compared, where it is a file. */
  readonly documentName?: string;
  readonly digest?: DigestData;
  /** The data was at hand. */
  readonly found: boolean;
  /** The digest of the data is the stated one. */
  readonly intact: boolean;
  /** The digest, or how the data is prepared for it, is not implemented: nobody compared, and `intact` is false. */
  readonly unsupported?: true;
  /** Several parts claim the reference (EN 319 102-1 clause 5.1.4.4): then nothing can be said of it. */
  readonly duplicated?: boolean;
}

/** Where a certificate, a revocation or a reference to one was found. */
export type TokenOrigin =
  | 'signed-data'
  | 'key-info'
  | 'certificate-values'
  | 'attribute-certificate-values'
  | 'revocation-values'
  | 'timestamp-validation-data'
  | 'any-validation-data'
  | 'dss-dictionary'
  | 'vri-dictionary'
  | 'adbe-revocation'
  | 'cms-signed-data'
  | 'basic-ocsp-response'
  | 'evidence-record'
  | 'input-document'
  | 'cached'
  | 'online'
  | 'trusted'
  | 'other';

/** A certificate that a token carries or refers to. */
export interface RelatedCertificate {
  readonly certificate: TokenId;
  readonly origins: readonly TokenOrigin[];
  readonly references?: readonly CertificateReferenceData[];
}

/** A reference to a certificate: the signing-certificate attribute, complete certificate references, key identifier. */
export interface CertificateReferenceData {
  readonly origin:
    | 'signing-certificate'
    | 'complete-references'
    | 'attribute-references'
    | 'key-identifier'
    | 'x509-url';
  readonly digest?: DigestData;
  readonly digestMatch?: boolean;
  /** Issuer and serial number are stated. */
  readonly issuerSerialPresent?: boolean;
  readonly issuerSerialMatch?: boolean;
  readonly keyIdentifierMatch?: boolean;
}

/** A revocation that a token carries or refers to. */
export interface RelatedRevocation {
  readonly revocation: TokenId;
  readonly origins: readonly TokenOrigin[];
}

/** What is known of any signed token: signature, time-stamp, certificate, revocation. */
export interface SignedToken {
  readonly id: TokenId;
  readonly signature: SignatureFacts;
  readonly signingCertificate?: SigningCertificateData;
  /** The signing certificate first, then the issuers as far as they are known. */
  readonly chain: readonly TokenId[];
}

/** The certificate that signed a token. */
export interface SigningCertificateData {
  readonly certificate?: TokenId;
  /** The bare key, where there is no certificate. */
  readonly publicKey?: string;
}

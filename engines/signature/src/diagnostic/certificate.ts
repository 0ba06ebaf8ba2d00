import type { Instant, SignedToken, TokenId } from './token.ts';

/** State of a certificate in one revocation: `revoked` with `certificateHold` as reason means on hold. */
export interface CertificateRevocationData {
  readonly revocation: TokenId;
  readonly status: 'good' | 'revoked' | 'unknown';
  /** Name of RFC 5280 clause 5.3.1: `keyCompromise`, `certificateHold`, … */
  readonly reason?: string;
  readonly revocationTime?: Instant;
}

/** Parts of the subject's name that a policy can ask for. */
export interface SubjectNames {
  readonly commonName?: string;
  readonly givenName?: string;
  readonly surname?: string;
  readonly pseudonym?: string;
  readonly title?: string;
  readonly email?: string;
  readonly country?: string;
  readonly locality?: string;
  readonly state?: string;
  readonly organizationName?: string;
  readonly organizationUnit?: string;
  readonly organizationIdentifier?: string;
  readonly serialNumber?: string;
}

/** QC statements (ETSI EN 319 412-5, TS 119 495). */
export interface QcStatementsData {
  readonly compliance?: boolean;
  readonly sscd?: boolean;
  /** OIDs of QcType. */
  readonly types?: readonly string[];
  /** Countries of QcCClegislation; empty or absent means the European Union. */
  readonly legislationCountries?: readonly string[];
  readonly retentionYears?: number;
  readonly limitCurrency?: string;
  readonly limitValue?: number;
  readonly pdsLocations?: readonly string[];
  readonly semanticsIdentifier?: string;
  readonly psd2Roles?: readonly string[];
  readonly psd2AuthorityName?: string;
  readonly psd2AuthorityId?: string;
}

/** A name form with its kind: `dNSName`, `directoryName`, `rfc822Name`, `uniformResourceIdentifier`, `iPAddress`. */
export interface GeneralNameData {
  readonly type: string;
  readonly value: string;
}

/** The extensions that the process reads. `present` lists all of them by OID. */
export interface CertificateExtensions {
  readonly present: readonly { readonly oid: string; readonly critical: boolean }[];
  readonly basicConstraints?: { readonly ca: boolean; readonly pathLength?: number };
  /** Names of RFC 5280 clause 4.2.1.3: `digitalSignature`, `nonRepudiation`, `keyCertSign`, … */
  readonly keyUsage?: readonly string[];
  /** OIDs. */
  readonly extendedKeyUsage?: readonly string[];
  readonly policies?: readonly string[];
  readonly policyConstraints?: { readonly requireExplicit?: number; readonly inhibitMapping?: number };
  readonly inhibitAnyPolicy?: number;
  readonly nameConstraints?: {
    readonly permitted: readonly GeneralNameData[];
    readonly excluded: readonly GeneralNameData[];
  };
  readonly subjectAlternativeNames?: readonly GeneralNameData[];
  readonly authorityKeyIdentifier?: string;
  readonly subjectKeyIdentifier?: string;
  readonly caIssuers?: readonly string[];
  readonly ocspUrls?: readonly string[];
  readonly crlUrls?: readonly string[];
  readonly ocspNoCheck?: boolean;
  readonly noRevAvail?: boolean;
  readonly shortTermValidityAssured?: boolean;
  readonly qcStatements?: QcStatementsData;
}

/** What a trusted list says of the service that issued a certificate (ETSI TS 119 612 clause 5.5). */
export interface TrustServiceData {
  readonly type: string;
  readonly status: string;
  readonly start: Instant;
  readonly end?: Instant;
  readonly name?: string;
  /** {@link TrustedListData.id}. */
  readonly trustedList?: TokenId;
  readonly qualifiers?: readonly string[];
  readonly additionalInformation?: readonly string[];
  /** Revocations of certificates that expired since then are kept (TS 119 612 clause 5.5.9.1). */
  readonly expiredCertsRevocationInfo?: Instant;
}

/** A certificate that the process may use. */
export interface CertificateData extends SignedToken {
  /** RFC 4514 text. */
  readonly subject: string;
  readonly issuer: string;
  /** Names in a form in which equal names are equal texts; the displayed ones are compared where they are absent. */
  readonly subjectCanonical?: string;
  readonly issuerCanonical?: string;
  /** Same for all certificates of one name and key (EN 319 102-1: an entity). */
  readonly entityKey?: string;
  /** The issuer's subject is the name that the certificate states, where whoever wrote the data compared them. */
  readonly issuerNameMatch?: boolean;
  /** Decimal digits. */
  readonly serialNumber: string;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  readonly publicKey: { readonly algorithm: string; readonly size: number };
  readonly selfSigned: boolean;
  /** It is a trust anchor. */
  readonly trusted: boolean;
  /** Trust begins and ends then; without them it always holds. */
  readonly trustStart?: Instant;
  readonly trustSunset?: Instant;
  /** Who trusts it and where it came from: `system-anchors`, `uploaded-anchors`, `trusted-list`, `signature`, `aia`, … */
  readonly sources: readonly string[];
  readonly names: SubjectNames;
  readonly extensions: CertificateExtensions;
  readonly revocations: readonly CertificateRevocationData[];
  readonly trustServices: readonly TrustServiceData[];
}

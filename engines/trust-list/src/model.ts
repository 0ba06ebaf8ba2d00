/** A text in one language. */
export interface LanguageText {
  /** BCP 47 in lower case, such as `th`. */
  readonly language: string;
  readonly text: string;
}

/** The same in several languages; English must be among them (ETSI TS 119 612 clause 5.1.4). */
export type Multilingual = readonly LanguageText[];

/** A postal address in one language (clause 5.3.5.1). */
export interface PostalAddress {
  readonly language: string;
  readonly street: string;
  readonly locality: string;
  readonly stateOrProvince?: string;
  readonly postalCode?: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

/** Postal and electronic addresses; the electronic ones are `mailto:` and web addresses. */
export interface Address {
  readonly postal: readonly PostalAddress[];
  readonly electronic: Multilingual;
}

/** What identifies a service: certificates, and other forms of the same key (clause 5.5.3). */
export interface DigitalIdentity {
  /** DER. */
  readonly certificates: readonly Uint8Array[];
  readonly subjectName?: string;
  readonly subjectKeyId?: Uint8Array;
}

/** A condition on certificates (clause 5.5.9.2.2). */
export interface QualificationCriteria {
  readonly assert: 'all' | 'atLeastOne' | 'none';
  readonly keyUsage: readonly { readonly bit: string; readonly value: boolean }[];
  /** Sets of policy OIDs: all of a set must be there. */
  readonly policySets: readonly (readonly string[])[];
  readonly criteria: readonly QualificationCriteria[];
  /** There are criteria that this reader does not know: the condition cannot be decided. */
  readonly unknown: boolean;
}

/** One entry of the Qualifications extension. */
export interface Qualification {
  /** URIs, such as `…/QCWithSSCD`. */
  readonly qualifiers: readonly string[];
  readonly criteria: QualificationCriteria;
}

/** Extensions of a service (clause 5.5.9). */
export interface ServiceExtensions {
  /** AdditionalServiceInformation URIs, such as `…/SvcInfoExt/ForeSignatures`. */
  readonly additionalServices: readonly {
    readonly uri: string;
    readonly language: string;
    readonly critical: boolean;
  }[];
  readonly qualifications: readonly Qualification[];
  /** Status of expired certificates is known from this instant on. */
  readonly expiredCertsRevocationInfo?: Date;
  /** Names of critical extensions that this reader does not know: then the service must not be relied upon. */
  readonly unknownCritical: readonly string[];
}

/** A service in one status (clauses 5.5 and 5.6). */
export interface ServiceState {
  /** Service type, a URI. */
  readonly type: string;
  readonly name: Multilingual;
  readonly identity: DigitalIdentity;
  /** A URI. */
  readonly status: string;
  /** Since when the status holds. */
  readonly startingTime: Date;
  readonly extensions: ServiceExtensions;
}

/** A service with its current status and the earlier ones, newest first. */
export interface TrustService extends ServiceState {
  readonly schemeDefinitionUris?: Multilingual;
  readonly supplyPoints: readonly { readonly uri: string; readonly type?: string }[];
  readonly definitionUris?: Multilingual;
  readonly history: readonly ServiceState[];
}

/** A trust service provider (clause 5.4). */
export interface TrustServiceProvider {
  readonly name: Multilingual;
  readonly tradeName?: Multilingual;
  readonly address: Address;
  readonly informationUris: Multilingual;
  readonly services: readonly TrustService[];
}

/** A pointer to another list (clause 5.3.13). */
export interface OtherListPointer {
  /** Certificates of those who may sign it, DER. */
  readonly signers: readonly Uint8Array[];
  readonly location: string;
  readonly type?: string;
  readonly territory?: string;
  readonly mimeType?: string;
  readonly operatorName?: Multilingual;
  readonly communityRules?: Multilingual;
}

/** A trusted list (ETSI TS 119 612). */
export interface TrustedList {
  /** TSLVersionIdentifier: 5 up to v2.2.1, 6 from v2.3.1. */
  readonly version: number;
  readonly sequenceNumber: number;
  /** A URI. */
  readonly type: string;
  readonly operatorName: Multilingual;
  readonly operatorAddress: Address;
  /** Begins with the territory and a colon: `TH:…`. */
  readonly schemeName: Multilingual;
  readonly schemeInformationUris: Multilingual;
  readonly statusDetermination: string;
  readonly communityRules?: Multilingual;
  /** ISO 3166-1 alpha-2. */
  readonly territory?: string;
  readonly legalNotice?: Multilingual;
  /** Days; 65535 for ever. */
  readonly historicalInformationPeriod: number;
  readonly pointers: readonly OtherListPointer[];
  readonly issuedAt: Date;
  /** Absent when the scheme is closed and this list the last. */
  readonly nextUpdate?: Date;
  readonly distributionPoints: readonly string[];
  readonly providers: readonly TrustServiceProvider[];
}

/** No extensions. */
export const noExtensions: ServiceExtensions = { additionalServices: [], qualifications: [], unknownCritical: [] };

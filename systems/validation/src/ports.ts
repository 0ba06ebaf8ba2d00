import type { LicenceStatus, ListedAnchor, TrustedListData } from '@tra/signature';
import type { CarriedXml, StructureResult } from './judging/judge-document.ts';

/** A trusted list as it stood when a document was judged, as reports name it. */
export interface TrustListSnapshot {
  /** ISO 3166-1 alpha-2. */
  readonly territory: string;
  readonly sequence: number;
  /** SHA-256 of the list, hexadecimal. */
  readonly sha256: string;
  /** RFC 3339. */
  readonly issued?: string;
  readonly nextUpdate?: string;
}

/** Whom to trust. */
export interface Trust {
  /** Certificates that are trusted for themselves, with the limits of that trust, and the services of trusted lists behind them. */
  trustAnchors(): Promise<readonly ListedAnchor[]>;
  /** Current CRLs, DER; empty when there are none. */
  currentCrls(): Promise<Uint8Array[]>;
  /** The trusted lists that the anchors come from, by the names that their services state. */
  trustLists?(): Promise<readonly TrustedListData[]>;
}

/** The register of issued licences. */
export interface Licences {
  /**
   * The licence whose issued document has this hash or, when embedded XML is given, else the one that the XML names. Undefined when
   * there is none. The caller compares the hash.
   */
  findByDocument(sha256Hex: string, embeddedXml?: Uint8Array): Promise<LicenceStatus | undefined>;
}

/** The register of message structures: the releases in force. */
export interface Schemas {
  /** Holds XML against the release in force of what it claims to be; undefined when it claims to be nothing that is registered. */
  check(carried: CarriedXml): Promise<StructureResult | undefined>;
}

/** Who signs reports. */
export interface ReportSigner {
  /** The same PDF with a PAdES-B-T signature. Never resolves with one that is not signed. */
  signPdf(pdf: Uint8Array, options: { readonly reason: string }): Promise<Uint8Array>;
  /** The same XML with a XAdES-B-T signature as the last child of its root. */
  signXml(xml: Uint8Array): Promise<Uint8Array>;
  /** Certificate of the signer first, DER. */
  chain(): Promise<readonly Uint8Array[]>;
}

/** What this system needs from others. */
export interface ValidationPorts {
  readonly trust: Trust;
  readonly licences: Licences;
  /** Nothing is registered when absent. */
  readonly schemas?: Schemas;
  /** Reports are not signed when absent. */
  readonly signer?: ReportSigner;
}

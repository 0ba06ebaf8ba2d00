import type { TrustAnchor } from '@tra/pki';
import type { LicenceStatus } from '@tra/signature';

/** Whom to trust. */
export interface Trust {
  /** Certificates that are trusted for themselves, with the limits of that trust. */
  trustAnchors(): Promise<readonly TrustAnchor[]>;
  /** Current CRLs, DER; empty when there are none. */
  currentCrls(): Promise<Uint8Array[]>;
}

/** The register of issued licences. */
export interface Licences {
  /**
   * The licence whose issued document has this hash or, when embedded XML is given, else the one that the XML names. Undefined when
   * there is none. The caller compares the hash.
   */
  findByDocument(sha256Hex: string, embeddedXml?: Uint8Array): Promise<LicenceStatus | undefined>;
}

/** What this system needs from others. */
export interface ValidationPorts {
  readonly trust: Trust;
  readonly licences: Licences;
}

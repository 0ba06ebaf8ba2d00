import type { LocalizedText } from '@tra/kernel';

/** Signs documents. */
export interface DocumentSigner {
  /**
   * The same PDF with a signature and a time-stamp added as an incremental update. Rejects when no signature could be
   * made; never hands back a document that is not signed.
   */
  signPdf(
    pdf: Uint8Array,
    options: { readonly reason: string; readonly location?: string; readonly name?: string },
  ): Promise<Uint8Array>;
}

/** Knows people. */
export interface AccountNames {
  /** The name to show for an account; undefined when there is no such account. */
  displayName(accountId: string): Promise<LocalizedText | undefined>;
}

/** What licensing needs from other systems. */
export interface LicensingPorts {
  readonly signer: DocumentSigner;
  readonly accounts: AccountNames;
}

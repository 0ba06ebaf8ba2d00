import type { Check } from '@tra/pki';

/** One signature that was found, with what it covers; nothing about it has been judged but its place in the file. */
export interface SignatureSubject {
  readonly id: string;
  readonly kind: 'signature' | 'timestamp';
  readonly form: 'pades' | 'pdf-pkcs7' | 'cades' | 'timestamp-token';
  /** CMS SignedData or a time-stamp token. */
  readonly cms: Uint8Array;
  /** The signed bytes in order; undefined when they are inside the CMS or missing. */
  readonly content?: readonly Uint8Array[];
  /** `adbe.pkcs7.sha1`: the CMS carries the SHA-1 digest of the content as its own content. */
  readonly digestInside?: boolean;
  /** Which signer of the CMS it is, for a CMS with several. */
  readonly signer?: number;
  readonly fieldName?: string;
  readonly claimedTime?: Date;
  readonly reason?: string;
  readonly location?: string;
  /** Findings of the format check, made where the signature was found. */
  readonly format: readonly Check[];
  /** For a signature inside a file: bytes of the file that follow what it covers. */
  readonly trailing?: number;
}

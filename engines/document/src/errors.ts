import { CodedError } from '@tra/kernel';

/** Codes of {@link DocumentError}. */
export type DocumentErrorCode =
  | 'document.font_invalid'
  | 'document.character_unsupported'
  | 'document.model_invalid'
  | 'document.too_long'
  | 'document.qr_too_long';

/** Thrown when a document cannot be set; no part of one is ever returned. */
export class DocumentError extends CodedError<DocumentErrorCode> {}

import { CodedError } from '@tra/kernel';

/** Why {@link signPdf} refuses. A document that does not validate is a report, not an error. */
export type SignatureErrorCode =
  | 'signature.key_mismatch'
  | 'signature.certificate_out_of_validity'
  | 'signature.document_refused'
  | 'signature.too_large'
  | 'signature.timestamp_failed'
  | 'signature.self_check_failed';

/** Every code of {@link SignatureError}. */
export const signatureErrorCodes: readonly SignatureErrorCode[] = [
  'signature.key_mismatch',
  'signature.certificate_out_of_validity',
  'signature.document_refused',
  'signature.too_large',
  'signature.timestamp_failed',
  'signature.self_check_failed',
];

/** Thrown when a document cannot be signed; nothing has been signed then. The reason below is its `cause`. */
export class SignatureError extends CodedError<SignatureErrorCode> {}

import { CodedError } from '@tra/kernel';

/** What the key store refuses. */
export type KeysErrorCode =
  | 'keys.not_found'
  | 'keys.already_exists'
  | 'keys.purpose_mismatch'
  | 'keys.label_invalid'
  | 'keys.algorithm_unsupported'
  | 'keys.secret_missing'
  | 'keys.secret_invalid'
  | 'keys.secret_wrong'
  | 'keys.file_invalid'
  | 'keys.file_tampered';

/** Thrown by key stores; parameters hold labels and file names, never secrets. */
export class KeysError extends CodedError<KeysErrorCode> {}

import { CodedError } from '@tra/kernel';

/** What the key store refuses. */
export type KeysErrorCode =
  | 'keys.not_found'
  | 'keys.already_exists'
  | 'keys.purpose_mismatch'
  | 'keys.label_invalid'
  | 'keys.purpose_unknown'
  | 'keys.purpose_absent'
  | 'keys.algorithm_unsupported'
  | 'keys.secret_missing'
  | 'keys.secret_invalid'
  | 'keys.secret_wrong'
  | 'keys.file_invalid'
  | 'keys.file_tampered'
  | 'keys.permissions_open'
  | 'keys.pkcs11_missing'
  | 'keys.token_library_invalid'
  | 'keys.token_unavailable'
  | 'keys.token_busy'
  | 'keys.token_key_unusable'
  | 'keys.token_key_changed'
  | 'keys.pin_missing'
  | 'keys.pin_wrong'
  | 'keys.pin_locked'
  | 'keys.pin_last_try';

/** Thrown by key stores; parameters hold labels and file names, never secrets. */
export class KeysError extends CodedError<KeysErrorCode> {}

import { CodedError } from '@tra/kernel';

/** Codes of {@link TrustListError}. */
export type TrustListErrorCode =
  | 'trust_list.invalid'
  | 'trust_list.english_missing'
  | 'trust_list.unreadable'
  | 'trust_list.namespace_wrong'
  | 'trust_list.malformed'
  | 'trust_list.signer_purpose'
  | 'trust_list.signing_failed';

/** Thrown when a trusted list cannot be written, read or signed. A list that does not verify is a report. */
export class TrustListError extends CodedError<TrustListErrorCode> {}

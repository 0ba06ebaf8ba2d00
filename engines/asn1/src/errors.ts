import { CodedError } from '@tra/kernel';

/** What can be wrong with bytes that should be DER (ITU-T X.690). */
export type Asn1ErrorCode =
  | 'asn1.truncated'
  | 'asn1.trailing_bytes'
  | 'asn1.length_not_minimal'
  | 'asn1.length_indefinite'
  | 'asn1.tag_unsupported'
  | 'asn1.tag_unexpected'
  | 'asn1.value_invalid'
  | 'asn1.too_deep'
  | 'asn1.too_large';

/** Thrown by every function of this package that reads; `params.what` names the field or type that was expected. */
export class Asn1Error extends CodedError<Asn1ErrorCode> {}

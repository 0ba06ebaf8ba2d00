import { CodedError } from '@tra/kernel';

/** What this package refuses by throwing; a path that does not validate is a report, not an error. */
export type PkiErrorCode =
  | 'pki.certificate_invalid'
  | 'pki.crl_invalid'
  | 'pki.name_invalid'
  | 'pki.pem_invalid'
  | 'pki.algorithm_unsupported'
  | 'pki.key_invalid'
  | 'pki.request_invalid'
  | 'pki.csr_invalid'
  | 'pki.ocsp_request_invalid'
  | 'pki.ocsp_response_invalid';

/** Thrown on input that cannot be read or a request that cannot be carried out; the ASN.1 error is its `cause`. */
export class PkiError extends CodedError<PkiErrorCode> {}

import { PkiError } from '../errors.ts';

/** What RFC 5280 section 5 forbids, as `params.reason` of `pki.crl_invalid`. */
export type CrlFault =
  | 'version'
  | 'algorithms_differ'
  | 'issuer_empty'
  | 'time_form'
  | 'revoked_list_empty'
  | 'entry'
  | 'entry_serial'
  | 'entry_extensions'
  | 'entry_extension_twice'
  | 'reason_code'
  | 'remove_from_crl'
  | 'invalidity_date'
  | 'certificate_issuer'
  | 'crl_number'
  | 'delta_indicator'
  | 'freshest_crl'
  | 'issuing_distribution_point'
  | 'expired_certs_on_crl'
  | 'serial_repeated';

/** The error for a CRL that section 5 of RFC 5280 does not allow. */
export function crlFault(reason: CrlFault): PkiError {
  return new PkiError('pki.crl_invalid', { params: { reason } });
}

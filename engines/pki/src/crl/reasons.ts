import { PkiError } from '../errors.ts';

/** Why a certificate was revoked (RFC 5280 section 5.3.1). */
export type RevocationReason =
  | 'unspecified'
  | 'keyCompromise'
  | 'cACompromise'
  | 'affiliationChanged'
  | 'superseded'
  | 'cessationOfOperation'
  | 'certificateHold'
  | 'removeFromCRL'
  | 'privilegeWithdrawn'
  | 'aACompromise';

/** By number; 7 is not used. */
const reasons: readonly (RevocationReason | undefined)[] = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  undefined,
  'removeFromCRL',
  'privilegeWithdrawn',
  'aACompromise',
];

/** Reason behind a number of CRLReason, or undefined when there is none. */
export function reasonOfNumber(number: number): RevocationReason | undefined {
  return reasons[number];
}

/** Number of a reason in CRLReason. Throws {@link PkiError} `pki.request_invalid` for another text. */
export function reasonNumber(reason: RevocationReason): number {
  const number = reasons.indexOf(reason);
  if (number < 0) throw new PkiError('pki.request_invalid', { params: { reason } });
  return number;
}

/** Bit of a reason in ReasonFlags (section 4.2.1.13), which counts otherwise than CRLReason; undefined where there is none. */
export function reasonFlag(reason: RevocationReason): number | undefined {
  const number = reasons.indexOf(reason);
  if (number >= 1 && number <= 6) return number;
  if (reason === 'privilegeWithdrawn') return 7;
  return reason === 'aACompromise' ? 8 : undefined;
}

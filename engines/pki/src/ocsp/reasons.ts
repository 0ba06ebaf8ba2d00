import { type RevocationReason, reasonNumber } from '../crl.ts';

const reasons: readonly RevocationReason[] = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'removeFromCRL',
  'privilegeWithdrawn',
  'aACompromise',
];

const byNumber: ReadonlyMap<number, RevocationReason> = new Map(
  reasons.map((reason) => [reasonNumber(reason), reason]),
);

/** The reason with a number of CRLReason (RFC 5280 section 5.3.1), or undefined. */
export function reasonOfNumber(number: number): RevocationReason | undefined {
  return byNumber.get(number);
}

export type { IssuingDistributionPoint } from './crl/crl-extensions.ts';
export type { RevokedEntry } from './crl/entry.ts';
export { type Crl, parseCrl } from './crl/parse-crl.ts';
export { type RevocationReason, reasonNumber } from './crl/reasons.ts';

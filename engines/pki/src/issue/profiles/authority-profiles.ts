import type { ProfileRules } from './profile.ts';

const authority = {
  keyUsage: ['keyCertSign', 'cRLSign'],
  keys: ['p256', 'p384', 'rsa', 'ed25519'],
  subject: {
    required: ['country', 'organization', 'commonName'],
    optional: ['stateOrProvince', 'locality', 'organizationalUnit', 'organizationIdentifier', 'serialNumber'],
  },
  alternativeNames: { kinds: [], required: false },
} as const satisfies Partial<ProfileRules>;

/** The national root: signs CAs only, itself first. */
export const root: ProfileRules = {
  ...authority,
  ca: {},
  mostDays: 40 * 366,
  addresses: [],
  clause: 'RFC 5280 4.2.1.9',
};

/** A CA below another, with or without CAs below itself; also a cross-certificate for a CA that exists elsewhere. */
export const subordinateCa: ProfileRules = {
  ...authority,
  ca: {},
  mostDays: 30 * 366,
  addresses: ['crl', 'issuer', 'ocsp'],
  clause: 'RFC 5280 4.2.1.9',
};

/** A CA that issues end certificates only. */
export const issuingCa: ProfileRules = { ...subordinateCa, ca: { pathLength: 0 } };

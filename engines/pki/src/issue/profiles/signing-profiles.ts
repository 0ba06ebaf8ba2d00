import { PURPOSE } from '../../oids.ts';
import type { ProfileRules } from './profile.ts';

const address = ['crl', 'issuer', 'ocsp'] as const;
const documentSigning = { oids: [PURPOSE.documentSigning], critical: false };

/** A time-stamping unit: that purpose alone, critical (RFC 3161 section 2.3). */
export const timeStamping: ProfileRules = {
  keyUsage: ['digitalSignature'],
  extendedKeyUsage: { oids: [PURPOSE.timeStamping], critical: true },
  keys: ['p256', 'p384', 'rsa', 'ed25519'],
  mostDays: 15 * 366,
  subject: {
    required: ['commonName'],
    recommended: ['country', 'organization'],
    optional: ['organizationalUnit', 'organizationIdentifier', 'serialNumber', 'locality', 'stateOrProvince'],
  },
  alternativeNames: { kinds: [], required: false },
  addresses: address,
  clause: 'RFC 3161 2.3',
};

/** A system of an organisation that signs what it issues. */
export const documentSigner: ProfileRules = {
  keyUsage: ['digitalSignature', 'nonRepudiation'],
  extendedKeyUsage: documentSigning,
  keys: ['p256', 'p384', 'rsa', 'ed25519'],
  mostDays: 10 * 366,
  subject: {
    required: ['commonName'],
    recommended: ['country', 'organization'],
    optional: ['organizationalUnit', 'organizationIdentifier', 'serialNumber', 'locality', 'stateOrProvince'],
  },
  alternativeNames: { kinds: ['email', 'uri'], required: false },
  addresses: address,
  clause: 'RFC 9336 3',
};

/** The seal of a legal person (ETSI EN 319 412-3). */
export const eSeal: ProfileRules = {
  keyUsage: ['nonRepudiation'],
  extendedKeyUsage: documentSigning,
  keys: ['p256', 'p384', 'rsa'],
  mostDays: 5 * 366,
  subject: {
    required: ['country', 'organization', 'organizationIdentifier', 'commonName'],
    optional: ['organizationalUnit', 'serialNumber', 'locality', 'stateOrProvince'],
  },
  alternativeNames: { kinds: ['email', 'uri'], required: false },
  addresses: address,
  statementType: 'eseal',
  clause: 'ETSI EN 319 412-3 4.2.1',
};

/** A natural person who signs for an organisation (ETSI EN 319 412-2). */
export const officer: ProfileRules = {
  keyUsage: ['nonRepudiation'],
  extendedKeyUsage: documentSigning,
  keys: ['p256', 'p384', 'rsa'],
  mostDays: 5 * 366,
  subject: {
    required: ['country', 'surname', 'givenName', 'serialNumber', 'commonName'],
    optional: ['organization', 'organizationalUnit', 'organizationIdentifier', 'title', 'locality', 'stateOrProvince'],
  },
  alternativeNames: { kinds: ['email'], required: false },
  addresses: address,
  statementType: 'esign',
  clause: 'ETSI EN 319 412-2 4.2.4',
};

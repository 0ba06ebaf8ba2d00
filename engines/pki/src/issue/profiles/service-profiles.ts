import { PURPOSE } from '../../oids.ts';
import type { ProfileRules } from './profile.ts';

/** A web server; its names stand in subjectAltName, the subject may be empty. */
export const tlsServer: ProfileRules = {
  keyUsage: ['digitalSignature'],
  extendedKeyUsage: { oids: [PURPOSE.serverAuth], critical: false },
  keys: ['p256', 'p384', 'rsa'],
  mostDays: 398,
  subject: {
    required: [],
    optional: ['country', 'stateOrProvince', 'locality', 'organization', 'commonName'],
  },
  alternativeNames: { kinds: ['dns', 'ip'], required: true },
  addresses: ['crl', 'issuer', 'ocsp'],
  tls: true,
  clause: 'CABF BR 7.1.2.7',
};

/** A delegated OCSP responder: short-lived, and its own status is not asked for (RFC 6960 section 4.2.2.2). */
export const ocspResponder: ProfileRules = {
  keyUsage: ['digitalSignature'],
  extendedKeyUsage: { oids: [PURPOSE.ocspSigning], critical: false },
  keys: ['p256', 'p384', 'rsa', 'ed25519'],
  mostDays: 398,
  subject: {
    required: ['commonName'],
    recommended: ['country', 'organization'],
    optional: ['organizationalUnit', 'serialNumber'],
  },
  alternativeNames: { kinds: [], required: false },
  addresses: ['issuer'],
  noCheck: true,
  clause: 'RFC 6960 4.2.2.2',
};

/** The scheme operator's signer of trusted lists: that purpose, signing only, named like the operator of the list. */
export const trustedListSigner: ProfileRules = {
  keyUsage: ['digitalSignature'],
  extendedKeyUsage: { oids: [PURPOSE.trustedListSigning], critical: false },
  keys: ['p256', 'p384', 'rsa'],
  mostDays: 5 * 366,
  subject: {
    required: ['country', 'organization', 'commonName'],
    optional: ['organizationalUnit', 'organizationIdentifier', 'serialNumber'],
  },
  alternativeNames: { kinds: [], required: false },
  addresses: ['crl', 'issuer', 'ocsp'],
  clause: 'ETSI TS 119 612 5.7.1',
};

import { issuingCa, root, subordinateCa } from './authority-profiles.ts';
import type { CertificateProfile, ProfileRules } from './profile.ts';
import { ocspResponder, tlsServer, trustedListSigner } from './service-profiles.ts';
import { documentSigner, eSeal, officer, timeStamping } from './signing-profiles.ts';

/** What each profile demands and allows, as data: for the CA, for forms, and for the certificate policy that is printed from it. */
export const PROFILES: Readonly<Record<CertificateProfile, ProfileRules>> = {
  root,
  'subordinate-ca': subordinateCa,
  'issuing-ca': issuingCa,
  'time-stamping': timeStamping,
  'document-signer': documentSigner,
  'e-seal': eSeal,
  officer,
  'tls-server': tlsServer,
  'ocsp-responder': ocspResponder,
  'trusted-list-signer': trustedListSigner,
};

import type { Certificate } from '../certificate.ts';
import { EXTENSION, PURPOSE } from '../oids.ts';
import type { Fault, Position } from './form-rules.ts';
import { keyFacts } from './key-facts.ts';
import { isPermittedKey } from './webpki-rules.ts';

/** Purposes that a certificate for mail must not have beside its own (CABF SMBR 7.1.2.2 and 7.1.2.3). */
const forbiddenPurposes: readonly string[] = [
  PURPOSE.any,
  PURPOSE.timeStamping,
  PURPOSE.serverAuth,
  PURPOSE.codeSigning,
  PURPOSE.ocspSigning,
];

/** What the Baseline Requirements for S/MIME Certificates of the CA/Browser Forum add to RFC 5280. */
export function smimeFaults(certificate: Certificate, position: Position): readonly Fault[] {
  const faults: Fault[] = [];
  const { extendedKeyUsage, extensions, keyUsage, subject, subjectAltNames } = certificate;
  if (certificate.version !== 3) faults.push({ code: 'pki.form_version', clause: 'CABF SMBR 7.1.1' });
  if (!isPermittedMailKey(certificate.publicKey)) faults.push({ code: 'pki.form_key', clause: 'CABF SMBR 6.1.5' });
  if (position === 'anchor') {
    if (certificate.isSelfIssued && extendedKeyUsage)
      faults.push({ code: 'pki.form_root_purpose', clause: 'CABF SMBR 7.1.2.1' });
    return faults;
  }
  const purposes: readonly string[] =
    extendedKeyUsage ?? (position === 'intermediate' ? [PURPOSE.emailProtection] : []);
  if (!purposes.includes(PURPOSE.emailProtection) || purposes.some((oid) => forbiddenPurposes.includes(oid)))
    faults.push({ code: 'pki.form_purposes', clause: 'CABF SMBR 7.1.2.2, 7.1.2.3' });
  if (position === 'intermediate') {
    if (keyUsage && !(keyUsage.has('keyCertSign') && keyUsage.has('cRLSign')))
      faults.push({ code: 'pki.form_key_usage', clause: 'CABF SMBR 7.1.2.2' });
    return faults;
  }
  if (!keyUsage || keyUsage.has('keyCertSign') || keyUsage.has('cRLSign'))
    faults.push({ code: 'pki.form_key_usage', clause: 'CABF SMBR 7.1.2.3' });
  if (!subjectAltNames.some(({ kind }) => kind === 'email'))
    faults.push({ code: 'pki.form_alternative_name_missing', clause: 'CABF SMBR 7.1.4.2.1' });
  else if (extensions.get(EXTENSION.subjectAltName)?.critical && subject.rdns.length > 0)
    faults.push({
      code: 'pki.form_criticality',
      clause: 'CABF SMBR 7.1.2.3',
      params: { extension: 'subjectAltName' },
    });
  return faults;
}

function isPermittedMailKey(publicKey: Uint8Array): boolean {
  const { type } = keyFacts(publicKey);
  return type === 'ed25519' || type === 'ed448' || isPermittedKey(publicKey);
}

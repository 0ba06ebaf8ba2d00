import type { Certificate } from '../certificate.ts';
import { parseIpAddress } from '../issue/ip-address.ts';
import { EXTENSION, PURPOSE } from '../oids.ts';
import { type Fault, nameText, type Position } from './form-rules.ts';
import { CURVE, keyFacts } from './key-facts.ts';
import { formatIp } from './peer-names.ts';
import { isRegistrySuffix } from './public-suffix.ts';

/** Purposes that a TLS server's certificate must not have beside its own (CABF BR 7.1.2.7.10). */
const forbiddenPurposes: readonly string[] = [
  PURPOSE.any,
  PURPOSE.emailProtection,
  PURPOSE.timeStamping,
  PURPOSE.codeSigning,
  PURPOSE.ocspSigning,
  '1.3.6.1.4.1.11129.2.4.4',
];

/** What the Baseline Requirements for TLS Server Certificates of the CA/Browser Forum add to RFC 5280. */
export function webpkiFaults(
  certificate: Certificate,
  position: Position,
  isPublicSuffix: (name: string) => boolean = isRegistrySuffix,
): readonly Fault[] {
  const faults: Fault[] = [];
  if (certificate.version !== 3) faults.push({ code: 'pki.form_version', clause: 'CABF BR 7.1.1' });
  if (!isPermittedKey(certificate.publicKey)) faults.push({ code: 'pki.form_key', clause: 'CABF BR 6.1.5, 7.1.3.1' });
  if (position === 'anchor') return [...faults, ...rootFaults(certificate)];
  if (position === 'intermediate') return [...faults, ...issuerFaults(certificate)];
  return [
    ...faults,
    ...(certificate.isCa ? [{ code: 'pki.form_end_is_ca', clause: 'CABF BR 7.1.2.7.8' }] : []),
    ...purposeFaults(certificate),
    ...alternativeNameFaults(certificate, isPublicSuffix),
    ...commonNameFaults(certificate),
  ];
}

/** RSA from 2048 bits in whole octets, or a NIST curve by its name. */
export function isPermittedKey(publicKey: Uint8Array): boolean {
  const { type, bits = 0, curve } = keyFacts(publicKey);
  if (type === 'rsa') return bits >= 2048 && bits % 8 === 0;
  return type === 'ec' && Object.values<string | undefined>(CURVE).includes(curve);
}

/** The authority key identifier of a root, when it has one, names the root's own key and nothing else. */
function rootFaults(certificate: Certificate): readonly Fault[] {
  const faults: Fault[] = [];
  const { authorityKeyId, extendedKeyUsage, isSelfIssued, subjectKeyIdHex } = certificate;
  if (isSelfIssued && authorityKeyId) {
    const { issuers, keyIdHex, serialHex } = authorityKeyId;
    if (keyIdHex === undefined || keyIdHex !== subjectKeyIdHex || issuers || serialHex !== undefined)
      faults.push({ code: 'pki.form_root_key_id', clause: 'CABF BR 7.1.2.1.3' });
  }
  if (isSelfIssued && extendedKeyUsage) faults.push({ code: 'pki.form_root_purpose', clause: 'CABF BR 7.1.2.1.2' });
  return faults;
}

function issuerFaults({ extendedKeyUsage }: Certificate): readonly Fault[] {
  if (!extendedKeyUsage) return [];
  const right = extendedKeyUsage.includes(PURPOSE.serverAuth) || extendedKeyUsage.includes(PURPOSE.any);
  return right ? [] : [{ code: 'pki.form_purposes', clause: 'CABF BR 7.1.2.10.6' }];
}

function purposeFaults({ extendedKeyUsage, extensions }: Certificate): readonly Fault[] {
  const purposes = extendedKeyUsage ?? [];
  const right =
    purposes.includes(PURPOSE.serverAuth) &&
    !purposes.some((oid) => forbiddenPurposes.includes(oid)) &&
    extensions.get(EXTENSION.extendedKeyUsage)?.critical === false;
  return right ? [] : [{ code: 'pki.form_purposes', clause: 'CABF BR 7.1.2.7.6, 7.1.2.7.10' }];
}

function alternativeNameFaults(
  { extensions, subject, subjectAltNames }: Certificate,
  isPublicSuffix: (name: string) => boolean,
): readonly Fault[] {
  const clause = 'CABF BR 7.1.2.7.12';
  if (subjectAltNames.length === 0) return [{ code: 'pki.form_alternative_name_missing', clause }];
  const faults: Fault[] = [];
  if (extensions.get(EXTENSION.subjectAltName)?.critical !== (subject.rdns.length === 0))
    faults.push({ code: 'pki.form_criticality', clause, params: { extension: 'subjectAltName' } });
  for (const entry of subjectAltNames) {
    if (entry.kind === 'ip') continue;
    const name = nameText(entry);
    const base = name.startsWith('*.') ? name.slice(2) : name;
    if (entry.kind !== 'dns' || base.includes('*'))
      faults.push({ code: 'pki.form_alternative_name', clause, params: { name } });
    else if (base !== name && isPublicSuffix(base.toLowerCase()))
      faults.push({ code: 'pki.form_wildcard', clause: 'CABF BR 3.2.2.6', params: { name } });
  }
  return faults;
}

/**
 * CABF BR 7.1.4.3: a common name repeats a name of subjectAltName character for character. Forgiven is only a host name where
 * subjectAltName holds no host name that could be repeated, just addresses or wildcards: it certifies nothing either way.
 */
function commonNameFaults({ subject, subjectAltNames }: Certificate): readonly Fault[] {
  const common = subject.get('CN');
  if (common === undefined) return [];
  const hosts = subjectAltNames.flatMap((name) => (name.kind === 'dns' ? [name.value] : []));
  const addresses = subjectAltNames.flatMap((name) => (name.kind === 'ip' ? [formatIp(name.bytes)] : []));
  if (hosts.includes(common) || addresses.includes(common)) return [];
  const nothingToRepeat = hosts.every((host) => host.startsWith('*.')) && !isLikeAddress(common);
  return nothingToRepeat ? [] : [{ code: 'pki.form_common_name', clause: 'CABF BR 7.1.4.3', params: { name: common } }];
}

/** Whether lenient software might take a text for an IP address: decimal, octal or hexadecimal numbers, or colons. */
function isLikeAddress(text: string): boolean {
  return (
    parseIpAddress(text) !== undefined ||
    text.includes(':') ||
    /^(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+))*$/i.test(text)
  );
}

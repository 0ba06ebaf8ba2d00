import type { Certificate, GeneralName, Name, NameConstraints } from '@tra/pki';
import type {
  CertificateData,
  CertificateExtensions,
  CertificateRevocationData,
  GeneralNameData,
  SubjectNames,
} from '../diagnostic/certificate.ts';
import { servicesFor } from '../listed-services.ts';
import { keyAlgorithm, keyLength, schemeFacts } from './algorithms.ts';
import type { CertificatePool } from './certificate-pool.ts';
import { nameOf, tokenId } from './ids.ts';
import { readQcStatements } from './qc-statements.ts';

const OID = {
  ocspNoCheck: '1.3.6.1.5.5.7.48.1.5',
  noRevAvail: '2.5.29.56',
  shortTerm: '0.4.0.194121.2.1',
  qcStatements: '1.3.6.1.5.5.7.1.3',
} as const;

/** Longest texts that are taken over. */
const maximumText = 2000;
const maximumEntries = 64;

/** Who a certificate is and what it says, with the one that signed it. */
export function certificateData(
  certificate: Certificate,
  pool: CertificatePool,
  known: { readonly revocations: readonly CertificateRevocationData[]; readonly sources: readonly string[] },
): CertificateData {
  const id = tokenId(certificate.der);
  const chain = pool.chainOf(certificate);
  const selfSigned = pool.isSelfSigned(certificate);
  const issuer = chain[1] ?? (selfSigned ? certificate : pool.issuersOf(certificate)[0]);
  const constraints = pool.constraintsOf(certificate);
  return {
    id,
    signature: {
      ...schemeFacts(certificate.signatureAlgorithm, issuer?.publicKey),
      intact: issuer !== undefined,
      valid: issuer !== undefined,
    },
    ...(issuer ? { signingCertificate: { certificate: tokenId(issuer.der) } } : {}),
    chain: chain.map(({ der }) => tokenId(der)),
    ...statedBy(certificate),
    selfSigned,
    trusted: pool.isAnchor(certificate),
    ...(constraints?.validFrom ? { trustStart: constraints.validFrom.toISOString() } : {}),
    ...(constraints?.validUntil ? { trustSunset: constraints.validUntil.toISOString() } : {}),
    sources: known.sources,
    revocations: known.revocations,
    trustServices: trustServicesOf(certificate, chain, pool),
  };
}

type Stated = Pick<
  CertificateData,
  | 'subject'
  | 'issuer'
  | 'subjectCanonical'
  | 'issuerCanonical'
  | 'entityKey'
  | 'serialNumber'
  | 'notBefore'
  | 'notAfter'
  | 'publicKey'
  | 'names'
  | 'extensions'
>;

const stated = new WeakMap<Certificate, Stated>();

/** What a certificate says of itself, worked out once for as long as it is remembered. */
function statedBy(certificate: Certificate): Stated {
  const known = stated.get(certificate);
  if (known) return known;
  const { issuer, notAfter, notBefore, publicKey, serialHex, subject } = certificate;
  const found: Stated = {
    subject: subject.text.slice(0, maximumText),
    issuer: issuer.text.slice(0, maximumText),
    subjectCanonical: nameOf(subject.key),
    issuerCanonical: nameOf(issuer.key),
    entityKey: nameOf(subject.key, publicKey),
    serialNumber: BigInt(`0x${serialHex || '0'}`).toString(),
    notBefore: notBefore.toISOString(),
    notAfter: notAfter.toISOString(),
    publicKey: { algorithm: keyAlgorithm(publicKey), size: keyLength(publicKey) },
    names: namesOf(subject),
    extensions: extensionsOf(certificate),
  };
  stated.set(certificate, found);
  return found;
}

/** The services behind the anchor that a certificate leads to (ETSI TS 119 615 clause 4.3). */
function trustServicesOf(
  certificate: Certificate,
  chain: readonly Certificate[],
  pool: CertificatePool,
): CertificateData['trustServices'] {
  const anchor = chain.find((one) => pool.isAnchor(one));
  return anchor ? servicesFor(certificate, pool.servicesOf(anchor), { isAnchor: anchor === certificate }) : [];
}

function namesOf(subject: Name): SubjectNames {
  const parts: Readonly<Record<keyof SubjectNames, string | undefined>> = {
    commonName: subject.get('CN'),
    givenName: subject.get('GN'),
    surname: subject.get('SN'),
    pseudonym: undefined,
    title: subject.get('title'),
    email: subject.emails[0],
    country: subject.get('C'),
    locality: subject.get('L'),
    state: subject.get('ST'),
    organizationName: subject.get('O'),
    organizationUnit: subject.get('OU'),
    organizationIdentifier: subject.get('organizationIdentifier'),
    serialNumber: subject.get('serialNumber'),
  };
  const told = Object.entries(parts).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(told.map(([name, text]) => [name, text.slice(0, maximumText)]));
}

function extensionsOf(certificate: Certificate): CertificateExtensions {
  const { authorityKeyId, basicConstraints, extendedKeyUsage, extensions, keyUsage, nameConstraints } = certificate;
  const { inhibitAnyPolicy, policies, policyConstraints, subjectKeyIdHex } = certificate;
  const statements = extensions.get(OID.qcStatements);
  return {
    present: [...extensions.values()].map(({ critical, oid }) => ({ oid, critical })),
    ...(basicConstraints ? { basicConstraints } : {}),
    ...(keyUsage ? { keyUsage: [...keyUsage] } : {}),
    ...(extendedKeyUsage ? { extendedKeyUsage: extendedKeyUsage.slice(0, maximumEntries) } : {}),
    ...(policies ? { policies: policies.slice(0, maximumEntries) } : {}),
    ...(policyConstraints ? { policyConstraints: policyLimits(policyConstraints) } : {}),
    ...(inhibitAnyPolicy === undefined ? {} : { inhibitAnyPolicy }),
    ...(nameConstraints ? { nameConstraints: constraintsOf(nameConstraints) } : {}),
    subjectAlternativeNames: namesIn(certificate.subjectAltNames),
    ...(authorityKeyId?.keyIdHex === undefined ? {} : { authorityKeyIdentifier: authorityKeyId.keyIdHex }),
    ...(subjectKeyIdHex === undefined ? {} : { subjectKeyIdentifier: subjectKeyIdHex }),
    caIssuers: addresses(certificate.caIssuers),
    ocspUrls: addresses(certificate.ocspResponders),
    crlUrls: addresses(certificate.crlDistributionPoints),
    ...(extensions.has(OID.ocspNoCheck) ? { ocspNoCheck: true } : {}),
    ...(extensions.has(OID.noRevAvail) ? { noRevAvail: true } : {}),
    ...(extensions.has(OID.shortTerm) ? { shortTermValidityAssured: true } : {}),
    ...(statements ? { qcStatements: readQcStatements(statements.value) } : {}),
  };
}

const addresses = (list: readonly string[]): readonly string[] =>
  list.slice(0, maximumEntries).map((one) => one.slice(0, maximumText));

function policyLimits({
  inhibitPolicyMapping,
  requireExplicitPolicy,
}: NonNullable<Certificate['policyConstraints']>): NonNullable<CertificateExtensions['policyConstraints']> {
  return {
    ...(requireExplicitPolicy === undefined ? {} : { requireExplicit: requireExplicitPolicy }),
    ...(inhibitPolicyMapping === undefined ? {} : { inhibitMapping: inhibitPolicyMapping }),
  };
}

const constraintsOf = ({ excluded, permitted }: NameConstraints) => ({
  permitted: namesIn(permitted),
  excluded: namesIn(excluded),
});

/** Names that can be compared as texts. Addresses of hosts and other kinds are judged by the path validation of engines/pki, not here. */
function namesIn(names: readonly GeneralName[]): readonly GeneralNameData[] {
  return names.slice(0, maximumEntries).flatMap((name): readonly GeneralNameData[] => {
    switch (name.kind) {
      case 'email':
        return [{ type: 'rfc822Name', value: name.value.slice(0, maximumText) }];
      case 'dns':
        return [{ type: 'dNSName', value: name.value.slice(0, maximumText) }];
      case 'uri':
        return [{ type: 'uniformResourceIdentifier', value: name.value.slice(0, maximumText) }];
      case 'directory':
        return [{ type: 'directoryName', value: name.name.text.slice(0, maximumText) }];
      default:
        return [];
    }
  });
}

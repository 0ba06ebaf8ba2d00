import type { SignatureAlgorithm, Signer } from '@tra/kernel';
import { seededRandom } from '@tra/kernel/testing';
import { type CertificateProfile, type IssueRequest, issueCertificate } from '../src/index.ts';
import { testSigner } from '../src/testing.ts';
import { rsaSigner } from './rsa-keys.ts';

/** Keys of the matrix. */
export const KEYS = ['p256', 'p384', 'rsa-2048', 'rsa-3072', 'rsa-4096', 'ed25519'] as const;
export type KeyName = (typeof KEYS)[number];

const made: Map<KeyName, Signer> = new Map();

/** A signer of a kind; the same one each time, unless `fresh` (elliptic kinds only). */
export function signerFor(name: KeyName, fresh: boolean = false): Signer {
  const algorithms: Record<KeyName, SignatureAlgorithm> = {
    p256: 'ecdsa-p256-sha256',
    p384: 'ecdsa-p384-sha384',
    'rsa-2048': 'rsa-pkcs1-sha256',
    'rsa-3072': 'rsa-pkcs1-sha384',
    'rsa-4096': 'rsa-pkcs1-sha512',
    ed25519: 'ed25519',
  };
  const kept = fresh ? undefined : made.get(name);
  if (kept) return kept;
  const algorithm = algorithms[name];
  const signer = name.startsWith('rsa') ? rsaSigner(algorithm, Number(name.slice(4)) as 2048) : testSigner(algorithm);
  made.set(name, signer);
  return signer;
}

export const random = seededRandom(42);
export const notBefore = new Date('2026-01-01T00:00:00Z');
export const addresses = {
  crlUrls: ['http://pki.example.go.th/pki/crl/1.crl'],
  issuerUrls: ['http://pki.example.go.th/pki/1.crt'],
  ocspUrls: ['http://pki.example.go.th/pki/ocsp'],
} as const;
const organisation = { country: 'TH', organization: 'สำนักงานพัฒนาธุรกรรมทางอิเล็กทรอนิกส์' };

/** A full request of each profile, without issuer and key. */
export const CASES: Readonly<
  Record<CertificateProfile, Pick<IssueRequest, 'subject' | 'notAfter'> & Partial<IssueRequest>>
> = {
  root: { subject: { ...organisation, commonName: 'National Root CA' }, notAfter: new Date('2046-01-01T00:00:00Z') },
  'subordinate-ca': {
    subject: { ...organisation, commonName: 'Policy CA' },
    notAfter: new Date('2041-01-01T00:00:00Z'),
    pathLength: 1,
    nameConstraints: {
      permitted: [{ dns: 'example.go.th' }, { email: '.example.go.th' }, { directory: { country: 'TH' } }],
      excluded: [{ ip: '10.0.0.0/8' }, { ip: 'fd00::/8' }],
    },
    policyConstraints: { requireExplicitPolicy: 0, inhibitPolicyMapping: 0 },
    inhibitAnyPolicy: 1,
  },
  'issuing-ca': { subject: { ...organisation, commonName: 'Issuing CA' }, notAfter: new Date('2036-01-01T00:00:00Z') },
  'time-stamping': { subject: { ...organisation, commonName: 'TSU 1' }, notAfter: new Date('2031-01-01T00:00:00Z') },
  'document-signer': {
    subject: { ...organisation, commonName: 'ระบบใบอนุญาต' },
    notAfter: new Date('2029-01-01T00:00:00Z'),
    alternativeNames: [{ uri: 'https://licence.example.go.th/' }],
  },
  'e-seal': {
    subject: { ...organisation, organizationIdentifier: 'NTRTH-0994000000000', commonName: 'ตราประทับ' },
    notAfter: new Date('2029-01-01T00:00:00Z'),
    qcStatements: {
      legislation: ['TH'],
      retentionYears: 10,
      disclosures: [
        { url: 'https://pki.example.go.th/pds.en', language: 'en' },
        { url: 'https://pki.example.go.th/pds', language: 'th' },
      ],
    },
  },
  officer: {
    subject: {
      ...organisation,
      title: 'นายทะเบียน',
      surname: 'ใจดี',
      givenName: 'สมชาย',
      serialNumber: 'OF-000123',
      commonName: 'สมชาย ใจดี',
    },
    notAfter: new Date('2029-01-01T00:00:00Z'),
    alternativeNames: [{ email: 'somchai@example.go.th' }],
  },
  'tls-server': {
    subject: { commonName: 'www.example.go.th' },
    notAfter: new Date('2026-07-01T00:00:00Z'),
    alternativeNames: [{ dns: 'www.example.go.th' }, { dns: '*.api.example.go.th' }, { ip: '203.150.1.9' }],
  },
  'trusted-list-signer': {
    subject: { ...organisation, commonName: 'Trusted List Signer' },
    notAfter: new Date('2029-01-01T00:00:00Z'),
  },
  'ocsp-responder': { subject: { ...organisation, commonName: 'OCSP 1' }, notAfter: new Date('2026-07-01T00:00:00Z') },
};

/** A root, a subordinate and an issuing CA with keys of one kind. */
export interface Authorities {
  readonly root: { readonly certificate: Uint8Array; readonly signer: Signer };
  readonly issuing: { readonly certificate: Uint8Array; readonly signer: Signer };
}

/** A root and an issuing CA; the issuing CA of an RSA root has another RSA key. */
export async function authoritiesFor(key: KeyName): Promise<Authorities> {
  const root = signerFor(key);
  const issuing = key.startsWith('rsa')
    ? signerFor(key === 'rsa-2048' ? 'rsa-3072' : 'rsa-2048')
    : signerFor(key, true);
  const rootCertificate = await issueCertificate({
    ...CASES.root,
    profile: 'root',
    publicKey: root.publicKey,
    signer: root,
    notBefore,
    random,
  });
  const certificate = await issueCertificate({
    ...CASES['issuing-ca'],
    ...addresses,
    profile: 'issuing-ca',
    publicKey: issuing.publicKey,
    issuer: rootCertificate,
    signer: root,
    notBefore,
    random,
  });
  return { root: { certificate: rootCertificate, signer: root }, issuing: { certificate, signer: issuing } };
}

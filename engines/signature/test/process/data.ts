import { readFileSync } from 'node:fs';
import {
  type DetailedReport,
  type DiagnosticData,
  executeValidation,
  type ProcessPolicy,
  readProcessPolicy,
  shippedPolicies,
} from '../../src/index.ts';

/** A structure of which every part may be changed. */
export type Writable<T> = T extends object ? { -readonly [Name in keyof T]: Writable<T[Name]> } : T;

export type Data = Writable<DiagnosticData>;
export type Policy = Writable<ProcessPolicy>;
export type Certificate = Data['certificates'][number];
export type Revocation = Data['revocations'][number];
export type Timestamp = Data['timestamps'][number];
export type Signature = Data['signatures'][number];

const facts = (): Certificate['signature'] => ({
  digestAlgorithm: 'SHA256',
  encryptionAlgorithm: 'RSA',
  keyLength: 3072,
  intact: true,
  valid: true,
});

/** A certificate of `issuer`, good from 2024 to 2029. */
export function certificate(
  id: string,
  chain: string[],
  extensions: Partial<Certificate['extensions']> = {},
): Certificate {
  const issuer = chain[0];
  return {
    id,
    subject: `CN=${id}`,
    issuer: `CN=${issuer ?? id}`,
    serialNumber: '1',
    notBefore: '2024-01-01T00:00:00Z',
    notAfter: '2029-01-01T00:00:00Z',
    publicKey: { algorithm: 'RSA', size: 3072 },
    selfSigned: issuer === undefined,
    trusted: issuer === undefined,
    sources: issuer === undefined ? ['system-anchors'] : ['signature'],
    names: { commonName: id, serialNumber: '1' },
    signature: facts(),
    signingCertificate: { certificate: issuer ?? id },
    chain: [id, ...chain],
    extensions: {
      present: [{ oid: '2.5.29.15', critical: true }],
      subjectKeyIdentifier: `key of ${id}`,
      ...(issuer === undefined
        ? {}
        : { authorityKeyIdentifier: `key of ${issuer}`, crlUrls: ['http://ca.example/crl'] }),
      ...extensions,
    },
    revocations: [],
    trustServices: [],
  };
}

/** A CRL or OCSP response of `2026-06-02`, a day after the time-stamp of {@link goodData}. */
export function revocation(id: string, type: 'CRL' | 'OCSP', chain: string[]): Revocation {
  return {
    id,
    type,
    origin: 'revocation-values',
    productionTime: '2026-06-02T00:00:00Z',
    thisUpdate: '2026-06-02T00:00:00Z',
    nextUpdate: '2026-06-09T00:00:00Z',
    responderIdMatch: true,
    signature: facts(),
    signingCertificate: { certificate: chain[0] ?? '' },
    chain,
    foundCertificates: [],
  };
}

/** A time-stamp by `tsa` over `covered`. */
export function timestamp(id: string, productionTime: string, covered: Timestamp['covered']): Timestamp {
  return {
    id,
    type: 'signature',
    productionTime,
    digestMatchers: [
      { type: 'message-imprint', digest: { algorithm: 'SHA256', value: '00' }, found: true, intact: true },
    ],
    signature: facts(),
    signingCertificate: { certificate: 'tsa' },
    chain: ['tsa', 'ca', 'root'],
    foundCertificates: [signingReference('tsa')],
    foundRevocations: [],
    covered,
    scopes: [],
  };
}

function signingReference(id: string): Signature['foundCertificates'][number] {
  return {
    certificate: id,
    origins: ['key-info'],
    references: [
      {
        origin: 'signing-certificate',
        digest: { algorithm: 'SHA256', value: '00' },
        digestMatch: true,
        issuerSerialPresent: true,
        issuerSerialMatch: true,
      },
    ],
  };
}

const caExtensions = { basicConstraints: { ca: true }, keyUsage: ['keyCertSign', 'cRLSign'] };

function certificates(): Certificate[] {
  const signer = certificate('signer', ['ca', 'root'], { keyUsage: ['nonRepudiation'] });
  const tsa = certificate('tsa', ['ca', 'root'], {
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.8'],
  });
  const responder = certificate('responder', ['ca', 'root'], {
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.9'],
    ocspNoCheck: true,
    present: [{ oid: '1.3.6.1.5.5.7.48.1.5', critical: false }],
  });
  const ca = certificate('ca', ['root'], caExtensions);
  const root = certificate('root', [], caExtensions);
  signer.revocations = [{ revocation: 'ocsp', status: 'good' }];
  tsa.revocations = [{ revocation: 'crl', status: 'good' }];
  ca.revocations = [{ revocation: 'root-crl', status: 'good' }];
  return [signer, tsa, responder, ca, root];
}

function signature(): Signature {
  return {
    id: 'signature',
    format: 'XAdES-BASELINE-LT',
    claimedSigningTime: '2026-06-01T09:59:00Z',
    structure: { valid: true },
    digestMatchers: [
      { type: 'reference', name: 'r-1', digest: { algorithm: 'SHA256', value: '00' }, found: true, intact: true },
      { type: 'signed-properties', digest: { algorithm: 'SHA256', value: '01' }, found: true, intact: true },
    ],
    signature: facts(),
    signingCertificate: { certificate: 'signer' },
    chain: ['signer', 'ca', 'root'],
    commitmentTypes: [],
    claimedRoles: [],
    certifiedRoles: [],
    foundCertificates: [signingReference('signer')],
    foundRevocations: [{ revocation: 'ocsp', origins: ['revocation-values'] }],
    timestamps: ['timestamp'],
    evidenceRecords: [],
    scopes: [{ name: 'document', scope: 'full' }],
  };
}

/** A signature with a time-stamp and evidence in which nothing is wrong, judged on `2026-06-03`. */
export function goodData(): Data {
  return {
    version: 1,
    validationTime: '2026-06-03T00:00:00Z',
    signatures: [signature()],
    timestamps: [
      timestamp('timestamp', '2026-06-01T10:00:00Z', [
        { category: 'signature', id: 'signature' },
        { category: 'certificate', id: 'signer' },
      ]),
    ],
    evidenceRecords: [],
    certificates: certificates(),
    revocations: [
      revocation('ocsp', 'OCSP', ['responder', 'ca', 'root']),
      revocation('crl', 'CRL', ['ca', 'root']),
      revocation('root-crl', 'CRL', ['root']),
    ],
    trustedLists: [],
  };
}

/** Adds an archive time-stamp over everything there is. */
export function archived(data: Data, productionTime = '2026-06-02T12:00:00Z'): Data {
  const covered: Timestamp['covered'] = [
    ...data.signatures.map(({ id }) => ({ category: 'signature' as const, id })),
    ...data.timestamps.map(({ id }) => ({ category: 'timestamp' as const, id })),
    ...data.certificates.map(({ id }) => ({ category: 'certificate' as const, id })),
    ...data.revocations.map(({ id }) => ({ category: 'revocation' as const, id })),
  ];
  const id = `archive-${data.timestamps.length}`;
  data.timestamps.push({ ...timestamp(id, productionTime, covered), type: 'archive' });
  data.signatures[0]?.timestamps.push(id);
  return data;
}

/** One of the policies that come with the product. */
export function policyOf(key: 'thailand' | 'eu' | 'lenient' = 'thailand'): Policy {
  const shipped = shippedPolicies.find((entry) => entry.key === key);
  return structuredClone(readProcessPolicy(readFileSync(shipped?.url ?? '', 'utf8')).policy) as Policy;
}

/** The certificate of that id. */
export function certificateOf(data: Data, id: string): Certificate {
  const found = data.certificates.find((entry) => entry.id === id);
  if (!found) throw new Error(`no certificate ${id}`);
  return found;
}

/** The first entry of a list that has one. */
export function first<T>(entries: readonly T[]): T {
  const [entry] = entries;
  if (entry === undefined) throw new Error('empty list');
  return entry;
}

/** `TOTAL_PASSED`, or the indication and its reason. */
export function verdictOf(data: Data, policy: Policy = policyOf()): string {
  const { indication, subIndication } = first(run(data, policy).signatures);
  return subIndication === undefined ? indication : `${indication} ${subIndication}`;
}

export function run(data: Data, policy: Policy = policyOf()): DetailedReport {
  return executeValidation(data as DiagnosticData, policy as ProcessPolicy);
}

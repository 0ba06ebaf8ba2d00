import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Random, SignatureAlgorithm, Signer } from '@tra/kernel';
import { seededRandom } from '@tra/kernel/testing';
import { buildCrl } from './crl/crl-builder.ts';
import type { CrlEntry } from './crl/crl-request.ts';
import { issueCertificate } from './issue/prepare.ts';
import type { CertificateProfile } from './issue/profiles/profile.ts';
import type { IssueRequest } from './issue/request.ts';

/** A signer over a fresh in-memory key, for tests only. */
export function testSigner(
  algorithm: SignatureAlgorithm = 'ecdsa-p256-sha256',
  rsaBits: number = 2048,
): Signer & { privateKey: KeyObject } {
  const { privateKey, publicKey } = newKeyPair(algorithm, rsaBits);
  const digest = algorithm === 'ed25519' ? null : algorithm.slice(-6);
  return {
    algorithm,
    publicKey: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })),
    sign: async (data) => new Uint8Array(sign(digest, data, privateKey)),
    privateKey,
  };
}

function newKeyPair(
  algorithm: SignatureAlgorithm,
  modulusLength: number,
): { privateKey: KeyObject; publicKey: KeyObject } {
  if (algorithm === 'ed25519') return generateKeyPairSync('ed25519');
  if (algorithm.startsWith('rsa')) return generateKeyPairSync('rsa', { modulusLength });
  return generateKeyPairSync('ec', { namedCurve: algorithm === 'ecdsa-p256-sha256' ? 'P-256' : 'P-384' });
}

/** One member of a test hierarchy. */
export interface TestEntity {
  readonly certificate: Uint8Array;
  readonly signer: Signer & { privateKey: KeyObject };
}

/** A root and an issuing CA that can issue more, for tests only. */
export interface TestHierarchy {
  readonly root: TestEntity;
  readonly issuing: TestEntity;
  /** Issues an end certificate. */
  issue(
    profile: CertificateProfile,
    options?: Partial<IssueRequest> & { algorithm?: SignatureAlgorithm },
  ): Promise<TestEntity>;
  /** The root's and the issuing CA's CRLs, current around `at`. */
  crls(at: Date, revoked?: readonly CrlEntry[]): Promise<Uint8Array[]>;
}

/** Makes a {@link TestHierarchy} valid from 2026-01-01 to 2036-01-01. */
export async function testHierarchy(
  options: { name?: string; random?: Random; algorithm?: SignatureAlgorithm } = {},
): Promise<TestHierarchy> {
  const { name = 'Test', random = seededRandom(7), algorithm = 'ecdsa-p256-sha256' } = options;
  const validity = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2036-01-01T00:00:00Z'), random };
  const rootSigner = testSigner(algorithm);
  const rootCertificate = await issueCertificate({
    ...validity,
    profile: 'root',
    subject: { commonName: `${name} Root`, organization: name, country: 'TH' },
    publicKey: rootSigner.publicKey,
    signer: rootSigner,
  });
  const issuingSigner = testSigner(algorithm);
  const issuingCertificate = await issueCertificate({
    ...validity,
    profile: 'issuing-ca',
    subject: { commonName: `${name} Issuing CA`, organization: name, country: 'TH' },
    publicKey: issuingSigner.publicKey,
    issuer: rootCertificate,
    signer: rootSigner,
  });
  const root = { certificate: rootCertificate, signer: rootSigner };
  const issuing = { certificate: issuingCertificate, signer: issuingSigner };
  return {
    root,
    issuing,
    issue: async (profile, { algorithm: own = algorithm, ...overrides } = {}) => {
      const signer = testSigner(own);
      const certificate = await issueCertificate({
        ...validity,
        notAfter: new Date('2030-01-01T00:00:00Z'),
        profile,
        subject: { commonName: `${name} ${profile}`, organization: name, country: 'TH' },
        publicKey: signer.publicKey,
        issuer: issuingCertificate,
        signer: issuingSigner,
        ...overrides,
      });
      return { certificate, signer };
    },
    crls: (at, revoked = []) => currentCrls(root, issuing, at, revoked),
  };
}

async function currentCrls(
  root: TestEntity,
  issuing: TestEntity,
  at: Date,
  revoked: readonly CrlEntry[],
): Promise<Uint8Array[]> {
  const times = {
    // A list is never older than what it lists.
    thisUpdate: new Date(Math.max(at.getTime() - 3_600_000, ...revoked.map(({ date }) => date.getTime()))),
    nextUpdate: new Date(at.getTime() + 86_400_000),
    number: 1,
  };
  return [
    await buildCrl({ ...times, issuer: issuing.certificate, signer: issuing.signer, entries: revoked }),
    await buildCrl({ ...times, issuer: root.certificate, signer: root.signer, entries: [] }),
  ];
}

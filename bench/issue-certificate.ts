// npm run -s bench -- issue-certificate
// Certificates per CPU-second from templates (key checks, serial number, lint, signature, some read back), without a database, beside
// the bare rate of the same P-256 signature in the same run. Also the rate of one-by-one issuing, which parses and lints everything.
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { Signer } from '@tra/kernel';
import { type BulkSubject, createIssuer, issueCertificate, parseCertificate, validatePath } from '@tra/pki';
import { measureStored } from './issue-stored.ts';
import type { BenchResult } from './main.ts';

const count = Number(process.env.TRA_TEST_BENCH_CERTIFICATES ?? 5000);
const passes = 5;
const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };
const notBefore = new Date('2026-01-01T00:00:00Z');
const notAfter = new Date('2028-01-01T00:00:00Z');

/** Runs `work` over and over and gives the median rate per CPU-second of the whole process. */
async function medianRate(times: number, work: (index: number) => Promise<unknown>): Promise<number> {
  const rates: number[] = [];
  for (let pass = 0; pass < passes; pass += 1) {
    const before = process.cpuUsage();
    for (let index = 0; index < times; index += 1) await work(index);
    const used = process.cpuUsage(before);
    rates.push(times / ((used.user + used.system) / 1e6));
  }
  return rates.sort((a, b) => a - b)[passes >> 1] ?? 0;
}

/** A key in this process, as the software key store has them. */
function newSigner(): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    algorithm: 'ecdsa-p256-sha256',
    publicKey: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })),
    sign: async (data) => new Uint8Array(sign('sha256', data, privateKey)),
  };
}

async function authorities() {
  const rootSigner = newSigner();
  const signer = newSigner();
  const validity = { notBefore, notAfter: new Date('2036-01-01T00:00:00Z'), random };
  const named = (commonName: string) => ({ commonName, organization: 'Bench', country: 'TH' });
  const root = await issueCertificate({
    ...validity,
    profile: 'root',
    subject: named('Bench Root'),
    publicKey: rootSigner.publicKey,
    signer: rootSigner,
  });
  const issuer = await issueCertificate({
    ...validity,
    profile: 'issuing-ca',
    subject: named('Bench Issuing CA'),
    publicKey: signer.publicKey,
    issuer: root,
    signer: rootSigner,
  });
  return { root, issuer, signer };
}

/** An officer with a key of his own; keys are made beforehand, as the applicants make them. */
function applicants(): (index: number) => BulkSubject {
  const keys = Array.from({ length: 2000 }, () => newSigner().publicKey);
  return (index) => ({
    subject: {
      country: 'TH',
      organization: 'กรมการปกครอง',
      surname: 'ใจดี',
      givenName: `สมชาย ${index}`,
      serialNumber: `OF-${index}`,
      commonName: `สมชาย ${index} ใจดี`,
    },
    publicKey: keys[index % keys.length] ?? new Uint8Array(0),
    alternativeNames: [{ email: `somchai.${index}@example.go.th` }],
    notBefore,
    notAfter,
  });
}

/** Issues in bulk and one by one, and checks by path validation that what came out is right. */
export async function run(): Promise<BenchResult> {
  const { root, issuer, signer } = await authorities();
  const applicant = applicants();
  const shared = {
    profile: 'officer',
    issuer,
    signer,
    random,
    crlUrls: ['http://pki.example.go.th/pki/crl/1.crl'],
    issuerUrls: ['http://pki.example.go.th/pki/1.crt'],
    ocspUrls: ['http://pki.example.go.th/pki/ocsp'],
    policies: [{ oid: '1.3.6.1.4.1.32473.1', cps: 'https://pki.example.go.th/cps' }],
  } as const;
  const bulk = createIssuer(shared);
  const made: Uint8Array[] = [];
  const rate = await medianRate(count, async (index) => {
    const certificate = await bulk.issue(applicant(index));
    if (index % 500 === 0) made.push(certificate);
  });
  const sample = applicant(0);
  const oneByOne = await medianRate(Math.ceil(count / 10), (index) =>
    issueCertificate({ ...shared, ...sample, subject: applicant(index).subject }),
  );
  const data = bulk.prepare(sample).tbs;
  const limit = await medianRate(count, () => signer.sign(data));
  const serials = new Set(made.map((certificate) => parseCertificate(certificate).serialHex));
  const sound = made.every(
    (certificate) =>
      validatePath({
        certificate,
        intermediates: [issuer],
        anchors: [root],
        crls: [],
        at: new Date('2027-01-01T00:00:00Z'),
        purpose: 'document-signing',
        revocation: 'prefer',
      }).code === 'pki.path_valid',
  );
  if (!sound || serials.size < made.length) throw new Error('a certificate is wrong, or a serial number came twice');
  return {
    bench: 'issue-certificate',
    rate: Math.round(rate),
    limit: Math.round(limit),
    ratio: Number((rate / limit).toPrecision(3)),
    unit: 'P-256 certificates per CPU-second, in bulk; limit: bare P-256 signatures per CPU-second',
    certificates: count,
    readBack: made.length,
    oneByOneRate: Math.round(oneByOne),
    stored: await measureStored(),
  };
}

// npm run -s bench -- path
// Path validations per CPU-second for a chain of four P-256 certificates, without revocation and with three CRLs: everything read
// anew each time, and with the trust store (anchor, intermediates, CRLs) read before as a server keeps it. Beside it the bare rate of the three P-256 verifications that the chain needs, in the same run.
import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { seededRandom } from '@tra/kernel/testing';
import {
  AnchorSet,
  buildCrl,
  type CertificateProfile,
  issueCertificate,
  type PathOptions,
  parseCertificate,
  parseCrl,
  validatePath,
} from '@tra/pki';
import { type TestEntity, testSigner } from '@tra/pki/testing';
import type { BenchResult } from './main.ts';

const passes = 7;
const perPass = Number(process.env.TRA_TEST_BENCH_PATHS ?? 1000);

/** Median of the rates per CPU-second of several passes. */
function rateOf(count: number, work: () => void): number {
  for (let index = 0; index < count / 4; index += 1) work();
  const rates = Array.from({ length: passes }, () => {
    const before = process.cpuUsage();
    for (let index = 0; index < count; index += 1) work();
    const used = process.cpuUsage(before);
    return count / ((used.user + used.system) / 1e6);
  });
  return rates.sort((left, right) => left - right)[passes >> 1] ?? 0;
}

function bareVerificationRate(): number {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = createPublicKey({ key: publicKey.export({ type: 'spki', format: 'der' }), format: 'der', type: 'spki' });
  const data = Buffer.alloc(600, 7);
  const signature = sign('sha256', data, privateKey);
  return rateOf(perPass * 3, () => verify('sha256', data, key, signature));
}

const at = new Date('2027-01-01T00:00:00Z');

/** Root, subordinate CA, issuing CA and document signer, root first. */
async function makeChain(): Promise<readonly TestEntity[]> {
  const chain: TestEntity[] = [];
  const members: readonly (readonly [CertificateProfile, year: number])[] = [
    ['root', 2045],
    ['subordinate-ca', 2040],
    ['issuing-ca', 2035],
    ['document-signer', 2028],
  ];
  for (const [index, [profile, year]] of members.entries()) {
    const signer = testSigner();
    const above = chain.at(-1);
    const certificate = await issueCertificate({
      profile,
      subject: { commonName: `Bench ${profile}`, organization: 'Bench', country: 'TH' },
      publicKey: signer.publicKey,
      signer: above?.signer ?? signer,
      ...(above ? { issuer: above.certificate } : {}),
      ...(profile === 'subordinate-ca' ? { pathLength: 1 } : {}),
      notBefore: new Date(`2026-0${index + 1}-01T00:00:00Z`),
      notAfter: new Date(`${year}-01-01T00:00:00Z`),
      random: seededRandom(index),
    });
    chain.push({ certificate, signer });
  }
  return chain;
}

async function optionsOf(chain: readonly TestEntity[]): Promise<PathOptions> {
  const [root, subordinate, issuing, end] = chain;
  if (!root || !subordinate || !issuing || !end) throw new Error('no chain');
  const times = {
    thisUpdate: new Date('2026-12-31T00:00:00Z'),
    nextUpdate: new Date('2027-01-02T00:00:00Z'),
    number: 1,
  };
  const crls = [root, subordinate, issuing].map(({ certificate, signer }) =>
    buildCrl({ ...times, issuer: certificate, signer, entries: [] }),
  );
  return {
    certificate: end.certificate,
    intermediates: [subordinate.certificate, issuing.certificate],
    anchors: [root.certificate],
    crls: await Promise.all(crls),
    at,
    purpose: 'document-signing',
  };
}

/** Measures path validation without and with CRLs. */
export async function run(): Promise<BenchResult> {
  const full = await optionsOf(await makeChain());
  const plain: PathOptions = { ...full, crls: [], revocation: 'off' };
  for (const options of [plain, full, { ...full, profile: 'rfc5280' as const }]) {
    const { code } = validatePath(options);
    if (code !== 'pki.path_valid') throw new Error(`the chain of the bench is not valid: ${code}`);
  }
  const limit = bareVerificationRate() / 3;
  const rate = rateOf(perPass, () => validatePath(plain));
  const withCrls = rateOf(perPass, () => validatePath(full));
  const strict = rateOf(perPass, () => validatePath({ ...full, profile: 'rfc5280' }));
  const kept = {
    ...full,
    intermediates: full.intermediates.map((der) => (der instanceof Uint8Array ? parseCertificate(der) : der)),
    anchors: full.anchors instanceof AnchorSet ? full.anchors : new AnchorSet(full.anchors),
    crls: full.crls.map((der) => (der instanceof Uint8Array ? parseCrl(der) : der)),
  };
  const keptPlain = rateOf(perPass, () => validatePath({ ...kept, crls: [], revocation: 'off' }));
  const keptWithCrls = rateOf(perPass, () => validatePath(kept));
  const limitAgain = bareVerificationRate() / 3;
  const mean = (limit + limitAgain) / 2;
  return {
    bench: 'path',
    rate: Math.round(rate),
    limit: Math.round(mean),
    ratio: Number((rate / mean).toPrecision(3)),
    unit: 'validations of 4-certificate P-256 chains per CPU-second; limit: a third of the bare P-256 verifications per CPU-second',
    withCrls: Math.round(withCrls),
    // Three CRLs are three more verifications.
    ratioWithCrls: Number((withCrls / (mean / 2)).toPrecision(3)),
    withCrlsAndProfile: Math.round(strict),
    storeRead: Math.round(keptPlain),
    ratioStoreRead: Number((keptPlain / mean).toPrecision(3)),
    storeReadWithCrls: Math.round(keptWithCrls),
    ratioStoreReadWithCrls: Number((keptWithCrls / (mean / 2)).toPrecision(3)),
  };
}

// npm run -s bench -- crl
// A CRL of 1,000,000 entries: CPU seconds to build it, one signature included, and to read, check and index it; beside what the
// bytes alone cost in the same run: copied once, hashed once and signed for the building, read once for the index.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import {
  CrlBuilder,
  type CrlIndex,
  issueCertificate,
  parseCrl,
  type RevocationReason,
  verifySignature,
} from '@tra/pki';
import type { BenchResult } from './main.ts';

const entries = Number(process.env.TRA_TEST_BENCH_ENTRIES ?? 1_000_000);
const passes = 5;
const goals = { buildCpuSeconds: 0.5, indexCpuSeconds: 1.5 };
const lookups = 200_000;
const reasons: readonly RevocationReason[] = ['unspecified', 'keyCompromise', 'superseded', 'cessationOfOperation'];
const start = Date.UTC(2026, 0, 1);

/** CPU seconds of all threads of this process. */
async function cpuOf<T>(work: () => T | Promise<T>): Promise<{ seconds: number; result: T }> {
  const before = process.cpuUsage();
  const result = await work();
  const used = process.cpuUsage(before);
  return { seconds: (used.user + used.system) / 1e6, result };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Serials as a CA draws them: 20 random octets, the first between 40 and 7F. */
function drawSerials(): Uint8Array[] {
  const serials: Uint8Array[] = [];
  for (let index = 0; index < entries; index += 1) {
    const serial = new Uint8Array(createHash('sha1').update(String(index)).digest());
    serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
    serials.push(serial);
  }
  return serials;
}

async function issuingCa() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signer = {
    algorithm: 'ecdsa-p256-sha256' as const,
    publicKey: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })),
    sign: async (data: Uint8Array) => new Uint8Array(sign('sha256', data, privateKey)),
  };
  const issuer = await issueCertificate({
    profile: 'root',
    subject: { commonName: 'Bench Root', organization: 'Bench', country: 'TH' },
    publicKey: signer.publicKey,
    signer,
    notBefore: new Date(start),
    notAfter: new Date(start + 3e11),
    random: { bytes: (length) => new Uint8Array(randomBytes(length)) },
  });
  return { issuer, signer, privateKey };
}

type Ca = Awaited<ReturnType<typeof issuingCa>>;

async function build({ issuer, signer }: Ca, serials: readonly Uint8Array[], number: number): Promise<Uint8Array> {
  const times = { thisUpdate: new Date(start), nextUpdate: new Date(start + 86_400_000) };
  const builder = new CrlBuilder({ issuer, signer, number, ...times, expectedEntries: serials.length });
  for (let index = 0; index < serials.length; index += 1) {
    // Every entry has its own second, spread over a year.
    builder.add(serials[index] as Uint8Array, start - index * 31_000, reasons[index & 3]);
  }
  return builder.finish();
}

function lookUp(index: CrlIndex, serials: readonly Uint8Array[]): number {
  let found = 0;
  const step = Math.max(1, Math.floor(serials.length / lookups));
  const strange = new Uint8Array(20).fill(0x55);
  for (let count = 0, at = 0; count < lookups; count += 1, at = (at + step * 7919) % serials.length) {
    strange[19] = count & 0xff;
    strange[18] = (count >> 8) & 0xff;
    if (index.has(count % 2 === 0 ? (serials[at] as Uint8Array) : strange)) found += 1;
  }
  return found;
}

/** Looks at every byte. */
function readOnce(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 1) sum = (sum + (bytes[at] ?? 0)) | 0;
  return sum;
}

/** `rate`: entries built per CPU-second; `limit`: the same bytes copied, hashed and signed. The goals are in the result. */
export async function run(): Promise<BenchResult> {
  const ca = await issuingCa();
  const serials = drawSerials();
  const times: Record<'build' | 'bytes' | 'index' | 'walk' | 'lookup', number[]> = {
    build: [],
    bytes: [],
    index: [],
    walk: [],
    lookup: [],
  };
  let size = 0;
  for (let pass = 0; pass < passes; pass += 1) {
    const built = await cpuOf(() => build(ca, serials, pass + 1));
    const crl = built.result;
    size = crl.length;
    const bytes = await cpuOf(() => sign('sha256', crl.slice(), ca.privateKey));
    const walk = await cpuOf(() => readOnce(crl));
    const indexed = await cpuOf(() => parseCrl(crl).index());
    const looked = await cpuOf(() => lookUp(indexed.result, serials));
    if (looked.result !== lookups / 2 || indexed.result.size !== entries)
      throw new Error('the index does not find what is listed');
    if (pass === 0) {
      const { signatureAlgorithm, signedBytes, signature } = parseCrl(crl);
      if (!verifySignature(signatureAlgorithm, ca.signer.publicKey, signedBytes, signature))
        throw new Error('signature');
    }
    times.build.push(built.seconds);
    times.bytes.push(bytes.seconds);
    times.walk.push(walk.seconds);
    times.index.push(indexed.seconds);
    times.lookup.push(looked.seconds);
  }
  return report(times, size);
}

function report(
  times: Readonly<Record<'build' | 'bytes' | 'index' | 'walk' | 'lookup', number[]>>,
  size: number,
): BenchResult {
  const [buildCpuSeconds, bytes, indexCpuSeconds, walk, lookup] = [
    times.build,
    times.bytes,
    times.index,
    times.walk,
    times.lookup,
  ].map(median) as [number, number, number, number, number];
  const round = (value: number): number => Math.round(value * 1000) / 1000;
  return {
    bench: 'crl',
    unit: 'entries built and signed per CPU-second; limit: the same bytes copied, hashed and signed',
    rate: Math.round(entries / buildCpuSeconds),
    limit: Math.round(entries / bytes),
    ratio: round(bytes / buildCpuSeconds),
    entries,
    megabytes: round(size / 1e6),
    buildCpuSeconds: round(buildCpuSeconds),
    copyHashSignCpuSeconds: round(bytes),
    indexCpuSeconds: round(indexCpuSeconds),
    readOnceCpuSeconds: round(walk),
    indexRatio: round(walk / indexCpuSeconds),
    lookupsPerCpuSecond: Math.round(lookups / lookup),
    goals,
    met: buildCpuSeconds <= goals.buildCpuSeconds && indexCpuSeconds <= goals.indexCpuSeconds,
  };
}

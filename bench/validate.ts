// npm run -s bench -- validate
// Documents per CPU-second that are judged offline: PAdES with the difference engine on, XAdES, and a PDF with ten signatures. The documents are those of
// ../shared/corpora/ades, or generated ones where that folder is absent. Beside them, in the same run, the bare rates of verification and hashing, and what
// the cryptography of a document must cost at least. A child process judges a detached signature over 400 MB of which it holds the digests only.
import { spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { utf8Encode } from '@tra/kernel';
import { signXml, validateDocument } from '@tra/signature';
import { type TestSigning, testPdf, testSigning } from '@tra/signature/testing';
import type { BenchResult } from './main.ts';
import { build } from './timestamp-server.ts';

const passes = Number(process.env.TRA_TEST_BENCH_PASSES ?? 5);
/** Passes over the documents before those that count: the compiler of the engine is at work for some seconds. */
const warmUps = 8;
const corpus = fileURLToPath(new URL('../../shared/corpora/ades/documents/', import.meta.url));

interface Row {
  readonly document: string;
  readonly format: string;
  readonly detached: readonly string[];
}

interface DocumentSet {
  readonly documents: readonly Uint8Array[];
  readonly isCorpus: boolean;
}

/** Documents of one format that carry what they sign. */
function documentsOf(format: string, fallback: readonly Uint8Array[]): DocumentSet {
  if (!existsSync(corpus)) return { documents: fallback, isCorpus: false };
  const rows = JSON.parse(readFileSync(`${corpus}../manifest.json`, 'utf8')) as readonly Row[];
  const names = new Set(
    rows.filter((row) => row.format === format && row.detached.length === 0).map(({ document }) => document),
  );
  const documents = [...names].map((name) => new Uint8Array(readFileSync(`${corpus}${name}`)));
  return { documents, isCorpus: true };
}

const cpuMilliseconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** How often `work` is done per CPU-second in one pass. */
async function passOf(count: number, work: (index: number) => unknown): Promise<number> {
  const before = cpuMilliseconds();
  for (let index = 0; index < count; index += 1) await work(index);
  return (count * 1000) / (cpuMilliseconds() - before);
}

/** The first pass, in a process that has compiled nothing yet, and the median over several once it is warm, as a service is. */
async function ratesOf(
  count: number,
  work: (index: number) => unknown,
  warmUps = 1,
): Promise<{ readonly first: number; readonly rate: number }> {
  const first = await passOf(count, work);
  for (let pass = 1; pass < warmUps; pass += 1) await passOf(count, work);
  const rates: number[] = [];
  for (let pass = 0; pass < passes; pass += 1) rates.push(await passOf(count, work));
  return { first, rate: rates.sort((left, right) => left - right)[passes >> 1] ?? 0 };
}

const rateOf = async (count: number, work: (index: number) => unknown): Promise<number> =>
  (await ratesOf(count, work)).rate;

async function bareRates(): Promise<Readonly<Record<string, number>>> {
  const data = Buffer.alloc(600, 7);
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const [byEc, byRsa] = [ec, rsa].map(({ privateKey }) => sign('sha256', data, privateKey)) as [Buffer, Buffer];
  const megabyte = Buffer.alloc(1_000_000, 1);
  return {
    p256PerSecond: Math.round(await rateOf(1500, () => verify('sha256', data, ec.publicKey, byEc))),
    rsa2048PerSecond: Math.round(await rateOf(4000, () => verify('sha256', data, rsa.publicKey, byRsa))),
    sha256MegabytesPerSecond: Math.round(await rateOf(200, () => createHash('sha256').update(megabyte).digest())),
  };
}

async function generated(
  signing: TestSigning,
): Promise<{ readonly pdf: readonly Uint8Array[]; readonly xml: readonly Uint8Array[]; readonly ten: Uint8Array }> {
  let ten = testPdf();
  const pdf: Uint8Array[] = [];
  for (let index = 0; index < 10; index += 1) {
    ten = await signing.sign(ten, { crls: index === 0 ? await signing.crls() : [] });
    if (index < 3) pdf.push(ten);
  }
  const { certificate, signer } = signing.document;
  const own = { signer, certificate, chain: [signing.hierarchy.issuing.certificate], signingTime: signing.clock.now() };
  const text = utf8Encode(`<invoice>${'<line><name>สินค้า</name><price>100</price></line>'.repeat(100)}</invoice>`);
  return { pdf, ten, xml: [await signXml({ ...own, xml: text, timestamper: signing.timestamper })] };
}

/** Largest resident memory of a process that judges a signature over 400 MB given as pieces. */
function memoryOfLargeFile(): Readonly<Record<string, unknown>> {
  // As it is deployed: built, without a compiler in the process.
  const script = fileURLToPath(new URL('validate-memory.mjs', import.meta.url));
  const { status, stderr, stdout } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as Record<string, unknown>;
}

/** Judges every set; the limit is the rate of bare hashing of the same PDF files and one verification each. */
export async function run(): Promise<BenchResult> {
  await build();
  const signing = await testSigning('Bench');
  const made = await generated(signing);
  const conditions = { anchors: signing.anchors, crls: await signing.crls(), at: signing.clock.now() };
  const judge = (bytes: Uint8Array) => validateDocument({ ...conditions, bytes });
  const sets = { pdf: documentsOf('PAdES', made.pdf), xml: documentsOf('XAdES', made.xml) };
  const bare = await bareRates();
  const rates: Record<string, number> = {};
  const first: Record<string, number> = {};
  const slowest: Record<string, number> = {};
  for (const [name, { documents }] of Object.entries(sets)) {
    if (documents.length === 0) throw new Error(`no documents: ${name}`);
    const found = await ratesOf(documents.length, (index) => judge(documents[index] as Uint8Array), warmUps);
    rates[name] = found.rate;
    first[name] = Math.round(found.first);
    slowest[name] = 0;
    for (const document of documents) {
      const before = cpuMilliseconds();
      await judge(document);
      slowest[name] = Math.max(slowest[name] ?? 0, Math.round(cpuMilliseconds() - before));
    }
  }
  const tenReport = await judge(made.ten);
  if (tenReport.verdict !== 'passed' || tenReport.signatures.length !== 10)
    throw new Error('the PDF with ten signatures does not pass');
  const ten = 1000 / (await rateOf(5, () => judge(made.ten)));
  const pdfBytes = sets.pdf.documents.reduce((sum, { length }) => sum + length, 0) / sets.pdf.documents.length;
  const limit = 1 / (pdfBytes / 1e6 / (bare.sha256MegabytesPerSecond ?? 1) + 1 / (bare.rsa2048PerSecond ?? 1));
  const rate = rates.pdf ?? 0;
  return {
    bench: 'validate',
    rate: Math.round(rate),
    limit: Math.round(limit),
    ratio: Number((rate / limit).toPrecision(3)),
    unit: 'PDF per CPU-second, beside one hash of their bytes and one RSA-2048 verification',
    pdf: {
      perSecond: Math.round(rate),
      firstPassPerSecond: first.pdf,
      documents: sets.pdf.documents.length,
      corpus: sets.pdf.isCorpus,
      slowestMilliseconds: slowest.pdf,
    },
    xades: {
      perSecond: Math.round(rates.xml ?? 0),
      firstPassPerSecond: first.xml,
      documents: sets.xml.documents.length,
      corpus: sets.xml.isCorpus,
      slowestMilliseconds: slowest.xml,
    },
    tenSignaturesMilliseconds: Math.round(ten),
    bare,
    large: memoryOfLargeFile(),
  };
}

import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  readXadesSignatures,
  type SignatureReport,
  validateDocument,
  verifyXadesCrypto,
  type XadesCryptoFacts,
} from '@tra/signature';
import { verifyBudget } from '@tra/xml';

/** Figures of a run over the AdES corpus. */
export interface AdesResult {
  suite: 'ades';
  cases: number;
  agree: number;
  falseAccept: number;
  falseReject: number;
  error: number;
  /** Rows in formats that the engine does not read yet; never counted as agreeing. */
  unsupported: number;
  seconds: number;
}

type Expected = 'true' | 'false' | 'mixed';

interface Row {
  readonly document: string;
  readonly format: string;
  /** Files beside the document that hold the signed content. */
  readonly detached: readonly string[];
  readonly test: string;
  readonly expect: {
    readonly signatureIntact?: Expected;
    readonly dataIntact?: Expected;
    readonly messageImprintIntact?: Expected;
  };
}

/** Formats of the corpus that the engine reads. */
const formats: readonly string[] = ['ER-XML', 'PAdES', 'CMS/CAdES', 'XAdES', 'JAdES', 'ASiC'];

const structural: readonly string[] = [
  'signature.byte_range_invalid',
  'signature.hole_not_contents',
  'signature.contents_empty',
  'signature.contents_not_cms',
  'signature.subfilter_unsupported',
  'signature.content_missing',
];

const has = ({ checks }: SignatureReport, code: string): boolean => checks.some((check) => check.code === code);

const brokenReferences: readonly string[] = [
  'signature.reference_differs',
  'signature.reference_missing',
  'signature.reference_unreadable',
  'signature.reference_ambiguous',
];

/** The signature value verifies over what the signature says it covers, and that is at hand: otherwise the corpus does not call it intact. */
function signatureIntact(signature: SignatureReport): boolean {
  if (signature.level.startsWith('XAdES') || signature.level === 'XMLDSig') {
    return has(signature, 'signature.value_valid') && !brokenReferences.some((code) => has(signature, code));
  }
  const differs = has(signature, 'signature.hash_mismatch') && !has(signature, 'signature.reference_differs');
  if (differs) return false;
  // A manifest that is signed may name files that are missing: the signature over it is intact all the same.
  if (has(signature, 'signature.reference_missing')) return has(signature, 'signature.value_valid');
  return has(signature, 'signature.value_valid') && !structural.some((code) => has(signature, code));
}

function overall<T>(signatures: readonly T[], test: (signature: T) => boolean): Expected {
  const passed = signatures.filter(test).length;
  if (passed === 0) return 'false';
  return passed === signatures.length ? 'true' : 'mixed';
}

type Found = Record<'signatureIntact' | 'dataIntact', Expected> & { readonly messageImprintIntact?: Expected };

/** XML signatures, with detached parts by the name that the reference gives, or the one part that there is. */
function judgeXml(bytes: Uint8Array, detached: ReadonlyMap<string, Uint8Array>): Found {
  const named = (uri: string | undefined): string => decodeURIComponent(uri ?? '').replace(/^#/, '');
  const only = detached.size === 1 ? [...detached.values()][0] : undefined;
  const { document, malformed, signatures } = readXadesSignatures(bytes);
  const budget = verifyBudget(document);
  const facts: (XadesCryptoFacts | undefined)[] = signatures.map((signature) =>
    verifyXadesCrypto(signature, {
      document,
      legacy: true,
      budget,
      resolve: ({ uri }) => detached.get(named(uri)) ?? only,
    }),
  );
  const all = [...facts, ...malformed.map(() => undefined)];
  return {
    signatureIntact: overall(all, (found) => found?.signatureIntact === true),
    dataIntact: overall(all, (found) => found?.dataIntact === true),
  };
}

/** What the engine found, in the terms of the corpus; document time-stamps are counted apart there. */
async function judge(bytes: Uint8Array, parts: ReadonlyMap<string, Uint8Array>): Promise<Found> {
  const detached = [...parts].map(([name, content]) => ({ name, bytes: content }));
  const report = await validateDocument({ bytes, detached, anchors: [], at: new Date() });
  const signatures = report.signatures.filter(
    ({ level }) => level !== 'document-timestamp' && level !== 'timestamp-token' && level !== 'evidence-record',
  );
  const records = report.signatures.filter(({ level }) => level === 'evidence-record');
  // Where an evidence record is all there is, what its time-stamps cover is compared.
  if (signatures.length === 0 && records.length > 0) return judgeRecords(records);
  return {
    signatureIntact: overall(signatures, signatureIntact),
    dataIntact: report.document.type === 'asic' ? dataInContainer(signatures) : overall(signatures, dataIntact),
  };
}

function judgeRecords(records: readonly SignatureReport[]): Found {
  const imprints = records.flatMap(({ checks }) => checks.filter(({ code }) => code.startsWith('timestamp.imprint_')));
  const messageImprintIntact = overall(imprints, ({ code }) => code === 'timestamp.imprint_ok');
  return { signatureIntact: messageImprintIntact, dataIntact: messageImprintIntact, messageImprintIntact };
}

const dataIntact = (signature: SignatureReport): boolean => has(signature, 'signature.hash_matches');

/** In a container the corpus counts each object that is signed: intact ones beside others make it mixed. */
function dataInContainer(signatures: readonly SignatureReport[]): Expected {
  const all = overall(signatures, dataIntact);
  const some = signatures.some((signature) => has(signature, 'signature.reference_intact'));
  return all === 'false' && some ? 'mixed' : all;
}

/**
 * EU DSS documents: whether each signature and the data under it are intact, compared with what DSS asserts. PDF, CMS and XML rows; the others
 * are counted as unsupported. Prints each disagreement on standard error.
 */
export async function run(folder: string): Promise<AdesResult> {
  const manifest = (name: string): Row[] => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Row[];
  const rows = [...manifest('manifest.json'), ...manifest('evidence-records.json').map(recordRow)];
  if (rows.length === 0) throw new Error(`no cases in ${folder}`);
  const read = rows.filter(({ format }) => formats.includes(format));
  const result: AdesResult = {
    suite: 'ades',
    cases: read.length,
    agree: 0,
    falseAccept: 0,
    falseReject: 0,
    error: 0,
    unsupported: rows.length - read.length,
    seconds: 0,
  };
  const start = performance.now();
  for (const row of read) await compare(folder, row, result);
  result.seconds = Math.round(performance.now() - start) / 1000;
  return result;
}

/** Rows of containers that only an evidence record proves state its imprints, and about signatures only what DSS takes for granted. */
function recordRow(row: Row): Row {
  return { ...row, expect: { messageImprintIntact: row.expect.messageImprintIntact ?? 'true' } };
}

async function compare(folder: string, row: Row, result: AdesResult): Promise<void> {
  const where = `${row.document} (${row.test})`;
  try {
    const read = (name: string): Uint8Array => readFileSync(join(folder, 'documents', name));
    const parts = new Map(row.detached.map((name) => [basename(name), read(name)]));
    const found = row.format === 'XAdES' ? judgeXml(read(row.document), parts) : await judge(read(row.document), parts);
    const wrong = (['signatureIntact', 'dataIntact', 'messageImprintIntact'] as const).filter(
      (field) =>
        row.expect[field] !== undefined &&
        row.expect[field] !== found[field] &&
        (field !== 'messageImprintIntact' ||
          found.messageImprintIntact !== undefined ||
          row.expect.signatureIntact === undefined),
    );
    if (wrong.length === 0) {
      result.agree += 1;
      return;
    }
    const accepted = wrong.some((field) => found[field] === 'true');
    result[accepted ? 'falseAccept' : 'falseReject'] += 1;
    const said = wrong.map((field) => `${field} ${found[field]}, expected ${row.expect[field]}`).join('; ');
    process.stderr.write(`${accepted ? 'FALSE ACCEPT' : 'false reject'} ${where}: ${said}\n`);
  } catch (error) {
    result.error += 1;
    process.stderr.write(`error ${where}: ${String(error)}\n`);
  }
}

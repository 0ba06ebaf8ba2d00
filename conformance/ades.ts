import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type ValidationReport, validateDocument } from '@tra/signature';
import { type Expectation, type Fact, factsOf } from './ades-facts.ts';
import { reasons } from './ades-reasons.ts';

/** How often one field of the corpus was stated and found. */
export interface FieldResult {
  stated: number;
  agree: number;
}

/** Figures of a run over the AdES corpus. */
export interface AdesResult {
  suite: 'ades';
  cases: number;
  /** Rows of which signatureIntact, dataIntact and, where nothing is signed but time-stamped, messageImprintIntact agree. */
  agree: number;
  falseAccept: number;
  falseReject: number;
  error: number;
  /** Rows of which every field that they state agrees. */
  agreeOnAll: number;
  fields: Record<string, FieldResult>;
  seconds: number;
}

interface Row {
  readonly document: string;
  readonly format: string;
  /** Files beside the document that hold the signed content. */
  readonly detached: readonly string[];
  readonly test: string;
  readonly basis: string;
  readonly expect: Expectation;
}

/**
 * EU DSS documents: every field that a row states, compared with what the engine reports. A deviation in whether signatures and data are intact is a
 * false accept or a false reject; others are printed as differences. Prints each on standard error, with the reason where one is known.
 */
export async function run(folder: string): Promise<AdesResult> {
  const manifest = (name: string): Row[] => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Row[];
  const rows = [...manifest('manifest.json'), ...manifest('evidence-records.json').map(recordRow)];
  if (rows.length === 0) throw new Error(`no cases in ${folder}`);
  const counts = { cases: rows.length, agree: 0, falseAccept: 0, falseReject: 0, error: 0, agreeOnAll: 0 };
  const result: AdesResult = { suite: 'ades', ...counts, fields: {}, seconds: 0 };
  const start = performance.now();
  for (const row of rows) await compare(folder, row, result);
  result.seconds = Math.round(performance.now() - start) / 1000;
  return result;
}

/** Rows of containers that only an evidence record proves state its imprints, and about signatures only what DSS takes for granted. */
function recordRow(row: Row): Row {
  const { messageImprintIntact = 'true', timestamps } = row.expect;
  return { ...row, expect: { messageImprintIntact, ...(timestamps === undefined ? {} : { timestamps }) } };
}

/** Fields by which a row counts as accepted or rejected. */
const verdicts: ReadonlySet<string> = new Set(['signatureIntact', 'dataIntact']);

async function compare(folder: string, row: Row, result: AdesResult): Promise<void> {
  const where = `${row.document} (${row.test})`;
  const say = (text: string): boolean => process.stderr.write(`${text}\n`);
  try {
    const facts = factsOf(await judge(folder, row));
    const wrong: string[] = [];
    let accepted = false;
    for (const [field, expected] of Object.entries(row.expect)) {
      const fact = facts[field];
      if (!fact) continue;
      const agrees = fact.fits(expected);
      const counted = result.fields[field] ?? { stated: 0, agree: 0 };
      result.fields[field] = counted;
      counted.stated += 1;
      if (agrees) counted.agree += 1;
      else wrong.push(`${field} ${said(fact)}, expected ${JSON.stringify(expected)}`);
      if (!agrees && isDecisive(field, row)) accepted ||= fact.value === 'true';
    }
    const decisive = wrong.filter((text) => isDecisive(text.split(' ')[0] ?? '', row));
    if (wrong.length === 0) result.agreeOnAll += 1;
    if (decisive.length === 0) result.agree += 1;
    else result[accepted ? 'falseAccept' : 'falseReject'] += 1;
    const kind = decisive.length === 0 ? 'differs' : accepted ? 'FALSE ACCEPT' : 'false reject';
    const reason = reasons.get(row.test);
    const why = reason === undefined ? '' : `; because ${reason}`;
    if (wrong.length > 0) say(`${kind} ${where}: ${wrong.join('; ')}${why}`);
  } catch (error) {
    result.error += 1;
    say(`error ${where}: ${String(error)}`);
  }
}

/** Where nothing is signed, the imprints are what is accepted. */
function isDecisive(field: string, { expect }: Row): boolean {
  return verdicts.has(field) || (field === 'messageImprintIntact' && expect.signatureIntact === undefined);
}

const said = ({ value }: Fact): string => JSON.stringify(value);

function judge(folder: string, row: Row): Promise<ValidationReport> {
  const read = (name: string): Uint8Array => readFileSync(join(folder, 'documents', name));
  const detached = row.detached.map((name) => ({ name: basename(name), bytes: read(name) }));
  return validateDocument({ bytes: read(row.document), detached, anchors: [], at: new Date() });
}

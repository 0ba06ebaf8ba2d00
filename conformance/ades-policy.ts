import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type BlockReport,
  type DetailedReport,
  type DiagnosticData,
  executeValidation,
  type ProcessPolicy,
  readConstraintXml,
  readCryptoSuiteXml,
  readDssDiagnosticData,
  withAlgorithms,
} from '@tra/signature';
import { altered, alteredTests } from './ades-policy-alterations.ts';

/** Figures of a run over the cases of the EN 319 102-1 process. */
export interface AdesPolicyResult {
  suite: 'ades-policy';
  cases: number;
  /** Rows that agree with the data as given. */
  agree: number;
  /** Rows accepted that should not be, and others that differ; without the contradictory ones. */
  falseAccept: number;
  falseReject: number;
  error: number;
  /** Rows of which another row over the same data expects something else, and how many of them differ: not all of them can agree. */
  contradictory: number;
  contradictoryDiffer: number;
  /** Rows that agree when the data are changed as the public test changes them first; rows without a change as given. */
  alteredAgree: number;
  seconds: number;
}

interface Row {
  readonly diagnosticData: string;
  readonly test: string;
  readonly final: readonly { readonly id: string; readonly indication: string }[];
  readonly finalSub: readonly { readonly id: string; readonly subIndication: string }[];
  readonly phases: Readonly<Record<string, readonly [readonly string[], readonly string[]]>>;
}

/** What a phase says: indication and sub-indication. */
export interface Verdict {
  readonly indication: string;
  readonly subIndication?: string;
}

const verdictOf = ({ conclusion: { indication, subIndication } }: BlockReport): Verdict => ({
  indication,
  ...(subIndication === undefined ? {} : { subIndication }),
});

/** The token that an expression of the manifest means. */
function finalOf(report: DetailedReport, id: string): Verdict | undefined {
  if (id.includes('FirstSignature')) return report.signatures[0];
  if (id.includes('FirstEvidenceRecord')) return report.evidenceRecords[0];
  if (!id.includes('FirstTimestamp')) return undefined;
  const attached = new Set(report.signatures.flatMap(({ timestamps }) => timestamps));
  return report.timestamps.find(({ token }) => !attached.has(token)) ?? report.timestamps[0];
}

/** The phase of the first signature, or of its first time-stamp. */
function phaseOf(report: DetailedReport, phase: string): Verdict | undefined {
  const signature = report.signatures[0];
  const timestamp =
    report.timestamps.find(({ token }) => signature?.timestamps.includes(token)) ?? report.timestamps[0];
  if (phase === 'timestamp') return timestamp && verdictOf(timestamp.basic);
  if (phase === 'archiveTimestamp') return timestamp && verdictOf(timestamp.archive);
  if (!signature) return undefined;
  if (phase === 'basic') return verdictOf(signature.basic);
  return verdictOf(phase === 'ltv' ? signature.longTerm : signature.archive);
}

/** Where the report differs from the row, in words; nothing when it agrees. */
function differences(row: Row, report: DetailedReport, lastPhase?: string): string[] {
  const wrong: string[] = [];
  const compare = (where: string, found: string | undefined, expected: string | undefined): void => {
    if (found !== expected) wrong.push(`${where} ${found ?? '-'}, expected ${expected ?? '-'}`);
  };
  const final = (id: string): Verdict | undefined => (lastPhase ? phaseOf(report, lastPhase) : finalOf(report, id));
  for (const { id, indication } of row.final) compare('final', final(id)?.indication, indication);
  for (const { id, subIndication } of row.finalSub) compare('sub', final(id)?.subIndication, subIndication);
  for (const [phase, [indications, subIndications]] of Object.entries(row.phases)) {
    const found = phaseOf(report, phase);
    if (indications[0] !== undefined) compare(phase, found?.indication, indications[0]);
    if (subIndications[0] !== undefined) compare(`${phase} sub`, found?.subIndication, subIndications[0]);
  }
  return wrong;
}

/** Rows that cannot all agree, because they expect different things of the same data. */
function contradictions(rows: readonly Row[]): Row[] {
  const expected = (row: Row): string => JSON.stringify([row.final, row.finalSub, row.phases]);
  return rows.filter((row) =>
    rows.some(
      (other) =>
        other.diagnosticData === row.diagnosticData && conflict(row, other) && expected(row) !== expected(other),
    ),
  );
}

function conflict(one: Row, other: Row): boolean {
  const facts = (row: Row): Map<string, string> => {
    const found = new Map<string, string>();
    for (const { id, indication } of row.final) found.set(`${id} indication`, indication);
    for (const { id, subIndication } of row.finalSub) found.set(`${id} sub`, subIndication);
    for (const [phase, [indications, subs]] of Object.entries(row.phases))
      found.set(phase, `${indications[0]} ${subs[0] ?? ''}`);
    return found;
  };
  const others = facts(other);
  return [...facts(one)].some(([key, value]) => others.has(key) && others.get(key) !== value);
}

/** The policy of the corpus with its catalogue of algorithms. */
export function corpusPolicy(folder: string): ProcessPolicy {
  const { policy, warnings } = readConstraintXml(readFileSync(join(folder, 'default-policy.xml')));
  const suite = readCryptoSuiteXml(readFileSync(join(folder, 'default-crypto-suite.xml')));
  for (const { code, where, value } of [...warnings, ...suite.warnings]) {
    process.stderr.write(`policy: ${code} ${where} ${value ?? ''}\n`);
  }
  return withAlgorithms(policy, suite.algorithms);
}

const accepts = (verdict: string | undefined): boolean => verdict === 'TOTAL_PASSED' || verdict === 'PASSED';

/**
 * The cases of the EN 319 102-1 process that DSS asserts over its diagnostic data: Indication and SubIndication of the whole, and of the phases
 * where a row states them. First over the data as given, then over the data as the public test changes them. Prints each disagreement
 * and each contradiction on standard error.
 */
export async function run(folder: string): Promise<AdesPolicyResult> {
  const rows = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Row[];
  if (rows.length === 0) throw new Error(`no cases in ${folder}`);
  const policy = corpusPolicy(folder);
  const contradictory = contradictions(rows);
  const result: AdesPolicyResult = {
    suite: 'ades-policy',
    cases: rows.length,
    agree: 0,
    falseAccept: 0,
    falseReject: 0,
    error: 0,
    contradictory: contradictory.length,
    contradictoryDiffer: 0,
    alteredAgree: 0,
    seconds: 0,
  };
  const start = performance.now();
  for (const row of rows) compareRow(row, { folder, policy, result, contradictory });
  for (const { diagnosticData, test } of contradictory) {
    process.stderr.write(`contradictory ${diagnosticData} (${test})\n`);
  }
  result.seconds = Math.round(performance.now() - start) / 1000;
  return result;
}

interface Run {
  readonly folder: string;
  readonly policy: ProcessPolicy;
  readonly result: AdesPolicyResult;
  readonly contradictory: readonly Row[];
}

function compareRow(row: Row, { folder, policy, result, contradictory }: Run): void {
  const where = `${row.diagnosticData} (${row.test})`;
  try {
    const file = join(folder, 'diagnostic-data', row.diagnosticData);
    const data: DiagnosticData = readDssDiagnosticData(readFileSync(file));
    const report = executeValidation(data, policy);
    const wrong = differences(row, report);
    if (wrong.length === 0) result.agree += 1;
    else countDifference(row, report, { result, contradictory });
    if (wrong.length > 0) process.stderr.write(`as given ${where}: ${wrong.join('; ')}\n`);
    const test = alteredTests[row.test];
    const other = test ? executeValidation(altered(data, test.alterations), policy) : report;
    const left = differences(row, other, test?.lastPhase);
    if (left.length === 0) result.alteredAgree += 1;
    else process.stderr.write(`as altered ${where}: ${left.join('; ')}\n`);
  } catch (error) {
    result.error += 1;
    process.stderr.write(
      `error ${where}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
  }
}

function countDifference(
  row: Row,
  report: DetailedReport,
  { result, contradictory }: Pick<Run, 'result' | 'contradictory'>,
): void {
  const accepted = row.final.some(
    ({ id, indication }) => accepts(finalOf(report, id)?.indication) && !accepts(indication),
  );
  if (contradictory.includes(row)) result.contradictoryDiffer += 1;
  else result[accepted ? 'falseAccept' : 'falseReject'] += 1;
}

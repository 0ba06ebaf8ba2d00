// npm run -s conformance -- SUITE FOLDER
// Runs an outside suite against the engines and prints one JSON line last. Exit 0 only without false accepts and errors.
// npm run -s conformance -- x509-limbo -  speaks that suite's harness form: limbo.json on standard input, LimboResult on output.
import { existsSync, readdirSync } from 'node:fs';

/** The last line that a conformance run prints. */
export interface ConformanceResult {
  readonly suite: string;
  readonly cases: number;
  readonly agree: number;
  readonly falseAccept: number;
  readonly falseReject: number;
  readonly error: number;
  readonly seconds: number;
}

const suites: Readonly<Record<string, () => Promise<{ run(folder: string): Promise<ConformanceResult> }>>> = {
  attacks: () => import('./attacks.ts'),
  'document-mutations': () => import('./document-mutations.ts'),
  mutations: () => import('./mutations.ts'),
  pkits: () => import('./pkits.ts'),
  'timestamp-tokens': () => import('./timestamp-tokens.ts'),
  ades: () => import('./ades.ts'),
  'ades-policy': () => import('./ades-policy.ts'),
  'timestamp-mutations': () => import('./timestamp-mutations.ts'),
  'x509-limbo': () => import('./limbo.ts'),
};

/** Suites that make their cases themselves: a number of cases, or a folder to write to, may stand in place of the folder. */
const selfMade: ReadonlySet<string> = new Set(['attacks', 'document-mutations', 'timestamp-mutations']);

const [suite = '', folder = ''] = process.argv.slice(2);
const load = suites[suite];
if (!load || (!folder && !selfMade.has(suite))) {
  process.stderr.write(`usage: npm run -s conformance -- ${Object.keys(suites).join('|')} FOLDER\n`);
  process.exit(64);
}
if (suite === 'x509-limbo' && folder === '-') {
  (await import('./limbo.ts')).runHarness();
  process.exit(0);
}
if (!selfMade.has(suite) && (!existsSync(folder) || readdirSync(folder).length === 0)) {
  process.stderr.write(`${folder} is missing or empty\n`);
  process.exit(66);
}
const result = await (await load()).run(folder);
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exitCode = result.cases > 0 && result.falseAccept === 0 && result.error === 0 ? 0 : 1;

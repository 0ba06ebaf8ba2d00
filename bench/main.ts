// npm run -s bench -- NAME
// Measures one thing beside its physical limit in the same run and prints one JSON line last.

/** The last line that a bench prints: our rate, the limit beside it, and their ratio. */
export interface BenchResult {
  readonly bench: string;
  readonly rate: number;
  readonly limit: number;
  readonly ratio: number;
  readonly [detail: string]: unknown;
}

const benches: Readonly<Record<string, () => Promise<{ run(): Promise<BenchResult> }>>> = {
  crl: () => import('./crl.ts'),
  issue: () => import('./issue.ts'),
  'issue-certificate': () => import('./issue-certificate.ts'),
  log: () => import('./log.ts'),
  path: () => import('./path.ts'),
  'pdf-difference': () => import('./pdf-difference.ts'),
  keys: () => import('./keys.ts'),
  ocsp: () => import('./ocsp.ts'),
  start: () => import('./start.ts'),
  storage: () => import('./storage.ts'),
  timestamp: () => import('./timestamp.ts'),
  'timestamp-memory': () => import('./timestamp-memory.ts'),
  validate: () => import('./validate.ts'),
  'validate-large': () => import('./validate-large.ts'),
};

const [name = ''] = process.argv.slice(2);
const load = benches[name];
if (!load) {
  process.stderr.write(`usage: npm run -s bench -- ${Object.keys(benches).join('|')}\n`);
  process.exit(64);
}
process.stdout.write(`${JSON.stringify(await (await load()).run())}\n`);
process.exit(0);

// The whole test run: `npm test`. Independent tools first, then lint, build, unit and interop tests on the embedded
// database, the storage contracts again on a PostgreSQL server, and the browser tests. Ends with one line of totals.
//   node tools/test.mjs [--only lint,unit,…]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.mjs';

const reports = join(root, 'artifacts/test-reports');
const totals = { passed: 0, failed: 0, skipped: 0 };
const vitest = 'node_modules/vitest/vitest.mjs';

const steps = [
  { name: 'tools', script: ['tools/debian-packages.mjs'] },
  { name: 'tools', script: ['tools/python-packages.mjs'] },
  { name: 'lint', script: ['node_modules/@biomejs/biome/bin/biome', 'check', '.'] },
  { name: 'lint', script: ['tools/check-boundaries.mjs'] },
  { name: 'lint', script: ['tools/check-docs.mjs'] },
  { name: 'lint', script: ['tools/check-messages.mjs'] },
  { name: 'lint', script: ['node_modules/knip/bin/knip.js'] },
  { name: 'build', script: ['tools/build.mjs'] },
  { name: 'types', script: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.test.json'] },
  { name: 'types', script: ['node_modules/typescript/bin/tsc', '-p', 'apps/portal/tsconfig.test.json'] },
  { name: 'unit', script: [vitest, 'run'], report: 'unit' },
  {
    name: 'postgres',
    script: [
      'tools/with-postgres.mjs',
      '--if-available',
      '--',
      process.execPath,
      vitest,
      'run',
      'contract',
      'systems/',
      'platform/jobs',
      'platform/audit',
    ],
    report: 'postgres',
  },
  {
    name: 'browser',
    script: ['--conditions=tra-source', '--import', 'tsx', 'apps/portal/test/browser/main.ts'],
    counted: true,
    skip: withoutBrowser,
  },
];

/** Why the browser tests cannot run here; in CI that is a failure, elsewhere a notice. */
function withoutBrowser() {
  const places = [
    process.env.TRA_CHROMIUM ?? '',
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ];
  if (process.env.CI || places.some((place) => existsSync(place))) return undefined;
  return 'skipped: no Chromium here. Install it, or set TRA_CHROMIUM to its path.';
}

function countReport(path) {
  if (!existsSync(path)) return false;
  const report = JSON.parse(readFileSync(path, 'utf8'));
  totals.passed += report.numPassedTests;
  totals.failed += report.numFailedTests;
  totals.skipped += report.numPendingTests + report.numTodoTests;
  if (report.numTotalTests === 0) totals.failed += 1;
  return true;
}

function countLine(output) {
  const line = [...output.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm)].at(-1);
  if (!line) return false;
  totals.passed += Number(line[1]);
  totals.failed += Number(line[2]);
  totals.skipped += Number(line[3] ?? 0);
  return true;
}

function runStep(step) {
  const path = join(reports, `${step.report}.json`);
  const reporting = step.report ? ['--reporter=dot', '--reporter=json', `--outputFile.json=${path}`] : [];
  process.stdout.write(`\n== ${step.name}: ${step.script.slice(-2).join(' ')}\n`);
  const reason = step.skip?.();
  if (reason) {
    totals.skipped += 1;
    process.stdout.write(`${reason}\n`);
    return;
  }
  const result = spawnSync(process.execPath, [...step.script, ...reporting], {
    cwd: root,
    stdio: ['ignore', step.counted ? 'pipe' : 'inherit', 'inherit'],
    encoding: 'utf8',
    env: process.stdout.isTTY ? process.env : { ...process.env, NO_COLOR: '1' },
    maxBuffer: 1 << 28,
  });
  if (step.counted) process.stdout.write(result.stdout ?? '');
  const counted = step.report ? countReport(path) : step.counted ? countLine(result.stdout ?? '') : false;
  if (result.status === 0) {
    if (!counted && !step.report) totals.passed += 1;
  } else if (!counted || totals.failed === 0) {
    totals.failed += 1;
    process.stderr.write(`${step.name} failed\n`);
  }
}

const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1].split(',') : undefined;
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
for (const step of steps) if (!only || only.includes(step.name)) runStep(step);
process.stdout.write(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`);
process.exitCode = totals.failed === 0 ? 0 : 1;

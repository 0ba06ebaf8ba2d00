// Prints how much compressed script the portal needs before the first interaction; exits 1 over budget.
//   node tools/portal-size.mjs [folder of the portal build]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const budget = 150_000;

/** Views that somebody may come to first, with the chunks that each loads besides the entry: texts of one language, and the page. */
const views = [
  { path: '/', chunks: ['messages-th', 'home-page'] },
  { path: '/validate, to the first verdict', chunks: ['messages-th', 'validate-page', 'validation.th', 'licence.th'] },
];

function collect(manifest, key, into) {
  const chunk = manifest[key];
  if (!chunk || into.has(chunk.file)) return into;
  into.add(chunk.file);
  for (const imported of chunk.imports ?? []) collect(manifest, imported, into);
  return into;
}

function sizeOf(directory, files) {
  return files.map((file) => ({
    file,
    bytes: gzipSync(readFileSync(join(directory, file)), { level: 9 }).length,
  }));
}

/** Sums the gzipped scripts of each view (entry, its imports, what the view needs, and preferences.js). */
export function measureFirstViews(directory) {
  const manifest = JSON.parse(readFileSync(join(directory, '.vite/manifest.json'), 'utf8'));
  const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
  return views.map(({ path, chunks }) => {
    const files = collect(manifest, entry, new Set());
    for (const name of chunks) {
      const key = Object.keys(manifest).find((candidate) => manifest[candidate].name === name);
      if (!key) throw new Error(`The portal build has no chunk named ${name}: the budget would measure too little.`);
      collect(manifest, key, files);
    }
    const scripts = sizeOf(
      directory,
      [...files, 'preferences.js'].filter((file) => file.endsWith('.js')),
    );
    return { path, scripts, total: scripts.reduce((sum, script) => sum + script.bytes, 0), budget };
  });
}

export function renderReport(report) {
  const lines = [...report.scripts]
    .sort((a, b) => b.bytes - a.bytes)
    .map(({ file, bytes }) => `  ${file}: ${(bytes / 1000).toFixed(1)} kB`);
  const verdict = report.total > report.budget ? 'OVER' : 'within';
  const total = (report.total / 1000).toFixed(1);
  return [
    `Script before the first interaction on ${report.path}: ${total} kB gzip, ${verdict} the budget of ${report.budget / 1000} kB`,
    ...lines,
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const directory = process.argv[2] ?? fileURLToPath(new URL('../apps/portal/dist', import.meta.url));
  const reports = measureFirstViews(directory);
  for (const report of reports) process.stdout.write(`${renderReport(report)}\n`);
  process.exitCode = reports.some(({ total }) => total > budget) ? 1 : 0;
}

// Prints how much compressed script the portal needs before the first interaction; exits 1 over budget.
//   node tools/portal-size.mjs [folder of the portal build]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const budget = 150_000;

/** Chunks that the first view loads besides the entry: the texts of one language and the home page. */
const alsoFirst = ['messages-th', 'home-page'];

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

/** Sums the gzipped scripts of the first view (entry, its imports, one language, the home page and preferences.js). */
export function measureFirstView(directory) {
  const manifest = JSON.parse(readFileSync(join(directory, '.vite/manifest.json'), 'utf8'));
  const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
  const files = collect(manifest, entry, new Set());
  for (const name of alsoFirst) {
    const key = Object.keys(manifest).find((candidate) => manifest[candidate].name === name);
    if (!key) throw new Error(`The portal build has no chunk named ${name}: the budget would measure too little.`);
    collect(manifest, key, files);
  }
  const scripts = sizeOf(
    directory,
    [...files, 'preferences.js'].filter((file) => file.endsWith('.js')),
  );
  return { scripts, total: scripts.reduce((sum, script) => sum + script.bytes, 0), budget };
}

export function renderReport(report) {
  const lines = [...report.scripts]
    .sort((a, b) => b.bytes - a.bytes)
    .map(({ file, bytes }) => `  ${file}: ${(bytes / 1000).toFixed(1)} kB`);
  const verdict = report.total > report.budget ? 'OVER' : 'within';
  const total = (report.total / 1000).toFixed(1);
  return [
    `Script before the first interaction: ${total} kB gzip, ${verdict} the budget of ${report.budget / 1000} kB`,
    ...lines,
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const directory = process.argv[2] ?? fileURLToPath(new URL('../apps/portal/dist', import.meta.url));
  const report = measureFirstView(directory);
  process.stdout.write(`${renderReport(report)}\n`);
  process.exitCode = report.total > report.budget ? 1 : 0;
}

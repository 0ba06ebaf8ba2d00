// Builds everything that `npx tra` and the portal need: TypeScript of all packages, the bundle of them, then the portal's files.
//   node tools/build.mjs [--if-needed]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rings, root } from './workspace.mjs';

const stamp = join(root, 'node_modules/.cache/tra-build');
const outputs = ['apps/cli/dist/main.js', 'apps/cli/dist/bundle/main.js', 'apps/portal/dist/index.html'];

function newest(path) {
  const state = statSync(path);
  if (!state.isDirectory()) return state.mtimeMs;
  let latest = 0;
  for (const entry of readdirSync(path)) {
    if (['node_modules', 'dist', 'dist-types', 'test'].includes(entry)) continue;
    latest = Math.max(latest, newest(join(path, entry)));
  }
  return latest;
}

function isCurrent() {
  if (!existsSync(stamp) || outputs.some((path) => !existsSync(join(root, path)))) return false;
  const built = statSync(stamp).mtimeMs;
  return [...rings, 'package-lock.json', 'tsconfig.json', 'tsconfig.base.json'].every(
    (path) => newest(join(root, path)) < built,
  );
}

function run(title, file, args) {
  const started = Date.now();
  const result = spawnSync(process.execPath, [join(root, file), ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (result.status !== 0) {
    process.stderr.write(`The build stopped: ${title} failed.\n`);
    process.exit(result.status ?? 1);
  }
  process.stderr.write(`${title}: ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}

if (process.argv.includes('--if-needed') && isCurrent()) process.exit(0);
if (process.argv.includes('--clean')) for (const path of outputs) rmSync(join(root, path), { force: true });
process.stderr.write('Building Tra (the first time takes about half a minute)\n');
run('types and server', 'node_modules/typescript/bin/tsc', ['--build']);
run('bundle', 'tools/bundle.mjs', []);
run('portal', 'node_modules/vite/bin/vite.js', ['build', 'apps/portal', '--logLevel', 'warn']);
mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
writeFileSync(stamp, new Date().toISOString());

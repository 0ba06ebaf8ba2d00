// Installs the Python packages that interop tests ask for an opinion (pyHanko and others) into a folder of their own, exactly those
// of python-packages.txt by their hashes. Where that is not possible it says so, and the tests say that they were skipped.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.mjs';

const wanted = join(root, 'tools/python-packages.txt');
const folder = join(root, 'node_modules/.cache/tra-python');
const python = join(folder, 'bin/python');
const marker = join(folder, 'installed');
const version = createHash('sha256').update(readFileSync(wanted)).digest('hex');

const isInstalled = () => existsSync(marker) && readFileSync(marker, 'utf8') === version;
const run = (command, args) => spawnSync(command, args, { stdio: 'ignore', timeout: 240_000 }).status === 0;
const install = () => {
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries', '1', '--timeout', '20'];
  return (
    run('python3', ['-m', 'venv', folder]) &&
    run(python, [...pip, '--require-hashes', '--only-binary', ':all:', '-r', wanted])
  );
};

if (process.env.TRA_PYTHON === undefined && !isInstalled()) {
  process.stderr.write('Installing pyHanko, signxml and jwcrypto for interop tests with pip\n');
  rmSync(folder, { recursive: true, force: true });
  if (install()) writeFileSync(marker, version);
  else {
    rmSync(folder, { recursive: true, force: true });
    process.stderr.write('pip could not; tests that ask those are skipped.\n');
  }
}

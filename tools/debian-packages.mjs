// Installs the Debian packages that independent checks need (a browser, PDF tools, a database server) where that is
// allowed: on Debian or Ubuntu, as root. Elsewhere it says what is missing, and the tests that need it say they were skipped.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const wanted = [
  { name: 'chromium', files: ['/usr/bin/chromium'] },
  { name: 'poppler-utils', files: ['/usr/bin/pdfsig'] },
  { name: 'qpdf', files: ['/usr/bin/qpdf'] },
  { name: 'openssl', files: ['/usr/bin/openssl'] },
  { name: 'chrony', files: ['/usr/sbin/chronyd'] },
  { name: 'softhsm2', files: ['/usr/bin/softhsm2-util'] },
  { name: 'certbot', files: ['/usr/bin/certbot'] },
  { name: 'libxml2-utils', files: ['/usr/bin/xmllint'] },
  { name: 'xmlsec1', files: ['/usr/bin/xmlsec1'] },
  { name: 'python3-venv', probe: "python3 -c 'import venv, ensurepip'" },
  { name: 'postgresql', probe: 'ls /usr/lib/postgresql/*/bin/initdb' },
];

const holds = (probe) => spawnSync('sh', ['-c', probe], { stdio: 'ignore' }).status === 0;
const isMissing = ({ files, probe }) => (probe ? !holds(probe) : !files.every((file) => existsSync(file)));

const missing = wanted.filter(isMissing).map((entry) => entry.name);
if (missing.length > 0) {
  const allowed = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (!allowed) {
    process.stderr.write(
      `Not installed: ${missing.join(', ')}. Install them, or run as root on Debian; tests that need them are skipped.\n`,
    );
  } else {
    process.stderr.write(`Installing ${missing.join(', ')} with apt-get\n`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const options = { stdio: ['ignore', 'ignore', 'inherit'], env };
    spawnSync('apt-get', ['update', '-qq'], options);
    const result = spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], options);
    if (result.status !== 0) process.stderr.write('apt-get failed; tests that need these packages are skipped.\n');
  }
}

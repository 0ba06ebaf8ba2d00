// Adds to package-lock.json the optional platform packages that `npm install` left out because the registry in use
// does not carry them (a mirror for one platform). Without the entries `npm ci` calls the lock file out of sync.
// Usage: node tools/complete-lockfile.mjs   (after every npm install that changed the lock file)
import { readFileSync, writeFileSync } from 'node:fs';

const platforms = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
  'wasm32',
  'wasi',
];
const processors = [
  'arm64',
  'arm',
  'ia32',
  'x64',
  'x86',
  'loong64',
  'mips64el',
  'ppc64le',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
];
const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));

const partOf = (name, words) =>
  words.find((word) => new RegExp(`(^|[-/])${word}(?=[-_]|$|eabi|hf|gnu|musl|msvc)`).test(name));

let added = 0;
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const nested = `${path}/node_modules/${name}`;
    const hoisted = `node_modules/${name}`;
    if (lock.packages[nested] ?? lock.packages[hoisted]) continue;
    const os = partOf(name, platforms);
    const cpu = partOf(name, processors);
    if (!os && !cpu) continue;
    lock.packages[hoisted] = {
      version,
      ...(cpu ? { cpu: [cpu] } : {}),
      ...(entry.dev ? { dev: true } : {}),
      optional: true,
      ...(os && !os.startsWith('was') ? { os: [os] } : {}),
    };
    added += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${added} platform packages added to package-lock.json\n`);

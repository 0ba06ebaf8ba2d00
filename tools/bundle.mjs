// Joins what `tra` loads at a start into a few files: reading and linking two thousand small ones costs most of a second.
//   node tools/bundle.mjs        after tsc --build
// The compiled packages stay what they are, and `tra` runs them when the bundle is older (decision 15).
import { existsSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';
import { packageName, packages, root } from './workspace.mjs';

const folder = join(root, 'apps/cli/dist/bundle');

/** Libraries that are joined with what they need. All others, with files, threads or native code of their own, are loaded from where they are. */
const joined = /^(?:typebox|kysely|fastify|@fastify\/.*|pg|prom-client)$/;
const installed = /^(?:pino|pg-native|@opentelemetry\/api)$/;

/** A module goes on finding its package's files where they are, and starts its workers from there. */
const keepAddresses = {
  name: 'keep-addresses',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/](?:apps|engines|platform|systems)[\\/][^\\/]+[\\/]dist[\\/].*\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes('import.meta.url')) return undefined;
      const address = `new URL(${JSON.stringify(relative(folder, path).replaceAll('\\', '/'))}, import.meta.url).href`;
      return { contents: text.replaceAll('import.meta.url', address), loader: 'js' };
    });
  },
};

/** The folder in which Node finds the package `name` for a module below `from`. */
function nearest(name, from) {
  const place = join(from, 'node_modules', name);
  if (existsSync(place)) return realpathSync(place);
  return dirname(from) === from ? undefined : nearest(name, dirname(from));
}

const leaveInstalled = {
  name: 'leave-installed',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind, importer }) => {
      const name = packageName(path);
      if (kind === 'entry-point' || name.startsWith('@tra/') || joined.test(name)) return undefined;
      if (importer.includes('node_modules') && !installed.test(name) && !isBuiltin(path)) return undefined;
      if (!isBuiltin(path) && nearest(name, dirname(importer)) !== nearest(name, folder))
        return { errors: [{ text: `${path} is another one for ${importer} than for the bundle` }] };
      return { path, external: true };
    });
  },
};

rmSync(folder, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: { main: join(root, 'apps/cli/dist/main.js') },
  outdir: folder,
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  banner: {
    js: `import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);`,
  },
  metafile: true,
  logLevel: 'warning',
  plugins: [leaveInstalled, keepAddresses],
});

// What the bundle was made from, for `tra` to see whether it is current: the state of each compiled package and of the installed ones.
const inputs = Object.keys(metafile.inputs);
const compiled = packages().filter((entry) => inputs.some((path) => path.startsWith(`${entry.folder}/dist/`)));
const states = [...compiled.map((entry) => `${entry.folder}/dist/.tsbuildinfo`), 'package-lock.json'];
const madeFrom = Object.fromEntries(states.map((path) => [path, statSync(join(root, path)).mtimeMs]));
writeFileSync(join(folder, 'made-from.json'), JSON.stringify(madeFrom));

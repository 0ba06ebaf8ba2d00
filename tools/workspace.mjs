// What the checks know of the work tree: its packages, their sources and the imports in them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const rings = ['engines', 'platform', 'systems', 'apps'];

/** Every package of the four rings: folder, ring, package.json, tsconfig.json. */
export function packages() {
  return rings.flatMap((ring) =>
    readdirSync(join(root, ring), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && existsSync(join(root, ring, entry.name, 'package.json')))
      .map((entry) => {
        const folder = `${ring}/${entry.name}`;
        return {
          ring,
          folder,
          manifest: readJson(`${folder}/package.json`),
          project: readJson(`${folder}/tsconfig.json`),
        };
      }),
  );
}

export function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

/** Source files below `folder`, as paths from the root. */
export function sources(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return ['node_modules', 'dist', 'dist-types'].includes(entry.name) ? [] : sources(path);
    return /\.(ts|tsx|mts)$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [path] : [];
  });
}

/** Module specifiers that the text imports, exports from or loads. */
export function importsOf(text) {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const found = new Set();
  const patterns = [
    /\bfrom\s*['"]([^'"\n]+)['"]/g,
    /\bimport\s*['"]([^'"\n]+)['"]/g,
    /\bimport\s*\(\s*['"]([^'"\n]+)['"]/g,
    /\brequire\s*\(\s*['"]([^'"\n]+)['"]/g,
  ];
  for (const pattern of patterns) for (const match of code.matchAll(pattern)) found.add(match[1]);
  return [...found].filter((specifier) => !specifier.includes('${'));
}

/** The name of the npm package that a bare specifier belongs to. */
export function packageName(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

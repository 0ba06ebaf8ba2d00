import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/* Texts come in parts, fetched with the page or the component that shows them: no page may show a text of a part that it did not ask for. */

const portal = fileURLToPath(new URL('../', import.meta.url));
const partOf = new Map(
  readdirSync(join(portal, 'messages'))
    .filter((name) => name.endsWith('th.json'))
    .flatMap((name) => {
      const texts: object = JSON.parse(readFileSync(join(portal, 'messages', name), 'utf8'));
      const part = name === 'th.json' ? 'first' : name.replace('.th.json', '');
      return Object.keys(texts).map((key) => [key, part] as const);
    }),
);

interface Module {
  readonly imports: readonly string[];
  /** Modules fetched later, with the parts that they are fetched with. */
  readonly later: readonly { readonly path: string; readonly parts: readonly string[] }[];
  readonly keys: readonly string[];
}

const modules = new Map<string, Module>();

function moduleAt(path: string): Module {
  const known = modules.get(path);
  if (known) return known;
  const source = readFileSync(path, 'utf8');
  const near = (name: string | undefined): string => join(dirname(path), name ?? '');
  const imports = [...source.matchAll(/(?:^import [^;]*?|^export [^;]*?)from '(\.[^']+\.tsx?)'/gms)]
    .filter(([statement]) => !/^(import|export) type /.test(statement))
    .map(([, name]) => near(name));
  const constants = new Map(
    [...source.matchAll(/const (\w+) = (\[[^\]]*\]) as const/g)].map(([, name, list]) => [name, list]),
  );
  const loader = /const load = \(\) => import\('([^']+)'\)/.exec(source)?.[1];
  const later = [
    ...source.matchAll(/(?:lazyPage|laterPart)\(\s*(\[[^\]]*\]|\w+),\s*(?:\(\) =>\s*import\('([^']+)'\)|load)/g),
  ].map(([, list = '', name]) => ({
    path: near(name ?? loader),
    parts: (constants.get(list) ?? list).match(/[\w:]+/g) ?? [],
  }));
  const keys = [...source.matchAll(/['"`]([a-zA-Z]+\.[\w.-]+)['"`]/g)].flatMap(([, key = '']) =>
    partOf.has(key) ? [key] : [],
  );
  const begun = [...source.matchAll(/`([a-zA-Z]+\.[\w.-]*)\$\{/g)].flatMap(([, start = '']) =>
    [...partOf.keys()].filter((key) => key.startsWith(start)),
  );
  const found = { imports, later, keys: [...keys, ...begun] };
  modules.set(path, found);
  return found;
}

/** Keys that a module and all that it imports show although their part is not there. */
function missing(start: string, parts: readonly string[], seen = new Set<string>()): string[] {
  const faults: string[] = [];
  const within = new Set<string>();
  const visit = (path: string): void => {
    if (within.has(path) || !existsSync(path)) return;
    within.add(path);
    const { imports, later, keys } = moduleAt(path);
    for (const key of keys) {
      const part = partOf.get(key) ?? '';
      if (part !== 'first' && !parts.includes(part))
        faults.push(`${path.replace(portal, '')} shows ${key}, a text of ${part}`);
    }
    imports.forEach(visit);
    for (const one of later) {
      const mark = `${one.path} ${[...parts, ...one.parts].sort()}`;
      if (!seen.has(mark)) faults.push(...missing(one.path, [...parts, ...one.parts], seen.add(mark)));
    }
  };
  visit(start);
  return faults;
}

const systems = join(portal, 'src/systems');
const routes = readdirSync(systems)
  .map((name) => join(systems, name, 'routes.tsx'))
  .filter((path) => existsSync(path));
const pages = routes
  .flatMap((path) => moduleAt(path).later)
  .map((page) => ({ ...page, name: page.path.replace(portal, '') }));

describe('parts of the texts', () => {
  it('are named where pages are', () => expect(pages.length).toBeGreaterThan(30));
  it.each(pages)('$name has all that it shows', ({ path, parts }) => {
    expect([...new Set(missing(path, parts))]).toEqual([]);
  });
  it.each(['shell/shell.tsx', 'shell/error-page.tsx', 'shell/not-found.tsx', 'home/home-page.tsx'])(
    '%s needs none beyond those of a first view',
    (name) => expect(missing(join(portal, 'src', name), [])).toEqual([]),
  );
});

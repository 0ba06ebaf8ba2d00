import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
// @ts-expect-error a plain JavaScript module without types
import { ringFault } from '../ring-rules.mjs';
// @ts-expect-error a plain JavaScript module without types
import { importsOf } from '../workspace.mjs';

const tools = fileURLToPath(new URL('..', import.meta.url));
const at = (folder: string) => ({ folder, ring: folder.split('/')[0] });
let tree = '';

function write(path: string, text: string): void {
  mkdirSync(join(tree, path, '..'), { recursive: true });
  writeFileSync(join(tree, path), text);
}

function addPackage(folder: string, name: string, source: string, dependencies: Record<string, string> = {}): void {
  write(`${folder}/package.json`, JSON.stringify({ name, dependencies }));
  write(`${folder}/tsconfig.json`, JSON.stringify({ references: [] }));
  write(`${folder}/src/index.ts`, source);
}

function runCheck(script: string): { status: number | null; stderr: string } {
  return spawnSync(process.execPath, [join(tree, 'tools', script)], { encoding: 'utf8' });
}

beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'tra-checks-'));
  cpSync(tools, join(tree, 'tools'), { recursive: true, filter: (path) => !path.includes('/test') });
  for (const ring of ['engines', 'platform', 'systems', 'apps']) mkdirSync(join(tree, ring));
});

afterEach(() => rmSync(tree, { recursive: true, force: true }));

test.each([
  ['engines/pki', 'platform/http'],
  ['engines/kernel', 'engines/asn1'],
  ['platform/http', 'engines/pki'],
  ['platform/http', 'systems/pki'],
  ['systems/licensing', 'systems/signing'],
  ['systems/licensing', 'apps/server'],
  ['apps/portal', 'systems/licensing'],
])('%s may not import %s', (from, to) => {
  expect(ringFault(at(from), at(to))).toBeTypeOf('string');
});

test.each([
  ['engines/cms', 'engines/asn1'],
  ['platform/http', 'engines/kernel'],
  ['systems/pki', 'engines/pki'],
  ['systems/pki', 'platform/http'],
  ['apps/server', 'systems/pki'],
  ['apps/portal', 'engines/cases'],
])('%s may import %s', (from, to) => {
  expect(ringFault(at(from), at(to))).toBeUndefined();
});

test('imports are found in every form, and not in comments', () => {
  const text = `import a from 'a';\nimport 'b';\nexport { c } from 'c';\nconst d = await import('d');\n// import e from 'e';\n/* import f from 'f'; */`;
  expect(importsOf(text).sort()).toEqual(['a', 'b', 'c', 'd']);
});

test.each([
  ["import { readFile } from 'node:fs';\n", 'node:fs is a Node built-in'],
  ["import { x } from 'left-pad';\n", 'does not declare'],
  ["import { x } from '../../pki/src/name.ts';\n", 'leaves its package'],
])('the boundary check refuses %j in an engine', (source, reason) => {
  addPackage('engines/sample', '@tra/sample', source);
  const result = runCheck('check-boundaries.mjs');
  expect(result.status).toBe(1);
  expect(result.stderr).toContain(reason);
});

test('the boundary check refuses a declared dependency without a project reference', () => {
  addPackage('engines/kernel', '@tra/kernel', 'export {};\n');
  addPackage('engines/sample', '@tra/sample', "import '@tra/kernel';\n", { '@tra/kernel': '0.1.0' });
  expect(runCheck('check-boundaries.mjs').stderr).toContain('no reference to engines/kernel');
});

test.each(['check-boundaries.mjs', 'check-docs.mjs', 'check-messages.mjs'])(
  '%s fails when it looked at nothing',
  (script) => {
    expect(runCheck(script).status).toBe(1);
  },
);

test('an exported name without a doc comment is found', () => {
  addPackage('engines/sample', '@tra/sample', "export { bare } from './bare.ts';\n");
  write('engines/sample/src/bare.ts', 'export function bare(): void {}\n');
  expect(runCheck('check-docs.mjs').stderr).toContain('bare has no doc comment');
});

test('a message in one language only is found', () => {
  addPackage('systems/sample', '@tra/system-sample', 'export {};\n');
  write('systems/sample/messages/th.json', '{"sample.a":"ก"}');
  write('systems/sample/messages/en.json', '{}');
  expect(runCheck('check-messages.mjs').stderr).toContain('missing in English');
});

test('a new system is laid out within the rules, and a name that is none is refused', () => {
  write('tsconfig.json', '{"files":[],"references":[]}');
  write('platform/http/package.json', '{"name":"@tra/platform-http","dependencies":{"typebox":"1.0.0"}}');
  write('platform/http/tsconfig.json', '{}');
  for (const name of ['config', 'storage', 'system'])
    addPackage(`platform/${name}`, `@tra/platform-${name}`, 'export {};\n');
  addPackage('engines/kernel', '@tra/kernel', 'export {};\n');
  const make = (name: string) =>
    spawnSync(process.execPath, [join(tree, 'tools/new-system.mjs'), name], { encoding: 'utf8' });
  expect(make('Not Kebab').status).toBe(64);
  expect(make('sample-registry').status).toBe(0);
  expect(make('sample-registry').status).toBe(73);
  for (const script of ['check-boundaries.mjs', 'check-docs.mjs', 'check-messages.mjs']) {
    expect(runCheck(script).stderr).toBe('');
  }
  const config = readFileSync(join(tree, 'systems/sample-registry/src/config.ts'), 'utf8');
  expect(config).toContain("defineConfig<SampleRegistryConfig>('sample-registry'");
});

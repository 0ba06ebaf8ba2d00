// Lays out a new system: npm run new-system -- <name>. Then add one line to apps/server/src/systems.ts.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, root } from './workspace.mjs';

const name = process.argv[2];
if (!name || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
  process.stderr.write('usage: npm run new-system -- <name in kebab-case>\n');
  process.exit(64);
}
const folder = `systems/${name}`;
if (existsSync(join(root, folder))) {
  process.stderr.write(`${folder} exists already\n`);
  process.exit(73);
}
const camel = name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
const Pascal = camel[0].toUpperCase() + camel.slice(1);
const platform = ['config', 'http', 'storage', 'system'];

const files = {
  'package.json': `${JSON.stringify(
    {
      name: `@tra/system-${name}`,
      version: '0.1.0',
      private: true,
      description: `What ${name} is, in one sentence.`,
      license: 'Apache-2.0',
      type: 'module',
      exports: {
        '.': { 'tra-source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
        './manifest': {
          'tra-source': './src/manifest.ts',
          types: './dist/manifest.d.ts',
          default: './dist/manifest.js',
        },
      },
      dependencies: {
        '@tra/kernel': '0.1.0',
        ...Object.fromEntries(platform.map((part) => [`@tra/platform-${part}`, '0.1.0'])),
        typebox: readJson('platform/http/package.json').dependencies.typebox,
      },
    },
    null,
    2,
  )}\n`,
  'tsconfig.json': `${JSON.stringify(
    {
      extends: '../../tsconfig.base.json',
      compilerOptions: { rootDir: 'src', outDir: 'dist', tsBuildInfoFile: 'dist/.tsbuildinfo' },
      include: ['src'],
      references: [{ path: '../../engines/kernel' }, ...platform.map((part) => ({ path: `../../platform/${part}` }))],
    },
    null,
    2,
  )}\n`,
  'README.md': `# @tra/system-${name}\n\nWhat it is, for whom, and which standard clauses it implements.\n`,
  'messages/th.json': `{\n  "${camel}.title": "${name}"\n}\n`,
  'messages/en.json': `{\n  "${camel}.title": "${name}"\n}\n`,
  'migrations/README.md':
    'One SQL file per change, `YYYYMMDDhhmmss-name.sql`, PostgreSQL, forward only, never edited after merge.\n',
  'src/config.ts': `import { type ConfigSection, defineConfig } from '@tra/platform-config';\nimport { Type } from 'typebox';\n\n/** Configuration of ${name}. */\nexport type ${Pascal}Config = Record<string, never>;\n\nexport const ${camel}Config: ConfigSection<${Pascal}Config> = defineConfig<${Pascal}Config>('${name}', Type.Object({}));\n`,
  'src/manifest.ts': `import type { SystemManifest } from '@tra/platform-system';\nimport { ${camel}Config, type ${Pascal}Config } from './config.ts';\n\n/** What is known of the system without running it. */\nexport const manifest: SystemManifest<${Pascal}Config> = {\n  name: '${name}',\n  root: new URL('..', import.meta.url),\n  config: ${camel}Config,\n  problems: {},\n};\n`,
  'src/index.ts': `import type { System } from '@tra/platform-system';\nimport type { ${Pascal}Config } from './config.ts';\nimport { manifest } from './manifest.ts';\n\n/** What ${name} offers to other systems, through their ports. */\nexport type ${Pascal}Services = Record<string, never>;\n\n/** The ${name} system. */\nexport const ${camel}: System<${Pascal}Config, Record<string, never>, ${Pascal}Services> = {\n  ...manifest,\n  create: () => ({ services: {} }),\n};\n`,
  'test/system.test.ts': `import { expect, test } from 'vitest';\nimport { ${camel} } from '../src/index.ts';\n\ntest('the system carries its name', () => {\n  expect(${camel}.name).toBe('${name}');\n});\n`,
};

for (const [path, text] of Object.entries(files)) {
  mkdirSync(join(root, folder, path, '..'), { recursive: true });
  writeFileSync(join(root, folder, path), text);
}
const solution = readJson('tsconfig.json');
solution.references.push({ path: `./${folder}` });
writeFileSync(join(root, 'tsconfig.json'), `${JSON.stringify(solution, null, 2)}\n`);
spawnSync(process.execPath, [join(root, 'node_modules/@biomejs/biome/bin/biome'), 'check', '--write', folder], {
  cwd: root,
  stdio: 'ignore',
});
process.stdout.write(`${folder} is laid out. Next: npm install, then one line in apps/server/src/systems.ts.\n`);

// Enforces the rings of the layout: apps → systems → platform → kernel, systems → engines → kernel.
// Fails as well when it looked at nothing, because a check that cannot fail proves nothing.

import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { ringFault } from './ring-rules.mjs';
import { importsOf, packageName, packages, root, sources } from './workspace.mjs';

const all = packages();
const byName = new Map(all.map((entry) => [entry.manifest.name, entry]));
const faults = [];
let modules = 0;

function checkModule(entry, path, declared) {
  modules += 1;
  for (const specifier of importsOf(readFileSync(join(root, path), 'utf8'))) {
    if (specifier.startsWith('.')) {
      const target = normalize(join(dirname(path), specifier));
      const own = target.startsWith(`${entry.folder}/`);
      const portalWords = entry.folder === 'apps/portal' && /^systems\/[^/]+\/messages\//.test(target);
      if (!own && !portalWords) faults.push(`${path}: ${specifier} leaves its package`);
      continue;
    }
    if (specifier.startsWith('node:') || builtinModules.includes(specifier)) {
      if (entry.ring === 'engines' && specifier !== 'node:crypto') {
        faults.push(`${path}: ${specifier} is a Node built-in; an engine may use node:crypto only`);
      }
      continue;
    }
    checkPackageImport(entry, path, specifier, declared);
  }
}

function checkPackageImport(entry, path, specifier, declared) {
  const name = packageName(specifier);
  if (name === 'vitest' && /\/(testing|describe)[^/]*$/.test(path)) return;
  const target = byName.get(name);
  const fault = target ? ringFault(entry, target) : undefined;
  if (fault) faults.push(`${path}: imports ${name}; ${fault}`);
  if (name !== entry.manifest.name && !specifier.startsWith('virtual:') && !declared.has(name)) {
    faults.push(`${path}: imports ${name}, which ${entry.folder}/package.json does not declare`);
  }
}

function checkReferences(entry) {
  const declared = Object.keys(entry.manifest.dependencies ?? {}).filter((name) => byName.has(name));
  const referenced = (entry.project.references ?? []).map((reference) => normalize(join(entry.folder, reference.path)));
  for (const name of declared) {
    const folder = byName.get(name).folder;
    if (!referenced.includes(folder)) faults.push(`${entry.folder}/tsconfig.json: no reference to ${folder}`);
  }
  for (const folder of referenced) {
    if (!declared.some((name) => byName.get(name).folder === folder)) {
      faults.push(`${entry.folder}/tsconfig.json: references ${folder}, which package.json does not declare`);
    }
  }
}

for (const entry of all) {
  const manifest = entry.manifest;
  const production = new Set([
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.optionalDependencies ?? {}),
  ]);
  for (const path of sources(`${entry.folder}/src`)) checkModule(entry, path, production);
  checkReferences(entry);
}

if (modules === 0) faults.push('no module was scanned: the check looked at nothing');
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.stdout.write(`boundaries: ${all.length} packages, ${modules} modules, ${faults.length} faults\n`);
process.exitCode = faults.length === 0 ? 0 : 1;

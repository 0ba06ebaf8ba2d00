// Every name that a package exports from src/index.ts carries a doc comment at its declaration.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { packages, root } from './workspace.mjs';

const faults = [];
let names = 0;

function declarationFault(path, name) {
  if (!existsSync(join(root, path))) return `${path}: not found`;
  const lines = readFileSync(join(root, path), 'utf8').split('\n');
  const declaration = new RegExp(
    `^export (?:declare )?(?:abstract )?(?:async )?(?:function\\*?|const|let|class|interface|type) ${name}\\b`,
  );
  const at = lines.findIndex((line) => declaration.test(line));
  if (at < 0) return undefined;
  const before = lines
    .slice(0, at)
    .reverse()
    .find((line) => line.trim() !== '' && !line.trim().startsWith('//') && !line.trim().startsWith('@'));
  return before?.trim().endsWith('*/') ? undefined : `${path}: ${name} has no doc comment`;
}

function checkIndex(path) {
  const text = readFileSync(join(root, path), 'utf8');
  for (const match of text.matchAll(/export (?:type )?\{([^}]*)\} from '([^']+)'/g)) {
    if (!match[2].startsWith('.')) continue;
    const target = normalize(join(dirname(path), match[2]));
    for (const item of match[1]
      .split(',')
      .map((part) => part.trim().replace(/^type /, ''))
      .filter(Boolean)) {
      names += 1;
      const fault = declarationFault(target, item.split(' as ')[0].trim());
      if (fault) faults.push(fault);
    }
  }
  if (/export \* from/.test(text)) faults.push(`${path}: names are listed one by one, not by "export *"`);
  for (const match of text.matchAll(/^export (?:async )?(?:function|const|class|interface|type) (\w+)/gm)) {
    names += 1;
    const fault = declarationFault(path, match[1]);
    if (fault) faults.push(fault);
  }
}

for (const entry of packages()) {
  const index = `${entry.folder}/src/index.ts`;
  if (existsSync(join(root, index))) checkIndex(index);
}
if (names === 0) faults.push('no exported name was found: the check looked at nothing');
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.stdout.write(`doc comments: ${names} exported names, ${faults.length} faults\n`);
process.exitCode = faults.length === 0 ? 0 : 1;

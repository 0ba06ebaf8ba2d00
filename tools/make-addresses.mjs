// Builds systems/licensing/data/addresses.json from the data folder of the PyPI package `geothai` (MIT).
// Usage: pip download geothai==3.0.0 --no-deps && unzip geothai-*.whl && node tools/make-addresses.mjs geothai/_data
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node tools/make-addresses.mjs FOLDER   (the folder geothai/_data of the unpacked package)');
  process.exit(64);
}

const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const rows = {
  provinces: read('provinces.json').map(([code, th, en]) => [code, th, en]),
  districts: read('districts.json').map(([code, th, en]) => [code, th, en]),
  subDistricts: read('subdistricts.json').map(([code, th, en, postalCode]) => [code, th, en, postalCode]),
};

const known = new Set();
for (const [list, digits] of [
  ['provinces', 2],
  ['districts', 4],
  ['subDistricts', 6],
]) {
  for (const [code, th, en] of rows[list]) {
    const orphan = digits > 2 && !known.has(code.slice(0, digits - 2));
    if (!/^\d+$/.test(code) || code.length !== digits || known.has(code) || orphan || !th || !en) {
      throw new Error(`${list}: bad row ${code}`);
    }
    known.add(code);
  }
}
for (const [code, , , postalCode] of rows.subDistricts) {
  if (!/^\d{5}( \d{5})*$/.test(postalCode)) throw new Error(`subDistricts: no postal code for ${code}`);
}

const lines = Object.entries(rows).map(
  ([name, list]) => `${JSON.stringify(name)}:[\n${list.map((row) => JSON.stringify(row)).join(',\n')}\n]`,
);
writeFileSync(new URL('../systems/licensing/data/addresses.json', import.meta.url), `{\n${lines.join(',\n')}\n}\n`);
console.error(
  Object.entries(rows)
    .map(([name, list]) => `${name} ${list.length}`)
    .join(', '),
);

#!/usr/bin/env node
import { existsSync, readFileSync, statSync } from 'node:fs';

const root = new URL('../../../', import.meta.url);
const compiled = new URL('../dist/main.js', import.meta.url);
const bundle = new URL('../dist/bundle/', import.meta.url);

/** Whether the bundle holds what the packages were compiled to last. */
function isCurrent() {
  try {
    const madeFrom = JSON.parse(readFileSync(new URL('made-from.json', bundle), 'utf8'));
    return Object.entries(madeFrom).every(([path, time]) => statSync(new URL(path, root)).mtimeMs === time);
  } catch {
    return false;
  }
}

if (!existsSync(compiled)) {
  process.stderr.write('tra is not built yet: run "npm run build" first.\n');
  process.exit(69);
}
await import(isCurrent() ? new URL('main.js', bundle).href : compiled.href);

import { closeSync, fsyncSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

function syncPath(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Forces every file and folder under `directory`, and the folder itself, to the disk. `depth` 0 means only the folder. */
export function syncTree(directory: string, options: { readonly depth?: number } = {}): void {
  const depth = options.depth ?? Number.POSITIVE_INFINITY;
  if (depth > 0) {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) syncTree(path, { depth: depth - 1 });
      else if (entry.isFile()) syncPath(path);
    }
  }
  syncPath(directory);
}

import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { reportFormats } from '@tra/system-validation';
import { UsageError } from './usage-error.ts';

/** A document to judge. */
export interface FoundFile {
  readonly path: string;
  /** Where its report goes below the folder of reports. */
  readonly below: string;
  /** Whether it was named itself, and not found in a folder. */
  readonly named: boolean;
}

/**
 * The files that are named, and those in folders that are named, by name; folders inside only with `recursive`. Links are not followed, hidden files and
 * files that `tra validate` writes are left out. Throws `cli.file_unreadable`.
 */
export async function findFiles(paths: readonly string[], recursive: boolean): Promise<readonly FoundFile[]> {
  const found: FoundFile[] = [];
  for (const path of paths) {
    const facts = await stat(path).catch((cause: unknown) => {
      throw new UsageError('cli.file_unreadable', { params: { file: path }, cause });
    });
    if (!facts.isDirectory()) found.push({ path, below: path.split(/[\\/]/).at(-1) ?? path, named: true });
    else
      for await (const file of walk(path, recursive))
        found.push({ path: file, below: relative(path, file), named: false });
  }
  return found;
}

/** A report that `tra validate` wrote. */
function isOwn(name: string): boolean {
  return Object.values(reportFormats).some(({ ending }) => name.endsWith(`.${ending}`));
}

async function* walk(folder: string, recursive: boolean): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((left, right) => (left.name < right.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.') || isOwn(entry.name)) continue;
    if (entry.isFile()) yield path;
    else if (entry.isDirectory() && recursive) yield* walk(path, recursive);
  }
}

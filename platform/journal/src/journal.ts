import { type FileHandle, mkdir, open, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { JournalError } from './errors.ts';

/** A file that is only ever appended to. */
export interface Journal {
  /**
   * Appends `bytes` after everything appended before. Resolves when they are on disk (fdatasync); what gathers while one write runs is
   * written with the next. Rejects with `journal.write_failed` when that is not certain, and from then on always.
   */
  append(bytes: Uint8Array): Promise<void>;
  /** Octets that were appended, on disk or not. */
  readonly size: number;
  /** Waits for what was appended, then closes the file. */
  close(): Promise<void>;
}

/** What {@link createJournal} may be told for tests. */
export interface JournalOptions {
  /** Opens the file; the machine's own unless told. */
  readonly openFile?: (path: string) => Promise<Pick<FileHandle, 'writev' | 'datasync' | 'close'>>;
}

/** Octets that are written and synced at once at most. */
const maxWrite = 1 << 20;

/**
 * Creates the file at `path`, mode 0600, in a folder that is made when it is missing. Rejects with `journal.exists`, or
 * `journal.write_failed`. File and folder entry are on disk when it resolves.
 *
 * @example
 * const journal = await createJournal(join(folder, 'a.segment'), header);
 * await journal.append(record);
 */
export async function createJournal(path: string, header: Uint8Array, options: JournalOptions = {}): Promise<Journal> {
  const { openFile = (name) => open(name, 'ax', 0o600) } = options;
  const folder = dirname(path);
  let exists = false;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = await openFile(path).catch((error: NodeJS.ErrnoException) => {
      exists = error.code === 'EEXIST';
      throw error;
    });
    const journal = journalOver(file);
    await journal.append(header);
    await syncFolder(folder);
    return journal;
  } catch (cause) {
    throw new JournalError(exists ? 'journal.exists' : 'journal.write_failed', { cause });
  }
}

interface Waiting {
  readonly bytes: Uint8Array;
  resolve(): void;
  reject(error: unknown): void;
}

function journalOver(file: Pick<FileHandle, 'writev' | 'datasync' | 'close'>): Journal {
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;
  let failure: JournalError | undefined;
  let size = 0;

  const write = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      if (failure) throw failure;
      const total = batch.reduce((sum, { bytes }) => sum + bytes.length, 0);
      const { bytesWritten } = await file.writev(batch.map(({ bytes }) => bytes));
      if (bytesWritten !== total) throw new Error(`${bytesWritten} of ${total} octets were written`);
      await file.datasync();
      for (const { resolve } of batch) resolve();
    } catch (cause) {
      // What is on disk now is not known: nothing may follow it.
      failure ??= new JournalError('journal.write_failed', { cause });
      for (const { reject } of batch) reject(failure);
    }
  };
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const count = batchLength(waiting);
      const batch = waiting.slice(0, count);
      waiting = waiting.slice(count);
      await write(batch);
    }
    writing = undefined;
  };
  return {
    get size() {
      return size;
    },
    append: (bytes) =>
      new Promise((resolve, reject) => {
        size += bytes.length;
        waiting.push({ bytes, resolve, reject });
        writing ??= drain();
      }),
    close: async () => {
      await writing;
      failure ??= new JournalError('journal.write_failed', { cause: new Error('closed') });
      await file.close();
    },
  };
}

/** How many of the waiting go into one write: `writev` takes 1,024 at most (POSIX IOV_MAX on Linux). */
function batchLength(waiting: readonly Waiting[]): number {
  let octets = 0;
  let count = 0;
  for (const { bytes } of waiting) {
    octets += bytes.length;
    if (count > 0 && (octets > maxWrite || count === 1024)) break;
    count += 1;
  }
  return count;
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** A journal's file as it lies in a folder. */
export interface JournalFile {
  readonly name: string;
  readonly modifiedAt: Date;
  read(): Promise<Uint8Array>;
}

/** The files of `folder` whose names end in `suffix`, by name; none when there is no such folder. */
export async function listJournals(folder: string, suffix: string): Promise<readonly JournalFile[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const wanted = names.filter((name) => name.endsWith(suffix)).sort();
  return Promise.all(
    wanted.map(async (name) => {
      const path = join(folder, name);
      return { name, modifiedAt: (await stat(path)).mtime, read: async () => new Uint8Array(await readFile(path)) };
    }),
  );
}

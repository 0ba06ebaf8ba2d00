import { close, constants, ftruncate, open as openDescriptor, write } from 'node:fs';
import { mkdir, open, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { JournalError } from './errors.ts';

/** A file that is only ever appended to. */
export interface Journal {
  /**
   * Appends `parts` after everything appended before; they are copied at once. Resolves when they are on disk; what gathers while one write runs
   * goes with the next, and shares its promise. Rejects with `journal.write_failed` when that is not certain, and from then on always.
   */
  append(...parts: readonly Uint8Array[]): Promise<void>;
  /** Octets that were appended, on disk or not. */
  readonly size: number;
  /** Waits for what was appended, cuts off what was reserved and not used, then closes the file. */
  close(): Promise<void>;
}

/** A file that is written at places; what {@link JournalFileAccess.write} wrote is on disk when it answers. */
export interface JournalFileAccess {
  /** Resolves to how many octets were written. */
  write(bytes: Uint8Array, position: number): Promise<number>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

/** How {@link createJournal} writes. */
export interface JournalOptions {
  /**
   * Octets of zeros that are put on disk ahead of what is appended, at most; none unless told. A file that need not grow is written without
   * waiting for the file system's own journal, which all others on that disk write to. Twice what there is, at least 1 MiB; what is not
   * used is cut off when the file is closed. After a crash zeros may follow the last record.
   */
  readonly reserve?: number;
  /** Opens the file; the machine's own unless told. */
  readonly openFile?: (path: string) => Promise<JournalFileAccess>;
}

/** Octets that one buffer begins with; it grows with what gathers during a write. */
const bufferOctets = 64 * 1024;
const mostSpare = 1 << 20;
const leastReserve = 1 << 20;

function endOfTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Creates the file at `path`, mode 0600, in a folder that is made when it is missing. Rejects with `journal.exists`, or
 * `journal.write_failed`. File and folder entry are on disk when it resolves.
 *
 * @example
 * const journal = await createJournal(join(folder, 'a.segment'), header);
 * await journal.append(record);
 */
export async function createJournal(path: string, header: Uint8Array, options: JournalOptions = {}): Promise<Journal> {
  const { openFile = openDurably, reserve = 0 } = options;
  const folder = dirname(path);
  let exists = false;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = await openFile(path).catch((error: NodeJS.ErrnoException) => {
      exists = error.code === 'EEXIST';
      throw error;
    });
    const journal = new FileJournal(file, reserve);
    await journal.append(header);
    await syncFolder(folder);
    return journal;
  } catch (cause) {
    throw new JournalError(exists ? 'journal.exists' : 'journal.write_failed', { cause });
  }
}

/** `O_DSYNC`: each write is on disk when it returns, as with fdatasync after it, in one call of the system. */
async function openDurably(path: string): Promise<JournalFileAccess> {
  const { O_CREAT, O_EXCL, O_WRONLY, O_DSYNC } = constants;
  const descriptor = await promisify(openDescriptor)(path, O_CREAT | O_EXCL | O_WRONLY | O_DSYNC, 0o600);
  return {
    write: (bytes, position) =>
      new Promise((resolve, reject) => {
        write(descriptor, bytes, 0, bytes.length, position, (error, written) => {
          if (error) reject(error);
          else resolve(written);
        });
      }),
    truncate: (length) => promisify(ftruncate)(descriptor, length),
    close: () => promisify(close)(descriptor),
  };
}

/** What gathers for one write. */
class Batch {
  bytes: Uint8Array;
  length = 0;
  readonly written: Promise<void>;
  resolve: () => void = () => undefined;
  reject: (error: unknown) => void = () => undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.written = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  add(part: Uint8Array): void {
    const length = this.length + part.length;
    if (length > this.bytes.length) {
      const larger = new Uint8Array(Math.max(length, 2 * this.bytes.length));
      larger.set(this.bytes.subarray(0, this.length));
      this.bytes = larger;
    }
    this.bytes.set(part, this.length);
    this.length = length;
  }
}

class FileJournal implements Journal {
  size = 0;
  readonly #file: JournalFileAccess;
  readonly #most: number;
  /** Zeros are on disk up to here. */
  #reserved = 0;
  #reserving: Promise<void> | undefined;
  #position = 0;
  #gathering: Batch | undefined;
  #spare: Uint8Array | undefined;
  #writing: Promise<void> | undefined;
  #failure: JournalError | undefined;

  constructor(file: JournalFileAccess, most: number) {
    this.#file = file;
    this.#most = most;
  }

  append(...parts: readonly Uint8Array[]): Promise<void> {
    this.#gathering ??= this.#newBatch();
    const batch = this.#gathering;
    for (const part of parts) {
      batch.add(part);
      this.size += part.length;
    }
    this.#writing ??= this.#drain();
    return batch.written;
  }

  #newBatch(): Batch {
    const bytes = this.#spare ?? new Uint8Array(bufferOctets);
    this.#spare = undefined;
    return new Batch(bytes);
  }

  async #drain(): Promise<void> {
    for (;;) {
      // What comes in this turn of the event loop goes together.
      await endOfTurn();
      const batch = this.#gathering;
      if (!batch) break;
      this.#gathering = undefined;
      await this.#write(batch);
      if (batch.bytes.length <= mostSpare) this.#spare = batch.bytes;
    }
    this.#writing = undefined;
  }

  async #write(batch: Batch): Promise<void> {
    const { length } = batch;
    try {
      if (this.#failure) throw this.#failure;
      // The header goes first: a file of zeros alone would say nothing.
      const begun = this.#position > 0;
      if (begun && this.#most > 0) await this.#reserveFor(length);
      const written = await this.#file.write(batch.bytes.subarray(0, length), this.#position);
      if (written !== length) throw new Error(`${written} of ${length} octets were written`);
      this.#position += length;
      if (!begun) this.#reserved = length;
      batch.resolve();
    } catch (cause) {
      // What is on disk now is not known: nothing may follow it.
      this.#failure ??= new JournalError('journal.write_failed', { cause });
      batch.reject(this.#failure);
    }
  }

  /** Sees to it that zeros lie where the next octets go, and begins with more before they are used up. Nothing is written beside zeros under way. */
  async #reserveFor(length: number): Promise<void> {
    while (this.#position + length > this.#reserved) {
      this.#reserving ??= this.#reserve(length);
      await this.#reserving;
    }
    const left = this.#reserved - this.#position - length;
    if (left < this.#step() / 2) this.#reserving ??= this.#reserve(0);
  }

  #step(): number {
    return Math.min(this.#most, Math.max(leastReserve, this.#reserved));
  }

  async #reserve(atLeast: number): Promise<void> {
    const octets = Math.max(this.#step(), atLeast);
    // Where there is no room for zeros, what is appended says so itself.
    await this.#file.write(new Uint8Array(octets), this.#reserved).catch(() => undefined);
    this.#reserved += octets;
    this.#reserving = undefined;
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#reserving;
    const whole = this.#failure === undefined;
    this.#failure ??= new JournalError('journal.write_failed', { cause: new Error('closed') });
    try {
      if (whole && this.#reserved > this.#position) await this.#file.truncate(this.#position);
    } finally {
      await this.#file.close();
    }
  }
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

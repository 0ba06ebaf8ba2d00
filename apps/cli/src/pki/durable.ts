import { randomBytes } from 'node:crypto';
import { link, open, readFile, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { equalBytes, utf8Decode } from '@tra/kernel';
import { CeremonyError } from './ceremony/errors.ts';
import { type ChainRecord, lineOf, nextRecord, readChain } from './chain.ts';

/** Whether an error of the file system has this code. */
export function isFileError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/**
 * Writes a new file in one step: whole or not at all, on disk when it resolves. A file that is there already with the same content
 * will do; with another one it rejects with `cli.ceremony.file_exists`.
 */
export async function writeNew(path: string, bytes: Uint8Array, mode: number = 0o644): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.new`;
  const file = await open(temporary, 'wx', mode);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(temporary, path);
  } catch (error) {
    if (!isFileError(error, 'EEXIST')) throw error;
    if (!equalBytes(await readFile(path), bytes))
      throw new CeremonyError('cli.ceremony.file_exists', { params: { file: path } });
  } finally {
    await unlink(temporary);
  }
  await syncFolder(dirname(path));
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** A hash-chained file that is open for further lines. */
export interface ChainFile {
  readonly records: readonly ChainRecord[];
  /** Characters of a line that had been cut off and was removed when the file was opened. */
  readonly removed: number;
  /** Adds a line; it is on disk when it resolves. */
  append(type: string, data: ChainRecord['data']): Promise<ChainRecord>;
}

/** Opens a chain, making the file when there is none. Rejects with `cli.ceremony.transcript_broken` when a line does not hold. */
export async function openChain(path: string, now: () => Date): Promise<ChainFile> {
  const bytes = await readFile(path).catch((error: unknown) => {
    if (isFileError(error, 'ENOENT')) return Buffer.alloc(0);
    throw error;
  });
  // What follows the last line break was never acknowledged: nothing was signed after it.
  const end = bytes.lastIndexOf(0x0a) + 1;
  const { records: found, brokenAt } = readChain(utf8Decode(bytes.subarray(0, end)));
  if (brokenAt !== undefined) throw new CeremonyError('cli.ceremony.transcript_broken', { params: { line: brokenAt } });
  const records = [...found];
  let tail = end;
  let busy: Promise<unknown> = Promise.resolve();
  const add = async (type: string, data: ChainRecord['data']): Promise<ChainRecord> => {
    const last = records.at(-1);
    const clock = now().toISOString();
    const record = nextRecord(last, { time: last && last.time > clock ? last.time : clock, type, data });
    const line = Buffer.from(lineOf(record));
    const file = await open(path, tail === 0 ? 'w' : 'r+', 0o644);
    try {
      if (tail === end && bytes.length > end) await file.truncate(end);
      for (let done = 0; done < line.length; ) {
        done += (await file.write(line, done, line.length - done, tail + done)).bytesWritten;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    if (tail === 0) await syncFolder(dirname(path));
    tail += line.length;
    records.push(record);
    return record;
  };
  return {
    records,
    removed: bytes.length - end,
    append: (type, data) => {
      const done = busy.then(() => add(type, data));
      busy = done.catch(() => undefined);
      return done;
    },
  };
}

/** Overwrites and removes a key file. On media that move data around, copies may remain: the medium has to go too. */
export async function destroyFile(path: string): Promise<void> {
  try {
    const file = await open(path, 'r+');
    try {
      const { size } = await file.stat();
      await file.write(Buffer.alloc(size), 0, size, 0);
      await file.sync();
    } finally {
      await file.close();
    }
    await unlink(path);
  } catch (error) {
    if (!isFileError(error, 'ENOENT')) throw error;
  }
}

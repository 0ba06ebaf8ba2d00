import { open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { toHex } from '@tra/kernel';
import { readSegmentHeader } from '@tra/timestamp';
import { UsageError } from '../usage-error.ts';

/** A file of chained records, and where it belongs. */
export interface SegmentFile {
  readonly path: string;
  /** Hexadecimal name of its chain; empty when the file is no segment. */
  readonly chain: string;
  /** Number of its first record. */
  readonly from: number;
}

const headerOctets = 64;

/** Files of records below the places that were named, in the order of their chains. What a file is, its header says, not its name. */
export async function segmentFiles(places: readonly string[]): Promise<readonly SegmentFile[]> {
  const paths: string[] = [];
  for (const place of places) {
    const facts = await stat(place).catch((cause: unknown) => {
      throw new UsageError('cli.file_unreadable', { params: { file: place }, cause });
    });
    paths.push(...(facts.isDirectory() ? await segmentsBelow(place) : [place]));
  }
  const files = await Promise.all(paths.map(headed));
  return files.sort((a, b) => (a.chain === b.chain ? a.from - b.from : a.chain < b.chain ? -1 : 1));
}

async function segmentsBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.segment'))
    .map((entry) => join(entry.parentPath, entry.name));
}

async function headed(path: string): Promise<SegmentFile> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new UsageError('cli.file_unreadable', { params: { file: basename(path) }, cause });
  });
  try {
    const head = new Uint8Array(headerOctets);
    const { bytesRead } = await file.read(head, 0, headerOctets, 0);
    const { chain, from } = readSegmentHeader(head.subarray(0, bytesRead));
    return { path, chain: toHex(chain), from };
  } catch {
    return { path, chain: '', from: 0 };
  } finally {
    await file.close();
  }
}

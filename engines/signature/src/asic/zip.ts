import { utf8Decode } from '@tra/kernel';
import { Inflate } from 'fflate';

/** Thrown for a ZIP file that is damaged, ambiguous or goes beyond a bound; the message names the rule. */
export class ZipError extends Error {}

/** A file in a container. */
export interface ZipFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What opening a container may cost. */
export interface ZipLimits {
  readonly maxFiles: number;
  /** Bytes of all files together, unpacked. */
  readonly maxBytes: number;
}

const defaultLimits: ZipLimits = { maxFiles: 1024, maxBytes: 128 * 1024 * 1024 };
const endSize = 22;
const centralSize = 46;
const localSize = 30;

interface Entry {
  readonly name: string;
  readonly rawName: Uint8Array;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

/**
 * Unpacks a ZIP file (ISO/IEC 21320-1: stored or deflated, no encryption, one volume) so that no two programs can see two contents: one
 * directory that ends the file, each name once, each local header as the directory says, no overlap, lengths and checksums as stated, no
 * name that leaves the container. Throws {@link ZipError}.
 */
export function unzip(bytes: Uint8Array, limits: ZipLimits = defaultLimits): readonly ZipFile[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { count, end, start } = readEnd(view);
  if (count > limits.maxFiles) throw new ZipError('too many files');
  const entries: Entry[] = [];
  let at = start;
  for (let index = 0; index < count; index += 1) {
    const { entry, next } = readEntry(view, at, end);
    entries.push(entry);
    at = next;
  }
  if (at !== end) throw new ZipError('directory');
  refuseDoubles(entries);
  if (entries.reduce((sum, { size }) => sum + size, 0) > limits.maxBytes) throw new ZipError('too large');
  if (entries.some(({ name, size }) => name.endsWith('/') && size > 0)) throw new ZipError('folder');
  const extents = entries.map((entry) => ({ entry, ...extentOf(view, entry, start) }));
  refuseGaps(view, extents, start);
  return extents
    .filter(({ entry }) => !entry.name.endsWith('/'))
    .map(({ data, entry }) => ({ name: entry.name, bytes: unpack(bytes.subarray(data, data + entry.packed), entry) }));
}

/** The end of central directory record: the last one, and its comment must reach exactly to the end of the file. */
function readEnd(view: DataView): { readonly count: number; readonly start: number; readonly end: number } {
  const lowest = Math.max(0, view.byteLength - endSize - 0xffff);
  for (let at = view.byteLength - endSize; at >= lowest; at -= 1) {
    if (view.getUint32(at, true) !== 0x06054b50) continue;
    if (at + endSize + view.getUint16(at + 20, true) !== view.byteLength) continue;
    const count = view.getUint16(at + 10, true);
    const size = view.getUint32(at + 12, true);
    const start = view.getUint32(at + 16, true);
    const isPlain = view.getUint16(at + 4, true) === 0 && view.getUint16(at + 8, true) === count;
    if (!isPlain || start + size !== at || start === 0xffffffff) throw new ZipError('directory');
    return { count, start, end: at };
  }
  throw new ZipError('directory');
}

function readEntry(view: DataView, at: number, end: number): { readonly entry: Entry; readonly next: number } {
  if (at + centralSize > end || view.getUint32(at, true) !== 0x02014b50) throw new ZipError('directory');
  const flags = view.getUint16(at + 8, true);
  const method = view.getUint16(at + 10, true);
  const nameLength = view.getUint16(at + 28, true);
  const next = at + centralSize + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  if (next > end) throw new ZipError('directory');
  if ((flags & 0x2041) !== 0) throw new ZipError('encrypted');
  if (method !== 0 && method !== 8) throw new ZipError('method');
  const rawName = new Uint8Array(view.buffer, view.byteOffset + at + centralSize, nameLength);
  const extra = {
    start: at + centralSize + nameLength,
    end: at + centralSize + nameLength + view.getUint16(at + 30, true),
  };
  const stated = [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)];
  const [size = 0, packed = 0, offset = 0] = longValues(view, extra, stated);
  if (method === 0 && packed !== size) throw new ZipError('length');
  const entry = { name: nameOf(rawName), rawName, method, crc: view.getUint32(at + 16, true), packed, size, offset };
  return { entry, next };
}

/** Values of 0xffffffff stand in the ZIP64 field instead, in this order, as some writers do for small files too. */
function longValues(
  view: DataView,
  extra: { readonly start: number; readonly end: number },
  stated: readonly number[],
): readonly number[] {
  if (!stated.includes(0xffffffff)) return stated;
  let at = extra.start;
  while (at + 4 <= extra.end && view.getUint16(at, true) !== 1) at += 4 + view.getUint16(at + 2, true);
  const end = at + 4 <= extra.end ? at + 4 + view.getUint16(at + 2, true) : 0;
  if (end > extra.end) throw new ZipError('zip64');
  at += 4;
  return stated.map((value) => {
    if (value !== 0xffffffff) return value;
    if (at + 8 > end || view.getUint32(at + 4, true) !== 0) throw new ZipError('zip64');
    at += 8;
    return view.getUint32(at - 8, true);
  });
}

/** The name as UTF-8, else byte by byte. A name that leaves the container or that systems read in two ways is refused. */
function nameOf(raw: Uint8Array): string {
  let name: string;
  try {
    name = utf8Decode(raw);
  } catch {
    name = Buffer.from(raw).toString('latin1');
  }
  const segments = name.replace(/\/$/, '').split('/');
  const isOdd = /[\\\p{Cc}]/u.test(name.replace(/[\u0080-\u009f]/g, '')) || /^[A-Za-z]:/.test(name);
  if (name === '' || isOdd || segments.some((part) => part === '' || part === '.' || part === '..'))
    throw new ZipError('name');
  return name;
}

/** Names that differ only in case or composition are one file on many systems. */
function refuseDoubles(entries: readonly Entry[]): void {
  const names = new Set(entries.map(({ name }) => name.replace(/\/$/, '').normalize('NFC').toLowerCase()));
  if (names.size !== entries.length) throw new ZipError('repeated name');
}

interface Extent {
  readonly entry: Entry;
  readonly data: number;
  /** Lengths and checksum follow the data (APPNOTE 6.3.3 section 4.3.9). */
  readonly isStreamed: boolean;
}

function extentOf(view: DataView, entry: Entry, limit: number): Omit<Extent, 'entry'> {
  const { method, offset, packed, rawName, size } = entry;
  if (offset + localSize > limit || view.getUint32(offset, true) !== 0x04034b50) throw new ZipError('local header');
  const nameLength = view.getUint16(offset + 26, true);
  const data = offset + localSize + nameLength + view.getUint16(offset + 28, true);
  if (data + packed > limit || view.getUint16(offset + 8, true) !== method || nameLength !== rawName.length) {
    throw new ZipError('local header');
  }
  for (let index = 0; index < nameLength; index += 1) {
    if (view.getUint8(offset + localSize + index) !== rawName[index]) throw new ZipError('local header');
  }
  const isStreamed = (view.getUint16(offset + 6, true) & 8) !== 0;
  if (!isStreamed && view.getUint32(offset + 14, true) !== entry.crc) throw new ZipError('local header');
  for (const [at, expected] of [
    [18, packed],
    [22, size],
  ] as const) {
    const stated = view.getUint32(offset + at, true);
    const isOpen = stated === 0xffffffff || (isStreamed && stated === 0);
    if (stated !== expected && !isOpen) throw new ZipError('local header');
  }
  return { data, isStreamed };
}

/** Between the start of the file and the directory there is nothing but the files: what no entry names, a program that reads on from the start would find. */
function refuseGaps(view: DataView, extents: readonly Extent[], limit: number): void {
  const sorted = [...extents].sort((left, right) => left.entry.offset - right.entry.offset);
  let end = 0;
  for (const [index, { data, entry, isStreamed }] of sorted.entries()) {
    if (entry.offset < end) throw new ZipError('overlap');
    if (entry.offset > end) throw new ZipError('gap');
    end = data + entry.packed;
    const next = sorted[index + 1]?.entry.offset ?? limit;
    if (isStreamed && isDescriptor(view, { start: end, end: next }, entry)) end = next;
  }
  if (end !== limit) throw new ZipError(end > limit ? 'overlap' : 'gap');
}

/** The data descriptor: checksum and lengths in four or eight octets, with a mark before them or without. */
function isDescriptor(
  view: DataView,
  { start, end }: { readonly start: number; readonly end: number },
  entry: Entry,
): boolean {
  const length = end - start;
  if (![12, 16, 20, 24].includes(length)) return false;
  const isMarked = length % 8 === 0;
  const at = isMarked ? start + 4 : start;
  const isLong = length >= 20;
  const low = [at + 4, at + (isLong ? 12 : 8)].map((place) => view.getUint32(place, true));
  const high = isLong ? [at + 8, at + 16].map((place) => view.getUint32(place, true)) : [0, 0];
  return (
    (!isMarked || view.getUint32(start, true) === 0x08074b50) &&
    view.getUint32(at, true) === entry.crc &&
    low[0] === entry.packed &&
    low[1] === entry.size &&
    high.every((value) => value === 0)
  );
}

function unpack(packed: Uint8Array, { crc, method, size }: Entry): Uint8Array {
  const bytes = method === 0 ? packed : inflate(packed, size);
  if (bytes.length !== size) throw new ZipError('length');
  if (crc32(bytes) !== crc) throw new ZipError('checksum');
  return bytes;
}

const chunkBytes = 4096;

/** Inflates to exactly the stated size: a stream that yields more is stopped at once. */
function inflate(packed: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size);
  let at = 0;
  const stream = new Inflate((chunk) => {
    if (at + chunk.length > size) throw new ZipError('length');
    out.set(chunk, at);
    at += chunk.length;
  });
  try {
    for (let offset = 0; offset < packed.length || offset === 0; offset += chunkBytes) {
      stream.push(packed.subarray(offset, offset + chunkBytes), offset + chunkBytes >= packed.length);
    }
  } catch (error) {
    throw error instanceof ZipError ? error : new ZipError('deflate');
  }
  if (at !== size) throw new ZipError('length');
  return out;
}

const crcTable: Uint32Array = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

/** CRC-32 as ZIP computes it. */
export function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = (crcTable[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

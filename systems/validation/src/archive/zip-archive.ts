import type { FileHandle } from 'node:fs/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import { concatBytes } from '@tra/kernel';
import { ValidationError } from '../errors.ts';

/** What an archive may hold. */
export interface ArchiveLimits {
  readonly members: number;
  /** Largest member, bytes. */
  readonly memberBytes: number;
  /** All members together, bytes. */
  readonly totalBytes: number;
  /** How many times larger than packed the content may be. */
  readonly ratio: number;
}

/** One file of an archive, as its directory describes it. */
export interface ArchiveMember {
  readonly name: string;
  readonly size: number;
  readonly packedSize: number;
  readonly crc: number;
  readonly deflated: boolean;
  readonly headerAt: number;
}

const endSignature = 0x06054b50;
const directorySignature = 0x02014b50;
const localSignature = 0x04034b50;
const endBytes = 22;
const commentBytes = 65_535;
const localBytes = 30;
const smallMember = 1_048_576;
const maximumDirectory = 64 * 1024 * 1024;

function unreadable(reason: string): ValidationError {
  return new ValidationError('validation.archive_unreadable', 'archive', { params: { reason } });
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(buffer, done, length - done, position + done);
    if (bytesRead === 0) throw unreadable('truncated');
    done += bytesRead;
  }
  return buffer;
}

/**
 * Reads the directory of a ZIP (APPNOTE 6.3.10 sections 4.3.12 and 4.3.16) and refuses by it what would be expensive: too many or too large members,
 * content many times larger than the archive, members that overlap (one piece of data claimed by many), encryption. Nothing is
 * unpacked yet. Folders are left out. Throws {@link ValidationError}.
 */
export async function readArchive(
  file: FileHandle,
  size: number,
  limits: ArchiveLimits,
): Promise<readonly ArchiveMember[]> {
  const { count, start, length } = await readEnd(file, size);
  if (count > limits.members) {
    throw new ValidationError('validation.too_many_files', 'archive', { params: { limit: limits.members } });
  }
  if (length > maximumDirectory) throw unreadable('directory');
  const members = readDirectory(await readAt(file, start, length), count);
  refuseOverlap(members, start);
  refuseBomb(members, size, limits);
  return members.filter(({ name }) => !name.endsWith('/'));
}

async function readEnd(file: FileHandle, size: number): Promise<{ count: number; start: number; length: number }> {
  const from = Math.max(0, size - endBytes - commentBytes);
  if (size < endBytes) throw unreadable('no_directory');
  const tail = await readAt(file, from, size - from);
  for (let at = tail.length - endBytes; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== endSignature || at + endBytes + tail.readUInt16LE(at + 20) !== tail.length) continue;
    const count = tail.readUInt16LE(at + 10);
    const length = tail.readUInt32LE(at + 12);
    const start = tail.readUInt32LE(at + 16);
    if (tail.readUInt16LE(at + 4) !== 0 || tail.readUInt16LE(at + 8) !== count) throw unreadable('several_disks');
    if (count === 0xffff || start === 0xffffffff || length === 0xffffffff) throw unreadable('zip64');
    if (start + length > from + at) throw unreadable('directory');
    return { count, start, length };
  }
  throw unreadable('no_directory');
}

function readDirectory(directory: Buffer, count: number): readonly ArchiveMember[] {
  const members: ArchiveMember[] = [];
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== directorySignature) throw unreadable('directory');
    const flags = directory.readUInt16LE(at + 8);
    const method = directory.readUInt16LE(at + 10);
    const nameLength = directory.readUInt16LE(at + 28);
    const next = at + 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    if (next > directory.length) throw unreadable('directory');
    if (flags & 0x2041) throw new ValidationError('validation.archive_encrypted', 'archive');
    if (method !== 0 && method !== 8) throw unreadable('method');
    members.push({
      name: nameOf(directory.subarray(at + 46, at + 46 + nameLength)),
      crc: directory.readUInt32LE(at + 16),
      packedSize: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      deflated: method === 8,
      headerAt: directory.readUInt32LE(at + 42),
    });
    at = next;
  }
  return members;
}

/** UTF-8 whether or not the archive says so; other encodings cannot be told apart and are shown byte by byte. */
function nameOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('latin1');
  }
}

function refuseOverlap(members: readonly ArchiveMember[], directoryAt: number): void {
  let free = 0;
  for (const { headerAt, packedSize } of [...members].sort((left, right) => left.headerAt - right.headerAt)) {
    if (headerAt < free)
      throw new ValidationError('validation.archive_bomb', 'archive', { params: { reason: 'overlap' } });
    free = headerAt + localBytes + packedSize;
  }
  if (free > directoryAt) throw unreadable('directory');
}

function refuseBomb(members: readonly ArchiveMember[], size: number, limits: ArchiveLimits): void {
  const total = members.reduce((sum, member) => sum + member.size, 0);
  const bomb = (reason: string): ValidationError =>
    new ValidationError('validation.archive_bomb', 'archive', { params: { reason } });
  if (total > smallMember && total > size * limits.ratio) throw bomb('ratio');
  for (const { size: own, packedSize } of members) {
    if (own > limits.memberBytes) {
      throw new ValidationError('validation.file_too_large', 'archive', { params: { limit: limits.memberBytes } });
    }
    if (own > smallMember && own > packedSize * limits.ratio) throw bomb('ratio');
  }
  if (total > limits.totalBytes) {
    throw new ValidationError('validation.archive_too_large', 'archive', { params: { limit: limits.totalBytes } });
  }
}

/** Unpacks one member; stops at the size that the directory states. Throws {@link ValidationError} when it is not what the directory says. */
export async function readMember(file: FileHandle, member: ArchiveMember): Promise<Uint8Array> {
  const header = await readAt(file, member.headerAt, localBytes);
  if (header.readUInt32LE(0) !== localSignature) throw unreadable('member');
  const from = member.headerAt + localBytes + header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = await readAt(file, from, member.packedSize);
  const bytes = member.deflated ? await inflate(packed, member.size) : new Uint8Array(packed);
  if (bytes.length !== member.size || crc32(bytes) !== member.crc) throw unreadable('member');
  return bytes;
}

async function inflate(packed: Uint8Array, size: number): Promise<Uint8Array> {
  const inflating = createInflateRaw();
  const parts: Uint8Array[] = [];
  let length = 0;
  inflating.end(packed);
  try {
    for await (const part of inflating as AsyncIterable<Uint8Array>) {
      length += part.length;
      if (length > size)
        throw new ValidationError('validation.archive_bomb', 'archive', { params: { reason: 'size' } });
      parts.push(part);
    }
  } catch (error) {
    throw error instanceof ValidationError ? error : unreadable('member');
  } finally {
    inflating.destroy();
  }
  return concatBytes(...parts);
}

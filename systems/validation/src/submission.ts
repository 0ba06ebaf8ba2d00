import { concatBytes, utf8Decode } from '@tra/kernel';
import { parseCertificate, parsePem } from '@tra/pki';
import type { RouteRequest } from '@tra/platform-http';
import type { ValidationConfig } from './config.ts';
import { ValidationError } from './errors.ts';

/** One document of a request. */
export interface SubmittedFile {
  readonly name?: string;
  readonly bytes: Uint8Array;
}

/** What a request asks to be judged, read completely. */
export interface Submission {
  readonly files: readonly SubmittedFile[];
  /** Certificates that the asker trusts, DER. */
  readonly anchors: readonly Uint8Array[];
  readonly at?: Date;
}

const maximumTrustBytes = 262_144;
const maximumAnchors = 50;
const maximumNameLength = 255;

interface Draft {
  readonly files: SubmittedFile[];
  readonly anchors: Uint8Array[];
  at?: Date;
}

/**
 * Reads the parts of a multipart request: `file` (documents), `trust` (PEM certificates, as file or as field), `at` (RFC 3339). Each part
 * is capped while it streams in. Throws {@link ValidationError} naming the part; a broken body is refused by the HTTP layer.
 */
export async function readSubmission(request: RouteRequest, config: ValidationConfig): Promise<Submission> {
  const draft: Draft = { files: [], anchors: [] };
  const parts = request.parts({
    limits: {
      fileSize: config.maximumFileBytes + 1,
      files: config.maximumFiles + maximumAnchors + 1,
      fields: maximumAnchors + 2,
      fieldSize: maximumTrustBytes,
      fieldNameSize: 100,
      parts: config.maximumFiles + 2 * maximumAnchors + 4,
    },
  });
  for await (const part of parts) {
    if (part.type === 'file') await takeFile(draft, part, config);
    else takeField(draft, part.fieldname, part.value);
  }
  if (draft.files.length === 0) throw new ValidationError('validation.no_file', 'file');
  return draft;
}

interface FilePart {
  readonly fieldname: string;
  readonly filename: string | undefined;
  readonly file: AsyncIterable<Uint8Array>;
}

async function takeFile(draft: Draft, part: FilePart, config: ValidationConfig): Promise<void> {
  if (part.fieldname === 'trust') {
    addAnchors(draft, decode(await readCapped(part, maximumTrustBytes), 'trust'));
    return;
  }
  if (part.fieldname !== 'file') throw unknownField(part.fieldname);
  if (draft.files.length >= config.maximumFiles) {
    throw new ValidationError('validation.too_many_files', 'file', { params: { limit: config.maximumFiles } });
  }
  const bytes = await readCapped(part, config.maximumFileBytes);
  const name = cleanName(part.filename);
  draft.files.push(name === undefined ? { bytes } : { name, bytes });
}

function takeField(draft: Draft, name: string, value: unknown): void {
  if (typeof value !== 'string') throw unknownField(name);
  if (name === 'trust') addAnchors(draft, value);
  else if (name === 'at' && draft.at === undefined) draft.at = readTime(value);
  else throw name === 'at' ? new ValidationError('validation.at_invalid', 'at') : unknownField(name);
}

function unknownField(name: string): ValidationError {
  const shown = name.slice(0, 100);
  return new ValidationError('validation.field_unknown', shown.replaceAll('~', '~0').replaceAll('/', '~1'), {
    params: { name: shown },
  });
}

async function readCapped({ file, fieldname }: FilePart, limit: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of file) {
    size += part.length;
    if (size > limit) throw new ValidationError('validation.file_too_large', fieldname, { params: { limit } });
    parts.push(part);
  }
  return concatBytes(...parts);
}

/** The file name as it may be shown: no path, no control or formatting characters, not endless. */
function cleanName(name: string | undefined): string | undefined {
  const last = name?.split(/[\\/]/).at(-1) ?? '';
  const clean = last.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '').trim();
  return clean === '' ? undefined : [...clean].slice(0, maximumNameLength).join('');
}

function decode(bytes: Uint8Array, part: string): string {
  try {
    return utf8Decode(bytes);
  } catch (cause) {
    throw new ValidationError('validation.trust_invalid', part, { params: { position: 1 }, cause });
  }
}

function addAnchors(draft: Draft, text: string): void {
  const position = draft.anchors.length + 1;
  let found: readonly Uint8Array[];
  try {
    found = parsePem(text, 'CERTIFICATE');
    for (const certificate of found) parseCertificate(certificate);
  } catch (cause) {
    throw new ValidationError('validation.trust_invalid', 'trust', { params: { position }, cause });
  }
  if (found.length === 0) throw new ValidationError('validation.trust_invalid', 'trust', { params: { position } });
  draft.anchors.push(...found);
  if (draft.anchors.length > maximumAnchors) {
    throw new ValidationError('validation.trust_too_many', 'trust', { params: { limit: maximumAnchors } });
  }
}

const rfc3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;

/** An RFC 3339 time whose day exists; a time without offset would be a guess. */
function readTime(text: string): Date {
  const match = rfc3339.exec(text.trim());
  const at = new Date(match ? text.trim() : Number.NaN);
  const day = match && new Date(`${match[1]}-${match[2]}-${match[3]}T00:00:00Z`);
  const exists = day && !Number.isNaN(day.getTime()) && day.getUTCDate() === Number(match[3]);
  if (!exists || Number.isNaN(at.getTime())) throw new ValidationError('validation.at_invalid', 'at');
  return at;
}

import { concatBytes } from '@tra/kernel';
import type { RouteRequest } from '@tra/platform-http';
import { writeScratch } from './archive/scratch-file.ts';
import { type ArchiveLimits, readArchive, readMember } from './archive/zip-archive.ts';
import type { ValidationConfig } from './config.ts';
import { type Digests, type LargeFile, readOrWrite } from './digests.ts';
import { ValidationError } from './errors.ts';
import { type ChosenPolicy, policyNamed, readUploadedPolicy } from './policies.ts';
import type { ReportFormat } from './reports/formats.ts';
import { formatNamed } from './reports/negotiate.ts';
import { addSigners, addTrust, maximumAnchors, type SentTrust, trustOf } from './sent-trust.ts';
import type { Terms } from './terms.ts';

/** One document of a request. */
export interface SubmittedFile {
  readonly name?: string;
  readonly bytes: Uint8Array;
}

/** A file beside a signature: its bytes or, when it is larger than a document may be, an open file or its digests alone. */
export interface DetachedPart {
  readonly name?: string;
  readonly bytes?: Uint8Array;
  readonly digests?: Digests;
  readonly large?: LargeFile & { close(): Promise<void> };
}

/** Takes what a request sends, while it arrives. */
export interface Intake {
  addDocument(file: SubmittedFile): Promise<void>;
  addDetached(file: DetachedPart): Promise<void>;
  /** More than what is answered at once will come, or was asked for. */
  becomeBatch(): Promise<void>;
}

/** What a request asks for beside its files. */
export interface Order {
  readonly terms: Terms;
  readonly keep: boolean;
  /** The format in which the one report is answered; JSON with all of them when absent. */
  readonly report?: ReportFormat;
}

const maximumTrustBytes = 8 * 1024 * 1024;
const maximumPolicyBytes = 1024 * 1024;
/** Most files beside the signatures. */
export const maximumDetached = 100;
const maximumNameLength = 255;

interface Draft extends SentTrust {
  documents: number;
  archives: number;
  detached: number;
  at?: Date;
  policy?: { readonly key: string } | { readonly file: Uint8Array };
  cryptoSuite?: Uint8Array;
  keep?: boolean;
  batch?: boolean;
  report?: ReportFormat;
}

interface Reading {
  readonly draft: Draft;
  readonly intake: Intake;
  readonly config: ValidationConfig;
}

/**
 * Reads the parts of a multipart request one by one: `file` (documents), `archive` (one ZIP of documents), `detached` (files beside the signatures), `trust`
 * (PEM, DER or an ETSI trusted list), `trustSigner` (who signs such lists), `policy` (key or file), `cryptoSuite`, `at` (RFC 3339), `keep` and `batch` (true or false). Each part is capped while it
 * streams in. Throws {@link ValidationError} naming the part; a broken body is refused by the HTTP layer.
 */
export async function readSubmission(
  request: RouteRequest,
  parts: { readonly intake: Intake; readonly config: ValidationConfig; readonly now: () => Date },
): Promise<Order> {
  const { config } = parts;
  const draft: Draft = { anchors: [], lists: [], listSigners: [], documents: 0, archives: 0, detached: 0 };
  const reading: Reading = { ...parts, draft };
  const largest = Math.max(config.maximumFileBytes, config.maximumDetachedBytes, config.maximumArchiveBytes);
  const stream = request.parts({
    limits: {
      fileSize: largest + 1,
      files: config.maximumBatchFiles + maximumDetached + maximumAnchors + 3,
      fields: maximumAnchors + 6,
      fieldSize: maximumTrustBytes,
      fieldNameSize: 100,
      parts: config.maximumBatchFiles + maximumDetached + 2 * maximumAnchors + 9,
    },
  });
  for await (const part of stream) {
    if (part.type === 'file') await takeFile(reading, part);
    else await takeField(reading, part.fieldname, part.value);
  }
  if (draft.documents === 0) throw new ValidationError('validation.no_file', 'file');
  const { at, keep = false, report } = draft;
  return {
    terms: { ...trustOf(draft, parts.now()), policy: policyOf(draft), ...(at ? { at } : {}) },
    keep,
    ...(report ? { report } : {}),
  };
}

interface FilePart {
  readonly fieldname: string;
  readonly filename: string | undefined;
  readonly file: AsyncIterable<Uint8Array>;
}

async function takeFile(reading: Reading, part: FilePart): Promise<void> {
  const { draft, intake, config } = reading;
  if (part.fieldname === 'trust') addTrust(draft, await readCapped(part, maximumTrustBytes));
  else if (part.fieldname === 'trustSigner') addSigners(draft, await readCapped(part, maximumTrustBytes));
  else if (part.fieldname === 'policy') setPolicy(draft, { file: await readCapped(part, maximumPolicyBytes) });
  else if (part.fieldname === 'cryptoSuite') {
    if (draft.cryptoSuite) throw repeated('cryptoSuite');
    draft.cryptoSuite = await readCapped(part, maximumPolicyBytes);
  } else if (part.fieldname === 'archive') await takeArchive(reading, part);
  else if (part.fieldname === 'detached') {
    draft.detached += 1;
    if (draft.detached > maximumDetached) throw tooMany('detached', maximumDetached);
    const name = cleanName(part.filename, '');
    const limits = { folder: config.uploadFolder, limit: config.maximumFileBytes };
    const content = await readOrWrite(capped(part, config.maximumDetachedBytes), limits);
    await intake.addDetached({ ...(name === undefined ? {} : { name }), ...detachedOf(content) });
  } else if (part.fieldname === 'file') {
    if (draft.archives > 0) throw new ValidationError('validation.archive_mixed', 'file');
    countDocument(draft, config);
    await intake.addDocument(named(part.filename, await readCapped(part, config.maximumFileBytes)));
  } else throw unknownField(part.fieldname);
}

function detachedOf(content: Awaited<ReturnType<typeof readOrWrite>>): DetachedPart {
  if ('bytes' in content) return content;
  const { close, file, size } = content.scratch;
  return { large: { descriptor: file.fd, size, close } };
}

function countDocument(draft: Draft, config: ValidationConfig): void {
  draft.documents += 1;
  if (draft.documents > config.maximumBatchFiles) throw tooMany('file', config.maximumBatchFiles);
}

function tooMany(part: string, limit: number): ValidationError {
  return new ValidationError('validation.too_many_files', part, { params: { limit } });
}

/** A ZIP is a batch whatever its size. A ZIP inside is a document as it is: only the engine opens it, when it is an ASiC. */
async function takeArchive({ draft, intake, config }: Reading, part: FilePart): Promise<void> {
  if (draft.archives > 0 || draft.documents > 0) throw new ValidationError('validation.archive_mixed', 'archive');
  draft.archives += 1;
  const limits: ArchiveLimits = {
    members: config.maximumBatchFiles,
    memberBytes: config.maximumFileBytes,
    totalBytes: config.maximumBatchBytes,
    ratio: config.maximumArchiveRatio,
  };
  const scratch = await writeScratch(config.uploadFolder, capped(part, config.maximumArchiveBytes));
  try {
    const members = await readArchive(scratch.file, scratch.size, limits);
    await intake.becomeBatch();
    for (const member of members) {
      countDocument(draft, config);
      await intake.addDocument(named(member.name, await readMember(scratch.file, member), '/'));
    }
  } finally {
    await scratch.close();
  }
}

async function takeField(reading: Reading, name: string, value: unknown): Promise<void> {
  const { draft, intake } = reading;
  if (typeof value !== 'string') throw unknownField(name);
  if (name === 'trust') addTrust(draft, new TextEncoder().encode(value));
  else if (name === 'trustSigner') addSigners(draft, new TextEncoder().encode(value));
  else if (name === 'at' && draft.at === undefined) draft.at = readTime(value);
  else if (name === 'at') throw new ValidationError('validation.at_invalid', 'at');
  else if (name === 'policy') setPolicy(draft, { key: value.trim() });
  else if (name === 'report') draft.report = readFormat(value, draft.report);
  else if (name === 'keep') draft.keep = readFlag(name, value, draft.keep);
  else if (name === 'batch') {
    draft.batch = readFlag(name, value, draft.batch);
    if (draft.batch) await intake.becomeBatch();
  } else throw unknownField(name);
}

function setPolicy(draft: Draft, policy: NonNullable<Draft['policy']>): void {
  if (draft.policy) throw repeated('policy');
  draft.policy = policy;
}

/** Policy and catalogue may come in any order. A catalogue needs a policy that was sent: ours have their own. */
function policyOf({ policy, cryptoSuite }: Draft): ChosenPolicy {
  if (policy && 'file' in policy) return readUploadedPolicy(policy.file, cryptoSuite);
  if (cryptoSuite) throw new ValidationError('validation.crypto_suite_alone', 'cryptoSuite');
  return policyNamed(policy?.key);
}

function repeated(name: string): ValidationError {
  return new ValidationError('validation.field_invalid', name, { params: { name } });
}

function readFormat(value: string, before: ReportFormat | undefined): ReportFormat {
  if (before !== undefined)
    throw new ValidationError('validation.field_invalid', 'report', { params: { name: 'report' } });
  return formatNamed(value, 'report');
}

function readFlag(name: string, value: string, before: boolean | undefined): boolean {
  if (before !== undefined || (value !== 'true' && value !== 'false')) {
    throw new ValidationError('validation.field_invalid', name, { params: { name } });
  }
  return value === 'true';
}

function unknownField(name: string): ValidationError {
  const shown = name.slice(0, 100);
  return new ValidationError('validation.field_unknown', shown.replaceAll('~', '~0').replaceAll('/', '~1'), {
    params: { name: shown },
  });
}

async function* capped({ file, fieldname }: FilePart, limit: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const part of file) {
    size += part.length;
    if (size > limit) throw new ValidationError('validation.file_too_large', fieldname, { params: { limit } });
    yield part;
  }
}

async function readCapped(part: FilePart, limit: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const bytes of capped(part, limit)) parts.push(bytes);
  return concatBytes(...parts);
}

function named(fileName: string | undefined, bytes: Uint8Array, folders: '' | '/' = ''): SubmittedFile {
  const name = cleanName(fileName, folders);
  return name === undefined ? { bytes } : { name, bytes };
}

/** The file name as it may be shown: no control or formatting characters, not endless, and no path except that of a member of an archive. */
function cleanName(name: string | undefined, folders: '' | '/'): string | undefined {
  const steps = (name ?? '').split(/[\\/]/).filter((step) => step !== '' && step !== '.' && step !== '..');
  const kept = folders === '' ? steps.slice(-1) : steps;
  const clean = kept
    .join('/')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '')
    .trim();
  return clean === '' ? undefined : [...clean].slice(-maximumNameLength).join('');
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

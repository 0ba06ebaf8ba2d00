import { createHash } from 'node:crypto';
import { toHex } from '@tra/kernel';
import { type PdfAttachment, readPdf } from '@tra/pdf';
import type { Check } from '@tra/pki';
import { asicSubjects } from './asic/subjects.ts';
import { cmsSubjects } from './cades/subjects.ts';
import type { ContainerData } from './diagnostic/model.ts';
import { recogniseDocument } from './document-type.ts';
import { recordSubject } from './evidence-record/subject.ts';
import { jwsSubjects } from './jades/subjects.ts';
import { pdfSubjects } from './pdf-subjects.ts';
import type { AttachmentReport, DocumentType } from './report.ts';
import type { FindContext, SignatureSubject } from './subject.ts';
import { xmlSubjects } from './xades/subjects.ts';

/** A document with the signatures that were found in it. */
export interface FoundDocument {
  readonly type: DocumentType;
  /** False when the bytes are no document that this engine reads. */
  readonly readable: boolean;
  /** At most as many as the limit; of more the newest ones. */
  readonly subjects: readonly SignatureSubject[];
  /** How many signatures there are in all. */
  readonly count: number;
  readonly problems: readonly Check[];
  readonly attachments: readonly AttachmentReport[];
  readonly container?: ContainerData;
  /** Embedded XML, for the register of licences. */
  readonly xml: readonly Uint8Array[];
}

const nothing = { subjects: [], count: 0, problems: [], attachments: [], xml: [] } as const;

/**
 * Recognises the document and lists its signatures. `detached` are candidates for content that the document does not carry: the
 * one that matches is taken, else the first.
 */
export function findSignatures(bytes: Uint8Array, context: FindContext): FoundDocument {
  const document = recogniseDocument(bytes);
  if (document.type === 'pdf') return findInPdf(bytes, context.limit);
  if (document.type === 'xml') return findInXml(bytes, context);
  if (document.type === 'asic') return findInAsic(bytes, context);
  if (document.type === 'evidence-record') return findRecord(bytes, context);
  if (document.type === 'jws') return findInJws(bytes, context);
  if (document.type === 'cms') return findInCms(document.bytes, context);
  return { type: 'unknown', readable: false, ...nothing };
}

function findInXml(bytes: Uint8Array, context: FindContext): FoundDocument {
  const { isRecord, problem, ...found } = xmlSubjects(bytes, context);
  if (isRecord) return findRecord(bytes, context);
  return { ...nothing, type: 'xml', readable: !problem, problems: problem ? [problem] : [], ...found };
}

function findInJws(bytes: Uint8Array, context: FindContext): FoundDocument {
  const { problem, ...found } = jwsSubjects(bytes, context);
  return { ...nothing, type: 'jws', readable: !problem, problems: problem ? [problem] : [], ...found };
}

function findInAsic(bytes: Uint8Array, context: FindContext): FoundDocument {
  const { files, problem, ...found } = asicSubjects(bytes, context);
  const attachments = files.map(({ bytes: content, name }) => describeAttachment({ name, bytes: content }));
  return { ...nothing, type: 'asic', readable: !problem, problems: problem ? [problem] : [], attachments, ...found };
}

function findRecord(bytes: Uint8Array, { detached }: FindContext): FoundDocument {
  const subjects = [recordSubject(bytes, detached, 'S1')];
  return { ...nothing, type: 'evidence-record', readable: true, subjects, count: 1 };
}

function findInPdf(bytes: Uint8Array, limit: number): FoundDocument {
  const report = readPdf(bytes);
  const problems = report.problems.map(
    ({ code, params }): Check => ({ code, status: 'indeterminate', clause: 'ISO 32000-2 7.5', params }),
  );
  return {
    type: 'pdf',
    readable: report.signatures.length > 0 || !report.problems.some(({ code }) => code === 'pdf.limit_reached'),
    subjects: pdfSubjects(bytes, { ...report, signatures: report.signatures.slice(-limit) }),
    count: report.signatures.length,
    problems,
    attachments: report.attachments.map(describeAttachment),
    xml: report.attachments.filter(isXml).map((attachment) => attachment.bytes),
  };
}

function describeAttachment({
  name,
  mediaType,
  relationship,
  bytes,
}: Pick<PdfAttachment, 'name' | 'bytes' | 'mediaType' | 'relationship'>): AttachmentReport {
  return {
    name,
    ...(mediaType === undefined ? {} : { mediaType }),
    size: bytes.length,
    sha256: toHex(createHash('sha256').update(bytes).digest()),
    ...(relationship === undefined ? {} : { relationship }),
  };
}

function isXml({ name, mediaType }: PdfAttachment): boolean {
  return name.toLowerCase().endsWith('.xml') || mediaType === 'application/xml' || mediaType === 'text/xml';
}

function findInCms(bytes: Uint8Array, context: FindContext): FoundDocument {
  const found = cmsSubjects(bytes, context);
  if (!found) return { type: 'unknown', readable: false, ...nothing };
  const { isTimestampToken, ...subjects } = found;
  return { ...nothing, type: isTimestampToken ? 'timestamp-token' : 'cms', readable: true, ...subjects };
}

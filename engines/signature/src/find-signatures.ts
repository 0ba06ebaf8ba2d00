import { createHash } from 'node:crypto';
import { toHex } from '@tra/kernel';
import { type PdfAttachment, readPdf } from '@tra/pdf';
import type { Check } from '@tra/pki';
import { asicSubjects } from './asic/subjects.ts';
import { type CmsContent, readCms, readCounterSignatures } from './cms-facts.ts';
import { recogniseDocument } from './document-type.ts';
import { imprintOf } from './evidence-record/imprint.ts';
import { recordSubject } from './evidence-record/subject.ts';
import type { CmsFacts } from './facts.ts';
import { finding } from './findings.ts';
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
  const cms = readCms(bytes, {});
  if (!cms) return { type: 'unknown', readable: false, ...nothing };
  if (cms.isTimestampToken) {
    const subject = tokenSubject(bytes, context);
    return { ...nothing, type: 'timestamp-token', readable: true, subjects: [subject], count: 1 };
  }
  const count = Math.max(1, cms.signers.length);
  const judged = Math.min(count, context.limit);
  const subjects = Array.from({ length: judged }, (_, index) => cmsSubject(bytes, index, context));
  const counters = counterSubjects(cms, { bytes, first: judged, certificates: context.certificates });
  const all = [...subjects, ...counters.slice(0, Math.max(0, context.limit - judged))];
  return { ...nothing, type: 'cms', readable: true, subjects: all, count: count + counters.length };
}

function tokenSubject(bytes: Uint8Array, { detached, hashed = [] }: FindContext): SignatureSubject {
  const base = { id: 'S1', kind: 'timestamp', form: 'timestamp-token', cms: bytes, format: [] } as const;
  const content = detached[0]?.bytes;
  if (content) return { ...base, content: [content] };
  const imprint = imprintOf(bytes);
  const value = imprint && hashed[0]?.digests[imprint.digest];
  return value ? { ...base, stamps: [{ token: bytes, data: [], digest: { algorithm: imprint.digest, value } }] } : base;
}

/** The content that the signer signed is taken, else the first that was given: then the report says that it differs. */
function cmsSubject(bytes: Uint8Array, signer: number, { detached, hashed = [] }: FindContext): SignatureSubject {
  const base = { id: `S${signer + 1}`, kind: 'signature', form: 'cades', cms: bytes, format: [], signer } as const;
  const given: readonly CmsContent[] = [
    ...detached.map((part) => ({ content: [part.bytes] })),
    ...hashed.map(({ digests }) => ({ contentDigests: digests })),
  ];
  const matching = given.find((one) => readCms(bytes, one)?.signers[signer]?.hash === 'matches');
  return { ...base, ...(matching ?? given[0]) };
}

/** Countersignatures as subjects of their own, numbered after the signatures that they sign. */
function counterSubjects(
  cms: CmsFacts,
  {
    bytes,
    certificates,
    first,
  }: { readonly bytes: Uint8Array; readonly first: number; readonly certificates: readonly Uint8Array[] },
): readonly SignatureSubject[] {
  return readCounterSignatures(cms, certificates).map(({ facts, signer }, index): SignatureSubject => {
    const base = {
      id: `S${first + index + 1}`,
      counterSigns: `S${signer + 1}`,
      kind: 'signature',
      form: 'cades',
    } as const;
    if (facts) return { ...base, cms: bytes, facts, format: [] };
    const problem = finding('signature.signature_malformed', { reason: 'countersignature' });
    return { ...base, cms: new Uint8Array(), format: [problem] };
  });
}

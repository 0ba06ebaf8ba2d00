import { type PdfAttachment, readAttachments } from './attachments.ts';
import { type PdfProblem, PdfSyntaxError } from './errors.ts';
import { PdfFile } from './file.ts';
import { defaultLimits, type PdfLimits } from './limits.ts';
import { PdfStream } from './objects.ts';
import { recoverSignatures } from './recover-signatures.ts';
import { revisionsOf } from './revisions.ts';
import { formSignatures, type PdfSignature } from './signatures.ts';
import { readIndirect } from './wire/indirect.ts';
import { ascii } from './wire/serialize.ts';

/** What {@link readPdf} found. Nothing in it has been verified. */
export interface PdfReport {
  /** Whether the bytes carry a PDF header within their first 1024 bytes. */
  readonly isPdf: boolean;
  /** What is wrong with the file as a whole; each signature lists its own. */
  readonly problems: readonly PdfProblem[];
  /** Number of revisions: the first version and each incremental update. */
  readonly revisions: number;
  /** Signatures in the order of their place in the file. */
  readonly signatures: readonly PdfSignature[];
  readonly attachments: readonly PdfAttachment[];
}

function headerOffset(bytes: Uint8Array): number {
  const header = ascii('%PDF-');
  const limit = Math.min(bytes.length - header.length, 1024);
  for (let at = 0; at <= limit; at += 1) if (header.every((byte, index) => bytes[at + index] === byte)) return at;
  return -1;
}

/** Whether nothing but white space follows the last `%%EOF`. */
function endsProperly(bytes: Uint8Array): boolean {
  const tail = String.fromCharCode(...bytes.subarray(Math.max(0, bytes.length - 1024)));
  return /%%EOF[\s\0]*$/.test(tail);
}

/** Extents of all streams that the cross-references of any revision lead to. */
function streamExtents(file: PdfFile): { start: number; end: number }[] {
  const extents: { start: number; end: number }[] = [];
  const lengthOf = (ref: Parameters<PdfFile['get']>[0]): number | undefined => {
    const value = file.get(ref);
    return typeof value === 'number' ? value : undefined;
  };
  for (const section of file.sections) {
    for (const entry of section.entries.values()) {
      if (entry.kind !== 'offset' || file.budget.spent) continue;
      try {
        const { depth } = file.limits;
        const { value } = readIndirect(file.bytes, entry.offset, { depth, budget: file.budget, lengthOf });
        if (value instanceof PdfStream && value.start >= 0) {
          extents.push({ start: value.start, end: value.start + value.raw.length });
        }
      } catch (error) {
        // An object that cannot be read has no extent; whoever needs it reports the reason.
        if (!(error instanceof PdfSyntaxError)) throw error;
      }
    }
  }
  return extents;
}

const empty = (isPdf: boolean, problem: PdfProblem): PdfReport => ({
  isPdf,
  problems: [problem],
  revisions: 0,
  signatures: [],
  attachments: [],
});

const place = (signature: PdfSignature): number => signature.byteRange[1] ?? 0;

/**
 * Reads revisions, signatures and attachments of a PDF (ISO 32000-1 and -2). It never throws for what the bytes hold: damage
 * is repaired by scanning where possible and always reported. A signature is found even when a byte of the structure that
 * leads to it is broken. Encrypted files show their signatures, not their attachments.
 *
 * @example
 * const report = readPdf(bytes);
 * for (const signature of report.signatures) console.log(signature.fieldName, signature.coversWholeDocument);
 */
export function readPdf(input: Uint8Array, limits: PdfLimits = defaultLimits): PdfReport {
  // A Node Buffer would share its memory with every slice handed out.
  const bytes = new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  if (bytes.length > limits.fileBytes) {
    return empty(headerOffset(bytes) >= 0, { code: 'pdf.limit_reached', params: { limit: limits.fileBytes } });
  }
  const header = headerOffset(bytes);
  const file = new PdfFile(bytes, limits);
  if (header > 0) file.report('pdf.header_displaced', { offset: header });
  if (header < 0) file.report('pdf.header_missing');
  if (!endsProperly(bytes)) file.report('pdf.end_missing');
  if (file.trailer.has('Encrypt')) file.report('pdf.encrypted');
  const { signatures, dictionaries } = formSignatures(file);
  const recovered = recoverSignatures(file, dictionaries, file.rebuilt ? [] : streamExtents(file));
  const all = [...signatures, ...recovered].sort((left, right) => place(left) - place(right));
  return {
    isPdf: header >= 0,
    problems: file.problems,
    revisions: file.catalog ? revisionsOf(file).length : 0,
    signatures: all,
    attachments: readAttachments(file),
  };
}

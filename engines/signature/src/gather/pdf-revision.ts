import type { PdfModificationsData, PdfRevisionData } from '../diagnostic/signature.ts';
import type { SignatureSubject } from '../subject.ts';

const rangeFaults: readonly string[] = [
  'signature.byte_range_invalid',
  'signature.hole_not_contents',
  'signature.hole_stuffed',
];

/**
 * The revision of a PDF that a signature covers; undefined for other documents. What came after it was judged by engines/pdf, change by change:
 * forbidden changes appear as undefined ones, permitted ones as extensions; those in doubt are for the checks of the simple report to decide.
 */
export function pdfRevision(subject: SignatureSubject): PdfRevisionData | undefined {
  const { content = [], fieldName, format, location, reason, revision } = subject;
  const codes = format.map(({ code }) => code);
  const isPdf = subject.trailing !== undefined || codes.some((code) => rangeFaults.includes(code));
  if (!isPdf) return undefined;
  return {
    fields: fieldName === undefined ? [] : [fieldName.slice(0, 400)],
    byteRange: rangeOf(content),
    byteRangeValid: !codes.some((code) => rangeFaults.includes(code)),
    ...(revision ? { coversWholeFile: revision.changes === 'unchanged' } : {}),
    dictionaryConsistent: !codes.includes('signature.structure_damaged'),
    ...(reason === undefined ? {} : { reason: reason.slice(0, 400) }),
    ...(location === undefined ? {} : { location: location.slice(0, 400) }),
    ...(revision?.permission === undefined ? {} : { docMdp: revision.permission }),
    ...(revision ? { modifications: modificationsOf(subject) } : {}),
  };
}

/** The parts lie in the file with the hole between them: the first begins it. */
function rangeOf(content: readonly Uint8Array[]): readonly number[] {
  const [first, ...rest] = content;
  if (!first) return [];
  return [first, ...rest].flatMap((part) => [part.byteOffset - first.byteOffset, part.length]);
}

/** Most changes of one kind that are listed. */
const maximumChanges = 50;

function modificationsOf({ format, revision }: SignatureSubject): PdfModificationsData {
  const listed = (status: string): readonly string[] =>
    format
      .filter(({ code, status: own }) => code.startsWith('pdf.change') && own === status)
      .slice(0, maximumChanges)
      .map(({ code, params }) => `${code}${params?.object === undefined ? '' : ` ${params.object}`}`);
  const forbidden = listed('failed');
  const named = forbidden.length > 0 ? forbidden : ['pdf.changed'];
  return {
    annotationOverlaps: revision?.overlappingAnnotationPages ?? [],
    extension: listed('passed'),
    ...(revision?.changes === 'forbidden' ? { undefinedChanges: named } : {}),
  };
}

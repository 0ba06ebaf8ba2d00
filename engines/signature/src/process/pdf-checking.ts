import type { FieldLockData, PdfRevisionData } from '../diagnostic/signature.ts';
import type { TokenId } from '../diagnostic/token.ts';
import type { BasicPart } from '../policy/policy.ts';
import type { Block, Failure } from './block.ts';
import type { Process } from './context.ts';

const failure: Failure = ['FAILED', 'FORMAT_FAILURE'];

interface RevisionCheck {
  readonly process: Process;
  readonly token: { readonly id: TokenId };
  readonly revision: PdfRevisionData;
  readonly basic: BasicPart;
}

/** The revision of a PDF that a token covers, and what came after it: EN 319 142-1 clause 6, ISO 32000-2 clause 12.8. */
export function checkPdfRevision(block: Block, { process, token, revision, basic }: RevisionCheck): void {
  const changes = revision.modifications ?? {};
  const none = (list: readonly unknown[] | undefined): boolean => (list ?? []).length === 0;
  block.check('process.pdf.byte_range', basic.byteRange, revision.byteRangeValid, failure);
  block.check(
    'process.pdf.byte_range_apart',
    basic.byteRangeCollision,
    () => standsApart(process, token.id, revision),
    failure,
  );
  block.check('process.pdf.byte_range_to_end', basic.byteRangeAllDocument, revision.coversWholeFile !== false, failure);
  block.check('process.pdf.dictionary', basic.pdfSignatureDictionary, revision.dictionaryConsistent, failure);
  block.check('process.pdf.pages', basic.pdfPageDifference, none(changes.pageDifferences), failure);
  block.check('process.pdf.annotations_overlap', basic.pdfAnnotationOverlap, none(changes.annotationOverlaps), failure);
  block.check('process.pdf.visual', basic.pdfVisualDifference, none(changes.visualDifferences), failure);
  if (revision.docMdp !== undefined) {
    block.check('process.pdf.doc_mdp', basic.docMDP, permits(revision.docMdp, revision), failure, {
      params: { permission: String(revision.docMdp) },
    });
  }
  if (revision.fieldMdp)
    block.check('process.pdf.field_mdp', basic.fieldMDP, keepsLock(revision.fieldMdp, revision), failure);
  if (revision.sigFieldLock)
    block.check('process.pdf.field_lock', basic.sigFieldLock, keepsLock(revision.sigFieldLock, revision), failure);
  block.check('process.pdf.forms', basic.formFillChanges, none(changes.signatureOrFormFill), failure);
  block.check('process.pdf.annotations', basic.annotationChanges, none(changes.annotations), failure);
  block.check('process.pdf.undefined', basic.undefinedChanges, none(changes.undefinedChanges), failure);
}

/** No other signature begins within the hole or the second half of this one: ranges nest, or they follow each other. */
function standsApart({ data }: Process, id: TokenId, revision: PdfRevisionData): boolean {
  if (revision.byteRangeCollision !== undefined) return !revision.byteRangeCollision;
  const others = [...data.signatures, ...data.timestamps].filter((token) => token.id !== id);
  return others.every(({ pdfRevision }) => {
    if (!pdfRevision) return true;
    return !cuts(revision.byteRange, pdfRevision.byteRange) && !cuts(pdfRevision.byteRange, revision.byteRange);
  });
}

/** The first part of `one` ends before the first or before the last part of `other`, but not before both. */
function cuts(one: readonly number[], other: readonly number[]): boolean {
  const [start = 0, length = 0] = one;
  const [otherStart = 0, otherLength = 0, rest = 0, restLength = 0] = other;
  const end = start + length;
  return end < otherStart + otherLength !== end < rest + restLength;
}

/** ISO 32000-2 table 257: 1 permits nothing, 2 forms and signatures, 3 also annotations. */
function permits(permission: 1 | 2 | 3, { modifications = {} }: PdfRevisionData): boolean {
  const { signatureOrFormFill = [], annotations = [], undefinedChanges = [] } = modifications;
  if (undefinedChanges.length > 0) return false;
  if (permission < 3 && annotations.length > 0) return false;
  return permission > 1 || signatureOrFormFill.length === 0;
}

/** ISO 32000-2 clause 12.8.2.4: locked fields are unchanged. Field names are compared whole, `Signature 1` is not `Signature 10`. */
function keepsLock(lock: FieldLockData, revision: PdfRevisionData): boolean {
  const changed = revision.modifiedFields ?? [];
  const locked = (name: string): boolean => {
    const listed = lock.fields.some((field) => name === field || name.startsWith(`${field}.`));
    return lock.action === 'all' || (lock.action === 'include' ? listed : !listed);
  };
  if (changed.some(locked)) return false;
  return lock.permissions === undefined || permits(lock.permissions, revision);
}

export { type ArchiveReport, checkArchive } from './archive/check-archive.ts';
export type { ArchiveFault } from './archive/findings.ts';
export { type ArchiveLevel, type ArchiveRuleCode, archiveNotChecked, archiveRules } from './archive/rules.ts';
export type { PdfAttachment } from './attachments.ts';
export type { PdfChange, PdfChangeCode, PdfChangeVerdict } from './difference/changes.ts';
export {
  compareRevisions,
  type DifferenceOptions,
  type RevisionDifference,
  type SignedRange,
} from './difference/compare-revisions.ts';
export { type DifferencePolicy, defaultDifferencePolicy } from './difference/context.ts';
export type { FieldLock, SignaturePermissions } from './difference/permissions.ts';
export { PdfError, type PdfErrorCode, type PdfProblem, type PdfProblemCode } from './errors.ts';
export { type IccOptions, srgbProfile } from './icc.ts';
export { defaultLimits, type PdfLimits } from './limits.ts';
export {
  PdfDict,
  PdfName,
  PdfRef,
  PdfStream,
  PdfString,
  type PdfValue,
  pdfBytes,
  pdfDate,
  pdfDict,
  pdfName,
  pdfText,
} from './objects.ts';
export {
  type ArchiveMetadata,
  type AssociatedFile,
  attachFiles,
  documentInformation,
  outputIntent,
  xmpMetadata,
} from './pdfa.ts';
export { type PreparedSignature, prepareSignature, type SignatureOptions } from './prepare-signature.ts';
export { type PdfReport, readPdf } from './read-pdf.ts';
export { type PdfRevision, readRevisions, revisionBytes } from './revisions.ts';
export {
  type RelatedMaterial,
  readSecurityStore,
  type SecurityStore,
  type StoredMaterial,
} from './security-store.ts';
export type { PdfSignature } from './signatures.ts';
export { serializeNumber } from './wire/serialize.ts';
export { type PackedData, PdfWriter, packData } from './writer.ts';

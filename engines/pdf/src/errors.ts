import { CodedError, type ErrorParams } from '@tra/kernel';

/** Codes of {@link PdfError}. */
export type PdfErrorCode =
  | 'pdf.not_pdf'
  | 'pdf.damaged'
  | 'pdf.encrypted'
  | 'pdf.too_large'
  | 'pdf.no_page'
  | 'pdf.field_exists'
  | 'pdf.changes_not_permitted'
  | 'pdf.contents_too_large'
  | 'pdf.value_invalid';

/** Thrown when a PDF cannot be written or prepared for a signature; the input is never changed. */
export class PdfError extends CodedError<PdfErrorCode> {}

/** Codes of {@link PdfProblem}: what a reader noticed without giving up. */
export type PdfProblemCode =
  | 'pdf.header_missing'
  | 'pdf.header_displaced'
  | 'pdf.end_missing'
  | 'pdf.xref_unreadable'
  | 'pdf.xref_rebuilt'
  | 'pdf.xref_loop'
  | 'pdf.object_unreadable'
  | 'pdf.stream_unreadable'
  | 'pdf.filter_unsupported'
  | 'pdf.limit_reached'
  | 'pdf.encrypted'
  | 'pdf.catalog_missing'
  | 'pdf.form_unreadable'
  | 'pdf.attachment_unreadable'
  | 'pdf.signature_recovered'
  | 'pdf.signature_not_in_form'
  | 'pdf.signature_key_repeated'
  | 'pdf.signature_type_invalid'
  | 'pdf.byte_range_missing'
  | 'pdf.byte_range_invalid'
  | 'pdf.byte_range_not_from_start'
  | 'pdf.byte_range_overlap'
  | 'pdf.byte_range_beyond_end'
  | 'pdf.byte_range_hole'
  | 'pdf.contents_missing'
  | 'pdf.contents_invalid'
  | 'pdf.certificates_missing'
  | 'pdf.certificates_invalid'
  | 'pdf.certificates_not_signed';

/** Something wrong with a file that did not stop the reader: code and the values its message shows. */
export interface PdfProblem {
  readonly code: PdfProblemCode;
  readonly params: ErrorParams;
}

/** A fault inside the reader; it always ends as a {@link PdfProblem} or a {@link PdfError}. */
export class PdfSyntaxError extends Error {
  readonly problem: PdfProblemCode;

  constructor(problem: PdfProblemCode, detail: string) {
    super(detail);
    this.problem = problem;
  }
}

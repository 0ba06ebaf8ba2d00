import { PdfSyntaxError } from './errors.ts';

/** Bounds of the reader, so that no file can take more than its share of memory or time. */
export interface PdfLimits {
  /** Largest file in bytes. */
  readonly fileBytes: number;
  /** Deepest nesting of arrays and dictionaries. */
  readonly depth: number;
  /** Most cross-reference entries in all revisions together. */
  readonly objects: number;
  /** Most cross-reference sections. */
  readonly sections: number;
  /** Most bytes that decoded streams may have in all, for one file. */
  readonly decodedBytes: number;
  /** Most form fields, pages or name-tree nodes visited. */
  readonly nodes: number;
  /** Most bytes the parser may read for one file, counting every time that a byte is read again. */
  readonly parsedBytes: number;
}

/** The limits used unless a caller states others: far above any licence or filing, far below what hurts. */
export const defaultLimits: PdfLimits = {
  fileBytes: 64 * 1024 * 1024,
  depth: 64,
  objects: 500_000,
  sections: 512,
  decodedBytes: 128 * 1024 * 1024,
  nodes: 20_000,
  parsedBytes: 256 * 1024 * 1024,
};

/** Counts what the reader spends on one file. */
export class Budget {
  private left: number;

  constructor(bytes: number) {
    this.left = bytes;
  }

  /** Whether nothing is left. */
  get spent(): boolean {
    return this.left < 0;
  }

  /** Takes `bytes` away; throws {@link PdfSyntaxError} once more than the whole was spent. */
  spend(bytes: number): void {
    this.left -= bytes;
    if (this.left < 0) throw new PdfSyntaxError('pdf.limit_reached', 'bytes parsed');
  }
}

import {
  type ObjectTexts,
  type SignedSampleOptions,
  type SignParts,
  signedSample,
  updatePdf,
  type WriteOptions,
} from './sample-document.ts';

/** A way to make a signed document say something else than was signed. */
export interface PdfAttack {
  readonly name: string;
  /** The published class it belongs to. */
  readonly class:
    | 'universal signature forgery'
    | 'incremental saving'
    | 'signature wrapping'
    | 'shadow hide'
    | 'shadow replace'
    | 'shadow hide and replace'
    | 'evil annotation'
    | 'sneaky signature'
    | 'permissions'
    | 'active content';
  /** What it breaks. */
  readonly clause: string;
  build(sign?: SignParts): Promise<Uint8Array>;
}

/** An attack that appends an update to the signed sample. */
export function appended(
  what: Pick<PdfAttack, 'name' | 'class' | 'clause'>,
  objects: ObjectTexts,
  options: { readonly sample?: SignedSampleOptions; readonly write?: WriteOptions } = {},
): PdfAttack {
  return {
    ...what,
    build: async (sign) => updatePdf(await signedSample({ ...options.sample, sign }), objects, options.write),
  };
}

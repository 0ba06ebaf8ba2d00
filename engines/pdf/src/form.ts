import type { PdfFile } from './file.ts';
import { type PdfDict, PdfRef, PdfString, type PdfValue, textOf } from './objects.ts';

/** A field of the interactive form (ISO 32000-2 clause 12.7). */
export interface FormField {
  /** Partial names joined with full stops. */
  readonly name: string;
  readonly dict: PdfDict;
  readonly ref: PdfRef | undefined;
  /** Field type, own or inherited: `Sig`, `Tx` … */
  readonly type: string | undefined;
}

const maxDepth = 32;

/** All terminal and intermediate fields, in order; loops are cut and the number is bounded. */
export function readFields(file: PdfFile): FormField[] {
  const fields: FormField[] = [];
  const seen = new Set<PdfDict>();
  const visit = (value: PdfValue, path: string, inherited: string | undefined, depth: number): void => {
    const dict = file.dict(value);
    if (!dict || seen.has(dict)) return;
    if (depth > maxDepth || seen.size >= file.limits.nodes) {
      file.report('pdf.limit_reached', { detail: 'form fields' });
      return;
    }
    seen.add(dict);
    const partial = file.get(dict.get('T'));
    const own = partial instanceof PdfString ? textOf(partial) : undefined;
    const name = own === undefined ? path : path ? `${path}.${own}` : own;
    const type = file.name(dict.get('FT')) ?? inherited;
    if (own !== undefined || depth === 0) {
      fields.push({ name, dict, ref: value instanceof PdfRef ? value : undefined, type });
    }
    for (const kid of file.array(dict.get('Kids'))) visit(kid, name, type, depth + 1);
  };
  const held = file.get(file.catalog?.get('AcroForm'));
  const form = file.dict(held);
  if (held !== null && !form) file.report('pdf.form_unreadable');
  for (const field of file.array(form?.get('Fields'))) visit(field, '', undefined, 0);
  return fields;
}

/** The first page with its reference, or undefined when the page tree holds none. */
export function firstPage(file: PdfFile): { readonly ref: PdfRef; readonly dict: PdfDict } | undefined {
  const seen = new Set<PdfDict>();
  const visit = (value: PdfValue | undefined): { ref: PdfRef; dict: PdfDict } | undefined => {
    const dict = file.dict(value);
    if (!dict || seen.has(dict) || seen.size >= file.limits.nodes) return undefined;
    seen.add(dict);
    if (dict.has('Kids')) {
      for (const kid of file.array(dict.get('Kids'))) {
        const page = visit(kid);
        if (page) return page;
      }
      return undefined;
    }
    return value instanceof PdfRef ? { ref: value, dict } : undefined;
  };
  return visit(file.catalog?.get('Pages'));
}

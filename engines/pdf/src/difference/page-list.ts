import type { PdfFile } from '../file.ts';
import { PdfDict, PdfRef, type PdfValue } from '../objects.ts';

/** A page with the attributes that it inherits (ISO 32000-2 clause 7.7.3.4) filled in. */
export interface PageEntry {
  readonly ref: PdfRef | undefined;
  readonly dict: PdfDict;
  readonly inherited: ReadonlyMap<string, PdfValue>;
  readonly path: string;
}

const inheritable = ['Resources', 'MediaBox', 'CropBox', 'Rotate'];

/** Pages in reading order. */
export interface PageList {
  readonly pages: PageEntry[];
  /** Numbers of the nodes above them. */
  readonly nodes: Set<number>;
  /** A node states another number of pages than it has, or names one by another generation: readers then show different pages. */
  readonly isAmbiguous: boolean;
}

/** The pages of the file; loops are cut and the number is bounded. */
export function readPages(file: PdfFile): PageList {
  let isAmbiguous = false;
  const pages: PageEntry[] = [];
  const nodes = new Set<number>();
  const seen = new Set<PdfDict>();
  const visit = (
    value: PdfValue | undefined,
    path: string,
    inherited: ReadonlyMap<string, PdfValue>,
    depth: number,
  ): void => {
    const dict = file.dict(value);
    if (value instanceof PdfRef && file.misnames(value)) isAmbiguous = true;
    // A page may be listed twice; only a node above others could close a loop.
    if (!dict || (dict.has('Kids') && seen.has(dict))) return;
    if (depth > 64 || seen.size + pages.length >= file.limits.nodes) {
      file.report('pdf.limit_reached', { detail: 'pages' });
      return;
    }
    seen.add(dict);
    const own = new Map(inherited);
    for (const key of inheritable) {
      const held = dict.get(key);
      if (held !== undefined) own.set(key, held);
    }
    if (!dict.has('Kids')) {
      pages.push({ ref: value instanceof PdfRef ? value : undefined, dict, inherited: own, path });
      return;
    }
    if (value instanceof PdfRef) nodes.add(value.number);
    const first = pages.length;
    for (const [index, kid] of file.array(dict.get('Kids')).entries())
      visit(kid, `${path}/Kids[${index}]`, own, depth + 1);
    if (file.get(dict.get('Count')) !== pages.length - first) isAmbiguous = true;
  };
  visit(file.catalog?.get('Pages'), '/Root/Pages', new Map(), 0);
  return { pages, nodes, isAmbiguous };
}

/** A page dictionary with what it inherits, without its link to the node above. */
export function wholePage(page: PageEntry): PdfDict {
  const dict = new PdfDict(page.dict);
  for (const [key, value] of page.inherited) dict.set(key, value);
  dict.delete('Parent');
  return dict;
}

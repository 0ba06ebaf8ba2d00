import type { PdfDict } from '../objects.ts';
import { compareAnnotations } from './annotations.ts';
import type { PdfChangeCode } from './changes.ts';
import { type Comparing, differs, numberOf } from './context.ts';
import { type PageEntry, wholePage } from './page-list.ts';

const geometry: readonly string[] = [
  'MediaBox',
  'CropBox',
  'BleedBox',
  'TrimBox',
  'ArtBox',
  'Rotate',
  'UserUnit',
  'Group',
  'BoxColorInfo',
];
const privateKeys: readonly string[] = [
  'PieceInfo',
  'LastModified',
  'Metadata',
  'Thumb',
  'Tabs',
  'StructParents',
  'ID',
];

function codeFor(key: string): PdfChangeCode {
  if (key === 'Contents') return 'pdf.change_page_content';
  if (key === 'Resources') return 'pdf.change_page_resources';
  if (geometry.includes(key)) return 'pdf.change_page_geometry';
  if (privateKeys.includes(key)) return 'pdf.change_private_data';
  if (key === 'AA') return 'pdf.change_action';
  return key === 'AF' ? 'pdf.change_embedded_file' : 'pdf.change_page_entry';
}

/** Compares the pages of both revisions: which there are, in which order, and each with itself (ISO 32000-2 clause 7.7.3). */
export function comparePages(comparing: Comparing, before: readonly PageEntry[], after: readonly PageEntry[]): void {
  const { changes } = comparing;
  const key = (page: PageEntry): number | PdfDict => page.ref?.number ?? page.dict;
  const old = new Map(before.map((page) => [key(page), page]));
  const now = new Map(after.map((page) => [key(page), page]));
  for (const [index, page] of before.entries()) {
    if (!now.has(key(page)))
      changes.add('pdf.change_page_removed', {
        path: page.path,
        object: page.ref?.number,
        params: { page: index + 1 },
      });
  }
  for (const [index, page] of after.entries()) {
    const number = index + 1;
    const same = old.get(key(page));
    if (same) comparePage(comparing, [same, page], number);
    else
      changes.add('pdf.change_page_added', {
        path: page.path,
        object: page.ref?.number,
        page: number,
        params: { page: number },
      });
  }
  const kept = after.filter((page) => old.has(key(page)));
  const stayed = before.filter((page) => now.has(key(page)));
  const moved = kept.findIndex((page, index) => key(page) !== key(stayed[index] ?? page));
  if (moved >= 0 || before.length !== new Set(before.map(key)).size || after.length !== new Set(after.map(key)).size) {
    changes.add('pdf.change_page_order', { path: '/Root/Pages', params: { page: Math.max(0, moved) + 1 } });
  }
}

function comparePage(comparing: Comparing, pair: readonly [PageEntry, PageEntry], page: number): void {
  const [before, after] = pair.map(wholePage) as [PdfDict, PdfDict];
  const { path, ref } = pair[1];
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    if (key === 'Annots') continue;
    const strict = key === 'Contents' || key === 'Resources' || key === 'Group';
    const found = differs(comparing, [before.get(key), after.get(key)], { strict });
    if (!found) continue;
    comparing.changes.add(codeFor(key), {
      path: `${path}/${key}${found.path}`,
      object: found.object ?? numberOf(after.get(key)) ?? ref?.number,
      page,
      params: { page },
    });
  }
  if (after.repeated.length === 0 && pair[1].dict.repeated.length > 0 && comparing.touched.has(ref?.number ?? -1)) {
    comparing.changes.add('pdf.change_key_repeated', {
      path,
      object: ref?.number,
      page,
      params: { key: pair[1].dict.repeated[0] ?? '' },
    });
  }
  compareAnnotations(comparing, [before, after], { page, path, pageDicts: [pair[0], pair[1]] });
}

import type { PdfFile } from '../file.ts';
import { type PdfDict, PdfRef, type PdfValue } from '../objects.ts';
import type { PdfChangeCode } from './changes.ts';
import { annotationVerdict, type Comparing, differs, isMisnamedNow, rectangleOf } from './context.ts';
import { coversContent } from './ink.ts';
import { drawsNothing, letsThrough } from './looks.ts';
import type { PageEntry } from './page-list.ts';

/** Where annotations are compared: a page of both revisions. */
export interface PagePlace {
  readonly page: number;
  readonly path: string;
  readonly pageDicts: readonly [PageEntry, PageEntry];
}

interface Item {
  readonly value: PdfValue;
  readonly dict: PdfDict;
  readonly path: string;
}

function itemsOf(file: PdfFile, dict: PdfDict, path: string): Map<number | string, Item> {
  const items = new Map<number | string, Item>();
  for (const [index, value] of file.array(dict.get('Annots')).entries()) {
    const found = file.dict(value);
    if (!found) continue;
    items.set(value instanceof PdfRef ? value.number : `#${index}`, {
      value,
      dict: found,
      path: `${path}/Annots[${index}]`,
    });
  }
  return items;
}

const isWidget = (file: PdfFile, dict: PdfDict): boolean => file.name(dict.get('Subtype')) === 'Widget';
/** Actions that do more than lead to another place in the same document. */
const active: readonly string[] = [
  'JavaScript',
  'Launch',
  'SubmitForm',
  'ImportData',
  'GoToR',
  'GoToE',
  'URI',
  'Rendition',
  'Hide',
  'SetOCGState',
];

function hasAction(file: PdfFile, dict: PdfDict): boolean {
  if (dict.has('AA')) return true;
  const action = file.dict(dict.get('A'));
  return action !== undefined && (active.includes(file.name(action.get('S')) ?? '') || action.has('Next'));
}

/** Compares the annotations of a page that are no form fields; widgets are compared with their fields. */
export function compareAnnotations(comparing: Comparing, dicts: readonly [PdfDict, PdfDict], place: PagePlace): void {
  const { before, after } = comparing;
  const old = itemsOf(before, dicts[0], place.path);
  const now = itemsOf(after, dicts[1], place.path);
  for (const [key, item] of old) {
    const stays = now.get(key);
    if (stays && !isMisnamedNow(comparing, [item.value, stays.value])) continue;
    if (isWidget(before, item.dict)) comparing.changes.add('pdf.change_field_removed', detail(before, item, place));
    else report(comparing, 'pdf.change_annotation_removed', { item, file: before, place });
  }
  const kept = [...now.keys()].filter((key) => old.has(key));
  const stayed = [...old.keys()].filter((key) => now.has(key));
  if (kept.some((key, index) => key !== stayed[index])) {
    const path = `${place.path}/Annots`;
    const params = { page: place.page, subtype: '' };
    comparing.changes.add('pdf.change_annotation_altered', {
      path,
      page: place.page,
      params,
      verdict: annotationVerdict(comparing),
    });
  }
  for (const [key, item] of now) {
    const same = old.get(key);
    if (!same) addedAnnotation(comparing, item, place);
    else if (!isWidget(before, same.dict) || !isWidget(after, item.dict))
      changedAnnotation(comparing, [same, item], place);
    else if (!comparing.owned.has(same.dict) || !comparing.owned.has(item.dict))
      changedWidget(comparing, [same, item], place);
  }
}

function detail(file: PdfFile, item: Item, { page }: PagePlace): Parameters<Comparing['changes']['add']>[1] {
  return {
    path: item.path,
    object: item.value instanceof PdfRef ? item.value.number : undefined,
    page,
    rect: rectangleOf(file, item.dict.get('Rect')),
    params: { page, subtype: file.name(item.dict.get('Subtype')) ?? '' },
  };
}

function report(
  comparing: Comparing,
  code: PdfChangeCode,
  what: { item: Item; file: PdfFile; place: PagePlace },
): void {
  const { item, file, place } = what;
  comparing.changes.add(code, { ...detail(file, item, place), verdict: annotationVerdict(comparing) });
}

function addedAnnotation(comparing: Comparing, item: Item, place: PagePlace): void {
  const { after, changes } = comparing;
  if (isWidget(after, item.dict)) {
    // A field that was signed without a place on a page must not get one later.
    const old = comparing.before.dict(item.value);
    if (old && !drawsNothing(after, item.dict)) changes.add('pdf.change_widget_moved', detail(after, item, place));
    return;
  }
  report(comparing, 'pdf.change_annotation_added', { item, file: after, place });
  if (hasAction(after, item.dict)) changes.add('pdf.change_annotation_action', detail(after, item, place));
  judgeCover(comparing, item, place);
}

function changedAnnotation(comparing: Comparing, pair: readonly [Item, Item], place: PagePlace): void {
  const { after, changes } = comparing;
  const [old, now] = pair;
  const skip = new Set(['AP']);
  const other = differs(comparing, [old.value, now.value], { skip });
  const drawn = differs(comparing, [old.dict.get('AP'), now.dict.get('AP')], { strict: true });
  if (!other && !drawn) return;
  report(comparing, 'pdf.change_annotation_altered', { item: now, file: after, place });
  const actions = ['A', 'AA'].some((key) => differs(comparing, [old.dict.get(key), now.dict.get(key)]));
  if (actions && hasAction(after, now.dict)) changes.add('pdf.change_annotation_action', detail(after, now, place));
  judgeCover(comparing, now, place, old);
}

/** A widget that no field owns has no value that could be filled in: it stays as it was signed. */
function changedWidget(comparing: Comparing, [old, now]: readonly [Item, Item], place: PagePlace): void {
  const keys = new Set([...old.dict.keys(), ...now.dict.keys()]);
  const changed = [...keys].some((key) =>
    differs(comparing, [old.dict.get(key), now.dict.get(key)], { strict: key === 'AP' }),
  );
  if (changed) comparing.changes.add('pdf.change_widget_without_field', detail(comparing.after, now, place));
}

/** A comment may be written, but not over the content that was signed: it could hide or replace it. */
function judgeCover(comparing: Comparing, item: Item, place: PagePlace, old?: Item): void {
  const { before, after } = comparing;
  const rect = rectangleOf(after, item.dict.get('Rect'));
  if (!rect || drawsNothing(after, item.dict) || letsThrough(after, item.dict)) return;
  const own = old && rectangleOf(before, old.dict.get('Rect'));
  if (coversContent(before, place.pageDicts[0], { rect, own })) {
    comparing.changes.add('pdf.change_annotation_covers_content', detail(after, item, place));
  }
}

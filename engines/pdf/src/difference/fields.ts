import { PdfDict, PdfName, PdfRef, PdfString, type PdfValue, textOf } from '../objects.ts';
import { showsValue } from './appearance.ts';
import type { ChangeDetail, PdfChangeCode } from './changes.ts';
import { type Comparing, differs, fillingVerdict, isMisnamedNow, rectangleOf } from './context.ts';
import type { FieldEntry, WidgetEntry } from './field-tree.ts';
import { isLocked, leavesOpen } from './permissions.ts';
import { addedSignatureField, changedSignatureField } from './signature-fields.ts';

const valueKeys: readonly string[] = ['V', 'I', 'RV', 'TI'];
const lookKeys: readonly string[] = ['AP', 'AS'];
/** Keys that say nothing about the value or the look. */
const silentKeys: ReadonlySet<string> = new Set(['M', 'NM', 'StructParent', 'P', 'Parent', 'Type', 'Subtype', 'Kids']);
const readOnly = 1;

/** What differs between two versions of a field, by key, its own dictionary and its widgets taken together. */
export type FieldDifferences = ReadonlySet<string>;

/** Place and names for a change of a field. */
export function fieldDetail(comparing: Comparing, field: FieldEntry): ChangeDetail {
  const widget = field.widgets[0];
  const [number] = widget ? pagesOf(comparing, widget) : [];
  return {
    path: field.path,
    object: field.ref,
    ...(number === undefined ? {} : { page: number }),
    rect: widget ? rectangleOf(comparing.after, widget.dict.get('Rect')) : undefined,
    params: { field: field.name },
  };
}

/** The pages that a widget stands on, from 1. */
export function pagesOf(comparing: Comparing, { value }: WidgetEntry): readonly number[] {
  return (value instanceof PdfRef ? comparing.pageNumbers.get(value.number) : undefined) ?? [];
}

const keyOf = (field: FieldEntry): string => (field.ref === undefined ? `=${field.name}` : String(field.ref));

/** Compares the fields of the form: added, removed, filled in, signed, altered (ISO 32000-2 clauses 12.7 and 12.8.2). */
export function compareFields(comparing: Comparing, before: readonly FieldEntry[], after: readonly FieldEntry[]): void {
  const old = new Map(before.map((field) => [keyOf(field), field]));
  const now = new Map(after.map((field) => [keyOf(field), field]));
  const names = new Set(before.map(({ name }) => name));
  for (const [key, field] of old) {
    const stays = now.get(key);
    if (stays && !isMisnamedNow(comparing, [field.value, stays.value])) continue;
    const signed = field.type === 'Sig' && comparing.before.dict(field.dict.get('V'));
    comparing.changes.add(
      signed ? 'pdf.change_signature_removed' : 'pdf.change_field_removed',
      fieldDetail(comparing, field),
    );
  }
  for (const [key, field] of now) {
    const same = old.get(key);
    if (same) compareField(comparing, same, field);
    else addedField(comparing, field, names.has(field.name));
  }
}

function addedField(comparing: Comparing, field: FieldEntry, known: boolean): void {
  if (known && field.widgets.length > 0) comparing.changes.add('pdf.change_field_added', fieldDetail(comparing, field));
  else if (field.type === 'Sig') addedSignatureField(comparing, field);
  else if (field.below.length === 0 || field.widgets.length > 0) {
    comparing.changes.add('pdf.change_field_added', fieldDetail(comparing, field));
  }
}

/** Keys in which two dictionaries differ. */
function changedKeys(comparing: Comparing, before: PdfDict, after: PdfDict): string[] {
  const keys = before === after ? [...before.keys()] : [...new Set([...before.keys(), ...after.keys()])];
  return keys.filter((key) => {
    if (silentKeys.has(key)) return false;
    return differs(comparing, [before.get(key), after.get(key)], { strict: lookKeys.includes(key) }) !== undefined;
  });
}

function compareField(comparing: Comparing, before: FieldEntry, after: FieldEntry): void {
  const changed = new Set<string>(changedKeys(comparing, before.dict, after.dict));
  const id = ({ value, path }: WidgetEntry): string | number => (value instanceof PdfRef ? value.number : path);
  const old = new Map(before.widgets.map((widget) => [id(widget), widget]));
  for (const widget of after.widgets) {
    const same = old.get(id(widget));
    old.delete(id(widget));
    if (!same || isMisnamedNow(comparing, [same.value, widget.value])) changed.add('Kids');
    else if (same.dict !== before.dict)
      for (const key of changedKeys(comparing, same.dict, widget.dict)) changed.add(key);
  }
  if (old.size > 0) changed.add('Kids');
  if (before.name !== after.name) changed.add('T');
  if (before.type !== after.type) changed.add('FT');
  const [repeated] = [after.dict, ...after.widgets.map(({ dict }) => dict)].flatMap((dict) => dict.repeated);
  if (repeated !== undefined && comparing.touched.has(after.ref ?? -1)) {
    comparing.changes.add('pdf.change_key_repeated', { ...fieldDetail(comparing, after), params: { key: repeated } });
  }
  if (changed.size === 0) return;
  if (changed.has('Kids'))
    comparing.changes.add('pdf.change_field_altered', {
      ...fieldDetail(comparing, after),
      params: { field: after.name, key: 'Kids' },
    });
  if (before.type === 'Sig' && after.type === 'Sig')
    changedSignatureField(comparing, before, { field: after, changed });
  else judgeFilling(comparing, before, { field: after, changed });
}

interface Changed {
  readonly field: FieldEntry;
  readonly changed: FieldDifferences;
}

/** Actions, places and properties of a field: nothing that filling it in may touch. */
export function judgeProperties(
  comparing: Comparing,
  { field, changed }: Changed,
  tolerated: ReadonlySet<string>,
): void {
  const detail = fieldDetail(comparing, field);
  for (const key of changed) {
    if (tolerated.has(key) || key === 'Kids') continue;
    const code: PdfChangeCode =
      key === 'A' || key === 'AA'
        ? 'pdf.change_action'
        : key === 'Rect'
          ? 'pdf.change_widget_moved'
          : 'pdf.change_field_altered';
    comparing.changes.add(code, { ...detail, path: `${detail.path}/${key}`, params: { field: field.name, key } });
  }
}

/** Whether flags were only given the read-only bit: what a locked field gets when it is signed (clause 12.7.5.5). */
export function onlyReadOnly(before: FieldEntry, after: FieldEntry): boolean {
  return (before.flags | readOnly) === after.flags;
}

function judgeFilling(comparing: Comparing, before: FieldEntry, { field, changed }: Changed): void {
  const { changes, permissions } = comparing;
  const detail = fieldDetail(comparing, field);
  const filled = valueKeys.some((key) => changed.has(key));
  const drawn = lookKeys.some((key) => changed.has(key));
  const tolerated = new Set([...valueKeys, ...lookKeys, ...(filled ? ['DA'] : [])]);
  if (changed.has('Ff') && onlyReadOnly(before, field)) {
    tolerated.add('Ff');
    changes.add('pdf.change_field_read_only', permissions.level === 1 ? { ...detail, verdict: 'forbidden' } : detail);
  }
  if (filled && [field.name, ...field.below].some((name) => isLocked(permissions.locks, name))) {
    changes.add('pdf.change_field_locked', detail);
  } else if (filled) {
    const open = permissions.level === undefined && leavesOpen(permissions.locks, field.name);
    const verdict = open ? 'allowed' : fillingVerdict(comparing);
    const guarded = verdict === 'allowed' && (before.flags & readOnly) !== 0;
    changes.add('pdf.change_field_filled', { ...detail, verdict: guarded ? 'suspicious' : verdict });
  }
  if (drawn || filled) judgeLook(comparing, before, { field, changed });
  judgeProperties(comparing, { field, changed }, tolerated);
}

/** The look of a field must show its value: a changed look alone, or one that shows something else, replaces what was signed. */
function judgeLook(comparing: Comparing, before: FieldEntry, { field, changed }: Changed): void {
  const { changes, after } = comparing;
  const detail = fieldDetail(comparing, field);
  const firstLook = !changed.has('V') && before.widgets.every(({ dict }) => !dict.has('AP'));
  if (!valueKeys.some((key) => changed.has(key)) && !firstLook) {
    changes.add('pdf.change_field_appearance', detail);
    return;
  }
  const value = after.get(field.dict.get('V'));
  if (field.type === 'Btn') {
    const pushed = (field.flags & 0x10000) !== 0;
    if (changed.has('AP') && !pushed) changes.add('pdf.change_field_appearance', detail);
    if (!showsState(comparing, field, value)) changes.add('pdf.change_field_appearance_differs', detail);
    return;
  }
  const words = value instanceof PdfString ? textOf(value) : value === null ? '' : undefined;
  const shown = field.widgets.map(({ dict }) => showsValue(after, dict, { words, field }));
  if (shown.includes('differs')) {
    const formatted = before.dict.has('AA') || before.widgets.some(({ dict }) => dict.has('AA'));
    changes.add('pdf.change_field_appearance_differs', {
      ...detail,
      ...(formatted ? { verdict: 'suspicious' as const } : {}),
    });
  }
  if (firstLook && !shown.every((verdict) => verdict === 'agrees')) changes.add('pdf.change_field_appearance', detail);
}

/** A check box shows the state that its value names, or is off. */
function showsState({ after }: Comparing, field: FieldEntry, value: PdfValue): boolean {
  const named = value instanceof PdfName ? value.name : value instanceof PdfString ? textOf(value) : 'Off';
  const states = field.widgets.map(({ dict }) => after.name(dict.get('AS')) ?? 'Off');
  const known = field.widgets.every(({ dict }, index) => {
    const looks = after.get(after.dict(dict.get('AP'))?.get('N'));
    const state = states[index] ?? 'Off';
    return state === 'Off' || (state === named && (!(looks instanceof PdfDict) || looks.has(state)));
  });
  return known && (named === 'Off' || states.length === 0 || states.includes(named));
}

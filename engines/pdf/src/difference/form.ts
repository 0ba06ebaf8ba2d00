import { PdfDict, type PdfValue } from '../objects.ts';
import { type Comparing, differs, fillingVerdict, numberOf } from './context.ts';

/** Compares the form as a whole, its fields apart (ISO 32000-2 table 224). */
export function compareForm(comparing: Comparing): void {
  const { before, after, deep } = comparing;
  const old = before.dict(before.catalog?.get('AcroForm')) ?? new PdfDict();
  const now = after.dict(after.catalog?.get('AcroForm')) ?? new PdfDict();
  const object = numberOf(after.catalog?.get('AcroForm'));
  if (object !== undefined) deep.reached.add(object);
  if (now.repeated.length > 0 && now !== old) {
    comparing.changes.add('pdf.change_key_repeated', {
      path: '/Root/AcroForm',
      params: { key: now.repeated[0] ?? '' },
    });
  }
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    if (key === 'Fields') continue;
    const values = [old.get(key), now.get(key)] as const;
    if (key === 'DR') compareResources(comparing, values);
    else if (differs(comparing, values)) compareEntry(comparing, { key, values, object });
  }
}

type Values = readonly [PdfValue | undefined, PdfValue | undefined];

interface Entry {
  readonly key: string;
  readonly values: Values;
  /** Number of the object that the form is. */
  readonly object: number | undefined;
}

function compareEntry(comparing: Comparing, { key, object, values }: Entry): void {
  const { after, before, changes } = comparing;
  const detail = { path: `/Root/AcroForm/${key}`, object };
  const [old, now] = [before.get(values[0]), after.get(values[1])];
  if (key === 'SigFlags') {
    changes.add(addsFlags(old, now) ? 'pdf.change_signature_flags' : 'pdf.change_form_settings', detail);
  } else if (key === 'NeedAppearances') {
    compareNeed(comparing, [old, now], detail);
  } else if (key === 'XFA') {
    const verdict = fillingVerdict(comparing) === 'allowed' ? 'suspicious' : 'forbidden';
    changes.add('pdf.change_form_xfa', { ...detail, verdict });
  } else if (!(key === 'DA' && values[0] === undefined) && !saysNothing(key, [old, now])) {
    changes.add('pdf.change_form_settings', detail);
  }
}

/** SignaturesExist and AppendOnly (table 225); all other bits are reserved. */
const knownFlags = 3;

/** Whether flags came and none went, as they do when a further signature is added. Without AppendOnly a program may write the whole file anew. */
function addsFlags(old: PdfValue, now: PdfValue): boolean {
  if (typeof now !== 'number' || !Number.isInteger(now)) return false;
  const had = typeof old === 'number' ? old : 0;
  return (had & now) === had && (now & ~(had | knownFlags)) === 0;
}

/** Whether neither value says anything but what holds without the entry: text to the left (Q), and fields that nothing calculates (CO). */
function saysNothing(key: string, values: readonly PdfValue[]): boolean {
  if (key === 'Q') return values.every((value) => value === null || value === 0);
  return key === 'CO' && values.every((value) => value === null || (Array.isArray(value) && value.length === 0));
}

const isUnset = (value: PdfValue): boolean => value === null || value === false;

/**
 * A program that draws the fields anew may show something else than the signer saw, and so may one that no longer does: the looks that the file held all along
 * come to light. Where the signer lets all fields be filled in, that is no more than filling them in could do; where none may be, nobody may do either.
 */
function compareNeed(
  comparing: Comparing,
  [old, now]: readonly [PdfValue, PdfValue],
  detail: { readonly path: string; readonly object: number | undefined },
): void {
  const { changes, permissions } = comparing;
  if (isUnset(old) && isUnset(now)) return;
  const code = isUnset(now) ? 'pdf.change_need_appearances_ended' : 'pdf.change_need_appearances';
  const filling = fillingVerdict(comparing);
  const isOpen =
    isUnset(now) && permissions.level !== undefined && filling === 'allowed' && permissions.locks.length === 0;
  changes.add(code, { ...detail, verdict: isOpen ? 'allowed' : filling === 'forbidden' ? 'forbidden' : 'suspicious' });
}

/** Fonts and other resources of the form: new names may come, what a name stands for may not change. */
function compareResources(comparing: Comparing, values: Values): void {
  const { before, after, changes } = comparing;
  const [old, now] = [before.dict(values[0]) ?? new PdfDict(), after.dict(values[1]) ?? new PdfDict()];
  for (const category of new Set([...old.keys(), ...now.keys()])) {
    const path = `/Root/AcroForm/DR/${category}`;
    const [left, right] = [before.get(old.get(category)), after.get(now.get(category))];
    if (!(left instanceof PdfDict) || !(right instanceof PdfDict)) {
      if (!differs(comparing, [old.get(category), now.get(category)], { strict: true })) continue;
      changes.add(old.has(category) ? 'pdf.change_form_resources' : 'pdf.change_form_resources_added', { path });
      continue;
    }
    for (const name of new Set([...left.keys(), ...right.keys()])) {
      const found = differs(comparing, [left.get(name), right.get(name)], { strict: true });
      if (!found) continue;
      const code = left.has(name) ? 'pdf.change_form_resources' : 'pdf.change_form_resources_added';
      changes.add(code, { path: `${path}/${name}${found.path}`, object: found.object });
    }
  }
}

import { PdfDict, type PdfValue } from '../objects.ts';
import { type Comparing, differs, fillingVerdict } from './context.ts';

/** Compares the form as a whole, its fields apart (ISO 32000-2 table 224). */
export function compareForm(comparing: Comparing): void {
  const { before, after } = comparing;
  const old = before.dict(before.catalog?.get('AcroForm')) ?? new PdfDict();
  const now = after.dict(after.catalog?.get('AcroForm')) ?? new PdfDict();
  const path = '/Root/AcroForm';
  if (now.repeated.length > 0 && now !== old) {
    comparing.changes.add('pdf.change_key_repeated', { path, params: { key: now.repeated[0] ?? '' } });
  }
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    if (key === 'Fields') continue;
    if (key === 'DR') compareResources(comparing, [old.get(key), now.get(key)]);
    else if (differs(comparing, [old.get(key), now.get(key)]))
      compareEntry(comparing, key, [old.get(key), now.get(key)]);
  }
}

type Values = readonly [PdfValue | undefined, PdfValue | undefined];

function compareEntry(comparing: Comparing, key: string, values: Values): void {
  const { changes, after, before } = comparing;
  const path = `/Root/AcroForm/${key}`;
  const now = after.get(values[1]);
  if (key === 'SigFlags') {
    const old = before.get(values[0]);
    const kept = typeof now === 'number' && (typeof old !== 'number' || (old & now) === old);
    if (!kept) changes.add('pdf.change_form_settings', { path });
    return;
  }
  if (key === 'NeedAppearances') {
    if (now === true) changes.add('pdf.change_need_appearances', { path });
    return;
  }
  if (key === 'XFA') {
    changes.add('pdf.change_form_xfa', {
      path,
      verdict: fillingVerdict(comparing) === 'allowed' ? 'suspicious' : 'forbidden',
    });
    return;
  }
  if (key === 'DA' && values[0] === undefined) return;
  changes.add('pdf.change_form_settings', { path });
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

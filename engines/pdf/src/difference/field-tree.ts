import type { PdfFile } from '../file.ts';
import { type PdfDict, PdfRef, PdfString, type PdfValue, textOf } from '../objects.ts';

/** A place on a page where a field is shown. */
export interface WidgetEntry {
  readonly value: PdfValue;
  readonly dict: PdfDict;
  readonly path: string;
}

/** A field of the form with its full name, what it inherits, and its widgets (ISO 32000-2 clause 12.7.4). */
export interface FieldEntry {
  readonly name: string;
  readonly ref: number | undefined;
  /** As it stands in the list that holds it. */
  readonly value: PdfValue;
  readonly dict: PdfDict;
  readonly type: string | undefined;
  /** Field flags, own or inherited. */
  readonly flags: number;
  readonly path: string;
  readonly widgets: readonly WidgetEntry[];
  /** Full names of the fields below it. */
  readonly below: readonly string[];
}

interface Inherited {
  readonly name: string;
  readonly type: string | undefined;
  readonly flags: number;
  readonly depth: number;
}

const isWidget = (file: PdfFile, dict: PdfDict): boolean =>
  dict.has('Rect') || file.name(dict.get('Subtype')) === 'Widget';

/** All fields, those in the middle of the tree included, in order; loops are cut and the number is bounded. */
export function readFieldTree(file: PdfFile): FieldEntry[] {
  const found: FieldEntry[] = [];
  const seen = new Set<PdfDict>();
  const form = file.dict(file.catalog?.get('AcroForm'));
  const visit = (value: PdfValue, path: string, above: Inherited): string[] => {
    const dict = file.dict(value);
    if (!dict || seen.has(dict)) return [];
    if (above.depth > 32 || seen.size >= file.limits.nodes) {
      file.report('pdf.limit_reached', { detail: 'form fields' });
      return [];
    }
    seen.add(dict);
    const own = inherit(file, dict, above);
    const widgets: WidgetEntry[] = isWidget(file, dict) ? [{ value, dict, path }] : [];
    const below: string[] = [];
    const place = found.length;
    for (const [index, kid] of file.array(dict.get('Kids')).entries()) {
      const kidDict = file.dict(kid);
      const kidPath = `${path}/Kids[${index}]`;
      if (kidDict?.has('T') || kidDict?.has('Kids')) below.push(...visit(kid, kidPath, own));
      else if (kidDict && !seen.has(kidDict)) {
        seen.add(kidDict);
        widgets.push({ value: kid, dict: kidDict, path: kidPath });
      }
    }
    const ref = value instanceof PdfRef ? value.number : undefined;
    const { flags, name, type } = own;
    found.splice(place, 0, { name, ref, value, dict, type, flags, path, widgets, below });
    return [own.name, ...below];
  };
  for (const [index, field] of file.array(form?.get('Fields')).entries()) {
    visit(field, `/Root/AcroForm/Fields[${index}]`, { name: '', type: undefined, flags: 0, depth: 0 });
  }
  return found;
}

function inherit(file: PdfFile, dict: PdfDict, above: Inherited): Inherited {
  const partial = file.get(dict.get('T'));
  const own = partial instanceof PdfString ? textOf(partial) : undefined;
  const flags = file.get(dict.get('Ff'));
  return {
    name: own === undefined ? above.name : above.name ? `${above.name}.${own}` : own,
    type: file.name(dict.get('FT')) ?? above.type,
    flags: typeof flags === 'number' ? flags : above.flags,
    depth: above.depth + 1,
  };
}

import { PdfDict, PdfStream, type PdfValue } from '../objects.ts';
import { checkActions } from './actions.ts';
import type { ContentReader } from './content.ts';
import { type ArchiveFindings, numberOf, placeOf } from './findings.ts';

const kinds: ReadonlySet<string> = new Set([
  ...['Text', 'Link', 'FreeText', 'Line', 'Square', 'Circle', 'Polygon', 'PolyLine', 'Highlight', 'Underline'],
  ...['Squiggly', 'StrikeOut', 'Stamp', 'Caret', 'Ink', 'Popup', 'FileAttachment', 'Widget', 'PrinterMark'],
  ...['TrapNet', 'Watermark', 'Redact'],
]);

const print = 4;
/** Invisible, hidden, not to be viewed, and viewed now and then. */
const hiding = 1 | 2 | 32 | 256;

/** An annotation (clauses 6.3 and 6.4.1). */
export function checkAnnotation(
  findings: ArchiveFindings,
  value: PdfValue,
  { place: page, reader }: { readonly place: string; readonly reader: ContentReader },
): void {
  const { file } = findings;
  const dict = file.dict(value);
  if (!dict) return;
  const place = placeOf(value, page);
  const kind = file.name(dict.get('Subtype')) ?? '';
  findings.demand(kinds.has(kind), 'pdfa.annotation_type', place);
  const flags = numberOf(file, dict.get('F'));
  const shown = flags === undefined ? kind === 'Popup' : (flags & hiding) === 0 && (flags & print) === print;
  findings.demand(shown, 'pdfa.annotation_flags', place);
  checkAppearance(findings, dict, { kind, place, reader });
  if (kind === 'Widget') findings.demand(!dict.has('A') && !dict.has('AA'), 'pdfa.field_action', place);
  else checkActions(findings, dict, place);
}

function checkAppearance(
  findings: ArchiveFindings,
  dict: PdfDict,
  { kind, place, reader }: { readonly kind: string; readonly place: string; readonly reader: ContentReader },
): void {
  const { file } = findings;
  const held = dict.get('AP');
  if (held === undefined) {
    const [left = 0, bottom = 0, right = 0, top = 0] = file.array(dict.get('Rect')).map((side) => numberOf(file, side));
    const without = kind === 'Popup' || kind === 'Link' || (left === right && bottom === top);
    findings.demand(without, 'pdfa.annotation_appearance', place);
    return;
  }
  const appearance = file.dict(held);
  const normal = file.get(appearance?.get('N'));
  const only = appearance !== undefined && [...appearance.keys()].every((key) => key === 'N');
  const button = kind === 'Widget' && fieldType(findings, dict) === 'Btn';
  const states = normal instanceof PdfDict && normal.size > 0;
  const good = button ? states : normal instanceof PdfStream;
  findings.demand(only && good, 'pdfa.annotation_appearance', place);
  const streams = normal instanceof PdfStream ? [normal] : normal instanceof PdfDict ? [...normal.values()] : [];
  for (const item of streams) {
    const stream = file.get(item);
    if (stream instanceof PdfStream) reader.drawObject(stream, { place, depth: 0 });
  }
}

/** The type of the field that a widget is or belongs to. */
function fieldType({ file }: ArchiveFindings, dict: PdfDict): string | undefined {
  let node: PdfDict | undefined = dict;
  for (let depth = 0; node && depth < 32; depth += 1) {
    const type = file.name(node.get('FT'));
    if (type !== undefined) return type;
    node = file.dict(node.get('Parent'));
  }
  return undefined;
}

import { type PdfDict, PdfName, PdfStream, PdfString, type PdfValue } from '../objects.ts';
import type { UsedFont } from './content.ts';
import { type ArchiveFindings, numberOf, streamOf } from './findings.ts';

const kinds: ReadonlySet<string> = new Set(['Type1', 'MMType1', 'TrueType', 'Type3', 'Type0']);
const fileKinds: ReadonlySet<string> = new Set(['Type1C', 'CIDFontType0C', 'OpenType']);

/** A font that is used (clause 6.2.11). What is in its glyphs is not looked at. */
export function checkFont(findings: ArchiveFindings, { dict, place, visible }: UsedFont): void {
  const { file } = findings;
  const kind = file.name(dict.get('Subtype')) ?? '';
  const named = kind === 'Type3' || file.name(dict.get('BaseFont')) !== undefined;
  const typed = !dict.has('Type') || file.name(dict.get('Type')) === 'Font';
  findings.demand(typed && kinds.has(kind) && named, 'pdfa.font_dictionary', place);
  if (kind === 'Type0') checkComposite(findings, dict, { place, visible });
  else checkSimple(findings, dict, { kind, place, visible });
  checkUnicode(findings, dict, { kind, place });
}

function checkSimple(
  findings: ArchiveFindings,
  dict: PdfDict,
  { kind, place, visible }: { readonly kind: string; readonly place: string; readonly visible: boolean },
): void {
  const { file } = findings;
  const descriptor = file.dict(dict.get('FontDescriptor'));
  const first = numberOf(file, dict.get('FirstChar'));
  const last = numberOf(file, dict.get('LastChar'));
  const widths = file.get(dict.get('Widths'));
  const standard = kind === 'Type1' && standardFonts.has(file.name(dict.get('BaseFont')) ?? '');
  const fits = first !== undefined && last !== undefined && Array.isArray(widths) && widths.length === last - first + 1;
  findings.demand(standard || fits, 'pdfa.font_widths', place);
  if (kind === 'Type3') return;
  checkProgram(findings, descriptor, { place, visible });
  if (kind === 'TrueType') checkEncoding(findings, dict, { descriptor, place });
}

/** The font program in a descriptor (clauses 6.2.11.2 and 6.2.11.4.1). */
function checkProgram(
  findings: ArchiveFindings,
  descriptor: PdfDict | undefined,
  { place, visible }: { readonly place: string; readonly visible: boolean },
): void {
  const { file } = findings;
  const programs = ['FontFile', 'FontFile2', 'FontFile3'].flatMap((key) => streamOf(file, descriptor?.get(key)) ?? []);
  findings.demand(!visible || programs.length === 1, 'pdfa.font_embedded', place);
  const third = streamOf(file, descriptor?.get('FontFile3'));
  const type = file.name(third?.dict.get('Subtype'));
  findings.demand(!third || type === undefined || fileKinds.has(type), 'pdfa.font_file_type', place);
}

const symbolic = 4;

/** Codes of TrueType fonts (clause 6.2.11.6). */
function checkEncoding(
  findings: ArchiveFindings,
  dict: PdfDict,
  { descriptor, place }: { readonly descriptor: PdfDict | undefined; readonly place: string },
): void {
  const { file } = findings;
  const isSymbolic = ((numberOf(file, descriptor?.get('Flags')) ?? 0) & symbolic) !== 0;
  const encoding = file.get(dict.get('Encoding'));
  if (isSymbolic) {
    findings.demand(encoding === null, 'pdfa.truetype_encoding', place);
    return;
  }
  const base = encoding instanceof PdfName ? encoding.name : file.name(file.dict(encoding)?.get('BaseEncoding'));
  findings.demand(base === 'MacRomanEncoding' || base === 'WinAnsiEncoding', 'pdfa.truetype_encoding', place);
}

function checkComposite(
  findings: ArchiveFindings,
  dict: PdfDict,
  { place, visible }: { readonly place: string; readonly visible: boolean },
): void {
  const { file } = findings;
  const descendant = file.dict(file.array(dict.get('DescendantFonts'))[0]);
  const kind = file.name(descendant?.get('Subtype'));
  const typed = !descendant?.has('Type') || file.name(descendant.get('Type')) === 'Font';
  const named = file.name(descendant?.get('BaseFont')) !== undefined;
  const known = kind === 'CIDFontType0' || kind === 'CIDFontType2';
  findings.demand(typed && named && known, 'pdfa.font_dictionary', place);
  const descriptor = file.dict(descendant?.get('FontDescriptor'));
  checkProgram(findings, descriptor, { place, visible });
  const embedded = ['FontFile', 'FontFile2', 'FontFile3'].some((key) => descriptor?.has(key));
  const mapped = mapsGlyphs(file.get(descendant?.get('CIDToGIDMap')));
  findings.demand(kind !== 'CIDFontType2' || !embedded || mapped, 'pdfa.cid_to_gid', place);
  checkCodes(findings, { encoding: dict.get('Encoding'), descendant, place });
}

const mapsGlyphs = (map: PdfValue): boolean =>
  map instanceof PdfStream || (map instanceof PdfName && map.name === 'Identity');

/** The CMap from codes to glyphs, and whether it speaks of the same collection (clauses 6.2.11.3.1 and 6.2.11.3.3). */
function checkCodes(
  findings: ArchiveFindings,
  { descendant, encoding, place }: { encoding: PdfValue | undefined; descendant: PdfDict | undefined; place: string },
): void {
  const { file } = findings;
  const cmap = file.get(encoding);
  if (cmap instanceof PdfName) {
    findings.demand(isIdentity(cmap.name) || predefined.has(cmap.name), 'pdfa.cmap_embedded', place);
    return;
  }
  if (!(cmap instanceof PdfStream)) return;
  const used = file.get(cmap.dict.get('UseCMap'));
  const known = !(used instanceof PdfName) || isIdentity(used.name) || predefined.has(used.name);
  findings.demand(known, 'pdfa.cmap_embedded', place);
  if (isIdentity(file.name(cmap.dict.get('CMapName')) ?? '')) return;
  const [own, other] = [cmap.dict, descendant].map((holder) => file.dict(holder?.get('CIDSystemInfo')));
  const same = (key: string): boolean => textIn(file.get(own?.get(key))) === textIn(file.get(other?.get(key)));
  const later = (numberOf(file, other?.get('Supplement')) ?? 0) <= (numberOf(file, own?.get('Supplement')) ?? 0);
  findings.demand(same('Registry') && same('Ordering') && later, 'pdfa.cid_system', place);
}

const textIn = (value: PdfValue): string | undefined =>
  value instanceof PdfString ? String.fromCharCode(...value.bytes) : undefined;

const isIdentity = (name: string): boolean => name === 'Identity-H' || name === 'Identity-V';

const latinEncodings: ReadonlySet<string> = new Set(['WinAnsiEncoding', 'MacRomanEncoding', 'MacExpertEncoding']);

/** How text becomes Unicode (clause 6.2.11.7.2): by ToUnicode, by names of characters, or by a collection that is known. */
function checkUnicode(
  findings: ArchiveFindings,
  dict: PdfDict,
  { kind, place }: { readonly kind: string; readonly place: string },
): void {
  const { file } = findings;
  if (streamOf(file, dict.get('ToUnicode'))) return;
  const encoding = file.get(dict.get('Encoding'));
  const name = encoding instanceof PdfName ? encoding.name : file.name(file.dict(encoding)?.get('BaseEncoding'));
  const byName = kind !== 'Type0' && (file.dict(encoding)?.has('Differences') || latinEncodings.has(name ?? ''));
  const descriptor = file.dict(dict.get('FontDescriptor'));
  const isSymbolic = ((numberOf(file, descriptor?.get('Flags')) ?? 0) & symbolic) !== 0;
  const own = kind === 'Type1' && !isSymbolic;
  const collected = kind === 'Type0' && name !== undefined && !isIdentity(name);
  findings.demand(byName || own || collected, 'pdfa.to_unicode', place);
}

const standardFonts: ReadonlySet<string> = new Set([
  ...['Courier', 'Courier-Bold', 'Courier-Oblique', 'Courier-BoldOblique', 'Helvetica', 'Helvetica-Bold'],
  ...['Helvetica-Oblique', 'Helvetica-BoldOblique', 'Times-Roman', 'Times-Bold', 'Times-Italic', 'Times-BoldItalic'],
  ...['Symbol', 'ZapfDingbats'],
]);

/** CMaps that need not be embedded (ISO 32000-1 table 118). */
const predefined: ReadonlySet<string> = new Set([
  ...['GB-EUC-H', 'GB-EUC-V', 'GBpc-EUC-H', 'GBpc-EUC-V', 'GBK-EUC-H', 'GBK-EUC-V', 'GBKp-EUC-H', 'GBKp-EUC-V'],
  ...['GBK2K-H', 'GBK2K-V', 'UniGB-UCS2-H', 'UniGB-UCS2-V', 'UniGB-UTF16-H', 'UniGB-UTF16-V', 'B5pc-H', 'B5pc-V'],
  ...['HKscs-B5-H', 'HKscs-B5-V', 'ETen-B5-H', 'ETen-B5-V', 'ETenms-B5-H', 'ETenms-B5-V', 'CNS-EUC-H', 'CNS-EUC-V'],
  ...['UniCNS-UCS2-H', 'UniCNS-UCS2-V', 'UniCNS-UTF16-H', 'UniCNS-UTF16-V', '83pv-RKSJ-H', '90ms-RKSJ-H'],
  ...['90ms-RKSJ-V', '90msp-RKSJ-H', '90msp-RKSJ-V', '90pv-RKSJ-H', 'Add-RKSJ-H', 'Add-RKSJ-V', 'EUC-H', 'EUC-V'],
  ...['Ext-RKSJ-H', 'Ext-RKSJ-V', 'H', 'V', 'UniJIS-UCS2-H', 'UniJIS-UCS2-V', 'UniJIS-UCS2-HW-H'],
  ...['UniJIS-UCS2-HW-V', 'UniJIS-UTF16-H', 'UniJIS-UTF16-V', 'KSC-EUC-H', 'KSC-EUC-V', 'KSCms-UHC-H'],
  ...['KSCms-UHC-V', 'KSCms-UHC-HW-H', 'KSCms-UHC-HW-V', 'KSCpc-EUC-H', 'UniKS-UCS2-H', 'UniKS-UCS2-V'],
  ...['UniKS-UTF16-H', 'UniKS-UTF16-V'],
]);

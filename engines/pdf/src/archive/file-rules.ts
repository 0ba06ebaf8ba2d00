import { PdfSyntaxError } from '../errors.ts';
import { PdfDict, PdfName, PdfRef, PdfStream, PdfString, type PdfValue } from '../objects.ts';
import { readIndirect } from '../wire/indirect.ts';
import { type ArchiveFindings, namesIn } from './findings.ts';

const latin = (bytes: Uint8Array): string => {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
};

const isEol = (byte: number | undefined): boolean => byte === 0x0a || byte === 0x0d;

/** Header, trailer and cross-references: ISO 19005-3 clauses 6.1.2 to 6.1.4. */
export function checkFileStructure(findings: ArchiveFindings): void {
  const { file } = findings;
  const { bytes, sections } = file;
  const head = latin(bytes.subarray(0, 64));
  findings.demand(/^%PDF-1\.[0-7][\r\n]/.test(head), 'pdfa.header', 'header');
  findings.demand(/^[^\r\n]*(?:\r\n|\r|\n)%[\u0080-\u00ff]{4}/.test(head), 'pdfa.header_binary', 'header');
  const id = file.array(sections[0]?.trailer.get('ID'));
  const first = file.get(id[0]);
  findings.demand(first instanceof PdfString && first.bytes.length > 0, 'pdfa.trailer_id', 'trailer');
  findings.demand(!sections.some(({ trailer }) => trailer.has('Encrypt')), 'pdfa.encrypted', 'trailer');
  const tail = latin(bytes.subarray(Math.max(0, bytes.length - 1024)));
  findings.demand(/%%EOF(?:\r\n|\r|\n)?$/.test(tail), 'pdfa.after_end', 'end of the file');
  findings.demand(!file.rebuilt, 'pdfa.xref_damaged', 'cross-references');
  if (file.rebuilt) return;
  for (const { offset, style } of sections) {
    if (style !== 'table') continue;
    const start = latin(bytes.subarray(offset, offset + 48));
    const separated = /^xref(?:\r\n|\r|\n)\d+ \d+[ ]?(?:\r\n|\r|\n)\d{10}/.test(start);
    // A section without entries has nothing but its header.
    findings.demand(separated || /^xref(?:\r\n|\r|\n)0 0\s/.test(start), 'pdfa.xref_form', `offset ${offset}`);
  }
}

const maximumObjects = 8_388_607;

/** Every object in use: how it stands in the file, its numbers, strings, names, and its stream (clauses 6.1.7 to 6.1.9 and 6.1.13). */
export function checkObjects(findings: ArchiveFindings): void {
  const { file } = findings;
  let count = 0;
  for (const number of file.numbers()) {
    const entry = file.entry(number);
    if (!entry || entry.kind === 'free') continue;
    count += 1;
    if (file.budget.spent) {
      findings.complete = false;
      break;
    }
    const place = `object ${number}`;
    const value = file.get(new PdfRef(number));
    checkLimits(findings, value, place);
    if (value instanceof PdfStream) checkStream(findings, value, place);
    if (entry.kind === 'offset') checkSpacing(findings, entry.offset, place);
  }
  findings.demand(count <= maximumObjects, 'pdfa.too_many_objects', 'cross-references');
}

function checkLimits(findings: ArchiveFindings, root: PdfValue, place: string): void {
  const waiting: PdfValue[] = [root];
  const name = (text: string): void => findings.demand(text.length <= 127, 'pdfa.name_long', place);
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (typeof value === 'number') findings.demand(isInRange(value), 'pdfa.number_range', place);
    else if (value instanceof PdfString) findings.demand(value.bytes.length <= 32_767, 'pdfa.string_long', place);
    else if (value instanceof PdfName) name(value.name);
    else if (Array.isArray(value)) for (const item of value) waiting.push(item as PdfValue);
    const dict = value instanceof PdfStream ? value.dict : value;
    if (!(dict instanceof PdfDict)) continue;
    for (const [key, inner] of dict) {
      name(key);
      waiting.push(inner);
    }
  }
}

function isInRange(value: number): boolean {
  if (Number.isInteger(value)) return Math.abs(value) <= 2_147_483_647 || value === -2_147_483_648;
  return Math.abs(value) <= 3.403e38 && Math.abs(value) >= 1.175e-38;
}

const filters: ReadonlySet<string> = new Set([
  ...['ASCIIHexDecode', 'ASCII85Decode', 'FlateDecode', 'RunLengthDecode', 'CCITTFaxDecode', 'JBIG2Decode'],
  ...['DCTDecode', 'JPXDecode'],
]);

function checkStream(findings: ArchiveFindings, { dict, lengthDiffers, raw, start }: PdfStream, place: string): void {
  const { file } = findings;
  const external = ['F', 'FFilter', 'FDecodeParms'].some((key) => dict.has(key));
  findings.demand(!external, 'pdfa.stream_external', place);
  for (const name of namesIn(file, dict.get('Filter'))) {
    const identity = name === 'Crypt' && isIdentityCrypt(findings, dict);
    findings.demand(filters.has(name) || identity, 'pdfa.filter', `${place} ${name}`);
  }
  if (start < 0) return;
  const before = latin(file.bytes.subarray(Math.max(0, start - 8), start));
  const end = start + raw.length;
  const after = latin(file.bytes.subarray(end, end + 11));
  const ends = /^(?:\r\n|\r|\n)endstream/.test(after);
  findings.demand(!lengthDiffers && (ends || after.startsWith('endstream')), 'pdfa.stream_length', place);
  findings.demand(/stream(?:\r\n|\n)$/.test(before) && (lengthDiffers || ends), 'pdfa.stream_keywords', place);
}

function isIdentityCrypt({ file }: ArchiveFindings, dict: PdfDict): boolean {
  const parameters = file.get(dict.get('DecodeParms'));
  const list = Array.isArray(parameters) ? (parameters as readonly PdfValue[]) : [parameters];
  return !list.some((one) => {
    const name = file.name(file.dict(one)?.get('Name'));
    return name !== undefined && name !== 'Identity';
  });
}

/** Number, generation and `obj` apart by one space, `obj` and `endobj` on lines of their own (clause 6.1.9). */
function checkSpacing(findings: ArchiveFindings, offset: number, place: string): void {
  const { budget, bytes, limits } = findings.file;
  const begins = /^\d+[ \t\0\f\r\n]\d+[ \t\0\f\r\n]obj(?:\r\n|\r|\n)/.test(latin(bytes.subarray(offset, offset + 40)));
  const alone = offset === 0 || isEol(bytes[offset - 1]);
  findings.demand(begins && alone, 'pdfa.object_spacing', place);
  try {
    const lengthOf = (ref: PdfRef): number | undefined => {
      const value = findings.file.get(ref);
      return typeof value === 'number' ? value : undefined;
    };
    const { end, value } = readIndirect(bytes, offset, { depth: limits.depth, budget, lengthOf });
    const own = value instanceof PdfStream;
    const tail = latin(bytes.subarray(own ? end : Math.max(0, end - 1), end + 24));
    const ends = own ? /^[\r\n]*endstream(?:\r\n|\r|\n)endobj[\r\n]/ : /^[\r\n]endobj[\r\n]/;
    findings.demand(ends.test(tail), 'pdfa.object_spacing', place);
  } catch (error) {
    if (!(error instanceof PdfSyntaxError)) throw error;
    findings.fault('pdfa.xref_damaged', place);
  }
}

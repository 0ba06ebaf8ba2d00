/** A name object (ISO 32000-2 clause 7.3.5), held without its slash. */
export class PdfName {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A reference to an indirect object (clause 7.3.10). */
export class PdfRef {
  readonly number: number;
  readonly generation: number;

  constructor(number: number, generation = 0) {
    this.number = number;
    this.generation = generation;
  }
}

/** A string object (clause 7.3.4); `start` and `end` are its place in the file, delimiters included, when it was read. */
export class PdfString {
  readonly bytes: Uint8Array;
  readonly hex: boolean;
  readonly start: number;
  readonly end: number;

  constructor(bytes: Uint8Array, options: { hex?: boolean; start?: number; end?: number } = {}) {
    this.bytes = bytes;
    this.hex = options.hex ?? false;
    this.start = options.start ?? -1;
    this.end = options.end ?? -1;
  }
}

/** A dictionary object (clause 7.3.7); keys without slash. `repeated` holds keys that the file gave twice. */
export class PdfDict extends Map<string, PdfValue> {
  readonly repeated: string[] = [];
  /** Where the dictionary starts in the file, or -1. */
  start = -1;
  /** Where it ends, after its last `>`. */
  end = -1;
}

/** A stream object (clause 7.3.8): `raw` are the encoded bytes. */
export class PdfStream {
  readonly dict: PdfDict;
  readonly raw: Uint8Array;
  /** Where the encoded bytes start in the file, or -1. */
  readonly start: number;
  /** Whether Length does not lead to the end, which was then searched: others may read other data. */
  readonly lengthDiffers: boolean;

  constructor(dict: PdfDict, raw: Uint8Array, start = -1, lengthDiffers = false) {
    this.dict = dict;
    this.raw = raw;
    this.start = start;
    this.lengthDiffers = lengthDiffers;
  }
}

/** Any PDF object. */
export type PdfValue =
  | null
  | boolean
  | number
  | PdfName
  | PdfRef
  | PdfString
  | PdfDict
  | PdfStream
  | readonly PdfValue[];

/** A name object for `name`. */
export function pdfName(name: string): PdfName {
  return new PdfName(name);
}

/** A dictionary of `entries`; entries with an undefined value are left out. */
export function pdfDict(entries: Readonly<Record<string, PdfValue | undefined>>): PdfDict {
  const dict = new PdfDict();
  for (const [key, value] of Object.entries(entries)) if (value !== undefined) dict.set(key, value);
  return dict;
}

/** A string object whose bytes are the Latin-1 codes of `text`; use {@link pdfText} for words that people read. */
export function pdfBytes(text: string): PdfString {
  return new PdfString(Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff));
}

/** A text string (clause 7.9.2.2): ASCII as it is, anything else as UTF-16BE with a byte order mark. */
export function pdfText(text: string): PdfString {
  if (/^[\x20-\x7e]*$/.test(text)) return pdfBytes(text);
  const bytes = new Uint8Array(2 + text.length * 2);
  bytes[0] = 0xfe;
  bytes[1] = 0xff;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    bytes[2 + index * 2] = unit >> 8;
    bytes[3 + index * 2] = unit & 0xff;
  }
  return new PdfString(bytes);
}

/** A date string (clause 7.9.4) in UTC, to the second. */
export function pdfDate(date: Date): PdfString {
  const digits = date
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replace(/[-:T]/g, '');
  return pdfBytes(`D:${digits}+00'00'`);
}

/** The words of a text string: UTF-16BE, UTF-8 with a byte order mark, or PDFDocEncoding read as Latin-1. */
export function textOf(string: PdfString): string {
  const bytes = string.bytes;
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    let text = '';
    for (let index = 2; index + 1 < bytes.length; index += 2) {
      text += String.fromCharCode(((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0));
    }
    return text;
  }
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return new TextDecoder().decode(bytes);
  return latin1(bytes);
}

/** The instant of a date string, or undefined when it has no such form. */
export function dateOf(string: PdfString): Date | undefined {
  const match = /^D:(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(?:([+-])(\d{2})'?(\d{2})?|Z)?/.exec(textOf(string));
  if (!match) return undefined;
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00', sign, zoneHour, zoneMinute] =
    match;
  const zone = sign ? `${sign}${zoneHour}:${zoneMinute ?? '00'}` : 'Z';
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Latin-1 text of `bytes`. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 0x2000) {
    text += String.fromCharCode(...bytes.subarray(index, index + 0x2000));
  }
  return text;
}

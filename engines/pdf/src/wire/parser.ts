import { PdfSyntaxError } from '../errors.ts';
import { PdfDict, PdfName, PdfRef, PdfString, type PdfValue } from '../objects.ts';

/** A bare word such as `obj`, `stream` or `R`. */
export class Keyword {
  readonly word: string;

  constructor(word: string) {
    this.word = word;
  }
}

/** What a byte is (clause 7.2.3): 0 regular, 1 white space, 2 a delimiter. */
const kinds = new Uint8Array(256);
for (const byte of [0x00, 0x09, 0x0a, 0x0c, 0x0d, 0x20]) kinds[byte] = 1;
for (const byte of [0x28, 0x29, 0x3c, 0x3e, 0x5b, 0x5d, 0x7b, 0x7d, 0x2f, 0x25]) kinds[byte] = 2;
const maxWord = 128;

const isRegular = (byte: number): boolean => kinds[byte] === 0;
const isSpace = (byte: number): boolean => kinds[byte] === 1;

const digits = new Int8Array(256).fill(-1);
for (const [value, letter] of [...'0123456789ABCDEF'].entries()) {
  digits[letter.charCodeAt(0)] = value;
  digits[letter.toLowerCase().charCodeAt(0)] = value;
}

/** Value of a hexadecimal digit, or -1. */
export function hexDigit(byte: number): number {
  return digits[byte] ?? -1;
}

/** Reads objects one after another (ISO 32000-2 clauses 7.2 and 7.3). Throws {@link PdfSyntaxError}. */
export class Parser {
  readonly bytes: Uint8Array;
  readonly maxDepth: number;
  position: number;

  constructor(bytes: Uint8Array, position = 0, maxDepth = 64) {
    this.bytes = bytes;
    this.position = position;
    this.maxDepth = maxDepth;
  }

  fail(detail: string): never {
    throw new PdfSyntaxError('pdf.object_unreadable', `${detail} at ${this.position}`);
  }

  skipSpace(): void {
    for (;;) {
      const byte = this.bytes[this.position];
      if (byte === undefined) return;
      if (byte === 0x25) {
        while (this.position < this.bytes.length) {
          const next = this.bytes[this.position];
          if (next === 0x0a || next === 0x0d) break;
          this.position += 1;
        }
      } else if (isSpace(byte)) this.position += 1;
      else return;
    }
  }

  /** The next value; a keyword where a value must stand is an error. */
  value(depth = 0): PdfValue {
    const token = this.token(depth);
    if (token instanceof Keyword) this.fail(`unexpected ${token.word}`);
    return token;
  }

  /** The next value or keyword. */
  token(depth = 0): PdfValue | Keyword {
    if (depth > this.maxDepth) throw new PdfSyntaxError('pdf.limit_reached', `nesting at ${this.position}`);
    this.skipSpace();
    const byte = this.bytes[this.position];
    if (byte === undefined) this.fail('end of data');
    if (byte === 0x2f) return this.name();
    if (byte === 0x28) return this.literalString();
    if (byte === 0x5b) return this.array(depth);
    if (byte === 0x3c) return this.bytes[this.position + 1] === 0x3c ? this.dictionary(depth) : this.hexString();
    if (byte === 0x2b || byte === 0x2d || byte === 0x2e || (byte >= 0x30 && byte <= 0x39)) return this.number();
    if (isRegular(byte)) return this.word();
    return this.fail('unexpected delimiter');
  }

  private regularRun(): string {
    const start = this.position;
    while (this.position < this.bytes.length && isRegular(this.bytes[this.position] ?? 0)) {
      this.position += 1;
      if (this.position - start > maxWord) this.fail('word too long');
    }
    let word = '';
    for (let at = start; at < this.position; at += 1) word += String.fromCharCode(this.bytes[at] ?? 0);
    return word;
  }

  private word(): PdfValue | Keyword {
    const word = this.regularRun();
    if (word === 'true') return true;
    if (word === 'false') return false;
    return word === 'null' ? null : new Keyword(word);
  }

  private name(): PdfName {
    this.position += 1;
    const raw = this.regularRun();
    if (!raw.includes('#')) return new PdfName(raw);
    return new PdfName(
      raw.replace(/#([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    );
  }

  /** An integer without sign at the position, or undefined with the position unchanged. */
  private plainInteger(): number | undefined {
    const start = this.position;
    let value = 0;
    while (this.position - start < 12) {
      const byte = this.bytes[this.position] ?? 0;
      if (byte < 0x30 || byte > 0x39) break;
      value = value * 10 + byte - 0x30;
      this.position += 1;
    }
    if (this.position > start && !isRegular(this.bytes[this.position] ?? 0x20)) return value;
    this.position = start;
    return undefined;
  }

  private number(): number | PdfRef | Keyword {
    const integer = this.plainInteger();
    if (integer === undefined) {
      const word = this.regularRun();
      return /^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(word) ? Number(word) : new Keyword(word);
    }
    const after = this.position;
    this.skipSpace();
    const generation = this.plainInteger();
    if (generation !== undefined && generation <= 65535) {
      this.skipSpace();
      if (this.bytes[this.position] === 0x52 && !isRegular(this.bytes[this.position + 1] ?? 0x20)) {
        this.position += 1;
        return new PdfRef(integer, generation);
      }
    }
    this.position = after;
    return integer;
  }

  private hexString(): PdfString {
    const { bytes, position: start } = this;
    const packed = packedHex(bytes, start + 1);
    if (packed) {
      this.position = start + packed.length * 2 + 2;
      return new PdfString(packed, { hex: true, start, end: this.position });
    }
    let end = start + 1;
    for (let byte = bytes[end]; byte !== 0x3e; byte = bytes[end]) {
      if (byte === undefined || (digits[byte] === -1 && !isSpace(byte))) this.fail('hexadecimal string');
      end += 1;
    }
    this.position = end + 1;
    return new PdfString(decodeHex(bytes.subarray(start + 1, end)), { hex: true, start, end: end + 1 });
  }

  private literalString(): PdfString {
    const start = this.position;
    const out: number[] = [];
    let open = 1;
    this.position += 1;
    for (;;) {
      const byte = this.bytes[this.position];
      if (byte === undefined) this.fail('string without end');
      this.position += 1;
      if (byte === 0x5c) {
        const escaped = this.escape();
        if (escaped >= 0) out.push(escaped);
        continue;
      }
      if (byte === 0x28) open += 1;
      if (byte === 0x29) {
        open -= 1;
        if (open === 0) break;
      }
      out.push(byte);
    }
    return new PdfString(Uint8Array.from(out), { start, end: this.position });
  }

  /** The byte that follows a backslash, or -1 for a line continued. */
  private escape(): number {
    const byte = this.bytes[this.position] ?? this.fail('escape');
    this.position += 1;
    if (byte >= 0x30 && byte <= 0x37) {
      let value = byte - 0x30;
      for (let digits = 1; digits < 3; digits += 1) {
        const next = this.bytes[this.position] ?? 0;
        if (next < 0x30 || next > 0x37) break;
        value = value * 8 + next - 0x30;
        this.position += 1;
      }
      return value & 0xff;
    }
    if (byte === 0x0d) {
      if (this.bytes[this.position] === 0x0a) this.position += 1;
      return -1;
    }
    if (byte === 0x0a) return -1;
    const index = 'nrtbf'.indexOf(String.fromCharCode(byte));
    return index < 0 ? byte : ([0x0a, 0x0d, 0x09, 0x08, 0x0c][index] ?? byte);
  }

  private array(depth: number): PdfValue[] {
    this.position += 1;
    const items: PdfValue[] = [];
    for (;;) {
      this.skipSpace();
      if (this.bytes[this.position] === 0x5d) break;
      items.push(this.value(depth + 1));
    }
    this.position += 1;
    return items;
  }

  private dictionary(depth: number): PdfDict {
    const dict = new PdfDict();
    dict.start = this.position;
    this.position += 2;
    for (;;) {
      this.skipSpace();
      if (this.bytes[this.position] === 0x3e && this.bytes[this.position + 1] === 0x3e) break;
      if (this.bytes[this.position] !== 0x2f) this.fail('dictionary key');
      const key = this.name().name;
      if (dict.has(key)) dict.repeated.push(key);
      dict.set(key, this.value(depth + 1));
    }
    this.position += 2;
    dict.end = this.position;
    return dict;
  }
}

/** Shorter ones cost less in the loop. */
const leastPacked = 64;

/** A long run of nothing but pairs of digits up to `>`, as signatures stand: decoded at once. Undefined for anything else. */
function packedHex(bytes: Uint8Array, start: number): Uint8Array | undefined {
  const end = bytes.indexOf(0x3e, start);
  if (end - start < leastPacked || (end - start) % 2 !== 0) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
  const decoded = Buffer.from(text, 'hex');
  // Decoding ends at the first character that is no digit.
  return decoded.length * 2 === text.length ? new Uint8Array(decoded) : undefined;
}

/** Bytes of hexadecimal digits; white space is skipped, a missing last digit counts as 0 (clause 7.3.4.3). */
export function decodeHex(digits: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(digits.length / 2));
  let length = 0;
  let high = -1;
  for (const byte of digits) {
    const value = hexDigit(byte);
    if (value < 0) continue;
    if (high < 0) high = value;
    else {
      out[length] = (high << 4) | value;
      length += 1;
      high = -1;
    }
  }
  if (high >= 0) {
    out[length] = high << 4;
    length += 1;
  }
  return out.subarray(0, length);
}

import { utf8Encode } from '@tra/kernel';
import { Asn1Error } from './errors.ts';
import { contextConstructedTag, contextTag, TAG } from './tags.ts';

function invalid(what: string): Asn1Error {
  return new Asn1Error('asn1.value_invalid', { params: { what } });
}

/** Length octets in the fewest octets (X.690 clause 10.1). */
export function lengthOctets(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return Uint8Array.of(0x80 | octets.length, ...octets);
}

/** One element of `tag` whose content is `parts` joined. */
export function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const bytes = new Uint8Array(headerSize(length) + length);
  let at = writeHeader(bytes, 0, tag, length);
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Octets of identifier and length in front of `content` octets (X.690 clause 10.1). */
export function headerSize(content: number): number {
  if (content < 0x80) return 2;
  if (content < 0x100) return 3;
  if (content < 0x10000) return 4;
  return content < 0x1000000 ? 5 : 6;
}

/** Writes identifier and length of an element with `content` octets at `at` of `target`; returns where the content begins. */
export function writeHeader(target: Uint8Array, at: number, tag: number, content: number): number {
  target[at] = tag;
  const size = headerSize(content);
  if (size === 2) target[at + 1] = content;
  else {
    target[at + 1] = 0x80 | (size - 2);
    for (let octet = size - 1, rest = content; octet >= 2; octet -= 1, rest = Math.floor(rest / 256)) {
      target[at + octet] = rest % 256;
    }
  }
  return at + size;
}

/** Identifier and length octets of an element with `content` octets of content. */
export function header(tag: number, content: number): Uint8Array {
  const bytes = new Uint8Array(headerSize(content));
  writeHeader(bytes, 0, tag, content);
  return bytes;
}

/** SEQUENCE of ready-made elements; absent (undefined) components are left out. */
export function sequence(...parts: readonly (Uint8Array | undefined)[]): Uint8Array {
  return element(TAG.sequence, ...parts.filter((part) => part !== undefined));
}

/** SET OF ready-made elements, sorted by their encodings (X.690 clause 11.6). */
export function setOf(...parts: readonly Uint8Array[]): Uint8Array {
  return element(TAG.set, ...sortSet(parts));
}

/** SET of ready-made elements that all have other tags, sorted by tag (X.690 clause 10.3: class and number, not the constructed bit). */
export function set(...parts: readonly Uint8Array[]): Uint8Array {
  return element(TAG.set, ...[...parts].sort((left, right) => ((left[0] ?? 0) & 0xdf) - ((right[0] ?? 0) & 0xdf)));
}

/** `parts` in DER SET OF order: ascending octet strings, a shorter one padded with zeros (X.690 clause 11.6). */
export function sortSet(parts: readonly Uint8Array[]): Uint8Array[] {
  return [...parts].sort(compareEncodings);
}

/** Order of two encodings inside a SET OF (X.690 clause 11.6): negative, zero or positive. */
export function compareEncodings(left: Uint8Array, right: Uint8Array): number {
  const length = Math.max(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** INTEGER from a number or bigint, minimal two's complement. */
export function integer(value: number | bigint, tag: number = TAG.integer): Uint8Array {
  let rest = BigInt(value);
  const octets: number[] = [];
  for (;;) {
    const octet = Number(rest & 0xffn);
    octets.unshift(octet);
    rest >>= 8n;
    if ((rest === 0n && octet < 0x80) || (rest === -1n && octet >= 0x80)) break;
  }
  return element(tag, Uint8Array.from(octets));
}

/** INTEGER from an unsigned big-endian number such as a serial. */
export function unsignedInteger(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
  const body = bytes.length === 0 ? Uint8Array.of(0) : bytes.subarray(start);
  return (body[0] ?? 0) >= 0x80 ? element(TAG.integer, Uint8Array.of(0), body) : element(TAG.integer, body);
}

/** BOOLEAN. */
export function boolean(value: boolean): Uint8Array {
  return Uint8Array.of(TAG.boolean, 1, value ? 0xff : 0);
}

/** NULL. */
export function nullValue(): Uint8Array {
  return Uint8Array.of(TAG.null, 0);
}

/** OCTET STRING. */
export function octetString(bytes: Uint8Array): Uint8Array {
  return element(TAG.octetString, bytes);
}

/** BIT STRING, of whole octets unless `unusedBits` says how many bits of the last one do not count; they must be zero. */
export function bitString(bytes: Uint8Array, unusedBits: number = 0): Uint8Array {
  const last = bytes[bytes.length - 1];
  if (unusedBits < 0 || unusedBits > 7 || (unusedBits > 0 && ((last ?? 0xff) & ((1 << unusedBits) - 1)) !== 0))
    throw invalid('BIT STRING');
  return element(TAG.bitString, Uint8Array.of(unusedBits), bytes);
}

/** BIT STRING as a named bit list: trailing zero bits removed (X.690 clause 11.2.2). */
export function namedBits(bits: Iterable<number>, tag: number = TAG.bitString): Uint8Array {
  const all = [...bits];
  if (all.length === 0) return element(tag, Uint8Array.of(0));
  const highest = Math.max(...all);
  const bytes = new Uint8Array(Math.floor(highest / 8) + 1);
  for (const bit of all) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return element(tag, Uint8Array.of(7 - (highest % 8)), bytes);
}

/** OBJECT IDENTIFIER from dotted form. Throws {@link Asn1Error} when it is not one. */
export function oid(dotted: string, tag: number = TAG.oid): Uint8Array {
  if (!/^[0-2](?:\.(?:0|[1-9]\d*))+$/.test(dotted)) throw invalid('OBJECT IDENTIFIER');
  const [root = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt);
  if (root < 2n && second >= 40n) throw invalid('OBJECT IDENTIFIER');
  const octets: number[] = [];
  for (const arc of [root * 40n + second, ...rest]) {
    const groups = [Number(arc & 0x7fn)];
    for (let left = arc >> 7n; left > 0n; left >>= 7n) groups.unshift(0x80 | Number(left & 0x7fn));
    octets.push(...groups);
  }
  return element(tag, Uint8Array.from(octets));
}

/** UTF8String. */
export function utf8String(text: string): Uint8Array {
  if (/\p{Cs}/u.test(text)) throw invalid('UTF8String');
  return element(TAG.utf8String, utf8Encode(text));
}

/** PrintableString. Throws {@link Asn1Error} for a character outside its alphabet (X.680 clause 41.4). */
export function printableString(text: string): Uint8Array {
  if (!/^[A-Za-z0-9 '()+,\-./:=?]*$/.test(text)) throw invalid('PrintableString');
  return element(TAG.printableString, utf8Encode(text));
}

/** IA5String, optionally under another tag (GeneralName). Throws {@link Asn1Error} for a character above 127. */
export function ia5String(text: string, tag: number = TAG.ia5String): Uint8Array {
  if ([...text].some((character) => (character.codePointAt(0) ?? 0) > 0x7f)) throw invalid('IA5String');
  return element(tag, utf8Encode(text));
}

function digits(date: Date): string {
  return date.toISOString().replace(/[-:T]/g, '').slice(0, 14);
}

/** GeneralizedTime to the second, or to the millisecond without trailing zeros (X.690 clause 11.7). */
export function generalizedTime(date: Date, precision: 'second' | 'millisecond' = 'second'): Uint8Array {
  const fraction = precision === 'second' ? '' : String(date.getUTCMilliseconds()).padStart(3, '0').replace(/0+$/, '');
  const text = digits(date) + (fraction === '' ? '' : `.${fraction}`);
  return element(TAG.generalizedTime, utf8Encode(`${text}Z`));
}

/** Time of RFC 5280 section 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050. */
export function time(date: Date): Uint8Array {
  const year = date.getUTCFullYear();
  if (year < 1950 || year > 2049) return generalizedTime(date);
  return element(TAG.utcTime, utf8Encode(`${digits(date).slice(2)}Z`));
}

/** `[number] EXPLICIT` around a ready-made element. */
export function explicit(number: number, inner: Uint8Array): Uint8Array {
  return element(contextConstructedTag(number), inner);
}

/** `[number] IMPLICIT`: a ready-made element with its identifier replaced; the constructed bit is kept. */
export function implicit(number: number, inner: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(inner);
  copy[0] = ((inner[0] ?? 0) & 0x20) !== 0 ? contextConstructedTag(number) : contextTag(number);
  return copy;
}

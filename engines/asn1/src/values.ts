import { utf8Decode } from '@tra/kernel';
import type { DerElement } from './element.ts';
import { Asn1Error } from './errors.ts';
import { expectTag } from './sequence-reader.ts';
import { TAG } from './tags.ts';

function invalid(what: string): Asn1Error {
  return new Asn1Error('asn1.value_invalid', { params: { what } });
}

/** BOOLEAN: 00 or FF (X.690 clause 11.1). Throws {@link Asn1Error}. */
export function readBoolean(element: DerElement): boolean {
  expectTag(element, TAG.boolean, 'BOOLEAN');
  const value = element.content[0];
  if (element.content.length !== 1 || (value !== 0 && value !== 0xff)) throw invalid('BOOLEAN');
  return value === 0xff;
}

/** NULL: empty. Throws {@link Asn1Error}. */
export function readNull(element: DerElement): null {
  expectTag(element, TAG.null, 'NULL');
  if (element.content.length !== 0) throw invalid('NULL');
  return null;
}

/** Content octets of an INTEGER or ENUMERATED, minimal two's complement (X.690 clause 8.3). Throws {@link Asn1Error}. */
export function readIntegerBytes(element: DerElement, tag: number = TAG.integer): Uint8Array {
  expectTag(element, tag, 'INTEGER');
  const first = element.content[0];
  const second = element.content[1];
  if (first === undefined) throw invalid('INTEGER');
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)))
    throw invalid('INTEGER');
  return element.content;
}

/** INTEGER of any size up to 4096 octets. Throws {@link Asn1Error}. */
export function readInteger(element: DerElement, tag: number = TAG.integer): bigint {
  const bytes = readIntegerBytes(element, tag);
  if (bytes.length > 4096) throw new Asn1Error('asn1.too_large', { params: { what: 'INTEGER' } });
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return (bytes[0] ?? 0) >= 0x80 ? value - (1n << BigInt(bytes.length * 8)) : value;
}

/** INTEGER between 0 and 2^31 - 1: versions, counts, path lengths. Throws {@link Asn1Error}. */
export function readSmallInteger(element: DerElement, tag: number = TAG.integer): number {
  const bytes = readIntegerBytes(element, tag);
  if (bytes.length > 4 || (bytes[0] ?? 0) >= 0x80) throw invalid('INTEGER');
  let value = 0;
  for (let at = 0; at < bytes.length; at += 1) value = value * 256 + (bytes[at] ?? 0);
  return value;
}

/** OCTET STRING, primitive. Throws {@link Asn1Error}. */
export function readOctetString(element: DerElement, tag: number = TAG.octetString): Uint8Array {
  expectTag(element, tag, 'OCTET STRING');
  return element.content;
}

/** A BIT STRING's octets and how many bits of the last one are unused. */
export interface BitString {
  readonly bytes: Uint8Array;
  readonly unusedBits: number;
}

/** BIT STRING, primitive, unused bits zero (X.690 clause 11.2.1). Throws {@link Asn1Error}. */
export function readBitString(element: DerElement, tag: number = TAG.bitString): BitString {
  expectTag(element, tag, 'BIT STRING');
  const unusedBits = element.content[0];
  const bytes = element.content.subarray(1);
  if (unusedBits === undefined || unusedBits > 7 || (bytes.length === 0 && unusedBits > 0)) throw invalid('BIT STRING');
  const last = bytes[bytes.length - 1] ?? 0;
  if ((last & ((1 << unusedBits) - 1)) !== 0) throw invalid('BIT STRING');
  return { bytes, unusedBits };
}

/** Octets of a BIT STRING that holds whole octets: keys and signatures. Throws {@link Asn1Error}. */
export function readBitStringOctets(element: DerElement): Uint8Array {
  const { bytes, unusedBits } = readBitString(element);
  if (unusedBits !== 0) throw invalid('BIT STRING');
  return bytes;
}

/** Numbers of the bits that are one in a named bit list, first bit = 0 (X.690 clause 11.2.2 is not enforced). Throws {@link Asn1Error}. */
export function readNamedBits(element: DerElement, tag: number = TAG.bitString): ReadonlySet<number> {
  const { bytes } = readBitString(element, tag);
  if (bytes.length > 8) throw invalid('BIT STRING');
  const bits = new Set<number>();
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    if (((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0) bits.add(bit);
  }
  return bits;
}

/** OBJECT IDENTIFIER in dotted form, arcs in the fewest octets (X.690 clause 8.19). Throws {@link Asn1Error}. */
export function readOid(element: DerElement, tag: number = TAG.oid): string {
  expectTag(element, tag, 'OBJECT IDENTIFIER');
  const { content } = element;
  if (content.length === 0 || content.length > 128 || (content[content.length - 1] ?? 0) >= 0x80)
    throw invalid('OBJECT IDENTIFIER');
  let text = '';
  for (let at = 0; at < content.length; ) {
    const start = at;
    let arc = 0;
    let byte: number;
    if (content[at] === 0x80) throw invalid('OBJECT IDENTIFIER');
    do {
      byte = content[at] ?? 0;
      arc = arc * 128 + (byte & 0x7f);
      at += 1;
    } while (byte >= 0x80);
    // Seven octets hold 49 bits, which a number holds exactly; longer arcs (2.25.UUID) do not come often.
    if (start === 0) text = at <= 7 ? firstArcs(arc) : firstArcs(longArc(content, 0, at));
    else text += at - start <= 7 ? `.${arc}` : `.${longArc(content, start, at)}`;
  }
  return text;
}

/** The first two arcs, which share one number (X.690 clause 8.19.4). */
function firstArcs(value: number | bigint): string {
  if (value < 40) return `0.${value}`;
  if (value < 80) return `1.${Number(value) - 40}`;
  return typeof value === 'number' ? `2.${value - 80}` : `2.${value - 80n}`;
}

function longArc(content: Uint8Array, start: number, end: number): bigint {
  let arc = 0n;
  for (let at = start; at < end; at += 1) arc = (arc << 7n) | BigInt((content[at] ?? 0) & 0x7f);
  return arc;
}

const stringTags: ReadonlySet<number> = new Set([
  TAG.utf8String,
  TAG.numericString,
  TAG.printableString,
  TAG.teletexString,
  TAG.ia5String,
  TAG.visibleString,
  TAG.universalString,
  TAG.bmpString,
]);

/** Whether `element` is one of the character string types that {@link readString} decodes. */
export function isString(element: DerElement): boolean {
  return stringTags.has(element.tag);
}

/** Text of any character string type of X.520; TeletexString is taken as ISO 8859-1. Throws {@link Asn1Error}. */
export function readString(element: DerElement, tag: number = element.tag): string {
  const { content } = element;
  switch (tag) {
    case TAG.utf8String:
      return decodeUtf8(content);
    case TAG.numericString:
    case TAG.printableString:
    case TAG.ia5String:
    case TAG.visibleString:
      return decodeLatin(boundedString(content), 0x7f);
    case TAG.teletexString:
      return decodeLatin(boundedString(content), 0xff);
    case TAG.bmpString:
      return decodeUnits(boundedString(content), 2);
    case TAG.universalString:
      return decodeUnits(boundedString(content), 4);
    default:
      throw new Asn1Error('asn1.tag_unexpected', { params: { what: 'string', tag } });
  }
}

function boundedString(content: Uint8Array): Uint8Array {
  if (content.length > 65_536) throw new Asn1Error('asn1.too_large', { params: { what: 'string' } });
  return content;
}

function decodeLatin(content: Uint8Array, highest: 0x7f | 0xff): string {
  let text = '';
  for (let at = 0; at < content.length; at += 1) {
    const byte = content[at] ?? 0;
    if (byte > highest) throw invalid('string');
    text += String.fromCharCode(byte);
  }
  return text;
}

function decodeUtf8(content: Uint8Array): string {
  try {
    return utf8Decode(content);
  } catch (cause) {
    throw new Asn1Error('asn1.value_invalid', { params: { what: 'UTF8String' }, cause });
  }
}

function decodeUnits(content: Uint8Array, width: 2 | 4): string {
  if (content.length % width !== 0) throw invalid('string');
  let text = '';
  for (let index = 0; index < content.length; index += width) {
    let unit = 0;
    for (let byte = 0; byte < width; byte += 1) unit = unit * 256 + (content[index + byte] ?? 0);
    if (unit > 0x10ffff) throw invalid('string');
    text += width === 2 ? String.fromCharCode(unit) : String.fromCodePoint(unit);
  }
  if (/\p{Cs}/u.test(text)) throw invalid('string');
  return text;
}

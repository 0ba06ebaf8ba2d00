import { childrenOf, type DerElement } from './element.ts';
import { TAG } from './tags.ts';
import { isString, readBitString, readBoolean, readInteger, readNull, readOid, readString } from './values.ts';
import * as der from './writer.ts';

/**
 * Encodes `element` again from its decoded values alone, for tests: what `checkDer` accepts must come out as the same bytes.
 * Times are written from their digits, since a GeneralizedTime may be finer than a Date.
 */
export function encodeAgain(element: DerElement): Uint8Array {
  const { tag, content } = element;
  if ((tag & 0x20) !== 0) {
    const children = childrenOf(element);
    const again = children.map(encodeAgain);
    if (tag !== TAG.set) return der.element(tag, ...again);
    const numbers = children.map((child) => child.tag & 0xdf);
    const isSet = numbers.every((number, index) => index === 0 || (numbers[index - 1] ?? 0) < number);
    return isSet ? der.set(...again) : der.setOf(...again);
  }
  switch (tag) {
    case TAG.integer:
    case TAG.enumerated:
      return der.integer(readInteger(element, tag), tag);
    case TAG.boolean:
      return der.boolean(readBoolean(element));
    case TAG.null:
      readNull(element);
      return der.nullValue();
    case TAG.oid:
      return der.oid(readOid(element));
    case TAG.bitString: {
      const { bytes, unusedBits } = readBitString(element);
      return der.bitString(bytes, unusedBits);
    }
    case TAG.utf8String:
      return der.utf8String(readString(element));
    default:
      return isString(element) ? encodeText(tag, readString(element)) : der.element(tag, content);
  }
}

function encodeText(tag: number, text: string): Uint8Array {
  const width = tag === TAG.bmpString ? 2 : tag === TAG.universalString ? 4 : 1;
  const points =
    width === 2 ? Array.from({ length: text.length }, (_, index) => text.charCodeAt(index)) : codePoints(text);
  const bytes = new Uint8Array(points.length * width);
  for (const [index, point] of points.entries()) {
    for (let octet = 0; octet < width; octet += 1) {
      bytes[index * width + octet] = Math.floor(point / 256 ** (width - 1 - octet)) % 256;
    }
  }
  return der.element(tag, bytes);
}

function codePoints(text: string): number[] {
  return [...text].map((character) => character.codePointAt(0) ?? 0);
}

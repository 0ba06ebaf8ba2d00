// Changes at what a pattern finds in a document, read as text of one character for each octet.
import { mutate, type RandomNumbers } from '@tra/asn1/testing';

/** Makes another document of one, with a donor of the same format to take from. */
export type Change = (bytes: Uint8Array, donor: Uint8Array, random: RandomNumbers) => Uint8Array;

export const latin = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
export const fromLatin = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

const texts = new WeakMap<Uint8Array, string>();
const places = new WeakMap<Uint8Array, Map<RegExp, Uint32Array>>();

/** Text of a document that is changed again and again. */
export function textOf(bytes: Uint8Array): string {
  const text = texts.get(bytes) ?? latin(bytes);
  texts.set(bytes, text);
  return text;
}

/** A match of a pattern. */
interface Match {
  readonly index: number;
  readonly text: string;
}

/** One of the matches of a pattern in a document; where they are is searched once. */
export function pickMatch(bytes: Uint8Array, pattern: RegExp, random: RandomNumbers): Match | undefined {
  const known = places.get(bytes) ?? new Map<RegExp, Uint32Array>();
  places.set(bytes, known);
  const text = textOf(bytes);
  const found =
    known.get(pattern) ?? Uint32Array.from([...text.matchAll(pattern)].flatMap((one) => [one.index, one[0].length]));
  known.set(pattern, found);
  const at = random(found.length / 2) * 2;
  const index = found[at];
  return index === undefined ? undefined : { index, text: text.slice(index, index + (found[at + 1] ?? 0)) };
}

export const pick = <T>(list: readonly T[], random: RandomNumbers): T | undefined => list[random(list.length)];

/** Changes one match of a pattern. */
export function atMatch(pattern: RegExp, make: (found: string, random: RandomNumbers) => string): Change {
  return (bytes, _, random) => {
    const text = textOf(bytes);
    const found = pickMatch(bytes, pattern, random);
    if (!found) return bytes;
    return fromLatin(
      text.slice(0, found.index) + make(found.text, random) + text.slice(found.index + found.text.length),
    );
  };
}

/** Puts one match of a pattern, perhaps of the donor, in another place or in place of another. */
export function moveMatch(pattern: RegExp): Change {
  return (bytes, donor, random) => {
    const text = textOf(bytes);
    const from = pickMatch(random(4) === 0 ? donor : bytes, pattern, random)?.text;
    const to = pickMatch(bytes, pattern, random);
    if (from === undefined || !to) return bytes;
    const end = random(2) === 0 ? to.index : to.index + to.text.length;
    return fromLatin(
      text.slice(0, to.index) + (random(2) === 0 ? '' : text.slice(to.index, end)) + from + text.slice(end),
    );
  };
}

export const otherNumber = (found: string, random: RandomNumbers): string => {
  const strange = [
    '0',
    '-1',
    '65535',
    '4294967295',
    '99999999999999999999',
    String(Number(found) + 1),
    String(random(300)),
    '',
  ];
  return pick(strange, random) ?? '0';
};

/** Decodes every long run of hexadecimal digits or base64, changes it as DER, and encodes it again. */
export function inside(pattern: RegExp, encoding: 'base64' | 'base64url' | 'hex'): Change {
  return (bytes, donor, random) => {
    const text = textOf(bytes);
    const found = pickMatch(bytes, pattern, random);
    if (!found) return bytes;
    const other = pickMatch(donor, pattern, random)?.text ?? found.text;
    const decode = (coded: string): Uint8Array => new Uint8Array(Buffer.from(coded, encoding));
    const changed = Buffer.from(mutate(trimmed(decode(found.text)), trimmed(decode(other)), random).bytes).toString(
      encoding,
    );
    const { length } = found.text;
    const fitted = encoding === 'hex' ? changed.padEnd(length, '0').slice(0, length) : changed;
    return fromLatin(text.slice(0, found.index) + fitted + text.slice(found.index + length));
  };
}

/** Without the zeros that fill the hole of a PDF. */
function trimmed(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 1 && bytes[end - 1] === 0) end -= 1;
  return bytes.subarray(0, end);
}

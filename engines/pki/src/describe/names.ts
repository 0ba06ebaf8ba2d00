import { childrenOf, isString, readDer, readOid, readString, readTime, SequenceReader, TAG } from '@tra/asn1';
import { type Json, toHex } from '@tra/kernel';
import type { GeneralName } from '../general-name.ts';
import type { Name } from '../name.ts';
import { ATTRIBUTE_NAMES } from './oids.ts';

/** One attribute of a name. */
export interface AttributeDescription {
  readonly oid: string;
  /** Short name, such as `O`, when there is one. */
  readonly name?: string;
  /** Text, or the encoding in hexadecimal with `#` before it. */
  readonly value: string;
}

/** A distinguished name for people and programs. */
export interface NameDescription {
  /** RFC 4514 form. */
  readonly text: string;
  /** In encoded order. */
  readonly attributes: readonly AttributeDescription[];
}

/** Describes a name that was read before. */
export function describeName(name: Name): NameDescription {
  const attributes = childrenOf(readDer(name.der)).flatMap((rdn) =>
    childrenOf(rdn).map((attribute) => {
      const reader = new SequenceReader(attribute, 'AttributeTypeAndValue');
      const oid = readOid(reader.take(TAG.oid, 'type'));
      return { ...named(oid, ATTRIBUTE_NAMES), value: describeValue(reader.take(undefined, 'value').raw) };
    }),
  );
  return { text: name.text, attributes };
}

/** An OID, with its name when `names` has one. */
export function named(oid: string, names: ReadonlyMap<string, string>): { oid: string; name?: string } {
  const name = names.get(oid);
  return name === undefined ? { oid } : { oid, name };
}

/** A string or time as text, anything else as `#` and hexadecimal digits. */
export function describeValue(bytes: Uint8Array): string {
  try {
    const element = readDer(bytes);
    if (isString(element)) return readString(element);
    if (element.tag === TAG.oid) return readOid(element);
    if (element.tag === TAG.generalizedTime || element.tag === TAG.utcTime) return readTime(element).toISOString();
  } catch {
    // Shown as it is.
  }
  return `#${toHex(bytes)}`;
}

const otherKinds: ReadonlyMap<number, string> = new Map([
  [0, 'otherName'],
  [3, 'x400Address'],
  [5, 'ediPartyName'],
]);

/** A GeneralName as `{ kind, value }`; every form of RFC 5280 section 4.2.1.6. */
export function describeGeneralName(name: GeneralName): Json {
  switch (name.kind) {
    case 'directory':
      return { kind: 'directory', value: name.name.text };
    case 'ip':
      return { kind: 'ip', value: ipText(name.bytes) };
    case 'other': {
      const kind = otherKinds.get(name.tagNumber) ?? `tag${name.tagNumber}`;
      if (name.oid !== undefined)
        return { kind, type: name.oid, value: describeValue(name.value ?? new Uint8Array(0)) };
      return { kind, value: `#${toHex(name.encoded ?? new Uint8Array(0))}` };
    }
    default:
      return { kind: name.kind, value: name.value };
  }
}

/** An address, or in name constraints an address and its mask; `#` and hexadecimal digits for any other length. */
export function ipText(bytes: Uint8Array): string {
  if (bytes.length === 4 || bytes.length === 16) return addressText(bytes);
  if (bytes.length !== 8 && bytes.length !== 32) return `#${toHex(bytes)}`;
  const half = bytes.length / 2;
  const mask = [...bytes.subarray(half)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const length = /^1*0*$/.test(mask) ? String(mask.replace(/0+$/, '').length) : addressText(bytes.subarray(half));
  return `${addressText(bytes.subarray(0, half))}/${length}`;
}

function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16),
  );
  return shortened(groups);
}

/** RFC 5952: the longest run of two or more zero groups becomes `::`, the first of equal ones. */
function shortened(groups: readonly string[]): string {
  let [start, length] = [0, 1];
  for (let index = 0; index < groups.length; index += 1) {
    let end = index;
    while (groups[end] === '0') end += 1;
    if (end - index > length) [start, length] = [index, end - index];
  }
  if (length < 2) return groups.join(':');
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}

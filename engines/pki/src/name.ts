import {
  childrenOf,
  type DerElement,
  der,
  isString,
  readDer,
  readOid,
  readString,
  SequenceReader,
  TAG,
} from '@tra/asn1';
import { toHex } from '@tra/kernel';
import { PkiError } from './errors.ts';
import { ATTRIBUTE, EMAIL_ADDRESS } from './oids.ts';

/** Attribute types that {@link Name.get} finds. */
export type AttributeName = keyof typeof ATTRIBUTE;

/** One relative distinguished name as a text that is equal for equal names (RFC 5280 section 7.1). */
export type RdnKey = string;

/** A distinguished name (RFC 5280 section 4.1.2.4). */
export interface Name {
  /** RFC 4514 form, last RDN first: `CN=…,O=…,C=TH`. */
  readonly text: string;
  /** The first value of an attribute in encoded order. */
  get(attribute: AttributeName): string | undefined;
  /** The encoded name. */
  readonly der: Uint8Array;
  /** Comparison keys, one per RDN, first RDN first: case folded, white space collapsed. */
  readonly rdns: readonly RdnKey[];
  /** All keys as one text: two names match when these are equal. */
  readonly key: string;
  /** Values of emailAddress attributes inside the name (they are subject to name constraints). */
  readonly emails: readonly string[];
}

interface Attribute {
  readonly type: string;
  readonly text: string;
  readonly key: string;
}

const shortNames: ReadonlyMap<string, string> = new Map([
  ...Object.entries(ATTRIBUTE).map(([name, oid]) => [oid, name] as const),
  ['0.9.2342.19200300.100.1.25', 'DC'],
  ['0.9.2342.19200300.100.1.1', 'UID'],
  ['2.5.4.4', 'SN'],
  ['2.5.4.42', 'GN'],
  ['2.5.4.12', 'title'],
  ['2.5.4.9', 'street'],
  [EMAIL_ADDRESS, 'emailAddress'],
]);

const maxAttributes = 128;

function readAttribute(element: DerElement): Attribute {
  const reader = new SequenceReader(element, 'AttributeTypeAndValue');
  const type = readOid(reader.take(TAG.oid, 'type'));
  const value = reader.take(undefined, 'value');
  reader.end();
  if (!isString(value)) return { type, text: `#${toHex(value.raw)}`, key: `#${toHex(value.raw)}` };
  const text = readString(value);
  return { type, text, key: `=${foldText(text)}` };
}

/** Text as RFC 4518 prepares it for caseIgnoreMatch, in short: NFKC, lower case, runs of white space as one, none at the ends. */
function foldText(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
}

function escapeValue(text: string): string {
  return text
    .replace(/[\\"+,;<>]/g, '\\$&')
    .replace(/^[ #]/, '\\$&')
    .replace(/ $/, '\\ ')
    .replace(/\p{Cc}/gu, (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** Reads a Name element. Throws `Asn1Error`, or {@link PkiError} when it has too many attributes. */
export function readName(element: DerElement): Name {
  const rdns: Attribute[][] = [];
  let count = 0;
  for (const rdn of childrenOf(element)) {
    const attributes = new SequenceReader(rdn, 'RelativeDistinguishedName', TAG.set).rest().map(readAttribute);
    count += attributes.length;
    if (attributes.length === 0 || count > maxAttributes) throw new PkiError('pki.name_invalid');
    rdns.push(attributes);
  }
  const flat = rdns.flat();
  const keys = rdns.map((rdn) => JSON.stringify(rdn.map(({ type, key }) => type + key).sort()));
  return {
    text: [...rdns].reverse().map(rdnText).join(','),
    get: (attribute) => flat.find(({ type }) => type === ATTRIBUTE[attribute])?.text,
    der: element.raw,
    rdns: keys,
    key: JSON.stringify(keys),
    emails: flat.filter(({ type }) => type === EMAIL_ADDRESS).map(({ text }) => text),
  };
}

function rdnText(rdn: readonly Attribute[]): string {
  return rdn
    .map(({ type, text, key }) => `${shortNames.get(type) ?? type}=${key.startsWith('#') ? text : escapeValue(text)}`)
    .join('+');
}

/** Reads an encoded Name. Throws {@link PkiError} `pki.name_invalid`. */
export function parseName(bytes: Uint8Array): Name {
  try {
    const element = readDer(bytes, { maxBytes: 65_536 });
    new SequenceReader(element, 'Name');
    return readName(element);
  } catch (cause) {
    throw new PkiError('pki.name_invalid', { cause });
  }
}

/** Attributes of a name to encode, in the order C, O, OU, organizationIdentifier, serialNumber, CN. */
export interface NameAttributes {
  readonly commonName: string;
  readonly organization?: string;
  readonly organizationalUnit?: string;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  readonly organizationIdentifier?: string;
  readonly serialNumber?: string;
}

/** Encodes a name: UTF8String values, PrintableString for country and serialNumber. Throws {@link PkiError} `pki.name_invalid`. */
export function encodeName(attributes: NameAttributes): Uint8Array {
  const { country, serialNumber } = attributes;
  if (country !== undefined && !/^[A-Z]{2}$/.test(country))
    throw new PkiError('pki.name_invalid', { params: { attribute: 'C' } });
  const parts: [string, Uint8Array][] = [];
  if (country !== undefined) parts.push([ATTRIBUTE.C, der.printableString(country)]);
  for (const [attribute, value] of [
    ['O', attributes.organization],
    ['OU', attributes.organizationalUnit],
    ['organizationIdentifier', attributes.organizationIdentifier],
  ] as const) {
    if (value !== undefined) parts.push([ATTRIBUTE[attribute], encodeText(attribute, value)]);
  }
  if (serialNumber !== undefined) parts.push([ATTRIBUTE.serialNumber, der.printableString(serialNumber)]);
  parts.push([ATTRIBUTE.CN, encodeText('CN', attributes.commonName)]);
  return der.sequence(...parts.map(([oid, value]) => der.setOf(der.sequence(der.oid(oid), value))));
}

function encodeText(attribute: string, value: string): Uint8Array {
  if (value.trim() === '' || [...value].length > 256) throw new PkiError('pki.name_invalid', { params: { attribute } });
  return der.utf8String(value);
}

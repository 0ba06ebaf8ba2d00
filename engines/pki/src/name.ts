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
  /** The value, or its encoding in hexadecimal after `#` when it is no character string. */
  readonly text: string;
  readonly isText: boolean;
}

const shortNames: ReadonlyMap<string, string> = new Map([
  ...Object.entries(ATTRIBUTE).map(([name, oid]) => [oid, name] as const),
  ['0.9.2342.19200300.100.1.25', 'DC'],
  ['0.9.2342.19200300.100.1.1', 'UID'],
  ['2.5.4.9', 'street'],
  [EMAIL_ADDRESS, 'emailAddress'],
]);

const maxAttributes = 128;

function readAttribute(element: DerElement): Attribute {
  const reader = new SequenceReader(element, 'AttributeTypeAndValue');
  const type = readOid(reader.take(TAG.oid, 'type'));
  const value = reader.take(undefined, 'value');
  reader.end();
  if (!isString(value)) return { type, text: `#${toHex(value.raw)}`, isText: false };
  return { type, text: readString(value), isText: true };
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
  return new ReadName(element.raw, rdns);
}

/** A name whose texts are made when they are asked for: most names are only compared, and many not even that. */
class ReadName implements Name {
  readonly der: Uint8Array;
  readonly #rdns: readonly (readonly Attribute[])[];
  #keys: readonly RdnKey[] | undefined;
  #key: string | undefined;
  #text: string | undefined;

  constructor(der: Uint8Array, rdns: readonly (readonly Attribute[])[]) {
    this.der = der;
    this.#rdns = rdns;
  }

  get text(): string {
    this.#text ??= [...this.#rdns].reverse().map(rdnText).join(',');
    return this.#text;
  }

  get rdns(): readonly RdnKey[] {
    this.#keys ??= this.#rdns.map((rdn) => JSON.stringify(rdn.map(keyOf).sort()));
    return this.#keys;
  }

  get key(): string {
    this.#key ??= JSON.stringify(this.rdns);
    return this.#key;
  }

  get emails(): readonly string[] {
    return this.#rdns.flatMap((rdn) => rdn.filter(({ type }) => type === EMAIL_ADDRESS).map(({ text }) => text));
  }

  get(attribute: AttributeName): string | undefined {
    for (const rdn of this.#rdns) {
      for (const { type, text } of rdn) if (type === ATTRIBUTE[attribute]) return text;
    }
    return undefined;
  }
}

function keyOf({ type, text, isText }: Attribute): string {
  return isText ? `${type}=${foldText(text)}` : `${type}${text}`;
}

function rdnText(rdn: readonly Attribute[]): string {
  return rdn
    .map(({ type, text, isText }) => `${shortNames.get(type) ?? type}=${isText ? escapeValue(text) : text}`)
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

/** Attributes of a name to encode; which of them a certificate must or may have is a matter of its profile. */
export interface NameAttributes {
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  readonly stateOrProvince?: string;
  readonly locality?: string;
  readonly organization?: string;
  readonly organizationalUnit?: string;
  /** Of a legal person, such as `NTRTH-0994000000000` (ETSI EN 319 412-1 section 5.1.4). */
  readonly organizationIdentifier?: string;
  readonly title?: string;
  readonly surname?: string;
  readonly givenName?: string;
  readonly serialNumber?: string;
  readonly commonName?: string;
}

/** One attribute that {@link encodeName} writes. */
export interface SubjectAttributeRules {
  readonly oid: string;
  /** Greatest number of characters (RFC 5280 appendix A.1; X.520 sets none for the organisation identifier, this product does). */
  readonly most: number;
  readonly printable?: true;
}

/** The attributes in the order in which they are encoded. */
export const SUBJECT_ATTRIBUTES: Readonly<Record<keyof NameAttributes, SubjectAttributeRules>> = {
  country: { oid: ATTRIBUTE.C, most: 2, printable: true },
  stateOrProvince: { oid: ATTRIBUTE.ST, most: 128 },
  locality: { oid: ATTRIBUTE.L, most: 128 },
  organization: { oid: ATTRIBUTE.O, most: 64 },
  organizationalUnit: { oid: ATTRIBUTE.OU, most: 64 },
  organizationIdentifier: { oid: ATTRIBUTE.organizationIdentifier, most: 256 },
  title: { oid: ATTRIBUTE.title, most: 64 },
  surname: { oid: ATTRIBUTE.SN, most: 256 },
  givenName: { oid: ATTRIBUTE.GN, most: 256 },
  serialNumber: { oid: ATTRIBUTE.serialNumber, most: 64, printable: true },
  commonName: { oid: ATTRIBUTE.CN, most: 64 },
};

const encoders: readonly (readonly [keyof NameAttributes, SubjectAttributeRules, Uint8Array])[] = (
  Object.keys(SUBJECT_ATTRIBUTES) as (keyof NameAttributes)[]
).map((name) => [name, SUBJECT_ATTRIBUTES[name], der.oid(SUBJECT_ATTRIBUTES[name].oid)]);

/** Characters that do not show or that turn the order of others: nothing that a name needs. */
const unfitText = /[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]|^\s|\s$/u;

/** Whether `value` can stand in an attribute: something to read, no control characters, within its greatest length in characters. */
export function isFitText(value: string, most: number): boolean {
  if (value === '' || unfitText.test(value)) return false;
  return value.length <= most || (value.length <= most * 2 && [...value].length <= most);
}

/**
 * Encodes a name, one attribute to an RDN: UTF8String values, PrintableString for country and serialNumber (RFC 5280 section
 * 4.1.2.4). Throws {@link PkiError} `pki.name_invalid` with the attribute.
 */
export function encodeName(attributes: NameAttributes): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [name, rules, oid] of encoders) {
    const value = attributes[name];
    if (value !== undefined) parts.push(der.setOf(der.sequence(oid, encodeText(name, value, rules))));
  }
  return der.sequence(...parts);
}

function encodeText(attribute: string, value: string, { most, printable }: SubjectAttributeRules): Uint8Array {
  const fits = isFitText(value, most) && (attribute !== 'country' || /^[A-Z]{2}$/.test(value));
  if (!fits) throw new PkiError('pki.name_invalid', { params: { attribute } });
  try {
    return printable ? der.printableString(value) : der.utf8String(value);
  } catch (cause) {
    throw new PkiError('pki.name_invalid', { params: { attribute }, cause });
  }
}

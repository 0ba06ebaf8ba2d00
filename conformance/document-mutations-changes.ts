// Ways to change a document: any bytes, and for each format the parts that it is made of.
import { mutate, type RandomNumbers } from '@tra/asn1/testing';
import { concatBytes } from '@tra/kernel';
import { unzipSync } from 'fflate';
import { zip } from './attacks/zip.ts';
import {
  atMatch,
  type Change,
  fromLatin,
  inside,
  latin,
  moveMatch,
  otherNumber,
  pick,
  pickMatch,
  textOf,
} from './document-mutations-matches.ts';

const some = (random: RandomNumbers, length: number): Uint8Array => Uint8Array.from({ length }, () => random(256));
const range = (bytes: Uint8Array, random: RandomNumbers, most = 200): readonly [number, number] => {
  const start = random(bytes.length + 1);
  return [start, Math.min(bytes.length, start + random(most))];
};
const put = (bytes: Uint8Array, [start, end]: readonly [number, number], middle: Uint8Array): Uint8Array =>
  concatBytes(bytes.subarray(0, start), middle, bytes.subarray(end));

/** Changes that know nothing of any format. */
export const anyChanges: readonly Change[] = [
  (bytes, _, random) => {
    const copy = bytes.slice();
    const at = random(copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << random(8));
    return copy;
  },
  (bytes, _, random) => {
    const copy = bytes.slice();
    copy[random(copy.length)] = random(256);
    return copy;
  },
  (bytes, _, random) => {
    const at = random(bytes.length + 1);
    return put(bytes, [at, at], some(random, 1 + random(8)));
  },
  (bytes, _, random) => put(bytes, range(bytes, random, 40), new Uint8Array()),
  (bytes, _, random) => bytes.slice(0, random(bytes.length)),
  (bytes, _, random) => concatBytes(bytes, some(random, 1 + random(40))),
  (bytes, _, random) => {
    const [start, end] = range(bytes, random);
    return put(bytes, [end, end], bytes.subarray(start, end));
  },
  (bytes, donor, random) => {
    const [start, end] = range(donor, random);
    return put(bytes, range(bytes, random), donor.subarray(start, end));
  },
  (bytes, donor, random) => {
    const at = random(bytes.length);
    return concatBytes(bytes.subarray(0, at), donor.subarray(Math.min(donor.length, at)));
  },
  (bytes, donor) => concatBytes(bytes, donor),
];

/** Elements of DER, with the lengths around them made right. */
const derChange: Change = (bytes, donor, random) => mutate(bytes, donor, random).bytes;

const wholeObject = /(?<!\d)\d{1,9} 0 obj[\s\S]{0,2000}?endobj/g;

const update: Change = (bytes, donor, random) => {
  const text = textOf(bytes);
  const object = pickMatch(random(2) === 0 ? bytes : donor, wholeObject, random)?.text;
  const previous = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)?.[1] ?? '0';
  const root = /\/Root (\d+ 0 R)/.exec(text)?.[1] ?? '1 0 R';
  if (!object) return bytes;
  const number = random(3) === 0 ? String(1 + random(30)) : (/^\d+/.exec(object)?.[0] ?? '1');
  const body = object
    .replace(/^\d+/, number)
    .replace(/\d+(?! 0 R)/g, (found) => (random(20) === 0 ? otherNumber(found, random) : found));
  const xref = text.length + body.length + 1;
  const table = `xref\n${number} 1\n${String(text.length).padStart(10, '0')} 00000 n \ntrailer\n<< /Size 99 /Root ${root} /Prev ${previous} >>\nstartxref\n${xref}\n%%EOF\n`;
  return fromLatin(`${text}${body}\n${table}`);
};

const tag = /<\/?[\w:]+[^<>]*>/g;
const element = /<([\w:]+)[^<>]*>[^<>]*<\/\1>/g;
const strangeMarkup = [
  '<!---->',
  '<?x?>',
  '<![CDATA[x]]>',
  '&#x41;',
  '&amp;',
  '<x/>',
  ' ',
  '\n',
  '<!DOCTYPE a>',
  '\u00e0',
];

const jsonChange: Change = (bytes, donor, random) => {
  let value: unknown;
  let other: unknown;
  try {
    [value, other] = [bytes, donor].map((text) => JSON.parse(Buffer.from(text).toString()) as unknown);
  } catch {
    return bytes;
  }
  const text = JSON.stringify(changedJson(value, other, random));
  if (random(4) > 0) return new Uint8Array(Buffer.from(text));
  const members = [...text.matchAll(/"\w+":"[^"]*"/g)];
  const twin = pick(members, random);
  return new Uint8Array(Buffer.from(twin ? text.replace(twin[0], `${twin[0]},${pick(members, random)?.[0]}`) : text));
};

function changedJson(value: unknown, other: unknown, random: RandomNumbers): unknown {
  if (Array.isArray(value) && value.length > 0 && random(3) > 0) {
    const at = random(value.length);
    if (random(3) === 0) return value.filter((_, index) => index !== at);
    if (random(3) === 0) return [...value, value[at]];
    return value.map((one: unknown, index) => (index === at ? changedJson(one, other, random) : one));
  }
  if (typeof value === 'object' && value !== null && random(5) > 0) {
    const names = Object.keys(value);
    const name = pick(names, random) ?? 'x';
    const record = value as Record<string, unknown>;
    if (random(4) === 0) return Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));
    if (random(6) === 0)
      return {
        ...record,
        [pick(['header', 'payload', 'crit', 'b64', 'alg', 'signatures', '__proto__'], random) ?? 'x']: other,
      };
    return { ...record, [name]: changedJson(record[name], other, random) };
  }
  if (typeof value === 'string' && random(3) > 0)
    return latin((pick(anyChanges, random) as Change)(fromLatin(value), fromLatin(value), random));
  return pick([null, true, 0, -1, 1e300, '', [], {}, other, [[[[]]]]], random);
}

/** The protected header decoded, changed as JSON and encoded again. */
const headerChange: Change = (bytes, donor, random) => {
  const text = latin(bytes);
  const found = /eyJ[\w-]+/.exec(text);
  if (!found) return bytes;
  const head = new Uint8Array(Buffer.from(found[0], 'base64url'));
  const changed = Buffer.from(jsonChange(head, head, random)).toString('base64url');
  void donor;
  return fromLatin(text.slice(0, found.index) + changed + text.slice(found.index + found[0].length));
};

/** Files taken out, changed by what `kinds` does to them, perhaps named otherwise, and packed again. */
const zipChange =
  (inner: readonly Change[]): Change =>
  (bytes, donor, random) => {
    let files: [string, Uint8Array][];
    try {
      files = Object.entries(unzipSync(bytes));
    } catch {
      return bytes;
    }
    const at = random(files.length);
    const [name, content] = files[at] ?? ['', new Uint8Array()];
    const changed = (pick(inner, random) as Change)(content, donor, random);
    const kind = random(6);
    const others = files.map(([one, data]) => ({ name: one, bytes: data }));
    const rest = others.filter((_, index) => index !== at);
    const named = {
      name: kind === 0 ? latin((pick(anyChanges, random) as Change)(fromLatin(name), fromLatin(name), random)) : name,
      bytes: changed,
    };
    if (kind === 1) return zip([...others, named]);
    if (kind === 2) return zip(rest);
    if (kind === 3) return zip([...rest.reverse(), { name, bytes: content, deflate: random(2) === 0 }]);
    return zip([...rest, { ...named, deflate: random(2) === 0 }]);
  };

/** A byte of one of the headers of a ZIP file, each of which begins with PK. */
const headerByte: Change = (bytes, _, random) => {
  const found = pick([...latin(bytes).matchAll(/PK/g)], random);
  const copy = bytes.slice();
  if (found) copy[found.index + random(46)] = random(256);
  return copy;
};

const xmlChanges: readonly Change[] = [
  atMatch(tag, () => ''),
  atMatch(tag, (found, random) => found + (pick(strangeMarkup, random) ?? '')),
  atMatch(/"[^"<>]*"/g, (_, random) => `"${pick(['', '#x', '#p', 'http://x/', 'urn:x', '#', 'x&#10;y'], random)}"`),
  atMatch(
    / (?:Id|URI|Type|Algorithm|Target)="[^"]*"/g,
    (found, random) =>
      pick(
        ['', `${found}${found}`, found.replace('Id', 'ID'), found.replace('=', ' = '), found.replaceAll('"', "'")],
        random,
      ) ?? '',
  ),
  moveMatch(tag),
  moveMatch(element),
  moveMatch(/<(ds:\w+|xades:\w+|body|total)[ >][\s\S]*?<\/\1>/g),
  inside(/[A-Za-z0-9+/]{100,}={0,2}/g, 'base64'),
];

/** Changes by format, beside those of any bytes. */
export const changesOf: Readonly<Record<string, readonly Change[]>> = {
  PDF: [
    atMatch(/(?<![\da-f])\d{1,20}(?![\da-f])/g, otherNumber),
    atMatch(
      /\/\w+/g,
      (_, random) => pick(['/Sig', '/ByteRange', '/Contents', '/Prev', '/Root', '/Length', '/V', '/X'], random) ?? '/X',
    ),
    atMatch(
      /(?:endobj|endstream|stream|obj|xref|trailer|startxref|%%EOF|>>|<<|\]|\[)/g,
      (found, random) => pick(['', `${found} ${found}`, '(', '%'], random) ?? '',
    ),
    moveMatch(/(?<!\d)\d{1,9} 0 obj[\s\S]{0,2000}?endobj\n?/g),
    moveMatch(/\/\w+ (?:\d{1,9} 0 R|\[[^\]]*\]|\/\w+)/g),
    inside(/[0-9a-f]{400,}/gi, 'hex'),
    update,
    update,
  ],
  XML: xmlChanges,
  CMS: [derChange, derChange, derChange, derChange, derChange, derChange],
  JWS: [
    jsonChange,
    jsonChange,
    headerChange,
    headerChange,
    inside(/[A-Za-z0-9+/]{400,}={0,2}/g, 'base64'),
    moveMatch(/[\w-]{20,}/g),
  ],
  ASiC: [zipChange(anyChanges), zipChange(anyChanges), zipChange([derChange]), zipChange(xmlChanges), headerByte],
  token: [derChange, derChange, derChange, derChange, derChange],
  record: [derChange, derChange, derChange, derChange, derChange],
};

// What is signed in a document, found without the readers of the product.
import { unzipSync } from 'fflate';
import { XmlDocument } from 'libxml2-wasm';

const latin = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');

/** A signed PDF and where the hole of its last signature is. */
export interface Genuine {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The text and the hole of a signed PDF. */
export function genuineOf(bytes: Uint8Array): Genuine {
  const text = latin(bytes);
  const [, start, end] = [...text.matchAll(/\/ByteRange \[0 (\d+) (\d+) (\d+)\s*\]/g)].at(-1) ?? [];
  return { text, start: Number(start), end: Number(end) };
}

/** Whether a PDF is one of the signed ones but for what is in its hole, and for later objects that repeat earlier ones or that nothing needs. */
export const isSignedPdf = (genuine: readonly Genuine[], bytes: Uint8Array): boolean => {
  const text = latin(bytes);
  return genuine.some((one) => {
    const isPrefix = text.slice(0, one.start) === one.text.slice(0, one.start);
    const isSuffix = text.slice(one.end, one.text.length) === one.text.slice(one.end);
    const isHole = /^<[0-9a-fA-F]*>$/.test(text.slice(one.start, one.end));
    return isPrefix && isSuffix && isHole && isHarmless(text.slice(one.text.length), one.text);
  });
};

const objects = (text: string): readonly (readonly [number: string, body: string])[] =>
  [...text.matchAll(/(?<!\d)(\d{1,9}) 0 obj([\s\S]*?)endobj/g)].map(([, number = '', body = '']) => [number, body]);

/** What a body means: links back, flags of the form and the length that was searched anyway are no content, and a reference to nothing is null. */
const meaning = (body: string, numbers: ReadonlySet<string>): string =>
  body
    .replace(/\/(?:Parent|P) \d+ \d+ R|\/(?:Length|SigFlags) -?\d+/g, '')
    .replace(/(\d+) \d+ R/g, (found, number: string) => (numbers.has(number) ? found : ''))
    .replace(/\s+/g, '');

function isHarmless(more: string, before: string): boolean {
  if (/^[\s\0]*$/.test(more)) return true;
  const numbers = new Set(objects(before + more).map(([number]) => number));
  const known = new Map<string, Set<string>>();
  for (const [number, body] of objects(before)) {
    known.set(number, (known.get(number) ?? new Set()).add(meaning(body, numbers)));
  }
  const root = /\/Root (\d+ 0 R)/.exec(before)?.[1];
  const roots = [...more.matchAll(/\/Root (\d+ 0 R)/g)].every(([, one]) => one === root);
  return roots && objects(more).every(([number, body]) => known.get(number)?.has(meaning(body, numbers)) ?? true);
}

/** Canonical form by libxml2 of the document without its signatures; what stands between elements and instructions to programs are left to the reader. */
function withoutSignatures(bytes: Uint8Array): string | undefined {
  const text = latin(bytes).replace(/<\?(?!xml )[\s\S]*?\?>/g, '');
  try {
    using document = XmlDocument.fromBuffer(new Uint8Array(Buffer.from(text, 'latin1')));
    const namespaces = { ds: 'http://www.w3.org/2000/09/xmldsig#' };
    for (const signature of document.find('//ds:Signature[not(ancestor::ds:Signature)]', namespaces))
      signature.remove?.();
    return document.canonicalizeToString({ mode: 1 }).replace(/>\s+</g, '><');
  } catch {
    // libxml2 refuses namespaces that are no URI, also in unsigned properties.
    return text.replace(/<ds:Signature [\s\S]*<\/ds:Signature>/, '').replace(/>\s+</g, '><');
  }
}

interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** Elements of BER, also of indefinite length. */
function elements(bytes: Uint8Array): Element[] {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { end, start } = boundsOf(bytes, at);
    found.push({ tag: bytes[at] ?? 0, content: bytes.subarray(start, end.content) });
    at = end.whole;
  }
  return found;
}

function boundsOf(
  bytes: Uint8Array,
  at: number,
): { readonly start: number; readonly end: { readonly content: number; readonly whole: number } } {
  const first = bytes[at + 1] ?? 0;
  if (first === 0x80) {
    let next = at + 2;
    while ((bytes[next] ?? 0) !== 0 || (bytes[next + 1] ?? 0) !== 0) {
      if (next >= bytes.length) throw new RangeError('endless');
      next = boundsOf(bytes, next).end.whole;
    }
    return { start: at + 2, end: { content: next, whole: next + 2 } };
  }
  const more = first < 0x80 ? 0 : first & 0x7f;
  const length = more === 0 ? first : Number(`0x${Buffer.from(bytes.subarray(at + 2, at + 2 + more)).toString('hex')}`);
  const start = at + 2 + more;
  if (start + length > bytes.length) throw new RangeError('length');
  return { start, end: { content: start + length, whole: start + length } };
}

/** The encapsulated content of a SignedData. */
function encapsulated(bytes: Uint8Array): string | undefined {
  try {
    const [, tagged] = elements(elements(bytes)[0]?.content ?? bytes);
    const [, , info] = elements(elements(tagged?.content ?? bytes)[0]?.content ?? bytes);
    const [, content] = elements(info?.content ?? bytes);
    if (!content) return 'detached';
    return elements(content.content).map(textOf).join('');
  } catch {
    return undefined;
  }
}

const textOf = ({ content, tag }: Element): string =>
  (tag & 0x20) === 0 ? latin(content) : elements(content).map(textOf).join('');

const jwsPart = (bytes: Uint8Array): string | undefined => {
  const text = Buffer.from(bytes).toString().trim();
  if (!text.startsWith('{')) return text.split('.').slice(0, 2).join('.');
  try {
    const read = JSON.parse(text) as { payload: string; protected: string; signatures?: { protected: string }[] };
    const heads = new Set((read.signatures ?? [read]).map((one) => one.protected));
    return [...heads, read.payload].join('.');
  } catch {
    return undefined;
  }
};

/** Every file of the container but the signatures. Of a single file nobody signs the name. */
const zipPart = (bytes: Uint8Array): string | undefined => {
  try {
    const files = Object.entries(unzipSync(bytes)).filter(
      ([name]) => name !== 'mimetype' && !name.startsWith('META-INF/') && !name.endsWith('/'),
    );
    return JSON.stringify(files.map(([, data]) => latin(data)).sort());
  } catch {
    return undefined;
  }
};

/** What is signed in a document; undefined when that cannot be found. */
type SignedPart = (bytes: Uint8Array) => string | undefined;

/** What is signed in a document of each format. */
export const signedParts: Readonly<Record<string, SignedPart>> = {
  XML: withoutSignatures,
  CMS: encapsulated,
  JWS: jwsPart,
  ASiC: zipPart,
  token: encapsulated,
};

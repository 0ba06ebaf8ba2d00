// Documents that are changed, each with an independent way to say what is signed in a copy of it.
import { createHash } from 'node:crypto';
import { der } from '@tra/asn1';
import { createSignedData } from '@tra/cms';
import { concatBytes, toBase64, toBase64Url, utf8Decode, utf8Encode } from '@tra/kernel';
import { prepareSignature } from '@tra/pdf';
import { type DetachedFile, signXml } from '@tra/signature';
import { type TestSigning, testPdf } from '@tra/signature/testing';
import { unzipSync } from 'fflate';
import { XmlDocument } from 'libxml2-wasm';
import { sha256, stampOver } from './attacks/bytes.ts';
import { algorithmOf, OID, signedData, signerInfo } from './attacks/hand-cms.ts';
import { handSignature, rawEcdsa } from './attacks/hand-xml.ts';
import { body, envelope } from './attacks/xml/documents.ts';
import { zip } from './attacks/zip.ts';

/** A document that passes, and how to tell what it says. */
export interface DocumentSubject {
  readonly format: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly detached: readonly DetachedFile[];
  /** Whether a document that passed still holds what was signed, found without the readers of the product. */
  readonly isSame: (bytes: Uint8Array) => boolean;
}

const latin = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');

/** A signed PDF and where the hole of its last signature is. */
interface Genuine {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function genuineOf(bytes: Uint8Array): Genuine {
  const text = latin(bytes);
  const [, start, end] = [...text.matchAll(/\/ByteRange \[0 (\d+) (\d+) (\d+)\s*\]/g)].at(-1) ?? [];
  return { text, start: Number(start), end: Number(end) };
}

/** Whether a PDF is one of the signed ones but for what is in its hole, and for later objects that repeat earlier ones or that nothing needs. */
const isSignedPdf = (genuine: readonly Genuine[], bytes: Uint8Array): boolean => {
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

const content = utf8Encode('Pay 100 baht to Somchai');

/** The documents, signed in memory. */
export async function documentSubjects(signing: TestSigning): Promise<readonly DocumentSubject[]> {
  const { certificate, signer } = signing.document;
  const issuing = signing.hierarchy.issuing.certificate;
  const own = [{ name: 'a.txt', bytes: content }];
  const subject = (
    format: string,
    name: string,
    bytes: Uint8Array,
    more: Partial<DocumentSubject> = {},
  ): DocumentSubject => {
    const part = parts[format] ?? (() => '');
    const expected = part(bytes);
    if (expected === undefined) throw new Error(`nothing signed found in ${format} ${name}`);
    return { format, name, bytes, detached: [], isSame: (changed) => part(changed) === expected, ...more };
  };
  const pdf = await signedPdf(signing, testPdf());
  const twice = await signedPdf(signing, pdf);
  const genuine = [pdf, twice].map(genuineOf);
  const pdfs = { isSame: (bytes: Uint8Array) => isSignedPdf(genuine, bytes) };
  const xml = { signer, certificate, chain: [issuing], signingTime: signing.clock.now(), id: 'x' };
  const whole = utf8Encode('<contract Id="c"><total>100 baht</total><to>Somchai</to></contract>');
  const signers = [signerInfo({ entity: signing.document, content })];
  const certificates = [certificate, issuing];
  const stamped = await stampedCms(signing);
  return [
    subject('PDF', 'B-T', pdf, pdfs),
    subject('PDF', 'two signatures', twice, pdfs),
    subject('XML', 'XAdES-B-B', await signXml({ ...xml, xml: whole })),
    subject('XML', 'XAdES-B-T', await signXml({ ...xml, xml: whole, timestamper: signing.timestamper })),
    subject(
      'XML',
      'part',
      utf8Encode(envelope(body, await handSignature(signing, { references: [{ uri: '#p', octets: body }] }))),
    ),
    subject('CMS', 'attached', signedData({ content, certificates, signers })),
    subject('CMS', 'with time-stamp', stamped),
    subject('CMS', 'detached', signedData({ certificates, signers }), { detached: own }),
    ...(await jwsSubjects(signing)).map(([name, text]) => subject('JWS', name, utf8Encode(text))),
    ...(await asicSubjects(signing)).map(([name, bytes]) => subject('ASiC', name, bytes)),
    subject('token', 'RFC 3161', await stampOver(signing, content), { detached: own }),
    subject('record', 'RFC 4998', await recordOf(signing), { detached: own }),
  ];
}

const parts: Readonly<Record<string, SignedPart>> = {
  XML: withoutSignatures,
  CMS: encapsulated,
  JWS: jwsPart,
  ASiC: zipPart,
  token: encapsulated,
};

/** PAdES-B-T with a small hole: less to read makes more documents. */
async function signedPdf(
  { clock, document, hierarchy, timestamper }: TestSigning,
  pdf: Uint8Array,
): Promise<Uint8Array> {
  const prepared = prepareSignature(pdf, { signingTime: clock.now(), contentsBytes: 4096 });
  const builder = await createSignedData({
    content: prepared.signedParts,
    detached: true,
    signer: document.signer,
    certificate: document.certificate,
    certificates: [hierarchy.issuing.certificate],
  });
  builder.addTimestamp(await timestamper.stamp({ algorithm: 'sha256', value: sha256(builder.signatureValue) }));
  return prepared.insert(builder.toDer());
}

async function stampedCms({ document, hierarchy, ...signing }: TestSigning): Promise<Uint8Array> {
  let value = new Uint8Array();
  const keep = (made: Uint8Array): Uint8Array => {
    if (value.length === 0) value = made.slice();
    return value;
  };
  signerInfo({ entity: document, content, value: keep });
  const token = await stampOver({ document, hierarchy, ...signing }, value);
  const unsigned = [der.sequence(der.oid('1.2.840.113549.1.9.16.2.14'), der.setOf(token))];
  const certificates = [document.certificate, hierarchy.issuing.certificate];
  return signedData({
    content,
    certificates,
    signers: [signerInfo({ entity: document, content, value: keep, unsigned })],
  });
}

async function jwsSubjects({
  clock,
  document,
  hierarchy,
}: TestSigning): Promise<readonly (readonly [string, string])[]> {
  const head = toBase64Url(
    utf8Encode(
      JSON.stringify({
        alg: 'ES256',
        iat: clock.now().getTime() / 1000,
        'x5t#S256': toBase64Url(sha256(document.certificate)),
        x5c: [document.certificate, hierarchy.issuing.certificate].map((one) => toBase64(one)),
      }),
    ),
  );
  const payload = toBase64Url(content);
  const value = toBase64Url(rawEcdsa(await document.signer.sign(utf8Encode(`${head}.${payload}`))));
  const member = { protected: head, signature: value };
  return [
    ['compact', `${head}.${payload}.${value}`],
    ['flattened', JSON.stringify({ payload, ...member, header: { etsiU: [] } })],
    ['general', JSON.stringify({ payload, signatures: [member, member] })],
  ];
}

async function asicSubjects(signing: TestSigning): Promise<readonly (readonly [string, Uint8Array])[]> {
  const { certificate } = signing.document;
  const certificates = [certificate, signing.hierarchy.issuing.certificate];
  const cades = (data: Uint8Array): Uint8Array =>
    signedData({ certificates, signers: [signerInfo({ entity: signing.document, content: data })] });
  const type = (kind: string) => ({ name: 'mimetype', bytes: utf8Encode(`application/vnd.etsi.asic-${kind}+zip`) });
  const file = { name: 'invoice.xml', bytes: content };
  const digest = toBase64(new Uint8Array(createHash('sha256').update(content).digest()));
  const list = utf8Encode(
    `<ASiCManifest xmlns="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><SigReference URI="META-INF/signature001.p7s"/><DataObjectReference URI="invoice.xml"><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>${digest}</ds:DigestValue></DataObjectReference></ASiCManifest>`,
  );
  const xades = await handSignature(signing, {
    references: [{ uri: 'invoice.xml', octets: utf8Decode(content), transforms: '' }],
  });
  return [
    ['S with CAdES', zip([type('s'), file, { name: 'META-INF/signature.p7s', bytes: cades(content) }])],
    [
      'E with CAdES',
      zip([
        type('e'),
        file,
        { name: 'META-INF/ASiCManifest001.xml', bytes: list },
        { name: 'META-INF/signature001.p7s', bytes: cades(list) },
      ]),
    ],
    [
      'E with XML',
      zip([
        type('e'),
        file,
        { name: 'META-INF/signatures.xml', bytes: utf8Encode(`<XAdESSignatures>${xades}</XAdESSignatures>`) },
      ]),
    ],
  ];
}

async function recordOf(signing: TestSigning): Promise<Uint8Array> {
  const leaves = [sha256(content), sha256(utf8Encode('another'))];
  const root = sha256(concatBytes(...[...leaves].sort(Buffer.compare)));
  const token = await signing.timestamper.stamp({ algorithm: 'sha256', value: root });
  const tree = der.element(0xa2, der.sequence(...leaves.map((hash) => der.octetString(hash))));
  const archive = der.sequence(der.element(0xa0, der.oid(OID.sha256)), tree, token);
  return der.sequence(der.integer(1), der.sequence(algorithmOf(OID.sha256)), der.sequence(der.sequence(archive)));
}

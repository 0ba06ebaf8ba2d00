// Documents that are changed, each with an independent way to say what is signed in a copy of it.
import { createHash } from 'node:crypto';
import { der } from '@tra/asn1';
import { createSignedData } from '@tra/cms';
import { concatBytes, toBase64, toBase64Url, utf8Decode, utf8Encode } from '@tra/kernel';
import { prepareSignature } from '@tra/pdf';
import { type DetachedFile, signXml } from '@tra/signature';
import { type TestSigning, testPdf } from '@tra/signature/testing';
import { sha256, stampOver } from './attacks/bytes.ts';
import { algorithmOf, OID, signedData, signerInfo } from './attacks/hand-cms.ts';
import { handSignature, rawEcdsa } from './attacks/hand-xml.ts';
import { body, envelope } from './attacks/xml/documents.ts';
import { zip } from './attacks/zip.ts';
import { genuineOf, isSignedPdf, signedParts } from './document-mutations-signed-part.ts';

/** A document that passes, and how to tell what it says. */
export interface DocumentSubject {
  readonly format: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly detached: readonly DetachedFile[];
  /** Whether a document that passed still holds what was signed, found without the readers of the product. */
  readonly isSame: (bytes: Uint8Array) => boolean;
}

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
    const part = signedParts[format] ?? (() => '');
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

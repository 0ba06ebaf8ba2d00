import { createHash } from 'node:crypto';
import { createSignedData } from '@tra/cms';
import { toBase64, utf8Encode } from '@tra/kernel';
import { createXmlSignature, element } from '@tra/xml';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ValidationReport, validateDocument } from '../src/index.ts';
import { type TestSigning, testSigning } from '../src/testing.ts';
import { detachedXades } from './support-xades.ts';
import { type Member, octetsOf, zip } from './support-zip.ts';

let signing: TestSigning;
beforeAll(async () => {
  signing = await testSigning('Asic');
});

const mimetype: Member = ['mimetype', 'application/vnd.etsi.asic-e+zip'];
const simple: Member = ['mimetype', 'application/vnd.etsi.asic-s+zip'];

const sha256 = (content: string | Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(octetsOf(content)).digest());

async function cades(content: string | Uint8Array): Promise<Uint8Array> {
  const builder = await createSignedData({
    content: octetsOf(content),
    detached: true,
    signer: signing.document.signer,
    certificate: signing.document.certificate,
    certificates: [signing.document.certificate, signing.hierarchy.issuing.certificate],
    crls: await signing.crls(),
    signingTime: signing.clock.now(),
  });
  builder.addTimestamp(await signing.timestamper.stamp({ algorithm: 'sha256', value: sha256(builder.signatureValue) }));
  return builder.toDer();
}

function manifest(
  signature: string,
  files: readonly (readonly [name: string, content: string | Uint8Array])[],
): string {
  const objects = files.map(
    ([name, content]) =>
      `<DataObjectReference URI="${encodeURIComponent(name)}"><DigestMethod xmlns="http://www.w3.org/2000/09/xmldsig#" Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue xmlns="http://www.w3.org/2000/09/xmldsig#">${toBase64(sha256(content))}</DigestValue></DataObjectReference>`,
  );
  return `<ASiCManifest xmlns="http://uri.etsi.org/02918/v1.2.1#"><SigReference URI="${signature}"/>${objects.join('')}</ASiCManifest>`;
}

async function judge(members: readonly Member[]): Promise<ValidationReport> {
  return validateDocument({
    bytes: zip(members),
    anchors: signing.anchors,
    crls: await signing.crls(),
    at: signing.clock.now(),
  });
}

describe('validateDocument on ASiC', () => {
  const data: Member = ['invoice.xml', '<invoice/>'];

  it('judges ASiC-S with CAdES', async () => {
    const signature: Member = ['META-INF/signature.p7s', await cades('<invoice/>')];
    const report = await judge([simple, data, signature]);
    expect(report).toMatchObject({
      verdict: 'passed',
      document: { type: 'asic' },
      signatures: [{ level: 'CAdES-B-LT', fieldName: 'META-INF/signature.p7s' }],
      attachments: [{ name: 'invoice.xml', size: 10 }],
    });
    expect(await judge([simple, ['invoice.xml', '<invoice />'], signature])).toMatchObject({
      subIndication: 'HASH_FAILURE',
    });
    const two = await judge([simple, data, ['more.txt', ''], signature]);
    expect(two.verdict).not.toBe('passed');
    expect((await judge([simple, signature])).answers[0].code).toBe('validation.unchanged.content_missing');
  });

  it('judges ASiC-E with CAdES: every file of the manifest, and those that no signature covers', async () => {
    const list = manifest('META-INF/signature1.p7s', [
      ['invoice.xml', '<invoice/>'],
      ['แนบ a.txt', 'a'],
    ]);
    const meta: readonly Member[] = [
      ['META-INF/ASiCManifest1.xml', list],
      ['META-INF/signature1.p7s', await cades(list)],
    ];
    const attached: Member = ['แนบ a.txt', 'a'];
    const report = await judge([mimetype, data, attached, ...meta]);
    expect(report.verdict).toBe('passed');
    const intact = report.signatures[0]?.checks.filter(({ code }) => code === 'signature.reference_intact');
    expect(intact?.map(({ params }) => params?.uri)).toEqual([
      'META-INF/ASiCManifest1.xml',
      'invoice.xml',
      'แนบ a.txt',
    ]);
    expect(await judge([mimetype, data, ['แนบ a.txt', 'b'], ...meta])).toMatchObject({ subIndication: 'HASH_FAILURE' });
    expect(await judge([mimetype, data, ...meta])).toMatchObject({
      verdict: 'indeterminate',
      subIndication: 'SIGNED_DATA_NOT_FOUND',
    });
    const more = await judge([mimetype, data, attached, ['evil.txt', 'e'], ...meta]);
    expect(more).toMatchObject({ verdict: 'indeterminate', subIndication: 'SIG_CONSTRAINTS_FAILURE' });
    expect(more.answers[0].code).toBe('validation.unchanged.partly_signed');
    const swapped: Member = [
      'META-INF/ASiCManifest1.xml',
      manifest('META-INF/signature1.p7s', [['invoice.xml', '<other/>']]),
    ];
    const changed = await judge([mimetype, ['invoice.xml', '<other/>'], swapped, meta[1] as Member]);
    expect(changed).toMatchObject({ verdict: 'failed', subIndication: 'HASH_FAILURE' });
    expect(changed.signatures[0]?.checks.find(({ code }) => code === 'signature.reference_differs')?.params?.uri).toBe(
      'META-INF/ASiCManifest1.xml',
    );
  });

  it('takes time-stamps over archive manifests as evidence of the signatures that they list', async () => {
    const list = manifest('META-INF/signature1.p7s', [['invoice.xml', '<invoice/>']]);
    const signature = await cades(list);
    const files: readonly (readonly [string, string | Uint8Array])[] = [
      ['invoice.xml', '<invoice/>'],
      ['META-INF/ASiCManifest1.xml', list],
      ['META-INF/signature1.p7s', signature],
    ];
    const archive = manifest('META-INF/timestamp1.tst', files);
    const token = await signing.timestamper.stamp({ algorithm: 'sha256', value: sha256(archive) });
    const meta = files.slice(1) as readonly Member[];
    const stamps: readonly Member[] = [
      ['META-INF/ASiCArchiveManifest.xml', archive],
      ['META-INF/timestamp1.tst', token],
    ];
    const report = await judge([mimetype, data, ...meta, ...stamps]);
    expect(report.signatures[0]).toMatchObject({ level: 'CAdES-B-LTA', verdict: 'passed' });
    expect(report.signatures[0]?.timestamps[1]).toMatchObject({
      kind: 'container',
      imprint: 'matches',
      status: 'valid',
    });
    const listed = await judge([
      mimetype,
      data,
      ...meta,
      ['META-INF/ASiCArchiveManifest.xml', `${archive} `],
      ...stamps.slice(1),
    ]);
    expect(listed.signatures[0]?.timestamps[1]).toMatchObject({ kind: 'container', imprint: 'differs' });
    expect(listed.signatures[1]?.verdict).toBe('failed');
    const other = manifest('META-INF/timestamp1.tst', [...files.slice(0, 2), ['META-INF/signature1.p7s', 'another']]);
    const stamped = await signing.timestamper.stamp({ algorithm: 'sha256', value: sha256(other) });
    const swapped = await judge([
      mimetype,
      data,
      ...meta,
      ['META-INF/ASiCArchiveManifest.xml', other],
      ['META-INF/timestamp1.tst', stamped],
    ]);
    expect(swapped.signatures[0]).toMatchObject({ level: 'CAdES-B-LT', timestamps: [{ kind: 'signature' }] });
    expect(swapped.verdict).toBe('failed');
  });

  it('judges XAdES over files of the container', async () => {
    const certificate = Buffer.from(signing.document.certificate).toString('base64');
    const bytes = await createXmlSignature({
      document: utf8Encode('<XAdESSignatures/>'),
      signer: signing.document.signer,
      id: 's',
      references: [{ uri: 'invoice.xml', transforms: [] }],
      keyInfo: [element('ds:X509Data', {}, [element('ds:X509Certificate', {}, certificate)])],
      resolve: () => utf8Encode('<invoice/>'),
    });
    const signature: Member = ['META-INF/signatures.xml', bytes];
    expect((await judge([mimetype, data, signature])).answers[0].code).toBe('validation.unchanged.intact');
    expect(await judge([mimetype, ['invoice.xml', 'x'], signature])).toMatchObject({ subIndication: 'HASH_FAILURE' });
    const none = await judge([mimetype, ['other.xml', '<invoice/>'], signature]);
    expect(none.verdict).not.toBe('passed');
    // The only file there is another one: what is signed is missing, it was not changed.
    const missing = await judge([mimetype, ['other.xml', '<other/>'], signature]);
    expect(missing.verdict).toBe('indeterminate');
    const found = missing.signatures[0]?.checks.map(({ code }) => code);
    expect(found).toContain('signature.reference_missing');
    expect(found).not.toContain('signature.reference_differs');
  });

  it('reads older manifests, and none of another namespace', async () => {
    for (const [namespace, verdict] of [
      ['http://uri.etsi.org/02918/v1.1.1#', 'passed'],
      ['http://uri.etsi.org/2918/v1.2.1#', 'passed'],
      ['urn:none', 'failed'],
    ]) {
      const list = manifest('META-INF/signature1.p7s', [['invoice.xml', '<invoice/>']]);
      const own = list.replace('http://uri.etsi.org/02918/v1.2.1#', namespace ?? '');
      const meta: readonly Member[] = [
        ['META-INF/ASiCManifest1.xml', own],
        ['META-INF/signature1.p7s', await cades(own)],
      ];
      expect((await judge([mimetype, data, ...meta])).verdict, namespace).toBe(verdict);
    }
  });

  it('finds the file mimetype when it is signed, as OpenDocument does', async () => {
    const type = 'application/vnd.oasis.opendocument.text';
    const resolve = ({ uri }: { readonly uri: string | undefined }): Uint8Array =>
      utf8Encode(uri === 'mimetype' ? type : '<content/>');
    const references = [{ uri: 'mimetype' }, { uri: 'content.xml' }];
    const document = utf8Encode('<document-signatures/>');
    const signatures = await detachedXades(signing, { document, references, resolve });
    const members = (stated: string): readonly Member[] => [
      ['mimetype', stated],
      ['content.xml', '<content/>'],
      ['META-INF/documentsignatures.xml', signatures],
    ];
    expect((await judge(members(type))).verdict).toBe('passed');
    expect(await judge(members(`${type}-template`))).toMatchObject({
      verdict: 'failed',
      subIndication: 'HASH_FAILURE',
    });
  });

  it('says what it cannot open, and what is not signed', async () => {
    const bytes = zip([mimetype, ['../a', 'x']]);
    const report = await validateDocument({ bytes, anchors: [], at: signing.clock.now() });
    expect(report.answers[0]).toMatchObject({ code: 'validation.unchanged.unreadable' });
    expect(report.answers[0].checks[0]?.code).toBe('signature.container_unreadable');
    expect((await judge([mimetype, data])).answers[0].code).toBe('validation.unchanged.not_signed');
    expect((await judge([mimetype, data, ['META-INF/signature.p7s', 'x']])).verdict).toBe('failed');
    expect((await judge([mimetype, data, ['META-INF/signatures.xml', '<a']])).verdict).toBe('failed');
  });
});

import { toBase64, utf8Decode, utf8Encode } from '@tra/kernel';
import { createXmlSignature, element } from '@tra/xml';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type SignatureReport,
  signXml,
  type TimestampReport,
  type ValidationInput,
  validateDocument,
} from '../src/index.ts';
import { type TestSigning, testSigning } from '../src/testing.ts';
import { stampOver } from './support-cms.ts';

const document = '<invoice xmlns="urn:invoice" Id="i"><total>1,250</total></invoice>';
let signing: TestSigning;
let signed: string;

beforeAll(async () => {
  signing = await testSigning('XadesEvidence');
  const { signer, certificate } = signing.document;
  const chain = [signing.hierarchy.issuing.certificate];
  const signingTime = signing.clock.now();
  const { timestamper } = signing;
  const bytes = await signXml({
    xml: utf8Encode(document),
    signer,
    certificate,
    chain,
    signingTime,
    id: 'sig',
    timestamper,
  });
  signed = utf8Decode(bytes);
});

async function judge(text: string, more: Partial<ValidationInput> = {}): Promise<SignatureReport> {
  const crls = await signing.crls();
  const report = await validateDocument({
    bytes: utf8Encode(text),
    anchors: signing.anchors,
    crls,
    at: signing.clock.now(),
    ...more,
  });
  return report.signatures[0] as SignatureReport;
}

const c14n =
  '<ds:CanonicalizationMethod xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>';
const old = 'xmlns:x="http://uri.etsi.org/01903/v1.3.2#"';
const end = '</xades:UnsignedSignatureProperties>';

/** The text with a further unsigned property; every property here is written as its own exclusive canonical form. */
const withProperty = (text: string, property: string): string => text.replace(end, `${property}${end}`);

const holder = (name: string, token: Uint8Array, namespace: string = old): string =>
  `<x:${name} ${namespace}>${c14n}<t:EncapsulatedTimeStamp xmlns:t="http://uri.etsi.org/01903/v1.3.2#">${toBase64(token)}</t:EncapsulatedTimeStamp></x:${name}>`;

/** Pieces of the signed document in exclusive canonical form, cut out of its text by hand. */
function pieces(text: string) {
  const ds = 'xmlns:ds="http://www.w3.org/2000/09/xmldsig#"';
  const xades = 'xmlns:xades="http://uri.etsi.org/01903/v1.3.2#"';
  const cut = (name: string, declaration: string): string => {
    const found = new RegExp(`<${name}[ >][\\s\\S]*?</${name}>`).exec(text)?.[0] ?? '';
    const head = `<${name}`;
    return found.startsWith(`${head} ${declaration}`) ? found : found.replace(head, `${head} ${declaration}`);
  };
  const own = (part: string): Uint8Array => utf8Encode(part.replace(/<([\w:]+)([^<>]*)\/>/g, '<$1$2></$1>'));
  return {
    document: utf8Encode(document),
    properties: own(cut('xades:SignedProperties', xades).replace(/<(ds:DigestMethod|ds:DigestValue)/g, `<$1 ${ds}`)),
    signedInfo: own(cut('ds:SignedInfo', ds)),
    value: own(cut('ds:SignatureValue', ds)),
    keyInfo: own(cut('ds:KeyInfo', ds)),
    stamp: own(cut('xades:SignatureTimeStamp', xades)),
  };
}

const imprintsOf = ({
  timestamps,
}: SignatureReport): (readonly [TimestampReport['kind'], TimestampReport['imprint']])[] =>
  timestamps.map(({ imprint, kind }) => [kind, imprint] as const);

describe('time-stamps in XAdES', () => {
  it('over the archive cover data, signature, key and every property before, by the standard alone', async () => {
    const parts = pieces(signed);
    const over = [parts.document, parts.properties, parts.signedInfo, parts.value, parts.keyInfo, parts.stamp];
    const namespace = 'xmlns:x="http://uri.etsi.org/01903/v1.4.1#"';
    const token = await stampOver(signing, ...over);
    const report = await judge(withProperty(signed, holder('ArchiveTimeStamp', token, namespace)));
    expect(report.timestamps[1]).toMatchObject({
      kind: 'archive',
      variant: 'XAdES-1.4.1',
      imprint: 'matches',
      status: 'valid',
      covers: { signedData: true, signature: true, timestamps: 1 },
    });
    const older = await judge(withProperty(signed, holder('ArchiveTimeStamp', token)));
    expect(older.timestamps[1]).toMatchObject({ variant: 'XAdES-1.3.2', imprint: 'matches' });
    const without = await stampOver(signing, ...over.slice(0, 5));
    const broken = await judge(withProperty(signed, holder('ArchiveTimeStamp', without, namespace)));
    expect(broken.timestamps[1]).toMatchObject({ imprint: 'differs', status: 'other_data' });
    expect(broken.verdict).toBe('passed');
  });

  it('over references cover those that stand before them', async () => {
    const refs = ['CompleteCertificateRefs', 'CompleteRevocationRefs'].map((name) => `<x:${name} ${old}></x:${name}>`);
    const text = refs.reduce(withProperty, signed);
    const { stamp, value } = pieces(signed);
    const octets = refs.map((ref) => utf8Encode(ref));
    const both = await judge(
      withProperty(text, holder('SigAndRefsTimeStamp', await stampOver(signing, value, stamp, ...octets))),
    );
    expect(both.level).toBe('XAdES-X');
    expect(imprintsOf(both)[1]).toEqual(['signature-and-references', 'matches']);
    const only = await judge(withProperty(text, holder('RefsOnlyTimeStamp', await stampOver(signing, ...octets))));
    expect(imprintsOf(only)[1]).toEqual(['references', 'matches']);
    const swapped = await judge(
      withProperty(text, holder('RefsOnlyTimeStamp', await stampOver(signing, ...[...octets].reverse()))),
    );
    expect(imprintsOf(swapped)[1]).toEqual(['references', 'differs']);
    const newer = holder('SigAndRefsTimeStamp', await stampOver(signing, value, stamp));
    expect(imprintsOf(await judge(withProperty(text, newer)))[1]).toEqual(['signature-and-references', 'differs']);
  });

  it('of several tokens in one property count each', async () => {
    const token = /<xades:EncapsulatedTimeStamp>[^<]*<\/xades:EncapsulatedTimeStamp>/.exec(signed)?.[0] ?? '';
    const report = await judge(signed.replace(token, token + token));
    expect(imprintsOf(report)).toEqual([
      ['signature', 'matches'],
      ['signature', 'matches'],
    ]);
    expect(report.level).toBe('XAdES-T');
  });

  it('with Include elements that lead elsewhere cover nothing', async () => {
    const token = await stampOver(signing, pieces(signed).value);
    const include = `<x:RefsOnlyTimeStamp ${old}><x:Include URI="#i"/>${c14n}<x:EncapsulatedTimeStamp>${toBase64(token)}</x:EncapsulatedTimeStamp></x:RefsOnlyTimeStamp>`;
    expect(imprintsOf(await judge(withProperty(signed, include)))[1]).toEqual(['references', 'differs']);
  });

  it('that cannot be read are told and harm nothing but themselves', async () => {
    const report = await judge(
      withProperty(
        signed,
        `<x:ArchiveTimeStamp ${old}><x:EncapsulatedTimeStamp>AAAA</x:EncapsulatedTimeStamp></x:ArchiveTimeStamp>`,
      ),
    );
    expect(report.timestamps[1]).toMatchObject({ kind: 'archive', imprint: 'differs', status: 'invalid' });
    expect(report.verdict).toBe('passed');
  });

  it('moved from another signature do not fit', async () => {
    const { signer, certificate } = signing.document;
    const other = utf8Decode(
      await signXml({
        xml: utf8Encode('<other/>'),
        signer,
        certificate,
        chain: [signing.hierarchy.issuing.certificate],
        signingTime: signing.clock.now(),
        id: 'sig',
        timestamper: signing.timestamper,
      }),
    );
    const pattern = /<xades:SignatureTimeStamp[\s\S]*<\/xades:SignatureTimeStamp>/;
    const report = await judge(signed.replace(pattern, pattern.exec(other)?.[0] ?? ''));
    expect(report).toMatchObject({ verdict: 'failed', subIndication: 'HASH_FAILURE' });
  });
});

describe('levels of XAdES', () => {
  const values = async (): Promise<string> => {
    const crls = (await signing.crls()).map(
      (crl) => `<x:EncapsulatedCRLValue>${toBase64(crl)}</x:EncapsulatedCRLValue>`,
    );
    return `<x:RevocationValues ${old}><x:CRLValues>${crls.join('')}</x:CRLValues></x:RevocationValues>`;
  };

  it('are B-T, B-LT with revocation values, B-LTA with an archive time-stamp behind them', async () => {
    expect((await judge(signed)).level).toBe('XAdES-B-T');
    const complete = withProperty(signed, await values());
    expect((await judge(complete)).level).toBe('XAdES-B-LT');
    const token = await stampOver(signing, utf8Encode('anything'));
    expect((await judge(withProperty(complete, holder('ArchiveTimeStamp', token)))).level).toBe('XAdES-B-LTA');
    expect((await judge(withProperty(signed, holder('ArchiveTimeStamp', token)))).level).toBe('XAdES-B-T');
  });

  it('are not raised by CRLs of another issuer', async () => {
    const foreign = await testSigning('Foreign');
    const crls = (await foreign.crls()).map(
      (crl) => `<x:EncapsulatedCRLValue>${toBase64(crl)}</x:EncapsulatedCRLValue>`,
    );
    const text = withProperty(
      signed,
      `<x:RevocationValues ${old}><x:CRLValues>${crls.join('')}</x:CRLValues></x:RevocationValues>`,
    );
    expect((await judge(text)).level).toBe('XAdES-B-T');
  });

  it('use revocation values for the status of the signer', async () => {
    const text = withProperty(signed, await values());
    expect((await judge(signed, { crls: [] })).verdict).toBe('indeterminate');
    expect((await judge(text, { crls: [] })).verdict).toBe('passed');
  });
});

describe('content that is signed as decoded text', () => {
  const base64 = { uri: '#object', id: 'r', transforms: ['http://www.w3.org/2000/09/xmldsig#base64'] };
  const enveloping = async (more: string = ''): Promise<string> => {
    const object = element('ds:Object', { Id: 'object' }, toBase64(utf8Encode('ใบกำกับภาษี')));
    const bytes = await createXmlSignature({
      signer: signing.document.signer,
      id: 'own',
      references: [base64],
      objects: [object],
    });
    const certificate = `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>${toBase64(signing.document.certificate)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`;
    return utf8Decode(bytes)
      .replace('</ds:SignatureValue>', `</ds:SignatureValue>${certificate}`)
      .replace('</ds:Signature>', `${more}</ds:Signature>`);
  };
  const codes = ({ checks }: SignatureReport): string[] => checks.map(({ code }) => code);

  it('is covered', async () => {
    const report = await judge(await enveloping());
    expect(codes(report)).not.toContain('signature.content_wrapped');
    expect(codes(report)).not.toContain('signature.content_not_covered');
    expect(codes(report)).toContain('signature.value_valid');
  });

  it('does not cover another object beside it', async () => {
    const report = await judge(await enveloping('<ds:Object Id="twin">AAAA</ds:Object>'));
    expect(codes(report)).toContain('signature.content_not_covered');
    expect(report.verdict).toBe('indeterminate');
  });
});

describe('too many time-stamps', () => {
  it('are not all judged', async () => {
    const many = Array.from({ length: 80 }, () => holder('ArchiveTimeStamp', Uint8Array.of(0x30, 0x00))).join('');
    const report = await judge(withProperty(signed, many));
    expect(report.timestamps.length).toBeLessThanOrEqual(24);
    expect(report.verdict).toBe('passed');
  });
});

import { utf8Decode, utf8Encode } from '@tra/kernel';
import { beforeAll, describe, expect, it } from 'vitest';
import { defaultPolicy, signXml, type ValidationInput, type ValidationReport, validateDocument } from '../src/index.ts';
import { type TestSigning, testSigning } from '../src/testing.ts';

const xml = utf8Encode(
  '<?xml version="1.0"?>\n<invoice xmlns="urn:invoice" Id="i"><total currency="THB">1,250</total><note>ใบกำกับภาษี</note></invoice>',
);
let signing: TestSigning;
let signed: Uint8Array;
let text: string;

beforeAll(async () => {
  signing = await testSigning('XadesReport');
  signed = await signXml({
    xml,
    signer: signing.document.signer,
    certificate: signing.document.certificate,
    chain: [signing.hierarchy.issuing.certificate],
    signingTime: signing.clock.now(),
    id: 'sig',
    timestamper: signing.timestamper,
  });
  text = utf8Decode(signed);
});

async function judge(bytes: Uint8Array | string, more: Partial<ValidationInput> = {}): Promise<ValidationReport> {
  return validateDocument({
    bytes: typeof bytes === 'string' ? utf8Encode(bytes) : bytes,
    anchors: signing.anchors,
    crls: await signing.crls(),
    at: signing.clock.now(),
    ...more,
  });
}

const codes = ({ signatures }: ValidationReport): string[] =>
  signatures.flatMap(({ checks }) => checks.map(({ code }) => code));

/** The signed properties as they were digested, in something that is no QualifyingProperties any more. */
const declared = (wrapper: string): string =>
  text
    .replace('<xades:SignedProperties ', '<xades:SignedProperties xmlns:xades="http://uri.etsi.org/01903/v1.3.2#" ')
    .replace(/<xades:QualifyingProperties [^>]*>/, `<${wrapper}>`)
    .replace('</xades:QualifyingProperties>', `</${/^\S+/.exec(wrapper)?.[0]}>`)
    .replace(/<xades:UnsignedProperties>[\s\S]*<\/xades:UnsignedProperties>/, '');

describe("validateDocument on XML whose signed properties are nobody's", () => {
  it.each([
    'xades:QualifyingProperties xmlns:xades="http://uris"',
    'other',
    'xades:Qualifying xmlns:xades="http://uri.etsi.org/01903/v1.3.2#" Target="#sig"',
  ])('does not take it for a plain XML signature: <%s>', async (wrapper) => {
    const report = await judge(declared(wrapper));
    expect(report).toMatchObject({ verdict: 'failed' });
    expect(codes(report).filter((code) => code === 'signature.reference_intact')).toHaveLength(2);
    expect(codes(report)).toContain('signature.value_valid');
    expect(codes(report)).toContain('signature.signature_malformed');
  });

  it('finds nothing wrong where they only declare their prefix again', async () => {
    const report = await judge(
      declared('xades:QualifyingProperties xmlns:xades="http://uri.etsi.org/01903/v1.3.2#" Target="#sig"'),
    );
    expect(codes(report)).not.toContain('signature.signature_malformed');
    expect(report.verdict).toBe('passed');
  });
});

describe('validateDocument on XML', () => {
  it('passes what signXml made, with time, path, revocation and every reference named', async () => {
    const report = await judge(signed);
    expect(report).toMatchObject({ verdict: 'passed', indication: 'TOTAL_PASSED', document: { type: 'xml' } });
    expect(report.answers.map(({ code }) => code)).toEqual([
      'validation.unchanged.intact',
      'validation.signer.trusted',
      'validation.time.proven',
      'validation.status.certificate_good',
    ]);
    const [signature] = report.signatures;
    expect(signature).toMatchObject({ level: 'XAdES-B-T', claimedTime: '2026-11-20T07:05:00.000Z' });
    expect(signature?.provenTime).toBeDefined();
    const uris = signature?.checks
      .filter(({ code }) => code === 'signature.reference_intact')
      .map(({ params }) => params?.uri);
    expect(uris).toEqual(['/', '#sig-properties']);
    expect(codes(report)).toContain('signature.covers_whole_document');
  });

  it.each([
    ['a changed amount', '1,250', '9,250', 'validation.unchanged.modified', 'HASH_FAILURE'],
    ['an added element', '<note>', '<paid/><note>', 'validation.unchanged.modified', 'HASH_FAILURE'],
    [
      'a changed claimed time',
      '2026-11-20T07:05:00Z',
      '2025-11-20T07:05:00Z',
      'validation.unchanged.modified',
      'HASH_FAILURE',
    ],
  ])('fails %s', async (_, from, to, code, subIndication) => {
    const report = await judge(text.replace(from, to));
    expect(report).toMatchObject({ verdict: 'failed', subIndication });
    expect(report.answers[0].code).toBe(code);
  });

  it('fails a changed value and a changed algorithm', async () => {
    const value = text.replace(
      /(<ds:SignatureValue[^>]*>)(.)/,
      (_, tag: string, first: string) => `${tag}${first === 'A' ? 'B' : 'A'}`,
    );
    expect(await judge(value)).toMatchObject({ verdict: 'failed', subIndication: 'SIG_CRYPTO_FAILURE' });
    const hmac = text.replace('xmldsig-more#ecdsa-sha256', 'xmldsig-more#hmac-sha256');
    expect(await judge(hmac)).toMatchObject({ verdict: 'failed', subIndication: 'SIG_CRYPTO_FAILURE' });
  });

  it('binds no certificate that the properties do not name to a value that fails', async () => {
    const foreign = await signing.hierarchy.issue('document-signer');
    const own = Buffer.from(signing.document.certificate).toString('base64');
    const swapped = text.replace(own, Buffer.from(foreign.certificate).toString('base64'));
    const report = await judge(swapped);
    expect(report.verdict).toBe('failed');
    expect(codes(report)).toContain('signature.value_invalid');
    expect(codes(report)).toContain('signature.signer_certificate_mismatch');
    expect(codes(report)).not.toContain('signature.signer_certificate_bound');
    // The one that is named is bound although the value fails: whose signature it claims to be can be told.
    const broken = await judge(text.replace(/(<ds:SignatureValue[^>]*>)[^<]{4}/, '$1AAAA'));
    expect(codes(broken)).toContain('signature.signer_certificate_bound');
  });

  it('does not pass without an anchor, without revocation or with a revoked signer', async () => {
    expect(await judge(signed, { anchors: [] })).toMatchObject({ subIndication: 'NO_CERTIFICATE_CHAIN_FOUND' });
    expect(await judge(signed, { crls: [] })).toMatchObject({ verdict: 'indeterminate', subIndication: 'TRY_LATER' });
    const policy = { ...defaultPolicy, digests: ['sha512'] };
    expect(await judge(signed, { policy })).toMatchObject({ subIndication: 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE' });
  });

  it('says what it cannot read', async () => {
    for (const broken of ['<a>', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', '<a><a', '<']) {
      const report = await judge(broken);
      expect(report.answers[0]).toMatchObject({ code: 'validation.unchanged.unreadable', status: 'indeterminate' });
    }
    expect((await judge('<a/>')).answers[0].code).toBe('validation.unchanged.not_signed');
    const malformed = await judge('<a><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/></a>');
    expect(malformed).toMatchObject({ verdict: 'failed', subIndication: 'FORMAT_FAILURE' });
  });
});

/** The signed root inside another document, as signature wrapping moves it. */
describe('signature wrapping', () => {
  const inner = (): string => text.replace(/^<\?xml[^>]*>\n/, '');
  const byId = (): Promise<Uint8Array> => signPart('<order><item Id="part"><n>1</n></item></order>');
  async function signPart(document: string): Promise<Uint8Array> {
    const { createXmlSignature } = await import('@tra/xml');
    const { element } = await import('@tra/xml');
    return createXmlSignature({
      document: utf8Encode(document),
      signer: signing.document.signer,
      id: 'p',
      references: [{ uri: '#part', transforms: ['http://www.w3.org/2001/10/xml-exc-c14n#'] }],
      keyInfo: [
        element('ds:X509Data', {}, [
          element('ds:X509Certificate', {}, Buffer.from(signing.document.certificate).toString('base64')),
        ]),
      ],
      objects: [],
    });
  }

  it('fails an enveloped signature below another root', async () => {
    const report = await judge(
      `<invoice xmlns="urn:invoice"><total currency="THB">9</total><o>${inner()}</o></invoice>`,
    );
    expect(report.verdict).toBe('failed');
  });

  it('tells a signature over a part from one over the whole, and refuses a moved part by name', async () => {
    const part = utf8Decode(await byId());
    const plain = await judge(part);
    expect(codes(plain)).toContain('signature.covers_parts');
    const more = await judge(part.replace('<order>', '<order><discount>50</discount>'));
    expect(codes(more)).toContain('signature.content_not_covered');
    expect(more.answers[0].code).toBe('validation.unchanged.partly_signed');
    expect(more.verdict).toBe('indeterminate');
    const item = /<item.*<\/item>/.exec(part)?.[0] ?? '';
    const wrapped = await judge(part.replace(item, `<item><n>1000</n></item><old>${item}</old>`));
    expect(codes(wrapped)).toContain('signature.content_wrapped');
    expect(wrapped).toMatchObject({ verdict: 'failed', subIndication: 'FORMAT_FAILURE' });
    expect(wrapped.answers[0].code).toBe('validation.unchanged.wrapped');
    const nested = await judge(part.replace(item, `<item><n>1000</n><old>${item}</old></item>`));
    expect(codes(nested)).toContain('signature.content_wrapped');
    const twice = await judge(part.replace(item, `${item}<item Id="part"><n>2</n></item>`));
    expect(codes(twice)).toContain('signature.reference_ambiguous');
    expect(twice.verdict).toBe('failed');
  });

  it('asks for detached content and takes it by name or digest', async () => {
    const { createXmlSignature, element } = await import('@tra/xml');
    const data = utf8Encode('detached');
    const bytes = await createXmlSignature({
      document: utf8Encode('<s/>'),
      signer: signing.document.signer,
      id: 'd',
      references: [{ uri: 'a%20b.txt', transforms: [] }],
      keyInfo: [
        element('ds:X509Data', {}, [
          element('ds:X509Certificate', {}, Buffer.from(signing.document.certificate).toString('base64')),
        ]),
      ],
      objects: [],
      resolve: () => data,
    });
    expect((await judge(bytes)).answers[0].code).toBe('validation.unchanged.content_missing');
    const other = utf8Encode('other');
    const hit = await judge(bytes, { detached: [other, data] });
    expect(hit.answers[0].code).toBe('validation.unchanged.intact');
    const named = await judge(bytes, { detached: [{ name: 'a b.txt', bytes: other }, data] });
    expect(named.answers[0].code).toBe('validation.unchanged.modified');
  });
});

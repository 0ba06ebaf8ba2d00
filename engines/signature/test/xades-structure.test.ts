import { utf8Decode, utf8Encode } from '@tra/kernel';
import { parseXml } from '@tra/xml';
import { beforeAll, describe, expect, it } from 'vitest';
import { signXml, validateDocument } from '../src/index.ts';
import { testSigning } from '../src/testing.ts';
import { readXadesSignatures } from '../src/xades/read.ts';
import { structureFindings } from '../src/xades/structure.ts';

let signed: string;

beforeAll(async () => {
  const signing = await testSigning('Structure');
  const { signer, certificate } = signing.document;
  const options = {
    signer,
    certificate,
    signingTime: signing.clock.now(),
    id: 'sig',
    timestamper: signing.timestamper,
  };
  signed = utf8Decode(await signXml({ xml: utf8Encode('<a/>'), ...options }));
});

/** RevocationValues with nothing in its list: whoever took the values out left this behind. */
const unsigned = (list: string): string =>
  `<xades:RevocationValues>${list}</xades:RevocationValues></xades:UnsignedSignatureProperties>`;

function found(text: string): unknown {
  const document = parseXml(utf8Encode(text));
  const [signature] = readXadesSignatures(document).signatures;
  const [check] = signature ? structureFindings(document, signature.xml.element) : [];
  return check?.params?.element;
}

describe('the level', () => {
  const levelOf = async (text: string): Promise<unknown> =>
    (await validateDocument({ bytes: utf8Encode(text), anchors: [], at: new Date() })).signatures[0]?.level;

  it('is of the baseline only when a reference is called that of the signed properties (EN 319 132-1 clause 4.4.2)', async () => {
    expect(await levelOf(signed)).toBe('XAdES-B-T');
    expect(await levelOf(signed.replace(' Type="http://uri.etsi.org/01903#SignedProperties"', ''))).toBe('XAdES-T');
    const older = signed.replace('01903#SignedProperties', '01903/v1.3.2#SignedProperties');
    expect(await levelOf(older)).toBe('XAdES-B-T');
  });
});

describe('structureFindings', () => {
  it('has nothing to say about what signXml makes', () => {
    expect(found(signed)).toBeUndefined();
  });

  it.each([
    ['DataObjectFormat', / ObjectReference="[^"]*"/, ''],
    ['DataObjectFormat', /<xades:MimeType>/, '<xades:Encoding>x</xades:Encoding><xades:MimeType>'],
    ['DigestValue', /<ds:DigestValue>[^<]*(?=<\/ds:DigestValue><\/xades:CertDigest>)/, '<ds:DigestValue>...'],
    ['X509Certificate', /<ds:X509Certificate>/, '<ds:X509Certificate>A'],
    ['EncapsulatedTimeStamp', /<xades:EncapsulatedTimeStamp>/, '<xades:EncapsulatedTimeStamp>%'],
    ['CertDigest', /<xades:CertDigest>[\s\S]*<\/xades:CertDigest>/, '<xades:CertDigest/>'],
    ['SigningCertificateV2', /<xades:Cert>[\s\S]*<\/xades:Cert>/, ''],
    ['SignatureTimeStamp', /Id="sig-time"/, 'Id="sig-properties"'],
    ['SignatureTimeStamp', /Id="sig-time"/, 'Id="1 time"'],
    ['OCSPValues', /<\/xades:UnsignedSignatureProperties>/, unsigned('<xades:OCSPValues/>')],
    ['CRLValues', /<\/xades:UnsignedSignatureProperties>/, unsigned('<xades:CRLValues></xades:CRLValues>')],
    ['X509Data', /<ds:X509Data>[\s\S]*<\/ds:X509Data>/, '<ds:X509Data></ds:X509Data>'],
    ['KeyInfo', /<ds:KeyInfo>[\s\S]*<\/ds:KeyInfo>/, '<ds:KeyInfo/>'],
    [
      'UnsignedSignatureProperties',
      /<xades:UnsignedSignatureProperties>[\s\S]*<\/xades:UnsignedSignatureProperties>/,
      '<xades:UnsignedSignatureProperties/>',
    ],
  ])('names %s that breaks the schema', (element, pattern, replacement) => {
    const text = signed.replace(pattern, replacement);
    expect(text).not.toBe(signed);
    expect(found(text)).toBe(element);
  });
});

import { createHash } from 'node:crypto';
import { parseSignedData } from '@tra/cms';
import { readPdf } from '@tra/pdf';
import { canonicalizeBy, parseXml, subtree } from '@tra/xml';
import { beforeAll, describe, expect, it } from 'vitest';
import { readXadesSignatures, signXml, validateDocumentFully } from '../../src/index.ts';
import { type TestSigning, testPdf, testSigning } from '../../src/testing.ts';

let signing: TestSigning;
beforeAll(async () => {
  signing = await testSigning();
});

async function stated(bytes: Uint8Array): Promise<unknown> {
  const { diagnostic } = await validateDocumentFully({ bytes, anchors: signing.anchors, at: signing.clock.now() });
  return diagnostic.signatures[0]?.toBeSigned;
}

const sha256 = (octets: Uint8Array): string => createHash('sha256').update(octets).digest('hex');

describe('the data to be signed', () => {
  it('of a CMS are its signed attributes in DER', async () => {
    const pdf = await signing.sign(testPdf());
    const [signature] = readPdf(pdf).signatures;
    const [signer] = parseSignedData(signature?.contents ?? new Uint8Array()).signers;
    const value = sha256(signer?.signedAttributesDer ?? new Uint8Array());
    expect(await stated(pdf)).toEqual({ algorithm: 'SHA256', value });
  });

  it('of an XML signature are its SignedInfo in canonical form', async () => {
    const { certificate, signer } = signing.document;
    const chain = [signing.hierarchy.issuing.certificate];
    const { clock, timestamper } = signing;
    const plain = new TextEncoder().encode('<a/>');
    const xml = await signXml({ xml: plain, signer, certificate, chain, timestamper, signingTime: clock.now() });
    const { document, signatures } = readXadesSignatures(xml);
    const { canonicalization, signedInfo } = signatures[0]?.xml ?? {};
    expect(parseXml(xml).root.localName).toBe('a');
    if (!canonicalization || !signedInfo) throw new Error('no signature');
    const value = sha256(canonicalizeBy(canonicalization, subtree(document, signedInfo)));
    expect(await stated(xml)).toEqual({ algorithm: 'SHA256', value });
  });

  it('are not stated of what cannot be read', async () => {
    expect(await stated(new TextEncoder().encode('hello'))).toBeUndefined();
  });
});

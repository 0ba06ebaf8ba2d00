import { createHash } from 'node:crypto';
import { utf8Decode, utf8Encode } from '@tra/kernel';
import { describe, expect, it } from 'vitest';
import {
  createXmlSignature,
  DSIG_NAMESPACE,
  EXCLUSIVE_C14N,
  elementsBelow,
  parseXml,
  verifyXmlSignature,
} from '../src/index.ts';
import { edit, enveloped, good, p256, rsa, signatureIn, signEnveloped, testKey, verify } from './signing.ts';

describe('what is signed verifies', () => {
  it.each([
    'ecdsa-p256-sha256',
    'ecdsa-p384-sha384',
    'rsa-pkcs1-sha256',
    'rsa-pkcs1-sha384',
    'rsa-pkcs1-sha512',
    'ed25519',
  ] as const)('%s', async (algorithm) => {
    const signer = testKey(algorithm);
    const signed = await signEnveloped([enveloped], signer);
    expect(good(verify(signed, { publicKey: signer.publicKey }))).toBe(true);
    expect(verify(signed, { publicKey: testKey(algorithm).publicKey }).valueIntact).toBe(false);
  });

  it('names the very nodes and octets that were signed', async () => {
    const signed = await signEnveloped([enveloped, { uri: '#a', transforms: [EXCLUSIVE_C14N] }]);
    const document = parseXml(signed);
    const { references } = verifyXmlSignature(signatureIn(document), { document, publicKey: p256.publicKey });
    expect(references[0]?.target).toBe(document);
    expect(references[1]?.target).toBe(document.elementById('a'));
    expect(utf8Decode(references[0]?.octets ?? new Uint8Array())).toBe(
      '<doc xmlns="urn:doc" Id="d">ไทย &amp; <a Id="a" b="2"></a></doc>',
    );
    expect(utf8Decode(references[1]?.octets ?? new Uint8Array())).toBe('<a xmlns="urn:doc" Id="a" b="2"></a>');
  });

  it('detached octets by the caller, never by fetching', async () => {
    const octets = utf8Encode('detached');
    const references = [{ uri: 'http://example.org/file.txt' }];
    const resolve = ({ uri }: { uri: string | undefined }): Uint8Array | undefined =>
      uri?.endsWith('file.txt') ? octets : undefined;
    const signed = await createXmlSignature({ signer: p256, id: 's', references, resolve });
    expect(good(verify(signed, { resolve }))).toBe(true);
    expect(verify(signed).references[0]).toMatchObject({ found: false, reason: 'xml.reference_unresolved' });
    expect(verify(signed, { resolve: () => utf8Encode('other') }).referencesIntact).toBe(false);
    await expect(createXmlSignature({ signer: p256, id: 's', references })).rejects.toThrow('xml.reference_unresolved');
  });

  it('detached octets by their digest where no transform asks for them', async () => {
    const octets = utf8Encode('<detached/>');
    const sha256 = new Uint8Array(createHash('sha256').update(octets).digest());
    const of = async (transforms: readonly string[]): Promise<Uint8Array> =>
      createXmlSignature({ signer: p256, id: 's', references: [{ uri: 'a.xml', transforms }], resolve: () => octets });
    const told = (bytes: Uint8Array, digests: Record<string, Uint8Array>): unknown => {
      const [{ found, intact, reason }] = verify(bytes, { resolveDigests: () => digests }).references as never as [
        never,
      ];
      return [found, intact, reason];
    };
    expect(told(await of([]), { sha256 })).toEqual([true, true, undefined]);
    expect(told(await of([]), { sha256: new Uint8Array(32) })).toEqual([true, false, undefined]);
    expect(told(await of([]), { sha512: sha256 })).toEqual([false, false, 'xml.octets_needed']);
    expect(told(await of([EXCLUSIVE_C14N]), { sha256 })).toEqual([false, false, 'xml.octets_needed']);
  });

  it('leaves instructions before the root where they are', async () => {
    const document = utf8Encode('<?xml-stylesheet href="a.xsl"?><r/>');
    const signed = await createXmlSignature({ document, signer: p256, id: 's', references: [enveloped] });
    expect(utf8Decode(signed)).toContain('<?xml-stylesheet href="a.xsl"?><r>');
    expect(good(verify(signed))).toBe(true);
    expect(good(verify(edit(signed, 'a.xsl', 'b.xsl')))).toBe(false);
  });

  it('signs inside documents in UTF-16 and those whose root is empty', async () => {
    const wide = Buffer.from('\ufeff<?xml version="1.0" encoding="UTF-16"?><r t="ไทย"/>', 'utf16le');
    const signed = await createXmlSignature({ document: wide, signer: p256, id: 's', references: [enveloped] });
    expect(good(verify(signed))).toBe(true);
    expect(utf8Decode(signed)).toContain('encoding="UTF-8"');
  });

  it('does not sign where its id is taken, nor with a key that is not the one named', async () => {
    const taken = { document: utf8Encode('<r Id="sig"/>'), signer: p256, id: 'sig', references: [enveloped] };
    await expect(createXmlSignature(taken)).rejects.toThrow('xml.reference_ambiguous');
    const wrong = { ...p256, publicKey: testKey('ecdsa-p256-sha256').publicKey };
    await expect(signEnveloped([enveloped], wrong)).rejects.toThrow('xml.key_mismatch');
  });
});

describe('what is changed does not verify', () => {
  it('every character of a signed document counts, the value included', async () => {
    const text = utf8Decode(await signEnveloped());
    let unchanged = 0;
    for (let at = 0; at < text.length; at += 1) {
      const other = text[at] === 'Q' ? 'R' : 'Q';
      const mutated = utf8Encode(text.slice(0, at) + other + text.slice(at + 1));
      let outcome = false;
      try {
        outcome = good(verify(mutated));
      } catch {
        outcome = false;
      }
      if (outcome) unchanged += 1;
      if (outcome)
        expect(text.slice(0, at), text.slice(at)).toMatch(
          /<!--[^>]*$|xmlns:u?$|xmlns:u="[^"]*$|Id="sig$|Id="sig-value$|Id="[^"]*$|\?xml[^?]*$/,
        );
    }
    expect(unchanged).toBeLessThan(40);
  });

  it('content, attributes and elements added or taken away', async () => {
    const signed = await signEnveloped();
    for (const [from, to] of [
      ['ไทย', 'ไท'],
      ['b="2"', 'b="3"'],
      ['<a Id="a"', '<c/><a Id="a"'],
      ['xmlns="urn:doc"', 'xmlns="urn:other"'],
      [' &amp; ', ' &amp;amp; '],
      ['</doc>', '<!-- ok --> </doc>'],
      ['</ds:Signature>', '</ds:Signature>x'],
      [/<ds:DigestValue>./, '<ds:DigestValue>A'],
    ] as const) {
      expect(good(verify(edit(signed, from, to))), String(from)).toBe(false);
    }
  });

  it('a comment does not cut a value short', async () => {
    const signed = await signEnveloped();
    for (const name of ['DigestValue', 'SignatureValue']) {
      expect(() => verify(edit(signed, new RegExp(`<ds:${name}([^>]*)>(....)`), `<ds:${name}$1>$2<!-- x -->`))).toThrow(
        'xml.signature_malformed',
      );
    }
    expect(() => verify(edit(signed, '<ds:SignedInfo>', '<ds:SignedInfo>text'))).toThrow('xml.signature_malformed');
    expect(() =>
      verify(
        edit(
          signed,
          /<ds:SignedInfo>([\s\S]*)<\/ds:SignedInfo>/,
          '<ds:SignedInfo>$1</ds:SignedInfo><ds:SignedInfo>$1</ds:SignedInfo>',
        ),
      ),
    ).toThrow('xml.signature_malformed');
  });
});

describe('what verifying may cost', () => {
  const nested = (depth: number, each: number): Uint8Array => {
    const declarations = (level: number): string =>
      Array.from({ length: each }, (_, index) => ` xmlns:p${level}_${index}="urn:${index}"`).join('');
    const levels = Array.from({ length: depth }, (_, level) => `<a${declarations(level)}>`).join('');
    return utf8Encode(`${levels}<x Id="x"/>${'</a>'.repeat(depth)}`);
  };
  const references = Array.from({ length: 100 }, () => ({ uri: '#x', transforms: [EXCLUSIVE_C14N] }));
  /** The reason for which each reference is not intact. */
  async function reasons(document: Uint8Array): Promise<ReadonlySet<string | undefined>> {
    const signed = await createXmlSignature({ document, signer: p256, id: 's', references: references.slice(0, 1) });
    const one = /<ds:Reference .*<\/ds:Reference>/.exec(utf8Decode(signed))?.[0] ?? '';
    const result = verify(edit(signed, one, one.repeat(references.length)));
    return new Set(result.references.map(({ reason }) => reason));
  }

  it('does not let hundreds of references gather thousands of namespaces each', async () => {
    expect(await reasons(nested(20, 20))).toEqual(new Set([undefined]));
    expect(await reasons(nested(100, 150))).toEqual(new Set([undefined, 'xml.too_much_work']));
  });
});

describe('signature wrapping', () => {
  it('an element moved away still verifies, but the result names it and not its impostor', async () => {
    const signed = await signEnveloped([{ uri: '#a', transforms: [EXCLUSIVE_C14N] }]);
    const moved = edit(signed, /<a Id="a" b="2"\/>/, '<a Id="x" b="evil"/><hidden><a Id="a" b="2"/></hidden>');
    const document = parseXml(moved);
    const result = verifyXmlSignature(signatureIn(document), { document, publicKey: p256.publicKey });
    const [shown] = [...elementsBelow(document.root)].filter(({ localName }) => localName === 'a');
    expect(result.references[0]?.target).not.toBe(shown);
    expect(result.references[0]?.target).toBe(document.elementById('a'));
  });

  it('an id that two elements claim is refused', async () => {
    const signed = await signEnveloped([{ uri: '#a', transforms: [EXCLUSIVE_C14N] }]);
    for (const twin of ['<z Id="a"/>', '<z ID="a"/>', '<z id="a"/>', '<z xml:id="a"/>']) {
      const result = verify(edit(signed, '</doc>', `${twin}</doc>`));
      expect(result.references[0]).toMatchObject({ intact: false, reason: 'xml.reference_ambiguous' });
    }
  });
});

describe('algorithms and transforms that are refused', () => {
  const swap = async (from: string | RegExp, to: string, references = [enveloped]) =>
    verify(edit(await signEnveloped(references), from, to));

  it('HMAC with the public key as its secret, unknown and old algorithms', async () => {
    const method = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256';
    for (const other of [
      `${DSIG_NAMESPACE}hmac-sha1`,
      'http://www.w3.org/2001/04/xmldsig-more#hmac-sha256',
      `${DSIG_NAMESPACE}rsa-sha1`,
      'urn:none',
      '',
    ]) {
      expect(await swap(method, other)).toMatchObject({ valueIntact: false, reason: 'xml.algorithm_unsupported' });
    }
    expect((await swap('http://www.w3.org/2001/04/xmlenc#sha256', `${DSIG_NAMESPACE}sha1`)).references[0]?.reason).toBe(
      'xml.algorithm_unsupported',
    );
    // MD5 counts for nothing, but tells that these are other octets.
    const [md5] = (await swap('http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2001/04/xmldsig-more#md5'))
      .references;
    expect(md5).toMatchObject({ found: true, intact: false });
    expect(md5?.reason).toBeUndefined();
    const [unknown] = (await swap('http://www.w3.org/2001/04/xmlenc#sha256', 'urn:none')).references;
    expect(unknown?.reason).toBe('xml.algorithm_unsupported');
  });

  it('XSLT, unknown transforms, and more of them than ten', async () => {
    for (const transform of ['http://www.w3.org/TR/1999/REC-xslt-19991116', 'urn:unknown']) {
      const { references } = await swap(`${EXCLUSIVE_C14N}"/></ds:Transforms>`, `${transform}"/></ds:Transforms>`);
      expect(references[0]).toMatchObject({ intact: false, reason: 'xml.transform_unsupported' });
    }
    const many = `<ds:Transform Algorithm="${EXCLUSIVE_C14N}"/>`.repeat(11);
    await expect(swap('</ds:Transforms>', `${many}</ds:Transforms>`)).rejects.toThrow('xml.signature_malformed');
    const canonical = await swap(/(<ds:CanonicalizationMethod Algorithm=")[^"]*/, '$1urn:unknown');
    expect(canonical).toMatchObject({ valueIntact: false, reason: 'xml.transform_unsupported' });
  });

  it('ECDSA values in DER, and RSA keys under an ECDSA name', async () => {
    const signed = await signEnveloped();
    const document = parseXml(signed);
    const { signedInfo } = signatureIn(document);
    expect(signedInfo.localName).toBe('SignedInfo');
    const der = Buffer.from(await p256.sign(utf8Encode('x'))).toString('base64');
    expect(verify(edit(signed, /(<ds:SignatureValue[^>]*>)[^<]*/, `$1${der}`)).valueIntact).toBe(false);
    expect(verify(signed, { publicKey: rsa.publicKey }).valueIntact).toBe(false);
    expect(verify(signed, { publicKey: new Uint8Array(3) }).valueIntact).toBe(false);
  });
});

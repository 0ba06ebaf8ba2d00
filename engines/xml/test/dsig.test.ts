import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SignatureAlgorithm, type Signer, utf8Decode, utf8Encode } from '@tra/kernel';
import { afterAll, describe, expect, it } from 'vitest';
import {
  createXmlSignature,
  DSIG_NAMESPACE,
  ENVELOPED_SIGNATURE,
  EXCLUSIVE_C14N,
  element,
  elementsBelow,
  isElement,
  type ParsedDocument,
  parseXml,
  readXmlSignature,
  type VerifyXmlOptions,
  verifyXmlSignature,
  type XmlReferenceRequest,
  type XmlSignatureResult,
} from '../src/index.ts';
import { hasTool } from './generate.ts';

const folder = mkdtempSync(join(tmpdir(), 'tra-xml-'));
afterAll(() => rmSync(folder, { recursive: true }));

type TestKey = Signer & { readonly privateKey: KeyObject };

function testKey(algorithm: SignatureAlgorithm): TestKey {
  const pair =
    algorithm === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : algorithm.startsWith('rsa')
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : generateKeyPairSync('ec', { namedCurve: algorithm === 'ecdsa-p256-sha256' ? 'P-256' : 'P-384' });
  const digest = algorithm === 'ed25519' ? null : algorithm.slice(-6);
  return {
    algorithm,
    privateKey: pair.privateKey,
    publicKey: new Uint8Array(pair.publicKey.export({ type: 'spki', format: 'der' })),
    sign: async (data) => new Uint8Array(sign(digest, data, pair.privateKey)),
  };
}

const p256 = testKey('ecdsa-p256-sha256');
const rsa = testKey('rsa-pkcs1-sha256');
const source = utf8Encode(
  '<?xml version="1.0"?>\r\n<!-- c --><doc xmlns="urn:doc" xmlns:u="urn:unused" Id="d">ไทย &amp; <a Id="a" b="2"/></doc>',
);
const enveloped: XmlReferenceRequest = { uri: '', transforms: [ENVELOPED_SIGNATURE, EXCLUSIVE_C14N] };

function signatureIn(document: ParsedDocument) {
  for (const child of elementsBelow(document.root)) {
    if (isElement(child, DSIG_NAMESPACE, 'Signature')) return readXmlSignature(child);
  }
  throw new Error('no signature');
}

function verify(bytes: Uint8Array, options: Partial<VerifyXmlOptions> = {}): XmlSignatureResult {
  const document = parseXml(bytes);
  return verifyXmlSignature(signatureIn(document), { document, publicKey: p256.publicKey, ...options });
}

const good = (result: XmlSignatureResult): boolean => result.valueIntact && result.referencesIntact;
const edit = (bytes: Uint8Array, from: string | RegExp, to: string): Uint8Array => {
  const text = utf8Decode(bytes);
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`nothing to change: ${from}`);
  return utf8Encode(changed);
};
const signEnveloped = (references = [enveloped], signer: Signer = p256): Promise<Uint8Array> =>
  createXmlSignature({ document: source, signer, id: 'sig', references });

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
    expect(
      (await swap('http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2001/04/xmldsig-more#md5'))
        .references[0]?.reason,
    ).toBe('xml.algorithm_unsupported');
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

const keyFiles = (signer: TestKey): { secret: string; open: string } => {
  const secret = join(folder, `${signer.algorithm}.pem`);
  const open = join(folder, `${signer.algorithm}.pub`);
  writeFileSync(secret, signer.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const body = Buffer.from(signer.publicKey).toString('base64').replace(/.{64}/g, '$&\n');
  writeFileSync(open, `-----BEGIN PUBLIC KEY-----\n${body}\n-----END PUBLIC KEY-----\n`);
  return { secret, open };
};

const xmlsec = (...parameters: string[]): { ok: boolean; said: string } => {
  const { status, stderr, stdout } = spawnSync('xmlsec1', parameters);
  return { ok: status === 0, said: `${stdout}${stderr}` };
};

describe.skipIf(!hasTool('xmlsec1'))('xmlsec1', () => {
  it.each(['ecdsa-p256-sha256', 'ecdsa-p384-sha384', 'rsa-pkcs1-sha256', 'rsa-pkcs1-sha512'] as const)(
    'verifies what is signed here: %s',
    async (algorithm) => {
      const signer = testKey(algorithm);
      const file = join(folder, `signed-${algorithm}.xml`);
      const object = element('ds:Object', { Id: 'o' }, [element('t', { xmlns: 'urn:t' }, 'x')]);
      const references = [
        enveloped,
        { uri: '#a', transforms: ['http://www.w3.org/2006/12/xml-c14n11'] },
        { uri: '#o' },
      ];
      writeFileSync(
        file,
        await createXmlSignature({ document: source, signer, id: 's', references, objects: [object] }),
      );
      const ids = ['a', 'doc'].flatMap((name) => ['--id-attr:Id', `urn:doc:${name}`]);
      const parameters = ['--verify', '--pubkey-pem', keyFiles(signer).open, ...ids, file];
      const { ok, said } = xmlsec(...parameters);
      expect(ok, said).toBe(true);
    },
  );

  const template = (signature: string, transforms: string, canonicalization: string): string =>
    `<r xmlns="urn:r" xmlns:p="urn:p" xml:lang="th"><p:x Id="x">1<!-- c -->\n<y xmlns=""/></p:x><ds:Signature xmlns:ds="${DSIG_NAMESPACE}"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="${canonicalization}"/><ds:SignatureMethod Algorithm="${signature}"/>${transforms}</ds:SignedInfo><ds:SignatureValue/></ds:Signature></r>`;
  const reference = (uri: string, transforms: string): string =>
    `<ds:Reference URI="${uri}"><ds:Transforms>${transforms}</ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha512"/><ds:DigestValue/></ds:Reference>`;
  const t = (algorithm: string, inside = ''): string =>
    `<ds:Transform Algorithm="${algorithm}">${inside}</ds:Transform>`;
  const xpath = 'http://www.w3.org/TR/1999/REC-xpath-19991116';
  const filter2 = 'http://www.w3.org/2002/06/xmldsig-filter2';
  const f2 = (filter: string, expression: string): string =>
    `<f:XPath xmlns:f="${filter2}" Filter="${filter}">${expression}</f:XPath>`;
  const c14n = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
  const cases: readonly [string, string][] = [
    ['enveloped, inclusive', reference('', t(ENVELOPED_SIGNATURE) + t(c14n))],
    ['enveloped, with comments', reference('#xpointer(/)', t(ENVELOPED_SIGNATURE) + t(`${c14n}#WithComments`))],
    ['by id, inclusive 1.1', reference('#x', t('http://www.w3.org/2006/12/xml-c14n11'))],
    [
      'by id, exclusive with a list',
      reference(
        '#x',
        t(EXCLUSIVE_C14N, `<i:InclusiveNamespaces xmlns:i="${EXCLUSIVE_C14N}" PrefixList="#default ds"/>`),
      ),
    ],
    [
      'XPath, no signature',
      reference('', t(xpath, '<ds:XPath>not(ancestor-or-self::ds:Signature)</ds:XPath>') + t(EXCLUSIVE_C14N)),
    ],
    [
      'XPath, attributes left out',
      reference(
        '',
        t(xpath, '<ds:XPath>not(ancestor-or-self::ds:Signature) and not(self::node()[name()="Id"])</ds:XPath>') +
          t(c14n),
      ),
    ],
    [
      'XPath, one element',
      reference('', t(xpath, '<ds:XPath xmlns:q="urn:p">ancestor-or-self::q:x[@Id="x"]</ds:XPath>') + t(c14n)),
    ],
    [
      'XPath, name spaces left out',
      reference('', t(xpath, '<ds:XPath>self::text() or self::*</ds:XPath>') + t(ENVELOPED_SIGNATURE) + t(c14n)),
    ],
    ['filter 2, subtract', reference('', t(filter2, f2('subtract', '//ds:Signature')) + t(EXCLUSIVE_C14N))],
    [
      'filter 2, intersect, subtract and union',
      reference(
        '',
        t(filter2, f2('intersect', '//*[@Id="x"]') + f2('subtract', '//y') + f2('union', '/descendant::text()')) +
          t(ENVELOPED_SIGNATURE) +
          t(c14n),
      ),
    ],
  ];
  it.each(cases)('signs, and it verifies here: %s', (name, references) => {
    const unsigned = join(folder, 'template.xml');
    const signed = join(folder, 'by-xmlsec.xml');
    for (const [signer, method] of [
      [rsa, 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'],
      [p256, 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256'],
    ] as const) {
      writeFileSync(unsigned, template(method, references, c14n));
      const ids = ['--id-attr:Id', 'urn:p:x'];
      const made = spawnSync('xmlsec1', [
        '--sign',
        '--privkey-pem',
        keyFiles(signer).secret,
        ...ids,
        '--output',
        signed,
        unsigned,
      ]);
      expect(made.status, `${name} ${made.stderr}`).toBe(0);
      const bytes = spawnSync('cat', [signed]).stdout;
      const result = verify(bytes, { publicKey: signer.publicKey });
      expect(
        good(result),
        JSON.stringify(result.references.map(({ reason, octets }) => [reason, octets?.length])),
      ).toBe(true);
      expect(good(verify(edit(bytes, '>1<', '>2<'), { publicKey: signer.publicKey }))).toBe(false);
    }
  });
});

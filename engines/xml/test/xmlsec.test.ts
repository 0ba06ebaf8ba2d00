import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createXmlSignature, DSIG_NAMESPACE, ENVELOPED_SIGNATURE, EXCLUSIVE_C14N, element } from '../src/index.ts';
import { hasTool } from './generate.ts';
import { edit, enveloped, good, p256, rsa, source, type TestKey, testKey, verify } from './signing.ts';

const folder = mkdtempSync(join(tmpdir(), 'tra-xml-'));
afterAll(() => rmSync(folder, { recursive: true }));

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

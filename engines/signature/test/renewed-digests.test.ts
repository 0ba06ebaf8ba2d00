import { createHash } from 'node:crypto';
import { toBase64, utf8Decode, utf8Encode } from '@tra/kernel';
import { DSIG_NAMESPACE, element, serializeFragment, type XmlElement } from '@tra/xml';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SignatureReport, type ValidationInput, validateDocument } from '../src/index.ts';
import { type TestSigning, testSigning } from '../src/testing.ts';
import { stampOver } from './support-cms.ts';
import { detachedXades } from './support-xades.ts';

const file = utf8Encode('a map that the signer signed by its digest');
const xades141 = 'http://uri.etsi.org/01903/v1.4.1#';
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const sha512Uri = 'http://www.w3.org/2001/04/xmlenc#sha512';
const digest = (name: string, ...parts: readonly Uint8Array[]): Uint8Array => {
  const hash = createHash(name);
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

let signing: TestSigning;
let signed: string;

/** ds:Reference of the manifest in exclusive canonical form. */
const entry = (uri: string, octets: Uint8Array): XmlElement =>
  element('ds:Reference', { URI: uri }, [
    element('ds:DigestMethod', { Algorithm: 'http://www.w3.org/2001/04/xmlenc#sha256' }),
    element('ds:DigestValue', {}, toBase64(digest('sha256', octets))),
  ]);
const canonicalEntry = (uri: string, octets: Uint8Array): Uint8Array =>
  utf8Encode(
    serializeFragment(entry(uri, octets))
      .replace(/<([\w:]+)([^<>]*)\/>/g, '<$1$2></$1>')
      .replace('<ds:Reference', `<ds:Reference xmlns:ds="${DSIG_NAMESPACE}"`),
  );

/** XAdES-B over the manifest. */
async function sign(entries: readonly XmlElement[]): Promise<string> {
  const objects = [element('ds:Object', {}, [element('ds:Manifest', { Id: 'm' }, entries)])];
  const references = [{ uri: '#m', type: `${DSIG_NAMESPACE}Manifest`, transforms: [exclusive] }];
  return utf8Decode(await detachedXades(signing, { references, objects }));
}

beforeAll(async () => {
  signing = await testSigning('Renewed');
  signed = await sign([entry('map.bin', file)]);
});

interface Pair {
  readonly renewed: Uint8Array;
  readonly original: Uint8Array;
}
const good = (uri = 'map.bin', octets = file): Pair => ({
  renewed: digest('sha512', octets),
  original: digest('sha512', canonicalEntry(uri, octets)),
});

/** RenewedDigestsV2 as its own exclusive canonical form. */
const renewedDigests = (pairs: readonly Pair[], method = sha512Uri): string => {
  const values = pairs.map(
    ({ original, renewed }) =>
      `<n:RecomputedDigestValue><n:NewSDODigestValue>${toBase64(renewed)}</n:NewSDODigestValue><n:OriginalRefDigest>${toBase64(original)}</n:OriginalRefDigest></n:RecomputedDigestValue>`,
  );
  const ds = `xmlns:ds="${DSIG_NAMESPACE}"`;
  return `<n:RenewedDigestsV2 xmlns:n="${xades141}"><ds:CanonicalizationMethod ${ds} Algorithm="${exclusive}"></ds:CanonicalizationMethod><ds:DigestMethod ${ds} Algorithm="${method}"></ds:DigestMethod>${values.join('')}</n:RenewedDigestsV2>`;
};

const withUnsigned = (properties: string, text = signed): string =>
  text.replace(
    '</xades:SignedProperties>',
    `$&<xades:UnsignedProperties><xades:UnsignedSignatureProperties>${properties}</xades:UnsignedSignatureProperties></xades:UnsignedProperties>`,
  );

async function judge(text: string, more: Partial<ValidationInput> = {}): Promise<SignatureReport> {
  const detached = [{ name: 'map.bin', bytes: file }];
  const trust = { anchors: signing.anchors, crls: await signing.crls(), at: signing.clock.now() };
  const report = await validateDocument({ bytes: utf8Encode(text), ...trust, detached, ...more });
  return report.signatures[0] as SignatureReport;
}

/** What is said of renewed digests, and the verdict. */
async function told(text: string, more: Partial<ValidationInput> = {}): Promise<readonly unknown[]> {
  const { checks, verdict } = await judge(text, more);
  const about = checks.filter(({ code }) => code.startsWith('signature.renewed_'));
  return [verdict, ...about.map(({ code, params }) => [code.slice(18), params?.reason ?? params?.uri])];
}

describe('renewed digests (EN 319 132-1 clause 5.5.3)', () => {
  it('hold the files of a signed manifest', async () => {
    expect(await told(signed)).toEqual(['passed']);
    expect(await told(withUnsigned(renewedDigests([good()])))).toEqual(['passed', ['digest_matches', 'map.bin']]);
  });

  it('hold by a digest alone, and say when it is not the one that was renewed', async () => {
    const known = (...names: readonly string[]): Partial<ValidationInput> => ({
      detached: [],
      hashed: [{ name: 'map.bin', digests: Object.fromEntries(names.map((name) => [name, digest(name, file)])) }],
    });
    const text = withUnsigned(renewedDigests([good()]));
    expect(await told(text, known('sha256', 'sha512'))).toEqual(['passed', ['digest_matches', 'map.bin']]);
    expect(await told(text, known('sha256'))).toEqual(['passed', ['digest_unchecked', 'map.bin']]);
  });

  it('fail a file that has the older digest and not the renewed one', async () => {
    const exchanged = { ...good(), renewed: digest('sha512', utf8Encode('another map')) };
    const text = withUnsigned(renewedDigests([exchanged]));
    expect(await told(text)).toEqual(['failed', ['digest_differs', 'map.bin']]);
    expect(await judge(text)).toMatchObject({ subIndication: 'HASH_FAILURE' });
  });

  it('never repair what the manifest itself says', async () => {
    const other = utf8Encode('another map');
    const renewed = withUnsigned(renewedDigests([{ ...good(), renewed: digest('sha512', other) }]));
    const [verdict, outcome] = await told(renewed, { detached: [{ name: 'map.bin', bytes: other }] });
    expect([verdict, outcome]).toEqual(['failed', ['digest_unchecked', 'map.bin']]);
    expect((await told(renewed, { detached: [] }))[0]).toBe('indeterminate');
  });

  it.each<readonly [reason: string, property: () => string]>([
    ['OriginalRefDigest', () => renewedDigests([{ ...good(), original: digest('sha512', file) }])],
    ['DigestMethod', () => renewedDigests([good()], 'urn:none')],
    ['structure', () => renewedDigests([])],
    ['structure', () => renewedDigests([good()]).replace(/<ds:CanonicalizationMethod[^>]*><[^>]*>/, '')],
    ['xml.transform_unsupported', () => renewedDigests([good()]).replace(exclusive, 'urn:none')],
    ['RecomputedDigestValue', () => renewedDigests([good()]).replace(/<n:NewSDO.*NewSDODigestValue>/, '')],
    ['RecomputedDigestValue', () => renewedDigests([good()]).replace(/(<n:NewSDODigestValue>)[^<]*/, '$1not base64')],
    [
      'RenewedDigests',
      () =>
        `<n:RenewedDigests xmlns:n="${xades141}"><n:RecomputedDigestValue Order="1">AA==</n:RecomputedDigestValue></n:RenewedDigests>`,
    ],
  ])('are named when they cannot be used: %s', async (reason, property) => {
    const outcome = await told(withUnsigned(property()));
    expect(outcome[0]).toBe('passed');
    expect(outcome[1]).toEqual(['digests_unusable', reason]);
  });

  it('belong to signed manifests with files outside the signature alone', async () => {
    const inside = await sign([entry('#s-value', new Uint8Array())]);
    const outcome = await told(withUnsigned(renewedDigests([good('#s-value')]), inside));
    expect(outcome).toEqual(['failed', ['digests_unusable', 'Manifest']]);
  });

  it('leave no file out unnoticed', async () => {
    const two = await sign([entry('map.bin', file), entry('key.bin', file)]);
    const detached = ['map.bin', 'key.bin'].map((name) => ({ name, bytes: file }));
    expect(await told(withUnsigned(renewedDigests([good()]), two), { detached })).toEqual([
      'passed',
      ['digest_matches', 'map.bin'],
      ['digest_absent', 'key.bin'],
    ]);
  });

  it('are covered by the archive time-stamp behind them', async () => {
    const property = renewedDigests([good()]);
    const cut = (name: string, prefix: string, namespace: string): Uint8Array => {
      const found = new RegExp(`<${name}[ >][\\s\\S]*?</${name}>`).exec(signed)?.[0] ?? '';
      const own = found.replace(/<([\w:]+)([^<>]*)\/>/g, '<$1$2></$1>');
      return utf8Encode(own.replace(`<${name}`, `<${name} xmlns:${prefix}="${namespace}"`));
    };
    const manifest = cut('ds:Manifest', 'ds', DSIG_NAMESPACE);
    const xades = 'http://uri.etsi.org/01903/v1.3.2#';
    const properties = utf8Decode(cut('xades:SignedProperties', 'xades', xades)).replace(
      /<(ds:DigestMethod|ds:DigestValue)/g,
      `<$1 xmlns:ds="${DSIG_NAMESPACE}"`,
    );
    const parts = [
      manifest,
      utf8Encode(properties),
      ...['ds:SignedInfo', 'ds:SignatureValue', 'ds:KeyInfo'].map((name) => cut(name, 'ds', DSIG_NAMESPACE)),
      utf8Encode(property),
      cut('ds:Object', 'ds', DSIG_NAMESPACE),
    ];
    const token = toBase64(await stampOver(signing, ...parts));
    const stamp = `<n:ArchiveTimeStamp xmlns:n="${xades141}"><ds:CanonicalizationMethod xmlns:ds="${DSIG_NAMESPACE}" Algorithm="${exclusive}"/><t:EncapsulatedTimeStamp xmlns:t="${xades}">${token}</t:EncapsulatedTimeStamp></n:ArchiveTimeStamp>`;
    const kinds = ({ timestamps }: SignatureReport): unknown => timestamps.map(({ imprint, kind }) => [kind, imprint]);
    expect(kinds(await judge(withUnsigned(property + stamp)))).toEqual([['archive', 'matches']]);
    const other = renewedDigests([good(), good()]);
    expect(kinds(await judge(withUnsigned(other + stamp)))).toEqual([['archive', 'differs']]);
    expect(kinds(await judge(withUnsigned(stamp)))).toEqual([['archive', 'differs']]);
  });
});

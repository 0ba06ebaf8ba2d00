import { createHash } from 'node:crypto';
import { concatBytes, toBase64, toBase64Url, utf8Encode } from '@tra/kernel';
import { beforeAll, describe, expect, it } from 'vitest';
import { validateDocument } from '../src/index.ts';
import { type TestSigning, testSigning } from '../src/testing.ts';
import { detachedXades } from './support-xades.ts';

const [first, second, other] = ['first', 'second', 'other'].map(utf8Encode) as [Uint8Array, Uint8Array, Uint8Array];
const sha256 = (data: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(data).digest());
type File = readonly [name: string, bytes: Uint8Array];
let signing: TestSigning;
beforeAll(async () => {
  signing = await testSigning('Files', 'rsa-pkcs1-sha256');
});

/** The verdict, and what became of each file. */
async function told(bytes: Uint8Array, ...files: readonly File[]): Promise<readonly string[]> {
  const { anchors, clock } = signing;
  const detached = files.map(([name, content]) => ({ name, bytes: content }));
  const report = await validateDocument({ bytes, anchors, crls: await signing.crls(), at: clock.now(), detached });
  const codes = report.signatures.flatMap(({ checks }) => checks.map(({ code, params }) => `${code} ${params?.uri}`));
  const about = codes.filter((code) => /^signature\.reference_.*txt$/.test(code));
  return [report.verdict, ...about.map((code) => code.replace('signature.reference_', ''))];
}

const coded = (value: unknown): string => toBase64Url(utf8Encode(JSON.stringify(value)));

/** JAdES over both files: by digest, or by name with their octets signed. */
async function jades(kind: 'ObjectIdByURIHash' | 'ObjectIdByURI'): Promise<Uint8Array> {
  const { certificate, signer } = signing.document;
  const byHash = kind === 'ObjectIdByURIHash';
  const hashes = byHash ? { hashM: 'S256', hashV: [first, second].map((file) => toBase64Url(sha256(file))) } : {};
  const head = coded({
    alg: 'RS256',
    sigT: '2026-11-20T07:05:00Z',
    'x5t#S256': toBase64Url(sha256(certificate)),
    x5c: [certificate, signing.hierarchy.issuing.certificate].map(toBase64),
    sigD: { mId: `http://uri.etsi.org/19182/${kind}`, pars: ['a.txt', 'b.txt'], ...hashes },
    crit: ['sigT', 'sigD'],
  });
  const body = byHash ? '' : [first, second].map(toBase64Url).join('');
  const value = await signer.sign(concatBytes(utf8Encode(`${head}.`), utf8Encode(body)));
  return utf8Encode(`${head}..${toBase64Url(value)}`);
}

describe('several files beside a signature', () => {
  it('of XAdES: one that is not given is missing, it is not the one that was', async () => {
    const references = [{ uri: 'a.txt' }, { uri: 'b.txt' }];
    const resolve = ({ uri }: { readonly uri: string | undefined }): Uint8Array => (uri === 'a.txt' ? first : second);
    const signed = await detachedXades(signing, { references, resolve });
    expect(await told(signed, ['a.txt', first], ['b.txt', second])).toEqual(['passed', 'intact a.txt', 'intact b.txt']);
    expect(await told(signed, ['a.txt', first])).toEqual(['indeterminate', 'intact a.txt', 'missing b.txt']);
    expect(await told(signed, ['x.txt', first])).toEqual(['indeterminate', 'intact a.txt', 'missing b.txt']);
    expect(await told(signed, ['x.txt', other])).toEqual(['indeterminate', 'missing a.txt', 'missing b.txt']);
    expect(await told(signed, ['a.txt', second])).toEqual(['failed', 'differs a.txt', 'intact b.txt']);
  });

  it('of XAdES: the only one that is asked for is the only one given, whatever its name', async () => {
    const signed = await detachedXades(signing, { references: [{ uri: 'a.txt' }], resolve: () => first });
    expect(await told(signed, ['x.txt', first])).toEqual(['passed', 'intact a.txt']);
    expect(await told(signed, ['x.txt', other])).toEqual(['failed', 'differs a.txt']);
  });

  it('of JAdES: the same', async () => {
    const byHash = await jades('ObjectIdByURIHash');
    expect(await told(byHash, ['a.txt', first], ['b.txt', second])).toEqual(['passed', 'intact a.txt', 'intact b.txt']);
    expect(await told(byHash, ['b.txt', second])).toEqual(['indeterminate', 'missing a.txt', 'intact b.txt']);
    expect(await told(byHash, ['x.txt', other])).toEqual(['indeterminate', 'missing a.txt', 'missing b.txt']);
    const byUri = await jades('ObjectIdByURI');
    expect((await told(byUri, ['a.txt', first], ['b.txt', second]))[0]).toBe('passed');
    expect(await told(byUri, ['a.txt', first])).toEqual(['indeterminate', 'missing b.txt']);
    expect((await told(byUri, ['a.txt', first], ['b.txt', other]))[0]).toBe('failed');
  });
});

import { createHash } from 'node:crypto';
import { createSignedData } from '@tra/cms';
import { concatBytes, toBase64, toBase64Url, utf8Encode } from '@tra/kernel';
import { createXmlSignature, DSIG_NAMESPACE, EXCLUSIVE_C14N, element } from '@tra/xml';
import { beforeAll, describe, expect, it } from 'vitest';
import { type HashedFile, type ValidationReport, validateDocument } from '../src/index.ts';
import { type TestSigning, testSigning } from '../src/testing.ts';
import { zip } from './support-zip.ts';

const content = utf8Encode('a file that is too large to be held');
let signing: TestSigning;
let signed: Uint8Array;
let token: Uint8Array;

const sha256Of = (bytes: Uint8Array) => ({
  algorithm: 'sha256' as const,
  value: new Uint8Array(createHash('sha256').update(bytes).digest()),
});

const hashed = (bytes: Uint8Array, ...names: readonly string[]): HashedFile => ({
  name: 'large.bin',
  digests: Object.fromEntries(names.map((name) => [name, new Uint8Array(createHash(name).update(bytes).digest())])),
});

async function judge(bytes: Uint8Array, files: readonly HashedFile[]): Promise<ValidationReport> {
  const crls = await signing.crls();
  return await validateDocument({ bytes, anchors: signing.anchors, crls, at: signing.clock.now(), hashed: files });
}

beforeAll(async () => {
  signing = await testSigning();
  const { signer, certificate } = signing.document;
  const certificates = [certificate, signing.hierarchy.issuing.certificate];
  const builder = await createSignedData({ content, detached: true, signer, certificate, certificates });
  builder.addTimestamp(await signing.timestamper.stamp(sha256Of(builder.signatureValue)));
  signed = builder.toDer();
  token = await signing.timestamper.stamp(sha256Of(content));
});

describe('content of which only digests are known', () => {
  it('holds a detached CMS', async () => {
    expect((await judge(signed, [hashed(content, 'sha1', 'sha256', 'sha512')])).verdict).toBe('passed');
  });

  it('is chosen among several by the digest that was signed', async () => {
    const others = [hashed(utf8Encode('other'), 'sha256'), hashed(content, 'sha256')];
    expect((await judge(signed, others)).verdict).toBe('passed');
  });

  it('that differs fails', async () => {
    const report = await judge(signed, [hashed(utf8Encode('other'), 'sha256')]);
    expect(report).toMatchObject({ verdict: 'failed', subIndication: 'HASH_FAILURE' });
  });

  it('without the digest that the signature names is content that is missing', async () => {
    const report = await judge(signed, [hashed(content, 'sha512')]);
    expect(report).toMatchObject({ verdict: 'indeterminate', subIndication: 'SIGNED_DATA_NOT_FOUND' });
  });

  it('holds a time-stamp token, and fails one over other data', async () => {
    expect((await judge(token, [hashed(content, 'sha256')])).verdict).toBe('passed');
    expect((await judge(token, [hashed(utf8Encode('other'), 'sha256')])).verdict).toBe('failed');
    expect((await judge(token, [hashed(content, 'sha384')])).verdict).toBe('indeterminate');
  });
});

/** As {@link judge}, with what became of each reference. */
async function outcome(bytes: Uint8Array, files: readonly HashedFile[]): Promise<readonly string[]> {
  const { signatures, verdict } = await judge(bytes, files);
  const about = /^signature\.(?:reference|manifest_entry)_/;
  const codes = signatures.flatMap(({ checks }) => checks.map(({ code }) => code)).filter((code) => about.test(code));
  return [verdict, ...codes.map((code) => code.replace(about, ''))];
}

const largeAs = (name: string, bytes: Uint8Array, ...digests: readonly string[]): HashedFile => ({
  ...hashed(bytes, ...digests),
  name,
});
const other = utf8Encode('another file');

describe('digests beside an XML signature', () => {
  async function xml(
    transforms: readonly string[],
    data: Uint8Array = content,
    objects: readonly ReturnType<typeof element>[] = [],
  ): Promise<Uint8Array> {
    const { certificate, signer } = signing.document;
    const keyInfo = [element('ds:X509Data', {}, [element('ds:X509Certificate', {}, toBase64(certificate))])];
    const uri = objects.length > 0 ? '#list' : 'large.bin';
    const type = objects.length > 0 ? { type: `${DSIG_NAMESPACE}Manifest` } : {};
    const references = [{ uri, ...type, transforms }];
    return createXmlSignature({ id: 's', signer, keyInfo, references, objects, resolve: () => data });
  }

  it('hold for a reference to the octets as they are', async () => {
    expect(await outcome(await xml([]), [hashed(content, 'sha256')])).toContain('intact');
    expect((await judge(await xml([]), [hashed(content, 'sha256')])).answers[0].code).toBe(
      'validation.unchanged.intact',
    );
    expect(await outcome(await xml([]), [hashed(other, 'sha256')])).toEqual(['failed', 'differs']);
  });

  it('are chosen by name first, then by what was signed; among several a wrong name is not taken', async () => {
    const named = [largeAs('other.bin', content, 'sha256'), largeAs('large.bin', other, 'sha256')];
    expect(await outcome(await xml([]), named)).toEqual(['failed', 'differs']);
    const renamed = [largeAs('b', other, 'sha256'), largeAs('a', content, 'sha256')];
    expect(await outcome(await xml([]), renamed)).toContain('intact');
    const foreign = [largeAs('b', other, 'sha256'), largeAs('a', other, 'sha256')];
    expect(await outcome(await xml([]), foreign)).toEqual(['indeterminate', 'missing']);
  });

  it('say nothing where the octets are needed', async () => {
    const text = utf8Encode('<a/>');
    const undecided = ['indeterminate', 'needs_octets'];
    expect(await outcome(await xml([EXCLUSIVE_C14N], text), [hashed(text, 'sha256')])).toEqual(undecided);
    expect(await outcome(await xml([]), [hashed(content, 'sha512', 'sha1')])).toEqual(undecided);
    const report = await judge(await xml([]), [hashed(content, 'sha384')]);
    expect(report).toMatchObject({
      subIndication: 'SIGNED_DATA_NOT_FOUND',
      summary: { code: 'validation.summary.octets_needed' },
      answers: [{ code: 'validation.unchanged.octets_needed' }, {}, {}, {}],
    });
  });

  it('hold entries of a signed manifest', async () => {
    const method = element('ds:DigestMethod', { Algorithm: 'http://www.w3.org/2001/04/xmlenc#sha256' });
    const value = element('ds:DigestValue', {}, toBase64(sha256Of(content).value));
    const list = element('ds:Manifest', { Id: 'list' }, [
      element('ds:Reference', { URI: 'large.bin' }, [method, value]),
    ]);
    const signature = await xml([], content, [element('ds:Object', {}, [list])]);
    expect(await outcome(signature, [hashed(content, 'sha256')])).toContain('intact');
    expect(await outcome(signature, [hashed(other, 'sha256')])).toContain('differs');
    expect(await outcome(signature, [hashed(content, 'sha512')])).toContain('needs_octets');
  });
});

describe('digests beside a JWS', () => {
  beforeAll(async () => {
    signing = await testSigning('Jws', 'rsa-pkcs1-sha256');
  });

  const coded = (value: unknown): string => toBase64Url(utf8Encode(JSON.stringify(value)));

  async function jws(more: Record<string, unknown>): Promise<Uint8Array> {
    const { certificate, signer } = signing.document;
    const x5t = toBase64Url(sha256Of(certificate).value);
    const x5c = [certificate, signing.hierarchy.issuing.certificate].map(toBase64);
    const head = coded({ alg: 'RS256', sigT: '2026-11-20T07:05:00Z', 'x5t#S256': x5t, x5c, crit: ['sigT'], ...more });
    const body = more.sigD === undefined ? content : new Uint8Array();
    const data = more.b64 === false ? body : utf8Encode(toBase64Url(body));
    return utf8Encode(`${head}..${toBase64Url(await signer.sign(concatBytes(utf8Encode(`${head}.`), data)))}`);
  }
  const byHash = (digest: Uint8Array, more: Record<string, unknown> = {}): Record<string, unknown> => {
    const mId = 'http://uri.etsi.org/19182/ObjectIdByURIHash';
    const crit = ['sigT', 'sigD', ...(more.b64 === false ? ['b64'] : [])];
    return { sigD: { mId, pars: ['large.bin'], hashM: 'S256', hashV: [toBase64Url(digest)] }, crit, ...more };
  };

  it('hold for sigD with digests over the octets (TS 119 182-1 clause 5.2.8.3.3)', async () => {
    const signature = await jws(byHash(sha256Of(content).value, { b64: false }));
    expect(await outcome(signature, [hashed(content, 'sha256')])).toEqual(['passed', 'intact']);
    expect(await outcome(signature, [hashed(other, 'sha256')])).toEqual(['failed', 'differs']);
    expect(await outcome(signature, [hashed(content, 'sha512')])).toEqual(['indeterminate', 'needs_octets']);
  });

  it('say nothing where the base64url text may have been hashed', async () => {
    const encoded = sha256Of(utf8Encode(toBase64Url(content))).value;
    const undecided = ['indeterminate', 'needs_octets'];
    expect(await outcome(await jws(byHash(encoded)), [hashed(content, 'sha256')])).toEqual(undecided);
    expect(await outcome(await jws(byHash(encoded)), [hashed(other, 'sha256')])).toEqual(undecided);
  });

  it('say nothing where the octets themselves are signed', async () => {
    const undecided = ['indeterminate', 'needs_octets'];
    expect(await outcome(await jws({}), [hashed(content, 'sha256')])).toEqual(undecided);
    const sigD = { mId: 'http://uri.etsi.org/19182/ObjectIdByURI', pars: ['large.bin'] };
    const byUri = await jws({ sigD, crit: ['sigT', 'sigD'] });
    expect(await outcome(byUri, [hashed(content, 'sha256')])).toEqual(undecided);
  });
});

describe('digests beside a container', () => {
  const list = (digest: Uint8Array): string =>
    `<ASiCManifest xmlns="http://uri.etsi.org/02918/v1.2.1#"><SigReference URI="META-INF/signature.p7s"/><DataObjectReference URI="large.bin"><DigestMethod xmlns="${DSIG_NAMESPACE}" Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue xmlns="${DSIG_NAMESPACE}">${toBase64(digest)}</DigestValue></DataObjectReference></ASiCManifest>`;

  async function container(): Promise<Uint8Array> {
    const manifest = utf8Encode(list(sha256Of(content).value));
    const { signer, certificate } = signing.document;
    const certificates = [certificate, signing.hierarchy.issuing.certificate];
    const builder = await createSignedData({ content: manifest, detached: true, signer, certificate, certificates });
    return zip([
      ['mimetype', 'application/vnd.etsi.asic-e+zip'],
      ['META-INF/ASiCManifest.xml', manifest],
      ['META-INF/signature.p7s', builder.toDer()],
    ]);
  }

  it('stand for a file that the manifest names and that was left outside', async () => {
    expect(await outcome(await container(), [hashed(content, 'sha256')])).toEqual(['passed', 'intact', 'intact']);
    expect(await outcome(await container(), [hashed(other, 'sha256')])).toEqual(['failed', 'intact', 'differs']);
    expect(await outcome(await container(), [hashed(content, 'sha1')])).toEqual([
      'indeterminate',
      'intact',
      'needs_octets',
    ]);
  });

  it('stand for nothing under another name: names are what a container goes by', async () => {
    const foreign = [largeAs('bill.bin', content, 'sha256')];
    expect(await outcome(await container(), foreign)).toEqual(['indeterminate', 'intact', 'missing']);
  });
});

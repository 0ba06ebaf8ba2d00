import { createHash } from 'node:crypto';
import { createSignedData } from '@tra/cms';
import { utf8Encode } from '@tra/kernel';
import { beforeAll, describe, expect, it } from 'vitest';
import { type HashedFile, type ValidationReport, validateDocument } from '../src/index.ts';
import { type TestSigning, testSigning } from '../src/testing.ts';

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

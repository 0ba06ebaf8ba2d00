import { testHierarchy } from '@tra/pki/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { createSignedData, recentSignedData, verifySignedData } from '../src/index.ts';

let signed: Uint8Array;

beforeAll(async () => {
  const { certificate, signer } = await (await testHierarchy()).issue('document-signer');
  const content = new Uint8Array(Buffer.from('content'));
  signed = (
    await createSignedData({ content, detached: false, signer, certificate, certificates: [certificate] })
  ).toDer();
});

const isIntact = (bytes: Uint8Array): boolean | undefined =>
  verifySignedData(recentSignedData(bytes), () => undefined)[0]?.signatureIntact;

describe('a SignedData read lately', () => {
  it('is not read again, and holds its own copy', () => {
    const bytes = signed.slice();
    const first = recentSignedData(bytes);
    expect(recentSignedData(signed)).toBe(first);
    bytes.fill(0);
    expect(isIntact(signed)).toBe(true);
    expect(() => recentSignedData(bytes)).toThrow('cms.');
  });

  it('is verified anew when one bit of it differs, before and after the genuine one', () => {
    for (let count = 0; count < 2; count += 1) {
      const changed = signed.slice();
      changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
      expect(isIntact(changed)).toBe(false);
      expect(isIntact(signed)).toBe(true);
    }
  });

  it('is judged by the content beside it each time', () => {
    const { content: _, ...detached } = recentSignedData(signed);
    const [right] = verifySignedData(recentSignedData(signed), () => undefined);
    const [wrong] = verifySignedData(detached, () => new Uint8Array(32));
    expect([right?.contentIntact, right?.verdict]).toEqual([true, 'passed']);
    expect([wrong?.contentIntact, wrong?.signatureIntact, wrong?.verdict]).toEqual([false, true, 'failed']);
  });
});

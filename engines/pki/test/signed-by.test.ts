import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { BoundedMap } from '../src/bounded-map.ts';
import {
  type Certificate,
  certificateDigest,
  isSignedByKey,
  parseCertificate,
  recentCertificate,
  recentOcspResponse,
} from '../src/index.ts';
import { type TestHierarchy, testHierarchy } from '../src/testing.ts';

let hierarchy: TestHierarchy;
let issuing: Certificate;
let root: Certificate;

beforeAll(async () => {
  hierarchy = await testHierarchy();
  issuing = parseCertificate(hierarchy.issuing.certificate);
  root = parseCertificate(hierarchy.root.certificate);
});

describe('signatures of what was read, remembered', () => {
  it('are told by the key, whatever was asked before', async () => {
    const stranger = parseCertificate((await testHierarchy()).root.certificate);
    for (let count = 0; count < 2; count += 1) {
      expect(isSignedByKey(issuing, root.publicKey)).toBe(true);
      expect(isSignedByKey(issuing, stranger.publicKey)).toBe(false);
      expect(isSignedByKey(issuing, issuing.publicKey)).toBe(false);
      expect(isSignedByKey(issuing, new Uint8Array([1, 2, 3]))).toBe(false);
    }
  });

  it('belong to one reading, never to a name: another with one bit changed is verified anew', () => {
    expect(isSignedByKey(issuing, root.publicKey)).toBe(true);
    for (const field of ['signedBytes', 'signature'] as const) {
      const octets = issuing[field].slice();
      octets[octets.length - 1] = (octets.at(-1) ?? 0) ^ 1;
      expect(isSignedByKey({ ...issuing, [field]: octets }, root.publicKey)).toBe(false);
    }
    const der = hierarchy.issuing.certificate.slice();
    der[der.length - 1] = (der.at(-1) ?? 0) ^ 1;
    expect(isSignedByKey(recentCertificate(der), root.publicKey)).toBe(false);
    expect(isSignedByKey(recentCertificate(hierarchy.issuing.certificate), root.publicKey)).toBe(true);
  });

  it('survive any number of other keys', () => {
    const key = root.publicKey;
    for (let index = 0; index < 40; index += 1) {
      const other = key.slice();
      other[other.length - 1] = index;
      isSignedByKey(issuing, other);
    }
    expect(isSignedByKey(issuing, key)).toBe(true);
  });
});

describe('a bounded map', () => {
  it('forgets what came first', () => {
    const map = new BoundedMap<number>(2);
    for (const [index, key] of ['a', 'b', 'c'].entries()) expect(map.set(key, index)).toBe(index);
    expect(['a', 'b', 'c'].map((key) => map.get(key))).toEqual([undefined, 1, 2]);
  });
});

describe('OCSP responses read lately', () => {
  it('are refused each time when they are none', () => {
    for (let count = 0; count < 2; count += 1) {
      expect(() => recentOcspResponse(hierarchy.root.certificate)).toThrow('pki.ocsp_response_invalid');
    }
  });
});

describe('digests of certificates', () => {
  it('belong to the octets of the certificate as it was read', () => {
    const der = root.der.slice();
    der[der.length - 1] = (der.at(-1) ?? 0) ^ 1;
    const changed = { ...root, der };
    for (let count = 0; count < 2; count += 1) {
      for (const one of [root, changed]) {
        const expected = createHash('sha256').update(one.der).digest('hex');
        expect(Buffer.from(certificateDigest(one, 'sha256')).toString('hex')).toBe(expected);
      }
      expect(certificateDigest(root, 'sha384')).toHaveLength(48);
    }
  });
});

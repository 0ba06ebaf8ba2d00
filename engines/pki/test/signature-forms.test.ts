import { generateKeyPairSync, sign } from 'node:crypto';
import { der } from '@tra/asn1';
import { describe, expect, it } from 'vitest';
import { readSignatureScheme, verifySignature } from '../src/index.ts';

const data = new TextEncoder().encode('data');
const identifier = (oid: string): Uint8Array => der.sequence(der.oid(oid));

describe('plain ECDSA (BSI TR-03111 clause 5.2.1)', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
  const plain = identifier('0.4.0.127.0.7.1.1.4.1.3');

  it('is two numbers side by side, and never a SEQUENCE', () => {
    const value = new Uint8Array(sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' }));
    const sequence = new Uint8Array(sign('sha256', data, { key: privateKey, dsaEncoding: 'der' }));
    expect(verifySignature(plain, spki, data, value)).toBe(true);
    expect(verifySignature(plain, spki, data, sequence)).toBe(false);
    expect(verifySignature(identifier('1.2.840.10045.4.3.2'), spki, data, value)).toBe(false);
    expect(verifySignature(identifier('0.4.0.127.0.7.1.1.4.1.4'), spki, data, value)).toBe(false);
  });

  it('goes with SHA-2 and SHA-3; RIPEMD-160 is none', () => {
    expect(readSignatureScheme(identifier('0.4.0.127.0.7.1.1.4.1.11')).digest).toBe('sha3-512');
    expect(() => readSignatureScheme(identifier('0.4.0.127.0.7.1.1.4.1.6'))).toThrow('pki.algorithm_unsupported');
  });
});

describe('DSA with long digests (NIST CSOR)', () => {
  it.each([
    ['2.16.840.1.101.3.4.3.3', 'sha384'],
    ['2.16.840.1.101.3.4.3.4', 'sha512'],
    ['2.16.840.1.101.3.4.3.6', 'sha3-256'],
  ])('%s is %s', (oid, digest) => {
    const { privateKey, publicKey } = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 });
    const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
    expect(verifySignature(identifier(oid), spki, data, new Uint8Array(sign(digest, data, privateKey)))).toBe(true);
    expect(
      verifySignature(identifier(oid), spki, data.subarray(1), new Uint8Array(sign(digest, data, privateKey))),
    ).toBe(false);
  });
});

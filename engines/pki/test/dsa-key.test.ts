import { generateKeyPairSync, sign } from 'node:crypto';
import { der, readDer, SequenceReader, TAG } from '@tra/asn1';
import { mutate, seededNumbers } from '@tra/asn1/testing';
import { describe, expect, it } from 'vitest';
import { PkiError, readPublicKey, verifySignature } from '../src/index.ts';

const { publicKey, privateKey } = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 });
const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
const algorithm = der.sequence(der.oid('2.16.840.1.101.3.4.3.2'));
const data = new TextEncoder().encode('data');

describe('a DSA key', () => {
  it('verifies', () => {
    const signature = new Uint8Array(sign('sha256', data, privateKey));
    expect(verifySignature(algorithm, spki, data, signature)).toBe(true);
    expect(readPublicKey(spki).asymmetricKeyDetails?.modulusLength).toBe(1032);
  });

  it('without its parameters is refused: its details would end the process', () => {
    const reader = new SequenceReader(readDer(spki), 'SubjectPublicKeyInfo');
    reader.take(TAG.sequence, 'algorithm');
    const bits = reader.take(TAG.bitString, 'subjectPublicKey').raw;
    for (const parameters of [
      undefined,
      der.nullValue(),
      der.sequence(),
      der.sequence(der.integer(3), der.integer(5)),
    ]) {
      const bare = der.sequence(der.sequence(der.oid('1.2.840.10040.4.1'), parameters), bits);
      expect(() => readPublicKey(bare)).toThrow(PkiError);
      expect(verifySignature(algorithm, bare, data, new Uint8Array(46))).toBe(false);
    }
  });

  it('changed in any way never ends the process', () => {
    const random = seededNumbers(3);
    let imported = 0;
    for (let round = 0; round < 3000; round += 1) {
      try {
        imported += readPublicKey(mutate(spki, spki, random).bytes).asymmetricKeyDetails ? 1 : 0;
      } catch (error) {
        expect(error).toBeInstanceOf(PkiError);
      }
    }
    expect(imported).toBeGreaterThan(0);
  });
});

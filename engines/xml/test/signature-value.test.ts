import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verifyXmlSignatureValue, xmlSignatureSchemeOf } from '../src/dsig/algorithms.ts';

const data = Buffer.from('<SignedInfo/>');
const spkiOf = (key: KeyObject): Uint8Array => new Uint8Array(key.export({ type: 'spki', format: 'der' }));
const schemeOf = (uri: string) => xmlSignatureSchemeOf(uri) ?? { family: 'rsa' as const };

describe('ECDSA values', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-521' });
  const scheme = schemeOf('http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512');
  const spki = spkiOf(publicKey);

  /** Both numbers begin with a zero octet in one value out of four. */
  function shortValue(): { full: Uint8Array; short: Uint8Array } {
    for (;;) {
      const full = sign('sha512', data, { key: privateKey, dsaEncoding: 'ieee-p1363' });
      if (full[0] === 0 && full[66] === 0)
        return { full, short: Buffer.concat([full.subarray(1, 66), full.subarray(67)]) };
    }
  }

  it('are two numbers of full length, and read where both lack their zero octets (XMLDSig 1.1 clause 6.4.3)', () => {
    const { full, short } = shortValue();
    expect(verifyXmlSignatureValue(scheme, spki, data, full)).toBe(true);
    expect(verifyXmlSignatureValue(scheme, spki, data, short)).toBe(true);
    expect(verifyXmlSignatureValue(scheme, spki, Buffer.from('<SignedInfo />'), short)).toBe(false);
    expect(verifyXmlSignatureValue(scheme, spki, data, short.subarray(1))).toBe(false);
    expect(verifyXmlSignatureValue(scheme, spki, data, Buffer.concat([full, Buffer.alloc(2)]))).toBe(false);
    expect(verifyXmlSignatureValue(scheme, spki, data, new Uint8Array())).toBe(false);
  });
});

describe('Ed448 (RFC 9231 section 2.3.12)', () => {
  it('verifies with a key of its own kind only', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed448');
    const scheme = schemeOf('http://www.w3.org/2021/04/xmldsig-more#eddsa-ed448');
    const value = sign(null, data, privateKey);
    expect(verifyXmlSignatureValue(scheme, spkiOf(publicKey), data, value)).toBe(true);
    expect(
      verifyXmlSignatureValue(
        schemeOf('http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519'),
        spkiOf(publicKey),
        data,
        value,
      ),
    ).toBe(false);
    expect(verifyXmlSignatureValue(scheme, spkiOf(publicKey), Buffer.from('x'), value)).toBe(false);
  });
});

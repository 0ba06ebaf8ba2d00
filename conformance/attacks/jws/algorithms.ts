import { concatBytes } from '@tra/kernel';
import { hmac, rawEcdsa } from '../hand-xml.ts';
import { forgery, invalid, keyless, malformed, pem, type Row, signed, spki, unsupported } from './signature.ts';

/** Algorithms that are none, of another kind, or over nothing. */
export const algorithmRows: readonly Row[] = [
  ...['none', 'None', 'NONE', 'nOnE'].map(
    (alg): Row => ({
      name: `algorithm ${alg}, no signature`,
      clause: 'RFC 7518 3.6; RFC 8725 3.1',
      reason: keyless,
      forged: signed({ more: { alg }, body: forgery, value: () => new Uint8Array() }),
    }),
  ),
  {
    name: 'HS256 with the public key',
    clause: 'RFC 8725 3.1',
    reason: keyless,
    forged: signed((stage) => ({ more: { alg: 'HS256' }, body: forgery, value: (data) => hmac(spki(stage), data) })),
  },
  {
    name: 'HS256 with the public key in PEM',
    clause: 'RFC 8725 3.1',
    reason: keyless,
    forged: signed((stage) => ({
      more: { alg: 'HS256' },
      body: forgery,
      value: (data) => hmac(pem(spki(stage)), data),
    })),
  },
  {
    name: 'HS256 with the certificate',
    clause: 'RFC 8725 3.1',
    reason: keyless,
    forged: signed(({ victim }) => ({
      more: { alg: 'HS256' },
      body: forgery,
      value: (data) => hmac(victim.document.certificate, data),
    })),
  },
  {
    name: 'an algorithm for encryption',
    clause: 'RFC 7518 3.1, 4.1',
    reason: unsupported,
    forged: signed({ more: { alg: 'RSA-OAEP' } }),
  },
  {
    name: 'an algorithm with SHA-1',
    clause: 'RFC 7518 3.1',
    reason: unsupported,
    forged: signed({ more: { alg: 'RS1' } }),
  },
  {
    name: 'an algorithm of another kind of key',
    clause: 'RFC 7518 3.1',
    reason: invalid,
    forged: signed({ more: { alg: 'RS256' } }),
  },
  {
    name: 'an algorithm of another curve',
    clause: 'RFC 7518 3.4',
    reason: invalid,
    forged: signed({ more: { alg: 'ES384' } }),
  },
  { name: 'no algorithm', clause: 'RFC 7515 4.1.1', reason: malformed, forged: signed({ more: { alg: undefined } }) },
  {
    name: 'an algorithm that is no text',
    clause: 'RFC 7515 4.1.1',
    reason: malformed,
    forged: signed({ more: { alg: ['ES256'] } }),
  },
  {
    name: 'r and s zero',
    clause: 'RFC 7518 3.4; CVE-2022-21449',
    reason: invalid,
    forged: signed({ body: forgery, value: () => new Uint8Array(64) }),
  },
  {
    name: 'an ECDSA signature in DER',
    clause: 'RFC 7518 3.4',
    reason: invalid,
    forged: signed(({ victim }) => ({ value: (data) => victim.document.signer.sign(data) })),
  },
  {
    name: 'a signature with a zero before each number',
    clause: 'RFC 7518 3.4',
    reason: invalid,
    forged: signed(({ victim }) => ({
      value: async (data) => {
        const raw = rawEcdsa(await victim.document.signer.sign(data));
        return concatBytes(Uint8Array.of(0), raw.subarray(0, 32), Uint8Array.of(0), raw.subarray(32));
      },
    })),
  },
  {
    name: 'no signature under a good algorithm',
    clause: 'RFC 7515 5.2',
    reason: invalid,
    forged: signed({ value: () => new Uint8Array() }),
  },
];

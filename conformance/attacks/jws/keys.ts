import { createHash, generateKeyPairSync, sign as nodeSign } from 'node:crypto';
import { toBase64, toBase64Url } from '@tra/kernel';
import { sha256 } from '../bytes.ts';
import { flat, forgery, make, type Row, signed } from './signature.ts';

/** Keys and certificates that are not those of the signer. */
export const keyRows: readonly Row[] = [
  {
    name: 'the key of the impostor in the header',
    clause: 'RFC 7515 4.1.3; RFC 8725 3.1; CVE-2018-0114',
    reason: 'signature.signer_certificate_missing',
    forged: signed(() => {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const more = { jwk: publicKey.export({ format: 'jwk' }), x5c: undefined, 'x5t#S256': undefined };
      return {
        more,
        body: forgery,
        value: (data) => new Uint8Array(nodeSign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' })),
      };
    }),
  },
  {
    name: 'a key that must be fetched',
    clause: 'RFC 7515 4.1.2',
    reason: 'signature.signer_certificate_missing',
    forged: signed(({ impostor }) => ({
      by: impostor,
      body: forgery,
      more: { jku: 'http://attacker.example/jwks', x5c: undefined, 'x5t#S256': undefined },
    })),
  },
  {
    name: 'certificates that must be fetched',
    clause: 'RFC 7515 4.1.5',
    reason: 'signature.signer_certificate_missing',
    forged: signed(({ impostor }) => ({
      by: impostor,
      body: forgery,
      more: { x5u: 'http://attacker.example/x.pem', x5c: undefined, 'x5t#S256': undefined },
    })),
  },
  {
    name: 'certificates of the impostor',
    clause: 'EN 319 102-1 5.2.6',
    reason: 'signature.path_untrusted',
    forged: signed(({ impostor }) => ({ by: impostor, body: forgery })),
  },
  {
    name: 'the certificate of the impostor before that of the victim',
    clause: 'RFC 7515 4.1.6',
    reason: 'signature.path_untrusted',
    forged: signed(({ impostor, victim }) => ({
      by: impostor,
      body: forgery,
      more: { x5c: [impostor, victim].map(({ document }) => toBase64(document.certificate)) },
    })),
  },
  {
    name: 'the certificate of the victim before that of the impostor',
    clause: 'RFC 7515 4.1.6',
    reason: 'signature.signer_certificate_mismatch',
    forged: signed(({ impostor, victim }) => ({
      by: impostor,
      body: forgery,
      more: {
        'x5t#S256': toBase64Url(sha256(victim.document.certificate)),
        x5c: [victim, impostor].map(({ document }) => toBase64(document.certificate)),
      },
    })),
  },
  {
    name: 'x5t#S256 of somebody else',
    clause: 'RFC 7515 4.1.8; TS 119 182-1 5.1.7',
    reason: 'signature.signer_certificate_mismatch',
    forged: signed(({ victim }) => ({ more: { 'x5t#S256': toBase64Url(sha256(victim.unit.certificate)) } })),
  },
  {
    name: 'x5t#o of somebody else',
    clause: 'TS 119 182-1 5.2.2',
    reason: 'signature.signer_certificate_mismatch',
    forged: signed(({ victim }) => ({
      more: {
        'x5t#o': { digAlg: 'S512', digVal: toBase64Url(createHash('sha512').update(victim.unit.certificate).digest()) },
      },
    })),
  },
  {
    name: 'the signer named by nothing',
    clause: 'TS 119 182-1 6.3',
    reason: 'signature.signer_certificate_not_bound',
    forged: async (stage) => {
      const made = await make(stage, { more: { x5c: undefined, 'x5t#S256': undefined } });
      return flat(made, {
        header: {
          x5c: [toBase64(stage.victim.document.certificate), toBase64(stage.victim.hierarchy.issuing.certificate)],
        },
      });
    },
  },
];

import { createHash } from 'node:crypto';
import { toBase64, utf8Encode } from '@tra/kernel';
import { certificates, DSIG, ECDSA, EXCLUSIVE, type HandSignature, hmac, rawEcdsa } from '../hand-xml.ts';
import { exclusive, malformed, type Row, unsupported, usual, XSLT } from './signature.ts';

const manifest = (uri: string, octets: string): string => {
  const value = createHash('sha256').update(octets).digest('base64');
  return `<ds:Manifest xmlns:ds="${DSIG}" Id="m"><ds:Reference URI="${uri}"><ds:Transforms>${exclusive}</ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod><ds:DigestValue>${value}</ds:DigestValue></ds:Reference></ds:Manifest>`;
};
const withManifest = (uri: string, octets: string) => (): HandSignature => ({
  references: [usual, { uri: '#m', octets: manifest(uri, octets), type: `${DSIG}Manifest` }],
  objects: `<ds:Object>${manifest(uri, octets)}</ds:Object>`,
});

/** Manifests, methods and keys. */
export const methodRows: readonly Row[] = [
  {
    name: 'a manifest whose entry differs',
    clause: 'XMLDSig 1.1 5.1; EN 319 132-1 4.4',
    reason: 'signature.manifest_entry_differs',
    signature: withManifest('#p', 'other'),
  },
  {
    name: 'a manifest whose entry is missing',
    clause: 'XMLDSig 1.1 5.1',
    reason: 'signature.manifest_entry_missing',
    signature: withManifest('#gone', 'x'),
  },
  {
    name: 'HMAC with the public key',
    clause: 'XMLDSig 1.1 6.3.1, 8.2',
    reason: 'signature.algorithm_keyless',
    signature: ({ victim }) => ({
      references: [usual],
      method: `http://www.w3.org/2001/04/xmldsig-more#hmac-sha256`,
      value: (info) => hmac(victim.document.signer.publicKey, info),
    }),
  },
  {
    name: 'HMAC with the certificate, cut to eight bits',
    clause: 'XMLDSig 1.1 6.3.1; CVE-2009-0217',
    reason: 'signature.algorithm_keyless',
    signature: ({ victim }) => ({
      references: [usual],
      method: `${DSIG}hmac-sha1`,
      parameters: '<ds:HMACOutputLength>8</ds:HMACOutputLength>',
      value: (info) => hmac(victim.document.certificate, info).subarray(0, 1),
    }),
  },
  {
    name: 'RSA named for a key of an elliptic curve',
    clause: 'XMLDSig 1.1 6.4',
    reason: 'signature.value_invalid',
    signature: () => ({ references: [usual], method: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256' }),
  },
  {
    name: 'another digest in the signature method',
    clause: 'XMLDSig 1.1 6.4.3',
    reason: 'signature.value_invalid',
    signature: () => ({ references: [usual], method: ECDSA.replace('256', '512') }),
  },
  {
    name: 'a signature method that nobody knows',
    clause: 'XMLDSig 1.1 4.4.2',
    reason: unsupported,
    signature: () => ({ references: [usual], method: 'urn:nobody' }),
  },
  {
    name: 'another content under a signature method that nobody knows',
    clause: 'XMLDSig 1.1 3.2.1; EN 319 102-1 5.2.7',
    reason: 'signature.reference_differs',
    signature: () => ({ references: [{ ...usual, digest: new Uint8Array(32) }], method: 'urn:nobody' }),
  },
  {
    name: 'no signature method',
    clause: 'XMLDSig 1.1 4.4.2',
    reason: unsupported,
    signature: () => ({ references: [usual], method: 'http://www.w3.org/2000/09/xmldsig#none' }),
  },
  {
    name: 'XSLT to canonicalise what is signed',
    clause: 'XMLDSig 1.1 4.4.1, 8.1.1',
    reason: 'signature.value_invalid',
    signature: () => ({ references: [usual], canonicalization: XSLT }),
  },
  {
    name: 'base64 to canonicalise what is signed',
    clause: 'XMLDSig 1.1 4.4.1',
    reason: 'signature.value_invalid',
    signature: () => ({ references: [usual], canonicalization: `${DSIG}base64` }),
  },
  {
    name: 'canonicalisation exchanged after signing',
    clause: 'XMLDSig 1.1 4.4.1',
    reason: 'signature.value_invalid',
    signature: ({ victim }) => ({
      references: [usual],
      canonicalization: 'http://www.w3.org/2006/12/xml-c14n11',
      value: async (info) => {
        const text = Buffer.from(info).toString().replace('http://www.w3.org/2006/12/xml-c14n11', EXCLUSIVE);
        return rawEcdsa(await victim.document.signer.sign(utf8Encode(text)));
      },
    }),
  },
  {
    name: 'an unsigned ds:SignedInfo before the signed one',
    clause: 'XMLDSig 1.1 4.2; CVE-2025-29774',
    reason: malformed,
    signature: () => ({
      references: [usual],
      before: `<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="${EXCLUSIVE}"/><ds:SignatureMethod Algorithm="${ECDSA}"/></ds:SignedInfo>`,
    }),
  },
  {
    name: 'the key of the impostor beside the certificate of the victim',
    clause: 'XMLDSig 1.1 4.5',
    reason: 'signature.value_invalid',
    signature: ({ impostor, victim }) => ({
      references: [usual],
      entity: impostor.document,
      keyInfo: `<ds:KeyValue><dsig11:ECKeyValue xmlns:dsig11="http://www.w3.org/2009/xmldsig11#"><dsig11:NamedCurve URI="urn:oid:1.2.840.10045.3.1.7"/><dsig11:PublicKey>${toBase64(impostor.document.signer.publicKey.slice(-65))}</dsig11:PublicKey></dsig11:ECKeyValue></ds:KeyValue>${certificates(victim.document.certificate)}`,
    }),
  },
  {
    name: 'a bare key and no certificate',
    clause: 'EN 319 102-1 5.2.3',
    reason: 'signature.signer_certificate_missing',
    signature: ({ impostor }) => ({
      references: [usual],
      entity: impostor.document,
      keyInfo: '<ds:KeyName>Somchai</ds:KeyName>',
    }),
  },
  {
    name: 'a certificate that must be fetched',
    clause: 'XMLDSig 1.1 4.5.3; EN 319 102-1 5.2.3',
    reason: 'signature.signer_certificate_missing',
    signature: ({ impostor }) => ({
      references: [usual],
      entity: impostor.document,
      keyInfo: '<ds:RetrievalMethod URI="http://attacker.example/key"/>',
    }),
  },
];

import { createHash } from 'node:crypto';
import { toBase64, utf8Encode } from '@tra/kernel';
import type { Attack, AttackFamily, Stage } from './attack.ts';
import {
  certificates,
  DSIG,
  ECDSA,
  ENVELOPED,
  EXCLUSIVE,
  type HandSignature,
  handSignature,
  hmac,
  rawEcdsa,
  transform,
} from './hand-xml.ts';
import { body, envelope, forged } from './xml.ts';

interface Row {
  readonly name: string;
  readonly clause: string;
  readonly reason: string;
  readonly signature: (stage: Stage) => HandSignature;
  /** What stands in the document beside the signature; the signed element alone unless told. */
  readonly content?: string;
}

const uncovered = 'signature.content_not_covered';
const wrapped = 'signature.content_wrapped';
const unreadable = 'signature.reference_unreadable';
const missing = 'signature.reference_missing';
const differs = 'signature.reference_differs';
const unsupported = 'signature.algorithm_unsupported';
const malformed = 'signature.signature_malformed';
const usual = { uri: '#p', octets: body } as const;
const over =
  (...references: HandSignature['references']) =>
  (): HandSignature => ({ references });

const XPATH = 'http://www.w3.org/TR/1999/REC-xpath-19991116';
const FILTER = 'http://www.w3.org/2002/06/xmldsig-filter2';
const XSLT = 'http://www.w3.org/TR/1999/REC-xslt-19991116';
const xpath = (expression: string): string => transform(XPATH, `<ds:XPath>${expression}</ds:XPath>`);
const filter = (kind: string, expression: string): string =>
  transform(FILTER, `<dsf:XPath xmlns:dsf="${FILTER}" Filter="${kind}">${expression}</dsf:XPath>`);
const exclusive = transform(EXCLUSIVE);
const two = `<body Id="p">Pay <amount>999</amount> baht to Somchai</body>`;
const pruned = '<body Id="p">Pay  baht to Somchai</body>';

const transformRows: readonly Row[] = [
  {
    name: 'XPath that leaves the amount unsigned',
    clause: 'XMLDSig 1.1 8.1.2, 6.6.3',
    reason: wrapped,
    content: two,
    signature: over({ uri: '#p', octets: pruned, transforms: `${xpath('not(ancestor-or-self::amount)')}${exclusive}` }),
  },
  {
    name: 'XPath filter that subtracts the amount',
    clause: 'XPath Filter 2.0 3; XMLDSig 1.1 8.1.2',
    reason: wrapped,
    content: two,
    signature: over({ uri: '#p', octets: pruned, transforms: `${filter('subtract', '//amount')}${exclusive}` }),
  },
  {
    name: 'XPath that keeps nothing',
    clause: 'XMLDSig 1.1 8.1.1, 6.6.3',
    reason: wrapped,
    content: forged(' Id="p"'),
    signature: over({ uri: '#p', octets: '', transforms: `${xpath('false()')}${exclusive}` }),
  },
  {
    name: 'XPath filter that keeps nothing',
    clause: 'XPath Filter 2.0 3; XMLDSig 1.1 8.1.1',
    reason: wrapped,
    content: forged(' Id="p"'),
    signature: over({ uri: '#p', octets: '', transforms: `${filter('intersect', '/nothing')}${exclusive}` }),
  },
  {
    name: 'XPath that keeps the names and drops the text',
    clause: 'XMLDSig 1.1 8.1.1',
    reason: wrapped,
    content: forged(' Id="p"'),
    signature: over({
      uri: '#p',
      octets: '<body Id="p"></body>',
      transforms: `${xpath('not(self::text())')}${exclusive}`,
    }),
  },
  {
    name: 'XPath that drops the attributes',
    clause: 'XMLDSig 1.1 8.1.1',
    reason: wrapped,
    content: '<body Id="p" amount="999">Pay</body>',
    signature: over({
      uri: '#p',
      octets: '<body>Pay</body>',
      transforms: `${xpath('self::* or self::text()')}${exclusive}`,
    }),
  },
  {
    name: 'base64 of the text, the amount in an attribute',
    clause: 'XMLDSig 1.1 6.6.2, 8.1.1',
    reason: wrapped,
    content: '<body Id="p"><amount>9999</amount>UGF5</body>',
    signature: over({
      uri: '#p',
      octets: '',
      digest: createHash('sha256').update(Buffer.from('9999UGF5', 'base64')).digest(),
      transforms: transform(`${DSIG}base64`),
    }),
  },
  {
    name: 'XSLT',
    clause: 'XMLDSig 1.1 8.1.1, 6.6.5',
    reason: unreadable,
    signature: over({
      ...usual,
      transforms: transform(
        XSLT,
        '<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"></xsl:stylesheet>',
      ),
    }),
  },
  {
    name: 'a transform that nobody knows',
    clause: 'XMLDSig 1.1 4.4.3.4',
    reason: unreadable,
    signature: over({ ...usual, transforms: transform('urn:nobody') }),
  },
  {
    name: 'XPath that is none',
    clause: 'XPath 1.0 3.7',
    reason: unreadable,
    signature: over({ ...usual, transforms: `${xpath('((')}${exclusive}` }),
  },
  {
    name: 'XPath that reads another document',
    clause: 'XPath 1.0 4; XMLDSig 1.1 6.6.3',
    reason: unreadable,
    signature: over({ ...usual, transforms: `${xpath("document('file:///etc/passwd')")}${exclusive}` }),
  },
  {
    name: 'XPath that never ends',
    clause: 'XMLDSig Best Practices 3.1',
    reason: unreadable,
    content: `<body Id="p">${'<a><b/></a>'.repeat(3000)}</body>`,
    signature: over({ ...usual, transforms: `${xpath('count(//. | //@* | //*//. | //*//*//.) &gt; 0')}${exclusive}` }),
  },
  {
    name: 'enveloped-signature outside the signed element',
    clause: 'XMLDSig 1.1 6.6.4',
    reason: differs,
    content: forged(' Id="p"'),
    signature: over({ ...usual, transforms: transform(ENVELOPED).repeat(2) + exclusive, uri: '#s' }),
  },
];

const referenceRows: readonly Row[] = [
  {
    name: 'a file of somebody else by http',
    clause: 'XMLDSig 1.1 4.4.3.1; 8.1.3',
    reason: missing,
    signature: over(usual, { uri: 'http://attacker.example/a.xml', octets: body, transforms: '' }),
  },
  {
    name: 'a file of the machine',
    clause: 'XMLDSig 1.1 4.4.3.1; 8.1.3',
    reason: missing,
    signature: over(usual, { uri: 'file:///etc/hostname', octets: body, transforms: '' }),
  },
  {
    name: 'data in the address',
    clause: 'XMLDSig 1.1 4.4.3.1',
    reason: missing,
    signature: over(usual, { uri: 'data:text/plain,x', octets: 'x', transforms: '' }),
  },
  {
    name: 'an element that is not there',
    clause: 'XMLDSig 1.1 4.4.3.1',
    reason: missing,
    signature: over(usual, { uri: '#nothing', octets: '' }),
  },
  {
    name: 'no address at all',
    clause: 'XMLDSig 1.1 4.4.3.1',
    reason: missing,
    signature: over(usual, { uri: undefined, octets: 'x' }),
  },
  {
    name: 'an XPointer by position',
    clause: 'XMLDSig 1.1 4.4.3.3',
    reason: missing,
    signature: over({ uri: '#xpointer(/envelope/body[1])', octets: body }),
  },
  { name: 'no reference', clause: 'XMLDSig 1.1 4.4', reason: malformed, signature: over() },
  {
    name: 'the key alone',
    clause: 'XMLDSig 1.1 8.1.3',
    reason: uncovered,
    signature: over({ uri: '#k', octets: '<k Id="k"></k>' }),
    content: `${forged('')}<k Id="k"/>`,
  },
  {
    name: 'one of two references that differs',
    clause: 'XMLDSig 1.1 3.2.1',
    reason: differs,
    signature: over(usual, { ...usual, octets: 'other' }),
  },
  {
    name: 'the digest of nothing',
    clause: 'XMLDSig 1.1 3.2.1',
    reason: differs,
    signature: over({ ...usual, octets: '' }),
  },
  {
    name: 'an empty digest',
    clause: 'XMLDSig 1.1 4.4.3.6',
    reason: differs,
    signature: over({ ...usual, digest: new Uint8Array() }),
  },
  {
    name: 'a digest cut to eight octets',
    clause: 'XMLDSig 1.1 4.4.3.6',
    reason: differs,
    signature: over({ ...usual, digest: createHash('sha256').update(body).digest().subarray(0, 8) }),
  },
  {
    name: 'a digest by MD5',
    clause: 'ETSI TS 119 312; XMLDSig 1.1 6.2',
    reason: unreadable,
    signature: over({
      ...usual,
      digestMethod: 'http://www.w3.org/2001/04/xmldsig-more#md5',
      digest: createHash('md5').update(body).digest(),
    }),
  },
  {
    name: 'a digest by SHA-1',
    clause: 'ETSI TS 119 312; EN 319 102-1 5.2.8',
    reason: 'signature.algorithm_too_weak',
    signature: over({ ...usual, digestMethod: `${DSIG}sha1`, digest: createHash('sha1').update(body).digest() }),
  },
  {
    name: 'a digest method that nobody knows',
    clause: 'XMLDSig 1.1 4.4.3.5',
    reason: unreadable,
    signature: over({ ...usual, digestMethod: 'urn:nobody' }),
  },
];

const manifest = (uri: string, octets: string): string => {
  const value = createHash('sha256').update(octets).digest('base64');
  return `<ds:Manifest xmlns:ds="${DSIG}" Id="m"><ds:Reference URI="${uri}"><ds:Transforms>${exclusive}</ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod><ds:DigestValue>${value}</ds:DigestValue></ds:Reference></ds:Manifest>`;
};
const withManifest = (uri: string, octets: string) => (): HandSignature => ({
  references: [usual, { uri: '#m', octets: manifest(uri, octets), type: `${DSIG}Manifest` }],
  objects: `<ds:Object>${manifest(uri, octets)}</ds:Object>`,
});

const methodRows: readonly Row[] = [
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
    reason: unsupported,
    signature: ({ victim }) => ({
      references: [usual],
      method: `http://www.w3.org/2001/04/xmldsig-more#hmac-sha256`,
      value: (info) => hmac(victim.document.signer.publicKey, info),
    }),
  },
  {
    name: 'HMAC with the certificate, cut to eight bits',
    clause: 'XMLDSig 1.1 6.3.1; CVE-2009-0217',
    reason: unsupported,
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

/** XML signatures: references, transforms, methods, keys. */
export const xmlReferenceFamily: AttackFamily = {
  format: 'XML references',
  build: async (stage) => {
    const { victim } = stage;
    const honest = { bytes: utf8Encode(envelope(body, await handSignature(victim, { references: [usual] }))) };
    return Promise.all(
      [...transformRows, ...referenceRows, ...methodRows].map(
        async ({ clause, content = body, name, reason, signature }): Promise<Attack> => {
          const made = await handSignature(victim, signature(stage));
          return { name, clause, reason, honest, forged: { bytes: utf8Encode(envelope(content, made)) } };
        },
      ),
    );
  },
};

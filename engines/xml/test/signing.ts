import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type SignatureAlgorithm, type Signer, utf8Decode, utf8Encode } from '@tra/kernel';
import {
  createXmlSignature,
  DSIG_NAMESPACE,
  ENVELOPED_SIGNATURE,
  EXCLUSIVE_C14N,
  elementsBelow,
  isElement,
  type ParsedDocument,
  parseXml,
  readXmlSignature,
  type VerifyXmlOptions,
  verifyXmlSignature,
  type XmlReferenceRequest,
  type XmlSignatureResult,
} from '../src/index.ts';

/** A signer whose private key a tool may have. */
export type TestKey = Signer & { readonly privateKey: KeyObject };

/** A fresh key. */
export function testKey(algorithm: SignatureAlgorithm): TestKey {
  const pair =
    algorithm === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : algorithm.startsWith('rsa')
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : generateKeyPairSync('ec', { namedCurve: algorithm === 'ecdsa-p256-sha256' ? 'P-256' : 'P-384' });
  const digest = algorithm === 'ed25519' ? null : algorithm.slice(-6);
  return {
    algorithm,
    privateKey: pair.privateKey,
    publicKey: new Uint8Array(pair.publicKey.export({ type: 'spki', format: 'der' })),
    sign: async (data) => new Uint8Array(sign(digest, data, pair.privateKey)),
  };
}

/** Keys for most tests. */
export const p256 = testKey('ecdsa-p256-sha256');
export const rsa = testKey('rsa-pkcs1-sha256');
/** A document to sign. */
export const source = utf8Encode(
  '<?xml version="1.0"?>\r\n<!-- c --><doc xmlns="urn:doc" xmlns:u="urn:unused" Id="d">ไทย &amp; <a Id="a" b="2"/></doc>',
);
/** The reference of an enveloped signature. */
export const enveloped: XmlReferenceRequest = { uri: '', transforms: [ENVELOPED_SIGNATURE, EXCLUSIVE_C14N] };

/** The first signature of a document. */
export function signatureIn(document: ParsedDocument) {
  for (const child of elementsBelow(document.root)) {
    if (isElement(child, DSIG_NAMESPACE, 'Signature')) return readXmlSignature(child);
  }
  throw new Error('no signature');
}

/** Verifies the first signature. */
export function verify(bytes: Uint8Array, options: Partial<VerifyXmlOptions> = {}): XmlSignatureResult {
  const document = parseXml(bytes);
  return verifyXmlSignature(signatureIn(document), { document, publicKey: p256.publicKey, ...options });
}

/** Value and references hold. */
export const good = (result: XmlSignatureResult): boolean => result.valueIntact && result.referencesIntact;
/** A document with something replaced. */
export const edit = (bytes: Uint8Array, from: string | RegExp, to: string): Uint8Array => {
  const text = utf8Decode(bytes);
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`nothing to change: ${from}`);
  return utf8Encode(changed);
};
/** The document, signed. */
export const signEnveloped = (references = [enveloped], signer: Signer = p256): Promise<Uint8Array> =>
  createXmlSignature({ document: source, signer, id: 'sig', references });

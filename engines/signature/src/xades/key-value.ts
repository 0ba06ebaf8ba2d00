import { createPublicKey } from 'node:crypto';
import { toBase64Url } from '@tra/kernel';
import { childElements, DSIG_NAMESPACE, decodeBase64, isElement, type ParsedElement, textOf } from '@tra/xml';

/** SubjectPublicKeyInfo of an RSA key that stands bare in ds:KeyInfo (XMLDSig 1.1 clause 4.5.2.2), or undefined. It names nobody. */
export function keyValueOf(keyInfo: ParsedElement | undefined): Uint8Array | undefined {
  const value = child(keyInfo, 'KeyValue');
  const rsa = child(value, 'RSAKeyValue');
  const [modulus, exponent] = [child(rsa, 'Modulus'), child(rsa, 'Exponent')];
  if (!modulus || !exponent) return undefined;
  try {
    const [n, e] = [modulus, exponent].map((part) => toBase64Url(decodeBase64(textOf(part))));
    const key = createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
    return new Uint8Array(key.export({ type: 'spki', format: 'der' }));
  } catch {
    return undefined;
  }
}

function child(parent: ParsedElement | undefined, localName: string): ParsedElement | undefined {
  return parent && childElements(parent).find((entry) => isElement(entry, DSIG_NAMESPACE, localName));
}

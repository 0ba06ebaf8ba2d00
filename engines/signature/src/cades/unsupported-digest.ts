import { createHash } from 'node:crypto';
import { readDer, readOctetString } from '@tra/asn1';
import { CMS_ATTRIBUTE, type SignerInfo } from '@tra/cms';
import { equalBytes } from '@tra/kernel';

/** Digests that no signature may rest on here, or that go with methods that are not implemented: they can still tell that a content is another. */
const digests: ReadonlyMap<string, readonly [name: string, outputLength?: number]> = new Map([
  ['1.2.840.113549.2.5', ['md5']],
  ['1.3.36.3.2.1', ['ripemd160']],
  ['1.2.156.10197.1.401', ['sm3']],
  ['2.16.840.1.101.3.4.2.5', ['sha512-224']],
  ['2.16.840.1.101.3.4.2.6', ['sha512-256']],
  // RFC 8702 section 3.1: 256 bits of SHAKE128 and 512 of SHAKE256.
  ['2.16.840.1.101.3.4.2.11', ['shake128', 32]],
  ['2.16.840.1.101.3.4.2.12', ['shake256', 64]],
]);

/**
 * Whether the content is another than the one whose digest the signer states (RFC 5652 section 11.2), for a digest that counts for nothing else. False where it
 * cannot be told; that it is the same is never said.
 */
export function contentDiffers(signer: SignerInfo, content: readonly Uint8Array[] | undefined): boolean {
  const [name, outputLength] = digests.get(signer.digestAlgorithm) ?? [];
  const [stated, second] = signer.signedAttributes.get(CMS_ATTRIBUTE.messageDigest) ?? [];
  if (name === undefined || !content || !stated || second) return false;
  try {
    const hash = createHash(name, outputLength === undefined ? {} : { outputLength });
    for (const part of content) hash.update(part);
    return !equalBytes(readOctetString(readDer(stated)), hash.digest());
  } catch {
    // No digest is stated, or the cryptographic library was built without this one.
    return false;
  }
}

import { readDer, readOid, SequenceReader, TAG } from '@tra/asn1';
import { readSignatureScheme } from '@tra/pki';

/** HMAC (RFC 8018 appendix B.1): whoever can verify it can make it. */
const keyless: readonly string[] = [7, 8, 9, 10, 11, 12, 13].map((last) => `1.2.840.113549.2.${last}`);

/** OID of an encoded AlgorithmIdentifier; undefined when it cannot be read. */
export function methodOid(algorithmIdentifier: Uint8Array): string | undefined {
  try {
    const reader = new SequenceReader(readDer(algorithmIdentifier), 'AlgorithmIdentifier');
    return readOid(reader.take(TAG.oid, 'algorithm'));
  } catch {
    return undefined;
  }
}

/** Whether an encoded AlgorithmIdentifier names a method without a key that only the signer has. */
export function isKeylessMethod(algorithmIdentifier: Uint8Array): boolean {
  return keyless.includes(methodOid(algorithmIdentifier) ?? '');
}

/** Whether signatures by the method of an encoded AlgorithmIdentifier can be verified here. */
export function isKnownMethod(algorithmIdentifier: Uint8Array): boolean {
  try {
    readSignatureScheme(algorithmIdentifier);
    return true;
  } catch {
    return false;
  }
}

import { createHash } from 'node:crypto';
import { der, readBitStringOctets, readDer, SequenceReader, TAG } from '@tra/asn1';

/** Key identifier by method 1 of RFC 5280 section 4.2.1.2: SHA-1 of the key bits (an index, not a protection). */
export function keyIdentifier(publicKey: Uint8Array): Uint8Array {
  const reader = new SequenceReader(readDer(publicKey), 'SubjectPublicKeyInfo');
  reader.take(TAG.sequence, 'algorithm');
  const bits = readBitStringOctets(reader.take(TAG.bitString, 'subjectPublicKey'));
  return createHash('sha1').update(bits).digest();
}

/** AuthorityKeyIdentifier value with the key identifier only. */
export function authorityKeyIdentifier(keyId: Uint8Array): Uint8Array {
  return der.sequence(der.implicit(0, der.octetString(keyId)));
}

import { readDer, readOctetString, readOid, SequenceReader, TAG } from '@tra/asn1';
import { CONTENT_TYPE, parseSignedData } from '@tra/cms';
import { type DigestName, digestOfOid } from '@tra/pki';

/** What a token says that it covers; not verified. */
export interface Imprint {
  readonly digest: DigestName;
  readonly value: Uint8Array;
}

/** The message imprint of a time-stamp token (RFC 3161 section 2.4.2), or undefined when the bytes are none. */
export function imprintOf(token: Uint8Array): Imprint | undefined {
  try {
    const { content, contentType } = parseSignedData(token);
    if (contentType !== CONTENT_TYPE.tstInfo || !content) return undefined;
    const info = new SequenceReader(readDer(content), 'TSTInfo');
    info.take(TAG.integer, 'version');
    info.take(TAG.oid, 'policy');
    const imprint = new SequenceReader(info.take(TAG.sequence, 'messageImprint'), 'MessageImprint');
    const algorithm = new SequenceReader(imprint.take(TAG.sequence, 'hashAlgorithm'), 'AlgorithmIdentifier');
    const digest = digestOfOid(readOid(algorithm.take(TAG.oid, 'algorithm')));
    return digest && { digest, value: readOctetString(imprint.take(TAG.octetString, 'hashedMessage')) };
  } catch {
    return undefined;
  }
}

import { der, readDer, readOid, SequenceReader, TAG } from '@tra/asn1';

const dsa = '1.2.840.10040.4.1';

interface KeyParts {
  readonly algorithm: string;
  readonly algorithmIdentifier: Uint8Array;
  readonly hasParameters: boolean;
  readonly key: Uint8Array;
}

function partsOf(spki: Uint8Array): KeyParts | undefined {
  try {
    const reader = new SequenceReader(readDer(spki), 'SubjectPublicKeyInfo');
    const identifier = reader.take(TAG.sequence, 'algorithm');
    const inner = new SequenceReader(identifier, 'AlgorithmIdentifier');
    const algorithm = readOid(inner.take(TAG.oid, 'algorithm'));
    const [parameters] = inner.rest();
    const hasParameters = parameters !== undefined && parameters.tag !== TAG.null;
    return {
      algorithm,
      algorithmIdentifier: identifier.raw,
      hasParameters,
      key: reader.take(TAG.bitString, 'key').raw,
    };
  } catch {
    return undefined;
  }
}

/** Whether the key is DSA without domain parameters: it takes those of its issuer (RFC 5280 section 6.1.4 (e)). */
export function lacksParameters(spki: Uint8Array): boolean {
  const parts = partsOf(spki);
  return parts?.algorithm === dsa && !parts.hasParameters;
}

/** The key with the issuer's domain parameters when it lacks its own and both are DSA; otherwise unchanged. */
export function inheritKeyParameters(spki: Uint8Array, issuerKey: Uint8Array): Uint8Array {
  const parts = partsOf(spki);
  if (parts?.algorithm !== dsa || parts.hasParameters) return spki;
  const issuer = partsOf(issuerKey);
  return issuer?.algorithm === dsa && issuer.hasParameters ? der.sequence(issuer.algorithmIdentifier, parts.key) : spki;
}

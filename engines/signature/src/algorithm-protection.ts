import { type DerElement, readDer, readOid, SequenceReader, TAG } from '@tra/asn1';
import type { SignerInfo } from '@tra/cms';
import { equalBytes } from '@tra/kernel';

const attributeType = '1.2.840.113549.1.9.52';

/**
 * Whether the algorithms of a signer are those that its CMSAlgorithmProtection attribute binds (RFC 6211 section 2); true when there is
 * no such attribute. The algorithm fields of a SignerInfo are not signed themselves: without this an attacker may exchange them.
 */
export function algorithmsProtected(signer: SignerInfo): boolean {
  const values = signer.signedAttributes.get(attributeType);
  if (!values) return true;
  const [value] = values;
  if (!value || values.length !== 1) return false;
  try {
    const reader = new SequenceReader(readDer(value), 'CMSAlgorithmProtection');
    const digest = algorithmOf(reader.take(TAG.sequence, 'digestAlgorithm'));
    const signature = algorithmOf(reader.take(0xa1, 'signatureAlgorithm'), 0xa1);
    reader.end();
    const actual = algorithmOf(readDer(signer.signatureAlgorithm));
    return digest.oid === signer.digestAlgorithm && signature.oid === actual.oid && sameParameters(signature, actual);
  } catch {
    return false;
  }
}

interface Algorithm {
  readonly oid: string;
  readonly parameters?: DerElement;
}

function algorithmOf(element: DerElement, tag: number = TAG.sequence): Algorithm {
  const reader = new SequenceReader(element, 'AlgorithmIdentifier', tag);
  const oid = readOid(reader.take(TAG.oid, 'algorithm'));
  const [parameters, ...more] = reader.rest();
  if (more.length > 0) throw new RangeError('not an AlgorithmIdentifier');
  return parameters && parameters.tag !== TAG.null ? { oid, parameters } : { oid };
}

/** Absent parameters and NULL mean the same; others must be the same bytes. */
function sameParameters(left: Algorithm, right: Algorithm): boolean {
  if (!left.parameters || !right.parameters) return left.parameters === right.parameters;
  return equalBytes(left.parameters.raw, right.parameters.raw);
}

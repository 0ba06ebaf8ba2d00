import { contextConstructedTag, type DerElement, readDer, readOid, SequenceReader, TAG } from '@tra/asn1';
import { toHex } from '@tra/kernel';
import { CMS_ATTRIBUTE } from './oids.ts';
import type { SignerInfo } from './parse.ts';

/**
 * Whether the algorithms beside the signed attributes, which are not signed, are those that CMSAlgorithmProtection names among them (RFC 6211
 * section 2); undefined when a signature has no such attribute.
 */
export function algorithmsProtected(signer: SignerInfo): boolean | undefined {
  const values = signer.signedAttributes.get(CMS_ATTRIBUTE.algorithmProtection);
  if (!values) return undefined;
  const [value] = values;
  if (!value || values.length !== 1) return false;
  try {
    const reader = new SequenceReader(readDer(value), 'CMSAlgorithmProtection');
    const digest = reader.take(TAG.sequence, 'digestAlgorithm');
    const signature = reader.take(contextConstructedTag(1), 'signatureAlgorithm');
    reader.end();
    return (
      keyOf(digest) === keyOf(readDer(signer.digestAlgorithmDer)) &&
      keyOf(signature, signature.tag) === keyOf(readDer(signer.signatureAlgorithm))
    );
  } catch {
    return false;
  }
}

/** Equal for identifiers that mean the same: parameters that are NULL and none are one. */
function keyOf(identifier: DerElement, tag: number = TAG.sequence): string {
  const reader = new SequenceReader(identifier, 'AlgorithmIdentifier', tag);
  const oid = readOid(reader.take(TAG.oid, 'algorithm'));
  const parameters = reader.rest().filter((one) => one.tag !== TAG.null);
  return [oid, ...parameters.map(({ raw }) => toHex(raw))].join(' ');
}

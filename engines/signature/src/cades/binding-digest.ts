import { readDer, readOid, SequenceReader, TAG } from '@tra/asn1';
import { type Attributes, CMS_ATTRIBUTE } from '@tra/cms';
import { digestOfOid } from '@tra/pki';

/** By which digest the signing-certificate attribute names its certificate: SHA-1 in the first version, SHA-256 or a stated one in the second (RFC 5035). */
export function bindingDigestOf(attributes: Attributes): { readonly bindingDigest?: string } {
  const [second] = attributes.get(CMS_ATTRIBUTE.signingCertificateV2) ?? [];
  if (second) return { bindingDigest: statedDigest(second) ?? '?' };
  return attributes.has(CMS_ATTRIBUTE.signingCertificate) ? { bindingDigest: 'sha1' } : {};
}

function statedDigest(value: Uint8Array): string | undefined {
  try {
    const certs = new SequenceReader(readDer(value), 'SigningCertificate').take(TAG.sequence, 'certs');
    const id = new SequenceReader(new SequenceReader(certs, 'certs').take(TAG.sequence, 'ESSCertID'), 'ESSCertID');
    const algorithm = id.takeOptional(TAG.sequence);
    if (!algorithm) return 'sha256';
    return digestOfOid(readOid(new SequenceReader(algorithm, 'hashAlgorithm').take(TAG.oid, 'algorithm')));
  } catch {
    return undefined;
  }
}

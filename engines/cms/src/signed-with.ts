import { type Certificate, verifySignature } from '@tra/pki';
import { digestOfKey, type MessageDigestName } from './message-digest.ts';
import type { SignerInfo } from './parse.ts';

const signed = new WeakMap<SignerInfo, WeakMap<Certificate, boolean>>();

/**
 * Whether the key of a certificate made the signature. Over signed attributes it is remembered with the SignerInfo as it was read: what is signed, the algorithms
 * and the key all follow from the two objects.
 */
export function isSignedWith(
  signer: SignerInfo,
  certificate: Certificate,
  { data, digest }: { readonly data: readonly Uint8Array[]; readonly digest: MessageDigestName | undefined },
): boolean {
  const { signature, signatureAlgorithm, signedAttributesDer } = signer;
  const verify = (): boolean =>
    data.some((bytes) =>
      verifySignature(signatureAlgorithm, certificate.publicKey, bytes, signature, digestOfKey(digest)),
    );
  if (!signedAttributesDer) return verify();
  const known = signed.get(signer) ?? new WeakMap<Certificate, boolean>();
  signed.set(signer, known);
  const result = known.get(certificate) ?? verify();
  known.set(certificate, result);
  return result;
}

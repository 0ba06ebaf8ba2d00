import { der } from '@tra/asn1';
import type { Signer } from '@tra/kernel';
import { encodeName, type NameAttributes, signatureAlgorithmIdentifier } from '@tra/pki';

/** A PKCS#10 certification request (RFC 2986) for a key of ours, DER. */
export async function makeCertificationRequest(subject: NameAttributes, signer: Signer): Promise<Uint8Array> {
  const info = der.sequence(der.integer(0), encodeName(subject), signer.publicKey, der.element(0xa0));
  const algorithm = signatureAlgorithmIdentifier(signer.algorithm);
  return der.sequence(info, algorithm, der.bitString(await signer.sign(info)));
}

import { toHex } from '@tra/kernel';
import { type IssueRequest, issueCertificate, newSerial } from '@tra/pki';

/** What is known of a certificate before it is signed. */
export interface CertificateToSign {
  readonly serialHex: string;
  /** tbsCertificate: the bytes that will be signed. */
  readonly signedBytes: Uint8Array;
}

/** Makes a certificate; `beforeSigning` runs when everything but the signature is there, and nothing is signed when it rejects. */
export async function makeCertificate(
  request: IssueRequest,
  beforeSigning: (facts: CertificateToSign) => Promise<void>,
): Promise<Uint8Array> {
  const serial = newSerial(request.random);
  const serialHex = toHex(serial);
  return await issueCertificate({
    ...request,
    random: { bytes: () => serial },
    signer: {
      algorithm: request.signer.algorithm,
      publicKey: request.signer.publicKey,
      sign: async (signedBytes) => {
        await beforeSigning({ serialHex, signedBytes });
        return await request.signer.sign(signedBytes);
      },
    },
  });
}

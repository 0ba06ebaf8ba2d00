import { parseCertificate, parseCrl, verifySignature } from '@tra/pki';

/** Whether the certificate is that of a CA which signed itself. */
export function isRoot(der: Uint8Array): boolean {
  return tried(() => {
    const { signatureAlgorithm, publicKey, signedBytes, signature, isSelfIssued, isCa } = parseCertificate(der);
    return isSelfIssued && isCa && verifySignature(signatureAlgorithm, publicKey, signedBytes, signature);
  });
}

/** Whether a revocation list is named after and signed by the root. */
export function isListOf(list: Uint8Array, root: Uint8Array): boolean {
  return tried(() => {
    const issuer = parseCertificate(root);
    const { signatureAlgorithm, signedBytes, signature, issuer: name } = parseCrl(list);
    return (
      name.key === issuer.subject.key && verifySignature(signatureAlgorithm, issuer.publicKey, signedBytes, signature)
    );
  });
}

/** What `judge` says; false when what it looks at cannot even be read. */
export function tried(judge: () => boolean): boolean {
  try {
    return judge();
  } catch {
    return false;
  }
}

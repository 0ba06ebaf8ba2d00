import { utf8Decode } from '@tra/kernel';
import { parseCertificate, parsePem } from '@tra/pki';
import { readTrustedList, trustAnchorsOf } from '@tra/trust-list';
import { ValidationError } from './errors.ts';
import type { PlainAnchor } from './judging/judge-document.ts';

/**
 * Certificates that an asker trusts: in PEM, one in DER, or those of the services of an ETSI trusted list (TS 119 612) with the times of their trust. The
 * list's own signature is not looked at: the asker vouches for it as for a bare certificate. `position` names the certificate in a refusal.
 */
export function readUploadedTrust(
  bytes: Uint8Array,
  position: number,
): { readonly anchors: readonly PlainAnchor[]; readonly isList: boolean } {
  try {
    if (bytes[0] === 0x30) return { anchors: [{ certificate: parseCertificate(bytes).der }], isList: false };
    const text = utf8Decode(bytes);
    if (
      text
        .replace(/^\uFEFF/, '')
        .trimStart()
        .startsWith('<')
    )
      return { anchors: anchorsOfList(bytes), isList: true };
    const found = parsePem(text, 'CERTIFICATE');
    if (found.length === 0) throw new Error('no certificate');
    return { anchors: found.map((certificate) => ({ certificate: parseCertificate(certificate).der })), isList: false };
  } catch (cause) {
    throw new ValidationError('validation.trust_invalid', 'trust', { params: { position }, cause });
  }
}

function anchorsOfList(bytes: Uint8Array): readonly PlainAnchor[] {
  const anchors = trustAnchorsOf(readTrustedList(bytes));
  if (anchors.length === 0) throw new Error('no trusted service');
  return anchors.map(({ certificate, constraints }) => ({
    certificate: certificate instanceof Uint8Array ? certificate : certificate.der,
    ...(constraints ? { constraints } : {}),
  }));
}

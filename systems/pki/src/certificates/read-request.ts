import {
  type CertificateProfile,
  type CertificationRequest,
  checkCertificationRequest,
  parseCertificationRequest,
} from '@tra/pki';
import { isCertified } from '../authorities/registry.ts';
import type { PkiCore } from '../core.ts';
import { PkiSystemError } from '../errors.ts';
import { refuseBlockedKey } from './issue.ts';

/**
 * Reads a PKCS#10 request, DER or PEM, and holds it against the profile: proof of possession, a sound key that is neither blocked nor a
 * CA's, room for what is asked. Rejects with `pki.csr_invalid` and one error for each fault, or `pki.key_blocked`.
 */
export async function acceptRequest(
  core: PkiCore,
  csr: Uint8Array | string,
  profile: CertificateProfile,
): Promise<CertificationRequest> {
  const request = readRequest(csr);
  await refuseBlockedKey(core, request.publicKey);
  const authorities = (await core.authorities.all()).filter(isCertified);
  const authorityKeys = authorities.map(({ certificate }) => certificate.publicKey);
  const faults = checkCertificationRequest(request, { profile, authorityKeys }).filter(
    ({ status }) => status === 'failed',
  );
  if (faults.length > 0) {
    const errors = faults.map(({ code, params = {} }) => ({ pointer: '/csr', code, params }));
    throw new PkiSystemError('pki.csr_invalid', { params: { reason: faults[0]?.code ?? '' }, errors });
  }
  return request;
}

/** Reads a PKCS#10 request without judging it. Throws `pki.csr_invalid`. */
export function readRequest(csr: Uint8Array | string): CertificationRequest {
  try {
    return parseCertificationRequest(csr);
  } catch (cause) {
    throw new PkiSystemError('pki.csr_invalid', { params: { reason: 'unreadable' }, cause });
  }
}

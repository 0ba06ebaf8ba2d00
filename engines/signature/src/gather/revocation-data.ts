import type { CertificateRevocationData } from '../diagnostic/certificate.ts';
import type { RevocationData } from '../diagnostic/revocation.ts';
import { schemeFacts } from './algorithms.ts';
import type { CertificatePool } from './certificate-pool.ts';
import { tokenId } from './ids.ts';
import { type FoundStatus, isNamed, type PooledOcsp, type PooledRevocation } from './revocation-pool.ts';

/** A CRL or OCSP response as the process reads it. */
export function revocationData(revocation: PooledRevocation, pool: CertificatePool): RevocationData {
  const { id, intact, origin, signer, type } = revocation;
  const signed = revocation.type === 'CRL' ? revocation.crl : revocation.basic;
  return {
    id,
    type,
    origin,
    signature: { ...schemeFacts(signed.signatureAlgorithm, signer?.publicKey), intact, valid: intact },
    ...(signer ? { signingCertificate: { certificate: tokenId(signer.der) } } : {}),
    chain: signer ? pool.chainOf(signer).map(({ der }) => tokenId(der)) : [],
    ...(revocation.type === 'CRL' ? crlTimes(revocation) : answerTimes(revocation)),
    foundCertificates:
      revocation.type === 'OCSP'
        ? revocation.basic.certificates
            .slice(0, 8)
            .flatMap((der) => (pool.add(der) ? [{ certificate: tokenId(der), origins: ['basic-ocsp-response'] }] : []))
        : [],
  };
}

function crlTimes({ crl }: Extract<PooledRevocation, { type: 'CRL' }>): Partial<RevocationData> {
  return {
    productionTime: crl.thisUpdate.toISOString(),
    thisUpdate: crl.thisUpdate.toISOString(),
    ...(crl.nextUpdate ? { nextUpdate: crl.nextUpdate.toISOString() } : {}),
    ...(crl.expiredCertsOnCrl ? { expiredCertsOnCrl: crl.expiredCertsOnCrl.toISOString() } : {}),
  };
}

/** An answer about several certificates has several times: the oldest counts for all. */
function answerTimes({ basic, signer }: PooledOcsp): Partial<RevocationData> {
  const oldest = (times: readonly (Date | undefined)[]): Date | undefined =>
    times.reduce((left, right) => (left && right && right < left ? right : (left ?? right)), undefined);
  const thisUpdate = oldest(basic.responses.map((one) => one.thisUpdate));
  const nextUpdate = oldest(basic.responses.map((one) => one.nextUpdate));
  const [only, second] = basic.responses;
  const cutoff = second ? undefined : only?.archiveCutoff;
  return {
    productionTime: basic.producedAt.toISOString(),
    ...(thisUpdate ? { thisUpdate: thisUpdate.toISOString() } : {}),
    ...(nextUpdate ? { nextUpdate: nextUpdate.toISOString() } : {}),
    ...(cutoff ? { archiveCutOff: cutoff.toISOString() } : {}),
    ...(signer ? { responderIdMatch: isNamed(basic, signer) } : {}),
  };
}

/** The state of a certificate, as the process reads it. */
export function statusData({ reason, revocation, since, status }: FoundStatus): CertificateRevocationData {
  return {
    revocation: revocation.id,
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(since ? { revocationTime: since.toISOString() } : {}),
  };
}

import { CodedError } from '@tra/kernel';
import {
  checkCertificationRequest,
  issueCertificate,
  parseCertificate,
  parseCertificationRequest,
  worstStatus,
} from '@tra/pki';
import { testHierarchy } from '@tra/pki/testing';
import { systemRandom } from '@tra/platform-system';
import type { CertificateAuthority, CertificateOrder } from '../src/index.ts';

/** A certification authority in memory that issues with the engine of the product. */
export interface TestAuthority extends CertificateAuthority {
  readonly orders: CertificateOrder[];
  readonly revoked: Map<string, { reason: string; actor: string }>;
  /** Makes the next order fail with this error. */
  failNext(error: unknown): void;
}

/** A root and an issuing CA in memory. */
export async function testAuthority(): Promise<TestAuthority> {
  const { root, issuing } = await testHierarchy();
  const orders: CertificateOrder[] = [];
  const revoked: TestAuthority['revoked'] = new Map();
  let failure: unknown;
  return {
    orders,
    revoked,
    failNext: (error) => {
      failure = error;
    },
    issueFromRequest: async (order) => {
      const failing = failure;
      failure = undefined;
      if (failing) throw failing;
      orders.push(order);
      const request = parseCertificationRequest(order.csr);
      if (worstStatus(checkCertificationRequest(request, { profile: order.profile })) === 'failed') {
        throw new CodedError('pki.csr_invalid');
      }
      const now = new Date(Math.floor(Date.now() / 1000) * 1000);
      const certificate = await issueCertificate({
        profile: order.profile,
        subject: order.subject,
        publicKey: request.publicKey,
        issuer: issuing.certificate,
        signer: issuing.signer,
        notBefore: now,
        notAfter: new Date(now.getTime() + 90 * 86_400_000),
        random: systemRandom,
        crlUrls: ['http://localhost/crl'],
        issuerUrls: ['http://localhost/crt'],
        ocspUrls: ['http://localhost/ocsp'],
        ...(order.profile === 'tls-server' ? { policies: ['2.23.140.1.2.1'] } : {}),
        ...(order.alternativeNames.length > 0 ? { alternativeNames: order.alternativeNames } : {}),
      });
      const { serialHex } = parseCertificate(certificate);
      return { certificate, chain: [issuing.certificate, root.certificate], authority: 'issuing', serialHex };
    },
    revokeEnrolled: async ({ serialHex, reason, actor }) => {
      revoked.set(serialHex, { reason, actor });
    },
    statusOf: async ({ serialHex }) => ({ status: revoked.has(serialHex) ? 'revoked' : 'good' }),
    caCertificates: async () => [issuing.certificate, root.certificate],
  };
}

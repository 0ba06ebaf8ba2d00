import { randomBytes } from 'node:crypto';
import { issueCertificate } from '@tra/pki';
import type { TestHierarchy } from '@tra/pki/testing';
import type { TimestampPorts } from '../src/index.ts';

/** A CA for tests of units: certificates for `days` from `now`. */
export function testCertificates(
  hierarchy: TestHierarchy,
  { days = 1, now = () => new Date() }: { days?: number; now?: () => Date } = {},
): TimestampPorts['certificates'] {
  return {
    issue: async ({ subject, publicKey }) => {
      const notBefore = new Date(Math.floor(now().getTime() / 1000) * 1000);
      const certificate = await issueCertificate({
        profile: 'time-stamping',
        subject,
        publicKey,
        issuer: hierarchy.issuing.certificate,
        signer: hierarchy.issuing.signer,
        notBefore,
        notAfter: new Date(notBefore.getTime() + days * 86_400_000),
        random: { bytes: (length) => new Uint8Array(randomBytes(length)) },
      });
      return { certificate, chain: [hierarchy.issuing.certificate, hierarchy.root.certificate] };
    },
  };
}

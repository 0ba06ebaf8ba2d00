import type { CertificateData } from '../diagnostic/certificate.ts';
import type { TokenId } from '../diagnostic/token.ts';
import type { BasicBlocks } from './basic-blocks.ts';
import { passed, undecidedFor } from './block.ts';
import { type CertificateStatus, ms, type Process, statusesOf } from './context.ts';
import type { Proofs } from './poe.ts';
import type { Conclusion, ProcessSubIndication } from './report.ts';
import { isLater } from './revocation-acceptance.ts';

/** Sub-indications after which the past can still decide about a revocation or a time-stamp: clause 5.6.3.4 step 5 c. */
const recoverable: readonly ProcessSubIndication[] = [
  'REVOKED_NO_POE',
  'REVOKED_CA_NO_POE',
  'OUT_OF_BOUNDS_NO_POE',
  'OUT_OF_BOUNDS_NOT_REVOKED',
  'CRYPTO_CONSTRAINTS_FAILURE_NO_POE',
  'REVOCATION_OUT_OF_BOUNDS_NO_POE',
  'NO_CERTIFICATE_CHAIN_FOUND_NO_POE',
];

/** Whether the past may decide where the present could not. */
export function isRecoverable(conclusion: Conclusion | undefined): boolean {
  return conclusion !== undefined && (conclusion.indication === 'PASSED' || undecidedFor(conclusion, recoverable));
}

/** Whether the acceptance checker took the revocation when the path of the token was judged. */
export function wasAccepted(blocks: BasicBlocks, certificate: TokenId, revocation: TokenId): boolean {
  return passed(blocks.certificates.get(certificate)?.selected?.acceptance.get(revocation));
}

/** The states of a certificate whose revocations are acceptable and may still count later on, by all their building blocks. */
export function acceptableStatuses(
  process: Process,
  blocks: BasicBlocks,
  certificate: CertificateData,
): CertificateStatus[] {
  return statusesOf(process, certificate).filter(
    ({ revocation }) =>
      isRecoverable(process.tokens.get(revocation)?.conclusion) && wasAccepted(blocks, certificate.id, revocation),
  );
}

/** The same by the basic validation of the revocations, which puts what is wrong with a path before weak algorithms: clauses 5.5.4 and 5.6.2.2.4. */
export function validatedStatuses(
  process: Process,
  blocks: BasicBlocks,
  certificate: CertificateData,
): CertificateStatus[] {
  return statusesOf(process, certificate).filter(
    ({ revocation }) =>
      isRecoverable(process.revocationBasics.get(revocation)?.conclusion) &&
      wasAccepted(blocks, certificate.id, revocation),
  );
}

/** The one that was produced last. */
export function latestOf(statuses: readonly CertificateStatus[]): CertificateStatus | undefined {
  let latest: CertificateStatus | undefined;
  for (const status of statuses) if (isLater(status.data, latest?.data)) latest = status;
  return latest;
}

/** The states that were issued and proven to exist before `time`, together with the certificate: clause 5.6.2.2.4 step 2 a. */
export function provenStatuses(
  statuses: readonly CertificateStatus[],
  certificate: TokenId,
  { proofs, time }: { proofs: Proofs; time: number },
): CertificateStatus[] {
  if (!proofs.existedBy(certificate, time)) return [];
  return statuses.filter(({ revocation, data }) => ms(data.thisUpdate) < time && proofs.existedBy(revocation, time));
}

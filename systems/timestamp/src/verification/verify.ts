import { fromBase64, fromHex, toHex } from '@tra/kernel';
import { type Certificate, type Check, type DigestName, parseCertificate } from '@tra/pki';
import { type ImprintAlgorithm, openTimestamp, type TokenReport, verifyBatchToken, verifyToken } from '@tra/timestamp';
import { TimestampSystemError } from '../errors.ts';
import type { TimestampPorts } from '../ports.ts';
import type { TimestampServices } from '../service.ts';

/** What is to be verified, as it came. */
export interface VerificationOrder {
  /** Token or TimeStampResp, base64. */
  readonly token: string;
  readonly digest?: { readonly algorithm: DigestName; readonly digest: string };
  /** Where the digest stands in a batch. */
  readonly proof?: { readonly index: number; readonly size: number; readonly path: readonly string[] };
  /** Certificates that are trusted too, DER in base64. */
  readonly trust?: readonly string[];
}

/** What a verification came to. */
export interface Verification {
  readonly report: TokenReport;
  /** Whether one of our own units signed the token. */
  readonly own: boolean;
  /** Whether the path ends in a certificate that the caller brought, not in ours. */
  readonly trustedByCaller: boolean;
}

/** What the verification needs of its surroundings. */
export interface VerificationSources {
  readonly service: Pick<TimestampServices, 'chain'>;
  readonly certificates: Pick<TimestampPorts['certificates'], 'currentCrls'>;
  readonly now: () => Date;
}

/**
 * Judges a token by our own roots and those that the caller trusts, as RFC 3161 and RFC 5280 demand, at the time that it states. Where no
 * revocation list of its authority is at hand the verdict says so. Rejects with `timestamp.verification_invalid` for what is no base64, no
 * certificate, or a TimeStampResp without a token.
 */
export async function verifyOrder(
  { service, certificates, now }: VerificationSources,
  order: VerificationOrder,
): Promise<Verification> {
  const opened = openTimestamp(bytesOf(order.token, 'token'));
  if (opened.kind === 'none') return { report: reportOf(opened.check), own: false, trustedByCaller: false };
  const { token } = opened;
  if (!token) throw new TimestampSystemError('timestamp.verification_rejected');
  const trusted = (order.trust ?? []).map((text) => certificateOf(bytesOf(text, 'trust')));
  const chain = (await service.chain().catch(() => [])).map((der) => parseCertificate(der));
  const roots = chain.filter(({ isCa, isSelfIssued }) => isCa && isSelfIssued);
  const options = {
    token,
    anchors: [...roots, ...trusted].map(({ der }) => der),
    intermediates: chain.filter((certificate) => !roots.includes(certificate)).map(({ der }) => der),
    crls: (await certificates.currentCrls?.()) ?? [],
    now: now(),
    clock: now(),
  };
  const { digest, proof } = order;
  const value = digest && { algorithm: digest.algorithm, value: fromHex(digest.digest) };
  const report =
    proof && value
      ? verifyBatchToken({
          ...options,
          imprint: value as { algorithm: ImprintAlgorithm; value: Uint8Array },
          proof: { ...proof, path: proof.path.map((text) => bytesOf(text, 'proof')) },
        })
      : verifyToken({ ...options, ...(value ? { digest: value } : {}) });
  const signer = report.certificate && toHex(report.certificate.der);
  const own = chain.some(({ der, isCa }) => !isCa && toHex(der) === signer);
  return { report, own, trustedByCaller: !own && trusted.length > 0 && report.path?.verdict === 'passed' };
}

function bytesOf(text: string, field: string): Uint8Array {
  try {
    return fromBase64(text);
  } catch (cause) {
    throw new TimestampSystemError('timestamp.verification_invalid', { params: { field }, cause });
  }
}

function certificateOf(der: Uint8Array): Certificate {
  try {
    return parseCertificate(der);
  } catch (cause) {
    throw new TimestampSystemError('timestamp.verification_invalid', { params: { field: 'trust' }, cause });
  }
}

function reportOf(check: Check): TokenReport {
  return { verdict: check.status, code: check.code, params: check.params ?? {}, checks: [check] };
}

/** Checks in the order in which people ask, with nothing of how they were computed. */
export function plainChecks(checks: readonly Check[]): readonly Check[] {
  return checks.map(({ code, status, clause, params }) => ({
    ...{ code, status },
    ...(clause === undefined ? {} : { clause }),
    ...(params === undefined ? {} : { params }),
  }));
}

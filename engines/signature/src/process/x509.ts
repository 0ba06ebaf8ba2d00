import type { CertificateData } from '../diagnostic/certificate.ts';
import type { TokenId } from '../diagnostic/token.ts';
import { Block, type Failure, failureOf, mandatory, passed } from './block.ts';
import { type CertificateResult, validateCertificate } from './certificate.ts';
import {
  allows,
  basicPart,
  type CertificateRole,
  certificatePart,
  chainOf,
  hasTrustedIssuer,
  isAnchorAt,
  ms,
  type Process,
  type TokenContext,
} from './context.ts';
import type { BlockReport } from './report.ts';

const noChain: Failure = ['INDETERMINATE', 'NO_CERTIFICATE_CHAIN_FOUND'];
const noChainPoe: Failure = ['INDETERMINATE', 'NO_CERTIFICATE_CHAIN_FOUND_NO_POE'];

/** The path of a certificate, judged. `certificates` holds the result of each by id. */
export interface PathResult {
  readonly report: BlockReport;
  readonly certificates: ReadonlyMap<TokenId, CertificateResult>;
}

/** For what the certificate was used, and when (milliseconds). */
export interface PathOptions {
  readonly context: TokenContext;
  readonly usedAt: number;
}

/** X.509 certificate validation at the validation time: clause 5.2.6. */
export function validatePath(process: Process, signer: CertificateData, { context, usedAt }: PathOptions): PathResult {
  const block = new Block('x509-validation', '5.2.6', signer.id);
  const basic = basicPart(process, context);
  const issuers = chainOf(process, signer).filter(({ id }) => id !== signer.id);
  const path = [signer, ...issuers];
  const trusted = signer.trusted || hasTrustedIssuer(process, signer);
  block.check('process.path.found', basic.prospectiveCertificateChain, trusted, noChain);
  const anchor = path.find((certificate, index) => endsPath(process, certificate, { context, role: roleAt(index) }));
  if (anchor) {
    const { sunsetDate } = certificatePart(process, context, anchor === signer ? 'signing' : 'ca');
    const params = { from: anchor.trustStart ?? '-', to: anchor.trustSunset ?? '-' };
    const inForce = path.some((certificate) => isAnchorAt(certificate, process.now, mandatory));
    block.check('process.path.anchor_in_force', sunsetDate, inForce, noChainPoe, { params, token: anchor.id });
  }
  const certificates = new Map<TokenId, CertificateResult>();
  if (!trusted && basic.prospectiveCertificateChain?.level === 'FAIL') return { report: block.close(), certificates };
  checkTrustService(block, process, signer, { context, usedAt });
  const until = anchor ? path.indexOf(anchor) + 1 : path.length;
  let time = process.now;
  for (const [index, certificate] of path.slice(0, until).entries()) {
    const result = validateCertificate(process, certificate, { context, role: roleAt(index), time });
    certificates.set(certificate.id, result);
    block.add(result.report);
    const { conclusion } = result.report;
    const failure = certificate.trusted ? noChainPoe : failureOf(conclusion);
    block.check('process.path.certificate', mandatory, passed(result.report), failure, {
      token: certificate.id,
      because: conclusion,
    });
    block.inherit(conclusion);
    time = nextTime(process, certificate, { index, time });
  }
  return { report: block.close({ chosen: anchor?.id }), certificates };
}

const roleAt = (index: number): CertificateRole => (index === 0 ? 'signing' : 'ca');

/** A trusted certificate ends the path, unless its sunset has come and another anchor stands above it. */
function endsPath(
  process: Process,
  certificate: CertificateData,
  options: { context: TokenContext; role: CertificateRole },
): boolean {
  const { sunsetDate } = certificatePart(process, options.context, options.role);
  if (isAnchorAt(certificate, process.now, sunsetDate)) return true;
  return certificate.trusted && !hasTrustedIssuer(process, certificate);
}

/** Clause 5.2.6.4: the shell model looks at every certificate now, the chain model when the one below it was issued. */
function nextTime(
  { policy, now }: Process,
  certificate: CertificateData,
  { index, time }: { index: number; time: number },
): number {
  if (policy.model === 'shell') return now;
  if (policy.model === 'hybrid' && index > 0) return time;
  return ms(certificate.notBefore);
}

/** What trusted lists say of the service behind the signer at the time of use: TS 119 615. Anchors of other stores need none. */
function checkTrustService(
  block: Block,
  process: Process,
  signer: CertificateData,
  { context, usedAt }: PathOptions,
): void {
  const { trustServiceTypeIdentifier: types, trustServiceStatus: statuses } = basicPart(process, context);
  const stored = chainOf(process, signer).some(
    ({ sources }) =>
      sources.includes('trusted-store') || (sources.includes('anchors') && !sources.includes('trusted-list')),
  );
  const atUse = signer.trustServices.filter(({ start, end }) => ms(start) <= usedAt && !(usedAt >= ms(end)));
  const type = stored || atUse.some((service) => allows(types?.values ?? [], service.type));
  block.check('process.path.service_type', types, type, noChain);
  const status = stored || atUse.some((service) => allows(statuses?.values ?? [], service.status));
  block.check('process.path.service_status', statuses, status, noChain);
}

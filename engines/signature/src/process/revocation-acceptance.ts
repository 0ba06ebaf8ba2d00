import type { CertificateData } from '../diagnostic/certificate.ts';
import type { RevocationData } from '../diagnostic/revocation.ts';
import type { TokenId } from '../diagnostic/token.ts';
import { Block, type Failure, failureOf, mandatory, noted, passed } from './block.ts';
import {
  basicPart,
  type CertificateStatus,
  certificatePart,
  chainOf,
  hasTrustedIssuer,
  isAnchorAt,
  ms,
  type Process,
  signerOf,
  statusesOf,
  withinValidity,
} from './context.ts';
import type { BlockReport } from './report.ts';
import { needsRevocation } from './revocation-need.ts';

const general: Failure = ['INDETERMINATE', 'CERTIFICATE_CHAIN_GENERAL_FAILURE'];

/** Nested revocations of one certificate; a file in which they go around endlessly or deeper is not worth the time. */
const maximumDepth = 8;
const maximumChecks = 2000;

/** Where a walk through revocations of revocation issuers stands. */
interface Walk {
  readonly time: number;
  /** Certificates whose revocations are being looked at above this one. */
  readonly above: ReadonlySet<TokenId>;
  readonly budget: { left: number };
}

/** The acceptable state of a certificate that was issued last, and the report of how it was chosen. */
export interface SelectedRevocation {
  readonly report: BlockReport;
  readonly latest: CertificateStatus | undefined;
  /** Results of the acceptance checker by revocation. */
  readonly acceptance: ReadonlyMap<TokenId, BlockReport>;
}

/** Selects the revocation of a certificate that counts at `time`: clause 5.2.6.4 with the acceptance rules of RFC 5280 clause 6.3.3 and RFC 6960. */
export function selectRevocation(process: Process, certificate: CertificateData, time: number): SelectedRevocation {
  return select(process, certificate, { time, above: new Set(), budget: { left: maximumChecks } });
}

function select(process: Process, certificate: CertificateData, walk: Walk): SelectedRevocation {
  const block = new Block('revocation-selection', '5.2.6.4', certificate.id);
  const inside: Walk = { ...walk, above: new Set([...walk.above, certificate.id]) };
  const acceptance = new Map<TokenId, BlockReport>();
  let latest: CertificateStatus | undefined;
  for (const status of statusesOf(process, certificate)) {
    const report = acceptRevocation(process, certificate, status, inside);
    acceptance.set(status.revocation, report);
    block.add(report);
    block.check('process.revocation.acceptable', noted, passed(report), general, { token: status.revocation });
    if (passed(report) && isLater(status.data, latest?.data)) latest = status;
  }
  block.check('process.revocation.found', mandatory, latest !== undefined, general);
  return { report: block.close({ chosen: latest?.revocation }), latest, acceptance };
}

/** Whether a revocation was produced after the best one so far. */
export function isLater(candidate: RevocationData, best: RevocationData | undefined): boolean {
  return best === undefined || ms(candidate.productionTime) > ms(best.productionTime);
}

/** The revocation acceptance checker: whether a revocation speaks about the certificate, by an issuer who may. */
function acceptRevocation(
  process: Process,
  certificate: CertificateData,
  status: CertificateStatus,
  walk: Walk,
): BlockReport {
  const { data } = status;
  const block = new Block('revocation-acceptance', '5.2.6.4', data.id);
  const rules = process.policy.revocation ?? {};
  const basic = basicPart(process, 'revocation');
  walk.budget.left -= 1;
  block.check(
    'process.revocation.in_bounds',
    mandatory,
    walk.budget.left >= 0 && walk.above.size <= maximumDepth,
    general,
  );
  const issuer = signerOf(process, data);
  block.check('process.revocation.status_known', rules.unknownStatus, status.status !== 'unknown', general);
  block.check('process.revocation.issuer_known', rules.revocationIssuerKnown, issuer !== undefined, general);
  const trusted = issuer !== undefined && (issuer.trusted || hasTrustedIssuer(process, issuer));
  block.check('process.revocation.issuer_trusted', basic.prospectiveCertificateChain, trusted, general);
  block.check('process.revocation.intact', basic.signatureIntact, data.signature.intact, [
    'FAILED',
    'SIG_CRYPTO_FAILURE',
  ]);
  block.check('process.revocation.this_update', rules.thisUpdatePresent, data.thisUpdate !== undefined, general);
  if (data.type === 'OCSP') checkOcsp(block, process, certificate, data);
  const params = { thisUpdate: data.thisUpdate ?? '-', from: certificate.notBefore, to: certificate.notAfter };
  const after = ms(certificate.notBefore) <= ms(data.thisUpdate);
  block.check('process.revocation.after_issuance', rules.revocationAfterCertificateIssuance, after, general, {
    params,
  });
  const knows = knowsCertificate(process, certificate, data);
  block.check('process.revocation.knows_certificate', rules.revocationHasInformationAboutCertificate, knows, general, {
    params,
  });
  if (block.open) checkIssuerPath(block, process, data, walk);
  return block.close({ time: data.thisUpdate });
}

function checkOcsp(block: Block, process: Process, certificate: CertificateData, data: RevocationData): void {
  const rules = process.policy.revocation ?? {};
  const issuer = signerOf(process, data);
  const valid = issuer !== undefined && withinValidity(issuer, ms(data.productionTime));
  block.check('process.revocation.issuer_valid', rules.revocationIssuerValidAtProductionTime, valid, general);
  block.check('process.revocation.responder', rules.ocspResponderIdMatch, data.responderIdMatch !== false, general);
  block.check('process.revocation.cert_hash', rules.ocspCertHashPresent, data.certHashPresent === true, general);
  if (data.certHashPresent)
    block.check('process.revocation.cert_hash_match', rules.ocspCertHashMatch, data.certHashMatch === true, general);
  const selfIssued = data.chain.includes(certificate.id);
  block.check('process.revocation.not_self_issued', rules.selfIssuedOCSP, !selfIssued, general);
}

/** An expired certificate may have left the list: the issuer says from when on it keeps them (X.509 9.5.2.8, RFC 6960 4.4.4), or the OCSP
 * response names the certificate by its hash. */
function knowsCertificate(process: Process, certificate: CertificateData, data: RevocationData): boolean {
  if (data.certHashPresent && data.certHashMatch) return true;
  const thisUpdate = ms(data.thisUpdate);
  let since = thisUpdate;
  for (const kept of [data.expiredCertsOnCrl, data.archiveCutOff]) if (ms(kept) < since) since = ms(kept);
  if (data.expiredCertsOnCrl === undefined && data.archiveCutOff === undefined) {
    const fromList = expiredKeptSince(signerOf(process, data));
    if (fromList < since) since = fromList;
  }
  return ms(certificate.notAfter) >= since;
}

/** TS 119 612 clause 5.5.9.1 (expiredCertsRevocationInfo) of the service behind a revocation issuer. */
function expiredKeptSince(issuer: CertificateData | undefined): number {
  const times = (issuer?.trustServices ?? []).map(({ expiredCertsRevocationInfo }) => ms(expiredCertsRevocationInfo));
  return Math.min(...times.filter((time) => !Number.isNaN(time)), Number.POSITIVE_INFINITY);
}

/** The issuer's own path: intact up to an anchor, and its certificates not revoked as far as the policy asks. */
function checkIssuerPath(block: Block, process: Process, data: RevocationData, walk: Walk): void {
  for (const certificate of chainOf(process, data)) {
    const role = certificate.id === data.signingCertificate?.certificate ? 'signing' : 'ca';
    const rules = certificatePart(process, 'revocation', role);
    if (isAnchorAt(certificate, walk.time, rules.sunsetDate)) return;
    if (walk.above.has(certificate.id)) continue;
    const token = certificate.id;
    block.check('process.certificate.signature', mandatory, certificate.signature.intact, general, { token });
    if (certificate.selfSigned) block.check('process.revocation.issuer_self_signed', noted, false, general, { token });
    const need = needsRevocation(certificate, rules, walk.time);
    if (!need) {
      block.check('process.certificate.revocation_skipped', rules.revocationDataSkip, false, general, { token });
      continue;
    }
    block.check(
      'process.certificate.revocation_available',
      rules.revocationDataAvailable,
      certificate.revocations.length > 0,
      general,
      { token },
    );
    if (!block.open) return;
    if (certificate.revocations.length === 0) continue;
    const { report } = select(process, certificate, walk);
    block.add(report);
    const rule = rules.acceptableRevocationDataFound;
    block.check('process.certificate.revocation_acceptable', rule, passed(report), failureOf(report.conclusion), {
      token,
      because: report.conclusion,
    });
  }
}

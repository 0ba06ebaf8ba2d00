import type { CertificateData } from '../diagnostic/certificate.ts';
import type { LevelRule, ValuesRule } from '../policy/rules.ts';
import { Block, type Failure, failureOf, mandatory, noted, passed } from './block.ts';
import { checkQualification, checkSubjectNames } from './certificate-names.ts';
import { checkAuthorityTime, checkTimes } from './certificate-times.ts';
import {
  allows,
  allowsAny,
  type CertificateRole,
  type CertificateStatus,
  certificateAlgorithms,
  certificatePart,
  chainOf,
  hasTrustedIssuer,
  isAnchorAt,
  ms,
  type Process,
  type TokenContext,
} from './context.ts';
import { checkAlgorithms, useOf } from './cryptographic.ts';
import { checkRevocationAlgorithms } from './obsolescence.ts';
import { namesHold, policiesHold } from './path-constraints.ts';
import type { BlockReport } from './report.ts';
import { type SelectedRevocation, selectRevocation } from './revocation-acceptance.ts';
import { checkFreshness } from './revocation-freshness.ts';
import { needsRevocation } from './revocation-need.ts';

const chainFailure: Failure = ['INDETERMINATE', 'CHAIN_CONSTRAINTS_FAILURE'];
const general: Failure = ['INDETERMINATE', 'CERTIFICATE_CHAIN_GENERAL_FAILURE'];
const noPoe: Failure = ['INDETERMINATE', 'NO_CERTIFICATE_CHAIN_FOUND_NO_POE'];

/** Which certificate of a path, for what, and when. */
export interface CertificateOptions {
  readonly context: TokenContext;
  readonly role: CertificateRole;
  /** Time at which the validity model looks at the certificate, in milliseconds. */
  readonly time: number;
}

/** One certificate of a path. `selected` is the revocation that was used. */
export interface CertificateResult {
  readonly report: BlockReport;
  readonly selected?: SelectedRevocation;
}

/** Validation of one certificate of a prospective path: clause 5.2.6.4 step 4. */
export function validateCertificate(
  process: Process,
  certificate: CertificateData,
  options: CertificateOptions,
): CertificateResult {
  const { context, role } = options;
  const block = new Block('certificate', '5.2.6.4', certificate.id);
  const rules = certificatePart(process, context, role);
  if (certificate.trusted) {
    checkSunset(block, process, certificate, options);
    const anchor = isAnchorAt(certificate, process.now, rules.sunsetDate);
    if (anchor || !hasTrustedIssuer(process, certificate)) return { report: block.close() };
  }
  checkSubjectNames(block, certificate, rules);
  block.check('process.certificate.self_signed', rules.selfSigned, certificate.selfSigned, chainFailure);
  block.check('process.certificate.not_self_signed', rules.notSelfSigned, !certificate.selfSigned, chainFailure);
  checkQualification(block, certificate, rules);
  block.check('process.certificate.signature', rules.signature, certificate.signature.valid, general);
  checkExtensions(block, process, certificate, options);
  const needed = needsRevocation(certificate, rules, process.now);
  const selected = checkStatus(block, process, certificate, options);
  const catalogue = certificateAlgorithms(process, context, role);
  checkAlgorithms(block, useOf(certificate.signature), { part: 'certificate', time: process.now, catalogue });
  if (selected?.latest) checkRevocationAlgorithms(block, process, selected.latest.data, process.now);
  if (role === 'signing') checkTimes(block, process, certificate, { context, latest: selected?.latest, needed });
  else checkAuthorityTime(block, certificate, rules, options.time);
  return { report: block.close({ chosen: selected?.latest?.revocation }), ...(selected ? { selected } : {}) };
}

function checkSunset(
  block: Block,
  process: Process,
  certificate: CertificateData,
  { context, role }: CertificateOptions,
): void {
  if (certificate.trustStart === undefined && certificate.trustSunset === undefined) return;
  const { sunsetDate } = certificatePart(process, context, role);
  const params = { from: certificate.trustStart ?? '-', to: certificate.trustSunset ?? '-' };
  const rule = sunsetDate?.level === 'FAIL' ? noted : sunsetDate;
  const within = trustedAt(certificate, process.now);
  block.check('process.certificate.before_sunset', rule, within, noPoe, { params });
  if (!isAnchorAt(certificate, process.now, mandatory)) {
    block.check('process.certificate.other_anchor', sunsetDate, hasTrustedIssuer(process, certificate), noPoe, {
      params,
    });
  }
}

/** Whether trust in an anchor has begun and not ended at `time`. */
function trustedAt({ trustStart, trustSunset }: CertificateData, time: number): boolean {
  return (trustStart === undefined || time >= ms(trustStart)) && (trustSunset === undefined || time < ms(trustSunset));
}

/** Basic constraints, usages, names and policies of RFC 5280 clause 4.2. */
function checkExtensions(
  block: Block,
  process: Process,
  certificate: CertificateData,
  { context, role }: CertificateOptions,
): void {
  const rules = certificatePart(process, context, role);
  const { extensions } = certificate;
  const issuers = chainOf(process, certificate).filter(({ id }) => id !== certificate.id);
  // What RFC 5280 demands of a path is its general failure; what only the policy asks for is a failure of its constraints (clause 5.2.6.3).
  const check = (code: string, rule: Parameters<Block['check']>[1], holds: boolean | (() => boolean)): void => {
    block.check(`process.certificate.${code}`, rule, holds, general);
  };
  const constraint = (code: string, rule: ValuesRule | LevelRule | undefined, holds: boolean): void => {
    block.check(`process.certificate.${code}`, rule, holds, chainFailure);
  };
  check('ca', rules.ca, extensions.basicConstraints?.ca === true);
  check('issuer_name', rules.issuerName, namesIssuer(certificate, issuers[0]));
  check('path_length', rules.maxPathLength, keepsPathLength(certificate, issuers));
  const usable = allowsAny(rules.keyUsage, extensions.keyUsage ?? []);
  if (role === 'ca') check('key_usage', rules.keyUsage, usable);
  else constraint('key_usage', rules.keyUsage, usable);
  const purposes = rules.extendedKeyUsage;
  const wanted = purposes && { ...purposes, values: purposes.values.map((name) => purposeOids[name] ?? name) };
  constraint('extended_key_usage', purposes, allowsAny(wanted, extensions.extendedKeyUsage ?? []));
  constraint('issuer_access', rules.authorityInfoAccessPresent, (extensions.caIssuers ?? []).length > 0);
  check(
    'authority_key',
    rules.authorityKeyIdentifierPresent,
    extensions.authorityKeyIdentifier !== undefined || certificate.selfSigned,
  );
  check('subject_key', rules.subjectKeyIdentifierPresent, extensions.subjectKeyIdentifier !== undefined);
  const below = issuers.slice(
    0,
    Math.max(
      0,
      issuers.findIndex(({ trusted }) => trusted),
    ),
  );
  check('policy_tree', rules.policyTree, () => policiesHold([certificate, ...below]));
  check('name_constraints', rules.nameConstraints, () => namesHold(certificate, below));
  if (extensions.noRevAvail) check('no_rev_avail', rules.noRevAvail, statesNoAccess(certificate));
  const critical = extensions.present.filter((entry) => entry.critical).map(({ oid }) => oid);
  const supported = rules.supportedCriticalExtensions?.values ?? [];
  check(
    'critical_extensions',
    rules.supportedCriticalExtensions,
    critical.every((oid) => allows(supported, oid)),
  );
  const forbidden = rules.forbiddenExtensions?.values ?? [];
  check(
    'forbidden_extensions',
    rules.forbiddenExtensions,
    !extensions.present.some(({ oid }) => allows(forbidden, oid)),
  );
}

/** Names of purposes that policies use for OIDs: RFC 5280 clause 4.2.1.12. */
const purposeOids: Readonly<Record<string, string>> = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  timestamping: '1.3.6.1.5.5.7.3.8',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
};

function namesIssuer(certificate: CertificateData, issuer: CertificateData | undefined): boolean {
  if (certificate.issuerNameMatch !== undefined) return certificate.issuerNameMatch;
  if (!issuer) return certificate.selfSigned || certificate.trusted;
  const canonical = certificate.issuerCanonical !== undefined && issuer.subjectCanonical !== undefined;
  return canonical ? certificate.issuerCanonical === issuer.subjectCanonical : certificate.issuer === issuer.subject;
}

/** RFC 5280 clause 6.1.4 (l, m): authorities above the certificate allow as many certificates below them as there are. */
function keepsPathLength(certificate: CertificateData, issuers: readonly CertificateData[]): boolean {
  let below = certificate.extensions.basicConstraints?.ca && !certificate.selfSigned ? 1 : 0;
  for (const issuer of issuers) {
    const limit = issuer.extensions.basicConstraints?.pathLength;
    if (limit !== undefined && limit < below) return false;
    if (issuer.trusted) return true;
    if (!issuer.selfSigned) below += 1;
  }
  return true;
}

/** RFC 9608 clause 4: a certificate with noRevAvail is no CA and points to no revocation information. */
function statesNoAccess({ extensions }: CertificateData): boolean {
  const { basicConstraints, crlUrls = [], ocspUrls = [] } = extensions;
  return basicConstraints?.ca !== true && crlUrls.length === 0 && ocspUrls.length === 0;
}

/** Whether the certificate is revoked or on hold, by the best revocation there is. */
function checkStatus(
  block: Block,
  process: Process,
  certificate: CertificateData,
  options: CertificateOptions,
): SelectedRevocation | undefined {
  const { context, role, time } = options;
  const rules = certificatePart(process, context, role);
  if (!needsRevocation(certificate, rules, process.now)) {
    block.check('process.certificate.revocation_skipped', rules.revocationDataSkip, false, general);
    return undefined;
  }
  const { crlUrls = [], ocspUrls = [] } = certificate.extensions;
  block.check(
    'process.certificate.revocation_access',
    rules.revocationInfoAccessPresent,
    crlUrls.length + ocspUrls.length > 0,
    general,
  );
  block.check(
    'process.certificate.revocation_available',
    rules.revocationDataAvailable,
    certificate.revocations.length > 0,
    general,
  );
  if (certificate.revocations.length === 0) return undefined;
  const selected = selectRevocation(process, certificate, time);
  block.add(selected.report);
  const { conclusion } = selected.report;
  block.check(
    'process.certificate.revocation_acceptable',
    rules.acceptableRevocationDataFound,
    passed(selected.report),
    failureOf(conclusion),
    { because: conclusion },
  );
  if (!selected.latest) return selected;
  const params = { time: selected.latest.revocationTime ?? '-', reason: selected.latest.reason ?? 'unspecified' };
  const revoked: Failure = ['INDETERMINATE', role === 'signing' ? 'REVOKED_NO_POE' : 'REVOKED_CA_NO_POE'];
  block.check('process.certificate.not_revoked', rules.notRevoked, !isRevoked(selected.latest, time), revoked, {
    params,
  });
  block.check(
    'process.certificate.not_on_hold',
    rules.notOnHold,
    !isOnHold(selected.latest, time),
    ['INDETERMINATE', 'TRY_LATER'],
    { params },
  );
  const freshness = checkFreshness(process, selected.latest.data, { context, role, time });
  block.add(freshness);
  block.check('process.certificate.revocation_fresh', mandatory, passed(freshness), failureOf(freshness.conclusion), {
    because: freshness.conclusion,
  });
  return selected;
}

const HOLD = 'certificateHold';

/** Revoked for good at `time`. Without a time of revocation it counts as revoked ever since. */
export function isRevoked({ status, reason, revocationTime }: CertificateStatus, time: number): boolean {
  return status === 'revoked' && reason !== HOLD && !(time < ms(revocationTime));
}

/** Suspended at `time`. */
export function isOnHold({ status, reason, revocationTime }: CertificateStatus, time: number): boolean {
  return status === 'revoked' && reason === HOLD && !(time < ms(revocationTime));
}

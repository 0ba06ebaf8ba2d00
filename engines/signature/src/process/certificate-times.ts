import type { CertificateData } from '../diagnostic/certificate.ts';
import { instantOf } from '../policy/algorithms.ts';
import type { CertificateRules } from '../policy/constraint-tables.ts';
import type { Block, Failure } from './block.ts';
import {
  basicPart,
  type CertificateStatus,
  certificatePart,
  isAnchorAt,
  type Process,
  signerOf,
  type TokenContext,
  withinValidity,
} from './context.ts';

/** Clause 5.2.6.4, RFC 5280 clause 6.1.3 (a)(2): an authority is within its validity at the time that the model asks for. */
export function checkAuthorityTime(
  block: Block,
  authority: CertificateData,
  rules: CertificateRules,
  time: number,
): void {
  const params = { time: instantOf(time), from: authority.notBefore, to: authority.notAfter };
  const out: Failure = ['INDETERMINATE', 'OUT_OF_BOUNDS_NO_POE'];
  block.check('process.certificate.in_validity', rules.validAtModelTime, withinValidity(authority, time), out, {
    params,
  });
}

/** Clause 5.2.6.4: the signing certificate and the issuer of its revocation are within their validity now. */
export function checkTimes(
  block: Block,
  process: Process,
  certificate: CertificateData,
  { context, latest, needed }: { context: TokenContext; latest: CertificateStatus | undefined; needed: boolean },
): void {
  const rules = certificatePart(process, context, 'signing');
  const issuer = latest && signerOf(process, latest.data);
  const sunset = basicPart(process, 'revocation').signingCertificate?.sunsetDate;
  const issuerTrusted = issuer !== undefined && isAnchorAt(issuer, process.now, sunset);
  const issuerRule = rules.revocationIssuerNotExpired;
  const issuerValid =
    issuerRule?.level !== 'FAIL' || issuerTrusted || (issuer !== undefined && withinValidity(issuer, process.now));
  const knownGood = latest !== undefined && latest.status !== 'revoked' && issuerValid;
  const out: Failure = ['INDETERMINATE', !needed || knownGood ? 'OUT_OF_BOUNDS_NOT_REVOKED' : 'OUT_OF_BOUNDS_NO_POE'];
  const params = { time: instantOf(process.now), from: certificate.notBefore, to: certificate.notAfter };
  block.check('process.certificate.in_validity', rules.notExpired, withinValidity(certificate, process.now), out, {
    params,
  });
  if (!issuer || issuerTrusted) return;
  const within = withinValidity(issuer, process.now);
  const period = { time: instantOf(process.now), from: issuer.notBefore, to: issuer.notAfter };
  block.check(
    'process.certificate.revocation_issuer_in_validity',
    issuerRule,
    within,
    ['INDETERMINATE', 'REVOCATION_OUT_OF_BOUNDS_NO_POE'],
    { params: period, token: issuer.id },
  );
}

import type { Certificate } from '../certificate.ts';
import type { NameConstraints } from '../extensions.ts';
import type { Check } from '../report.ts';
import { anchorLimits, checkAnchorTrust } from './anchors.ts';
import { inheritKeyParameters } from './key-parameters.ts';
import { checkNameConstraints } from './name-constraints.ts';
import type { AnchorConstraints, PathOptions, PathPurpose } from './options.ts';
import { checkPeerNames } from './peer-names.ts';
import { PolicyProcessor } from './policies.ts';
import { checkForm } from './profile.ts';
import { checkDemands, checkPurpose, issuerAllowsPurpose } from './purpose.ts';
import type { LinkVerifier, WorkBudget } from './search.ts';

/** What {@link checkRules} needs to know. */
export interface RuleInputs {
  readonly options: PathOptions;
  readonly purpose: PathPurpose;
  /** Limits that the trust store puts on the anchor of this path. */
  readonly constraints: AnchorConstraints | undefined;
  readonly links: LinkVerifier;
  readonly budget: WorkBudget;
}

function result(ok: boolean, good: string, bad: string, clause: string, subject: Certificate): Check {
  return { code: ok ? good : bad, status: ok ? 'passed' : 'failed', clause, params: { subject: subject.subject.text } };
}

/**
 * RFC 5280 section 6.1 without revocation for one candidate path, end certificate first and trust anchor last. Every check is
 * listed, from the anchor down to the end certificate, and none is left out after a failure.
 */
export function checkRules(path: readonly Certificate[], inputs: RuleInputs): readonly Check[] {
  const anchor = path.at(-1);
  const end = path[0];
  if (!anchor || !end) return [];
  const { options, purpose, constraints } = inputs;
  const { at } = options;
  const checks: Check[] = [...checkTime(anchor, at), ...checkAnchorTrust(path, constraints, { at, purpose })];
  if (path.length > 1) checks.push(...checkIssuer(anchor, purpose, true));
  if (anchor.unknownCritical.length > 0) checks.push(...checkCritical(anchor));
  checks.push(...descend(path, anchor, inputs), ...checkForm(path, options));
  checks.push(...checkPurpose(end, purpose), ...checkDemands(end, options));
  checks.push(...checkPeerNames(end, options.peerNames ?? []));
  return checks;
}

function descend(path: readonly Certificate[], anchor: Certificate, inputs: RuleInputs): readonly Check[] {
  const { budget, links, options, purpose } = inputs;
  const limits = anchorLimits(anchor, inputs.constraints, options.policies);
  const checks: Check[] = [];
  const policies = new PolicyProcessor(limits.policies, path.length - 1);
  const constraints: NameConstraints[] = [...limits.nameConstraints];
  let pathLength = Math.min(limits.pathLength, options.maxDepth ?? Number.POSITIVE_INFINITY);
  let issuer = anchor;
  let issuerKey = anchor.publicKey;
  for (let index = path.length - 2; index >= 0; index -= 1) {
    const certificate = path[index];
    if (!certificate) break;
    const isEnd = index === 0;
    checks.push(
      ...checkLink(certificate, issuer, links.isSignedBy(certificate, issuerKey)),
      ...checkTime(certificate, options.at),
    );
    if (isEnd || !certificate.isSelfIssued) checks.push(...checkConstraints(certificate, constraints, budget));
    const policyRight = policies.next(certificate);
    checks.push(result(policyRight, 'pki.policy_ok', 'pki.policy', 'RFC 5280 6.1.3 (d)-(f), RFC 9618', certificate));
    checks.push(...checkCritical(certificate));
    if (!isEnd) {
      checks.push(...checkIssuer(certificate, purpose, false));
      if (!certificate.isSelfIssued) {
        checks.push(result(pathLength > 0, 'pki.path_length_ok', 'pki.path_length', 'RFC 5280 6.1.4 (l)', certificate));
        pathLength -= 1;
      }
      pathLength = Math.min(pathLength, certificate.basicConstraints?.pathLength ?? Number.POSITIVE_INFINITY);
      if (certificate.nameConstraints) constraints.push(certificate.nameConstraints);
    }
    issuerKey = inheritKeyParameters(certificate.publicKey, issuerKey);
    issuer = certificate;
  }
  return checks;
}

function checkLink(certificate: Certificate, issuer: Certificate, signed: boolean): readonly Check[] {
  const named = certificate.issuer.key === issuer.subject.key;
  return [
    result(named, 'pki.issuer_name_ok', 'pki.issuer_name', 'RFC 5280 6.1.3 (a)(4)', certificate),
    result(signed, 'pki.signature_ok', 'pki.signature_invalid', 'RFC 5280 6.1.3 (a)(1)', certificate),
  ];
}

function checkTime(certificate: Certificate, at: Date): readonly Check[] {
  const clause = 'RFC 5280 6.1.3 (a)(2)';
  const params = {
    subject: certificate.subject.text,
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
  };
  if (at < certificate.notBefore) return [{ code: 'pki.not_yet_valid', status: 'failed', clause, params }];
  // notAfter is inclusive and given to the second.
  const expired = at.getTime() >= certificate.notAfter.getTime() + 1000;
  return [{ code: expired ? 'pki.expired' : 'pki.validity_ok', status: expired ? 'failed' : 'passed', clause, params }];
}

function checkConstraints(
  certificate: Certificate,
  above: readonly NameConstraints[],
  budget: WorkBudget,
): readonly Check[] {
  if (above.length === 0) return [];
  const outcome = checkNameConstraints(certificate, above, (count) => budget.spendComparisons(count));
  const clause = 'RFC 5280 6.1.3 (b), (c)';
  if (outcome === 'unsupported') {
    return [
      {
        code: 'pki.name_constraints_unsupported',
        status: 'indeterminate',
        clause,
        params: { subject: certificate.subject.text },
      },
    ];
  }
  return [result(outcome === 'satisfied', 'pki.name_constraints_ok', 'pki.name_constraints', clause, certificate)];
}

function checkCritical(certificate: Certificate): readonly Check[] {
  const [unknown] = certificate.unknownCritical;
  if (unknown === undefined) return [];
  const params = { subject: certificate.subject.text, oid: unknown };
  return [
    { code: 'pki.critical_extension_unknown', status: 'failed', clause: 'RFC 5280 6.1.4 (o), 6.1.5 (e)', params },
  ];
}

/** RFC 5280 section 6.1.4 (k), (n): may this certificate issue others? A version 1 trust anchor may, nothing else of version 1. */
function checkIssuer(certificate: Certificate, purpose: PathPurpose, isAnchor: boolean): readonly Check[] {
  const isCa = certificate.isCa || (isAnchor && certificate.version < 3);
  const maySign = !certificate.keyUsage || certificate.keyUsage.has('keyCertSign');
  return [
    result(isCa, 'pki.basic_constraints_ok', 'pki.basic_constraints', 'RFC 5280 6.1.4 (k)', certificate),
    result(maySign, 'pki.issuer_key_usage_ok', 'pki.issuer_key_usage', 'RFC 5280 6.1.4 (n)', certificate),
    ...(issuerAllowsPurpose(certificate, purpose)
      ? []
      : [result(false, '', 'pki.extended_key_usage', 'RFC 5280 4.2.1.12', certificate)]),
  ];
}

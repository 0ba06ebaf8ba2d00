import { equalBytes } from '@tra/kernel';
import type { Certificate } from '../../certificate.ts';
import { ANY_POLICY } from '../../oids.ts';
import { checkNameConstraints } from '../../path/name-constraints.ts';
import type { LintRule, LintView } from './view.ts';

/** A rule that speaks only when the issuer's certificate is known. */
function against(
  code: string,
  clause: string,
  find: (certificate: Certificate, issuer: Certificate) => boolean,
): LintRule {
  return {
    code,
    clause,
    find: ({ certificate, issuer }: LintView) => issuer !== undefined && find(certificate, issuer),
  };
}

function exceedsPathLength({ isCa, isSelfIssued, basicConstraints }: Certificate, issuer: Certificate): boolean {
  const left = issuer.basicConstraints?.pathLength;
  if (!isCa || left === undefined || isSelfIssued) return false;
  return left === 0 || (basicConstraints?.pathLength ?? 0) >= left;
}

function hasForeignPolicy({ policies = [] }: Certificate, issuer: Certificate): boolean {
  const given = issuer.policies;
  if (!given || given.includes(ANY_POLICY)) return false;
  const mapped = (issuer.policyMappings ?? []).map(({ subjectDomainPolicy }) => subjectDomainPolicy);
  return policies.some((policy) => !given.includes(policy) && !mapped.includes(policy));
}

/** Rules on how a certificate fits under its issuer: what path validation would refuse is not issued. */
export const issuerRules: readonly LintRule[] = [
  against(
    'pki.lint_issuer_name',
    'RFC 5280 4.1.2.4',
    (certificate, issuer) => !equalBytes(certificate.issuer.der, issuer.subject.der),
  ),
  against(
    'pki.lint_issuer_key_id',
    'RFC 5280 4.2.1.1',
    ({ authorityKeyId }, issuer) =>
      issuer.subjectKeyIdHex !== undefined && authorityKeyId?.keyIdHex !== issuer.subjectKeyIdHex,
  ),
  against(
    'pki.lint_issuer_ca',
    'RFC 5280 4.2.1.9',
    (_, issuer) => !issuer.isCa || !(issuer.keyUsage?.has('keyCertSign') ?? true),
  ),
  against(
    'pki.lint_issuer_validity',
    'ETSI EN 319 411-1 6.3.3',
    ({ notBefore, notAfter }, issuer) => notBefore < issuer.notBefore || notAfter > issuer.notAfter,
  ),
  against('pki.lint_issuer_path_length', 'RFC 5280 4.2.1.9', exceedsPathLength),
  {
    varies: true,
    ...against('pki.lint_issuer_key', 'RFC 5280 4.1.2.7', (certificate, issuer) =>
      equalBytes(certificate.publicKey, issuer.publicKey),
    ),
  },
  {
    varies: true,
    ...against(
      'pki.lint_issuer_name_constraints',
      'RFC 5280 4.2.1.10',
      (certificate, issuer) =>
        issuer.nameConstraints !== undefined &&
        checkNameConstraints(certificate, [issuer.nameConstraints], (comparisons) => comparisons <= 100_000) !==
          'satisfied',
    ),
  },
  against('pki.lint_issuer_policies', 'RFC 5280 6.1.3', hasForeignPolicy),
];

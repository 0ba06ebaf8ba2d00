import { type Certificate, parseCertificate } from '../../certificate.ts';
import { PkiError } from '../../errors.ts';
import type { Check } from '../../report.ts';
import type { CertificateProfile } from '../profiles/profile.ts';
import { basicRules } from './basic-rules.ts';
import { extensionRules } from './extension-rules.ts';
import { issuerRules } from './issuer-rules.ts';
import { nameRules } from './name-rules.ts';
import { profileRules } from './profile-rules.ts';
import { purposeRules } from './purpose-rules.ts';
import { tlsRules } from './tls-rules.ts';
import { type LintContext, type LintRule, type LintView, viewOf } from './view.ts';

/** Every rule, in the order in which findings are reported. */
const rules: readonly LintRule[] = [
  ...basicRules,
  ...nameRules,
  ...extensionRules,
  ...purposeRules,
  ...tlsRules,
  ...profileRules,
  ...issuerRules,
];

/** Thrown when a certificate would break a rule; nothing has been signed. `params.reason` is the code of the first finding. */
export class CertificateRefused extends PkiError {
  /** All faults found. */
  readonly findings: readonly Check[];

  constructor(findings: readonly Check[]) {
    const [first] = findings;
    super('pki.request_invalid', { params: { ...first?.params, reason: first?.code ?? 'lint' } });
    this.findings = findings;
  }
}

/** The findings that are faults; the others are advice. */
export function lintFaults(findings: readonly Check[]): readonly Check[] {
  return findings.filter(({ status }) => status === 'failed');
}

/** Rules that look at values which differ between certificates of one shape. */
const varyingRules: readonly LintRule[] = rules.filter(({ varies }) => varies);

/** Findings on a parsed certificate. */
export function lint(certificate: Certificate, context: LintContext): readonly Check[] {
  return lintView(viewOf(certificate, context), 'all');
}

/** Findings of all rules, or of those that vary between certificates of one shape. */
export function lintView(view: LintView, which: 'all' | 'varying'): readonly Check[] {
  const findings: Check[] = [...view.key.faults];
  for (const { code, clause, advice, find } of which === 'all' ? rules : varyingRules) {
    const found = find(view);
    if (found === false) continue;
    const status = advice ? 'indeterminate' : 'failed';
    if (found === true) findings.push({ code, status, clause });
    else findings.push(...found.map((params) => ({ code, status, clause, params }) as const));
  }
  return findings;
}

/**
 * What is wrong with a certificate, ours or another's: every rule that it breaks with its clause, faults as `failed` and advice as
 * `indeterminate`; empty when there is nothing to say. With `profile` also what that profile demands, with `issuer` whether it
 * fits its issuer. Signatures and time are not looked at: that is path validation. It never throws; what cannot be read has the one
 * finding `pki.certificate_unreadable`.
 *
 * @example
 * for (const { code, status, clause } of lintCertificate(der, 'tls-server')) console.log(code, status, clause);
 */
export function lintCertificate(
  der: Uint8Array,
  profile?: CertificateProfile,
  options: { readonly issuer?: Uint8Array } = {},
): readonly Check[] {
  try {
    const issuer = options.issuer && parseCertificate(options.issuer);
    return lint(parseCertificate(der), { profile, issuer });
  } catch {
    return [{ code: 'pki.certificate_unreadable', status: 'failed', clause: 'RFC 5280 4.1' }];
  }
}

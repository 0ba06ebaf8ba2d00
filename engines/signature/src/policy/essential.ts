import type { BasicPart, ProcessPolicy } from './policy.ts';
import type { WarningList } from './read-result.ts';
import type { LevelRule } from './rules.ts';

const basicRules = [
  'referenceDataExistence',
  'referenceDataIntact',
  'signatureIntact',
  'prospectiveCertificateChain',
] as const;
const certificateRules = ['signature', 'revocationDataAvailable', 'notRevoked'] as const;

/**
 * Names what a policy would have to enforce so that a broken or unknown signature cannot pass (EN 319 102-1 clauses 5.2.6 and 5.2.7), and
 * does not. A policy may do so on purpose, but nobody should learn it by accident.
 */
export function warnOfGaps(policy: ProcessPolicy, list: WarningList): void {
  const parts: readonly (readonly [string, BasicPart | undefined])[] = [
    ['signature', policy.signature?.basic],
    ['timestamp', policy.timestamp?.basic],
    ['revocation', policy.revocation?.basic],
  ];
  for (const [name, basic] of parts) {
    for (const rule of basicRules) demand(basic?.[rule], `${name}.basic.${rule}`, list);
    demand(basic?.signingCertificate?.recognition, `${name}.basic.signingCertificate.recognition`, list);
    for (const rule of certificateRules) {
      demand(basic?.signingCertificate?.[rule], `${name}.basic.signingCertificate.${rule}`, list);
    }
    demand(basic?.caCertificate?.signature, `${name}.basic.caCertificate.signature`, list);
    demand(basic?.caCertificate?.ca, `${name}.basic.caCertificate.ca`, list);
    if (name === 'revocation') continue;
    demand(basic?.signedDataPresent, `${name}.basic.signedDataPresent`, list);
    demand(basic?.caCertificate?.validAtModelTime, `${name}.basic.caCertificate.validAtModelTime`, list);
  }
  if (policy.algorithms.digests.length === 0) list.warn('policy.algorithms_missing', 'algorithms.digests');
  if (policy.algorithms.signatures.length === 0) list.warn('policy.algorithms_missing', 'algorithms.signatures');
}

function demand(rule: LevelRule | undefined, where: string, list: WarningList): void {
  if (rule?.level !== 'FAIL') list.warn('policy.essential_not_enforced', where, rule?.level);
}

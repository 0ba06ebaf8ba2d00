import type { SignatureLevel } from '../report.ts';

/**
 * Which requirements of the levels a signature meets by the look of it (ETSI EN 319 122-1, 132-1, 142-1 and TS 119 182-1 clause 6.3 for the baseline
 * levels; EN 319 122-2, 132-2 and 142-2 for the extended ones). Nothing about its validity.
 */
export interface LevelFacts {
  readonly family: 'CAdES' | 'XAdES' | 'PAdES' | 'JAdES' | 'PDF-PKCS7';
  /** Baseline B, and the extended basic form. */
  readonly baseline: boolean;
  readonly basic: boolean;
  /** A signature policy is named. */
  readonly policy: boolean;
  /** Time-stamped before the certificate expired; for the baseline with what it demands beyond. */
  readonly stamped: boolean;
  readonly baselineStamped: boolean;
  /** Validation material is complete; for the baseline nothing of the older forms stands beside it. */
  readonly complete: boolean;
  readonly baselineComplete: boolean;
  /** Complete references to certificates and revocation information (C), and time-stamps over them (X). */
  readonly references: boolean;
  readonly stampedReferences: boolean;
  readonly archived: boolean;
  readonly baselineArchived: boolean;
  /** An evidence record is inside. */
  readonly records: boolean;
}

/** Level by the facts: the highest whose requirements are all met. */
export function levelOf(facts: LevelFacts): SignatureLevel {
  switch (facts.family) {
    case 'PAdES':
      return padesLevel(facts);
    case 'PDF-PKCS7':
      return pkcs7Level(facts);
    case 'JAdES':
      return facts.baseline ? `JAdES-B-${baselineSuffix(facts)}` : 'JWS';
    default:
      return facts.basic ? extendableLevel(facts, facts.family) : plainLevel(facts);
  }
}

const plainLevel = ({ family, stamped }: LevelFacts): SignatureLevel =>
  family === 'XAdES' ? 'XMLDSig' : stamped ? 'CMS-T' : 'CMS';

function baselineSuffix({ baselineArchived, baselineComplete, baselineStamped }: LevelFacts): 'B' | 'T' | 'LT' | 'LTA' {
  if (!baselineStamped) return 'B';
  if (!baselineComplete) return 'T';
  return baselineArchived ? 'LTA' : 'LT';
}

function padesLevel(facts: LevelFacts): SignatureLevel {
  if (facts.baseline) return `PAdES-B-${baselineSuffix(facts)}`;
  if (!facts.basic) return 'PDF';
  if (facts.archived) return 'PAdES-LTV';
  return facts.policy ? 'PAdES-EPES' : 'PAdES-BES';
}

function pkcs7Level({ archived, basic, complete, stamped }: LevelFacts): SignatureLevel {
  if (!basic) return 'PDF';
  if (!stamped) return 'PDF-PKCS7';
  if (!complete) return 'PDF-PKCS7-T';
  return archived ? 'PDF-PKCS7-LTA' : 'PDF-PKCS7-LT';
}

function extendableLevel(facts: LevelFacts, family: 'CAdES' | 'XAdES'): SignatureLevel {
  const { archived, baseline, complete, policy, records, references, stamped, stampedReferences } = facts;
  if (!stamped) {
    if (baseline) return `${family}-B-B`;
    return policy ? `${family}-EPES` : `${family}-BES`;
  }
  const isBaseline = baseline && facts.baselineStamped;
  if (isBaseline && facts.baselineComplete) {
    return records ? `${family}-ERS` : `${family}-B-${baselineSuffix(facts)}`;
  }
  if (!complete) {
    if (references) return stampedReferences ? `${family}-X` : `${family}-C`;
    return isBaseline ? `${family}-B-T` : `${family}-T`;
  }
  if (records) return `${family}-ERS`;
  if (archived) return `${family}-A`;
  if (references && stampedReferences) return `${family}-XL`;
  return references ? `${family}-C` : `${family}-LT`;
}

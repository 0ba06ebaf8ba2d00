import type { Certificate } from '../certificate.ts';
import type { NameConstraints } from '../extensions.ts';
import type { Check } from '../report.ts';
import type { AnchorConstraints, PathPurpose, PolicyInputs } from './options.ts';

/** What an anchor lets pass, out of its certificate and the constraints given beside it (RFC 5937). */
export interface AnchorLimits {
  readonly nameConstraints: readonly NameConstraints[];
  readonly pathLength: number;
  readonly policies: PolicyInputs;
}

/** Joins the anchor's limits with the caller's policy inputs (RFC 5937 section 3.2): whoever demands more prevails. */
export function anchorLimits(
  anchor: Certificate,
  constraints: AnchorConstraints = {},
  inputs: PolicyInputs = {},
): AnchorLimits {
  const names = [anchor.nameConstraints, constraints.nameConstraints];
  const lengths = [anchor.basicConstraints?.pathLength, constraints.pathLength];
  const acceptable = intersect(inputs.acceptable, constraints.policies);
  return {
    nameConstraints: names.filter((entry) => entry !== undefined),
    pathLength: Math.min(...lengths.map((length) => length ?? Number.POSITIVE_INFINITY)),
    policies: {
      ...(acceptable ? { acceptable } : {}),
      requireExplicit:
        (inputs.requireExplicit ?? false) || (constraints.requireExplicitPolicy ?? constraints.policies !== undefined),
      inhibitMapping: (inputs.inhibitMapping ?? false) || (constraints.inhibitPolicyMapping ?? false),
      inhibitAny: (inputs.inhibitAny ?? false) || (constraints.inhibitAnyPolicy ?? false),
    },
  };
}

const anyPolicy = '2.5.29.32.0';

function intersect(left?: readonly string[], right?: readonly string[]): readonly string[] | undefined {
  if (!left || left.includes(anyPolicy)) return right ?? left;
  if (!right || right.includes(anyPolicy)) return left;
  return left.filter((policy) => right.includes(policy));
}

/** The dates and purposes for which the trust store trusts the anchor. */
export function checkAnchorTrust(
  path: readonly Certificate[],
  constraints: AnchorConstraints | undefined,
  { at, purpose }: { readonly at: Date; readonly purpose: PathPurpose },
): readonly Check[] {
  const anchor = path.at(-1);
  const end = path[0];
  if (!constraints || !anchor || !end) return [];
  const { distrustIssuedAfter, purposes, validFrom, validUntil } = constraints;
  const checks: Check[] = [];
  const fail = (code: string, params: Record<string, string>): void => {
    const clause = 'RFC 5914 2.4';
    checks.push({ code, status: 'failed', clause, params: { subject: anchor.subject.text, ...params } });
  };
  if ((validFrom && at < validFrom) || (validUntil && at > validUntil)) {
    const bounds = { from: validFrom?.toISOString() ?? '', until: validUntil?.toISOString() ?? '' };
    fail('pki.anchor_out_of_time', bounds);
  }
  if (distrustIssuedAfter && end.notBefore > distrustIssuedAfter)
    fail('pki.anchor_distrusted', { since: distrustIssuedAfter.toISOString() });
  if (purposes && purpose !== 'any' && !purposes.includes(purpose) && !purposes.includes('any'))
    fail('pki.anchor_purpose', {});
  return checks;
}

import type { Certificate } from '../certificate.ts';
import { ANY_POLICY } from '../oids.ts';
import type { PolicyInputs } from './options.ts';

/** A node of the valid policy graph (RFC 9618): one per policy and depth, so its size is bounded by the certificates. */
interface PolicyNode {
  readonly policy: string;
  expected: ReadonlySet<string>;
  readonly parents: ReadonlySet<PolicyNode>;
}

type Level = Map<string, PolicyNode>;

/**
 * Certificate policy processing of RFC 5280 sections 6.1.2 to 6.1.5 over the policy graph of RFC 9618, which gives the same
 * answers as the policy tree without its exponential growth. Feed it the path from the certificate below the anchor to the end.
 */
export class PolicyProcessor {
  readonly #inputs: PolicyInputs;
  readonly #length: number;
  #levels: Level[] | undefined;
  #explicitPolicy: number;
  #inhibitMapping: number;
  #inhibitAny: number;
  #position = 0;

  constructor(inputs: PolicyInputs, pathLength: number) {
    this.#inputs = inputs;
    this.#length = pathLength;
    this.#levels = [
      new Map([[ANY_POLICY, { policy: ANY_POLICY, expected: new Set([ANY_POLICY]), parents: new Set<PolicyNode>() }]]),
    ];
    this.#explicitPolicy = inputs.requireExplicit ? 0 : pathLength + 1;
    this.#inhibitMapping = inputs.inhibitMapping ? 0 : pathLength + 1;
    this.#inhibitAny = inputs.inhibitAny ? 0 : pathLength + 1;
  }

  /** Processes the next certificate; false when the path must be refused (6.1.3 (f), 6.1.4 (a), 6.1.5 (g)). */
  next(certificate: Certificate): boolean {
    this.#position += 1;
    const last = this.#position === this.#length;
    this.#grow(certificate, last);
    if (this.#explicitPolicy === 0 && !this.#levels) return false;
    return last ? this.#wrapUp(certificate) : this.#prepare(certificate);
  }

  #grow(certificate: Certificate, last: boolean): void {
    const above = this.#levels?.at(-1);
    if (!this.#levels || !above) return;
    if (!certificate.policies) {
      this.#levels = undefined;
      return;
    }
    const level: Level = new Map();
    for (const policy of certificate.policies) {
      if (policy === ANY_POLICY) continue;
      let parents = [...above.values()].filter(({ expected }) => expected.has(policy));
      const any = above.get(ANY_POLICY);
      if (parents.length === 0 && any) parents = [any];
      if (parents.length > 0) level.set(policy, { policy, expected: new Set([policy]), parents: new Set(parents) });
    }
    const anyCounts = this.#inhibitAny > 0 || (!last && certificate.isSelfIssued);
    if (certificate.policies.includes(ANY_POLICY) && anyCounts) addExpected(above, level);
    this.#levels.push(level);
    this.#prune();
  }

  #prepare(certificate: Certificate): boolean {
    if (certificate.policyMappings && !this.#map(certificate)) return false;
    if (!certificate.isSelfIssued) {
      this.#explicitPolicy = Math.max(0, this.#explicitPolicy - 1);
      this.#inhibitMapping = Math.max(0, this.#inhibitMapping - 1);
      this.#inhibitAny = Math.max(0, this.#inhibitAny - 1);
    }
    const { requireExplicitPolicy, inhibitPolicyMapping } = certificate.policyConstraints ?? {};
    this.#explicitPolicy = Math.min(this.#explicitPolicy, requireExplicitPolicy ?? this.#explicitPolicy);
    this.#inhibitMapping = Math.min(this.#inhibitMapping, inhibitPolicyMapping ?? this.#inhibitMapping);
    this.#inhibitAny = Math.min(this.#inhibitAny, certificate.inhibitAnyPolicy ?? this.#inhibitAny);
    return true;
  }

  #map(certificate: Certificate): boolean {
    const targets = new Map<string, Set<string>>();
    for (const { issuerDomainPolicy, subjectDomainPolicy } of certificate.policyMappings ?? []) {
      if (issuerDomainPolicy === ANY_POLICY || subjectDomainPolicy === ANY_POLICY) return false;
      const set = targets.get(issuerDomainPolicy) ?? new Set();
      targets.set(issuerDomainPolicy, set.add(subjectDomainPolicy));
    }
    const level = this.#levels?.at(-1);
    if (!level) return true;
    for (const [policy, expected] of targets) {
      const node = level.get(policy);
      const any = level.get(ANY_POLICY);
      if (this.#inhibitMapping === 0) level.delete(policy);
      else if (node) node.expected = expected;
      else if (any) level.set(policy, { policy, expected, parents: any.parents });
    }
    this.#prune();
    return true;
  }

  #wrapUp(certificate: Certificate): boolean {
    let explicit = Math.max(0, this.#explicitPolicy - 1);
    if (certificate.policyConstraints?.requireExplicitPolicy === 0) explicit = 0;
    return explicit > 0 || this.#hasAcceptablePolicy();
  }

  /** RFC 9618 section 5.5: whether the user-constrained policy set is not empty. */
  #hasAcceptablePolicy(): boolean {
    const levels = this.#levels;
    if (!levels) return false;
    const { acceptable } = this.#inputs;
    if (!acceptable || acceptable.includes(ANY_POLICY)) return true;
    if (levels.at(-1)?.has(ANY_POLICY)) return acceptable.length > 0;
    return levels.some((level) =>
      [...level.values()].some(
        ({ policy, parents }) =>
          policy !== ANY_POLICY &&
          [...parents].some((parent) => parent.policy === ANY_POLICY) &&
          acceptable.includes(policy),
      ),
    );
  }

  /** Removes nodes without children above the lowest level; an empty level means there is no valid policy at all. */
  #prune(): void {
    const levels = this.#levels;
    if (!levels) return;
    for (let depth = levels.length - 2; depth >= 0; depth -= 1) {
      const used = new Set([...(levels[depth + 1]?.values() ?? [])].flatMap(({ parents }) => [...parents]));
      const level = levels[depth];
      for (const [policy, node] of level ?? []) if (!used.has(node)) level?.delete(policy);
    }
    if (levels.some((level) => level.size === 0)) this.#levels = undefined;
  }
}

/** 6.1.3 (d)(2): what was expected above and not named by the certificate itself is taken over through anyPolicy. */
function addExpected(above: Level, level: Level): void {
  const expectedBy = new Map<string, Set<PolicyNode>>();
  for (const node of above.values()) {
    for (const policy of node.expected) expectedBy.set(policy, (expectedBy.get(policy) ?? new Set()).add(node));
  }
  for (const [policy, parents] of expectedBy) {
    if (!level.has(policy)) level.set(policy, { policy, expected: new Set([policy]), parents });
  }
}

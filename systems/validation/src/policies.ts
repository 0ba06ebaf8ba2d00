import { readFileSync } from 'node:fs';
import { CodedError, utf8Decode } from '@tra/kernel';
import {
  documentPolicy,
  hashPolicy,
  type ProcessPolicy,
  type ReadWarning,
  readConstraintXml,
  readCryptoSuiteJson,
  readCryptoSuiteXml,
  readProcessPolicy,
  shippedPolicies,
  type ValidationPolicy,
  withAlgorithms,
} from '@tra/signature';
import { ValidationError } from './errors.ts';

/** Which policy a report was made under. */
export interface PolicyFacts {
  /** `request`: the asker sent it, so that it says nothing about what this service demands. */
  readonly source: 'service' | 'request';
  /** The name by which a policy of the service is chosen. */
  readonly key?: string;
  readonly name: string;
  /** SHA-256 of the rules, hexadecimal: of the JSON with sorted names, as the detailed report names it. */
  readonly sha256: string;
  /** What a file held that was not taken over, and essential rules that it does not enforce; the first ones. */
  readonly warnings: readonly ReadWarning[];
  /** How many there are altogether. */
  readonly warningCount: number;
}

/** A policy with what a report says about it. */
export interface ChosenPolicy {
  readonly rules: ValidationPolicy;
  readonly facts: PolicyFacts;
}

/** A policy of the service. */
export interface ListedPolicy {
  /** By which it is chosen. */
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly sha256: string;
}

const shownWarnings = 50;
// What weakens the verdict comes before what was merely not taken over.
const gravest: readonly ReadWarning['code'][] = ['policy.essential_not_enforced', 'policy.algorithms_missing'];

interface Shipped {
  readonly chosen: ChosenPolicy;
  readonly listed: ListedPolicy;
}

let shipped: ReadonlyMap<string, Shipped> | undefined;

/** Read when they are first asked for: the engine ships them as files. */
function readShipped(): ReadonlyMap<string, Shipped> {
  shipped ??= new Map(
    shippedPolicies.map(({ key, url }) => {
      const { policy } = readProcessPolicy(readFileSync(url, 'utf8'));
      const chosen = chosenOf(policy, { source: 'service', key, warnings: [] });
      const { name, sha256 } = chosen.facts;
      return [key, { chosen, listed: { key, name, description: policy.description ?? '', sha256 } }];
    }),
  );
  return shipped;
}

function chosenOf(
  process: ProcessPolicy,
  { warnings, ...facts }: Pick<PolicyFacts, 'source' | 'key' | 'warnings'>,
): ChosenPolicy {
  const name = process.name.slice(0, 200);
  const rank = ({ code }: ReadWarning): number => -gravest.indexOf(code);
  const ordered = [...warnings].sort((left, right) => rank(left) - rank(right));
  const counted = { warnings: ordered.slice(0, shownWarnings), warningCount: warnings.length };
  return {
    rules: { ...documentPolicy(process), name },
    facts: { ...facts, name, sha256: hashPolicy(process), ...counted },
  };
}

/** Key of the policy that applies when none is named. */
export const defaultPolicyKey: string = shippedPolicies[0]?.key ?? '';

/** The policies of the service, the default one first. */
export function listPolicies(): readonly ListedPolicy[] {
  return [...readShipped().values()].map(({ listed }) => listed);
}

/** The policy of the service with this key; the default one when none is named. Throws `validation.policy_unknown`. */
export function policyNamed(key: string = defaultPolicyKey): ChosenPolicy {
  const found = readShipped().get(key);
  if (found) return found.chosen;
  const params = { name: key.slice(0, 100), known: [...readShipped().keys()].join(', ') };
  throw new ValidationError('validation.policy_unknown', 'policy', { params });
}

/**
 * A policy that somebody wrote: our JSON, or `constraint.xml` of DSS; with a catalogue of algorithms (TS 119 322, XML or JSON) that takes the place of
 * all that it said about them. Throws `validation.policy_invalid`, which names the place.
 *
 * @example
 * const { rules, facts } = readUploadedPolicy(await readFile('constraint.xml'), await readFile('crypto-suite.xml'));
 */
export function readUploadedPolicy(bytes: Uint8Array, cryptoSuite?: Uint8Array): ChosenPolicy {
  const { policy, warnings } = orRefuse('policy', () =>
    isXml(bytes) ? readConstraintXml(bytes) : readProcessPolicy(utf8Decode(bytes)),
  );
  if (!cryptoSuite) return chosenOf(policy, { source: 'request', warnings });
  const suite = orRefuse('cryptoSuite', () =>
    isXml(cryptoSuite) ? readCryptoSuiteXml(cryptoSuite) : readCryptoSuiteJson(utf8Decode(cryptoSuite)),
  );
  const left = warnings.filter(({ code }) => code !== 'policy.algorithms_missing');
  return chosenOf(withAlgorithms(policy, suite.algorithms), {
    source: 'request',
    warnings: [...left, ...suite.warnings],
  });
}

function isXml(bytes: Uint8Array): boolean {
  const head = utf8Decode(bytes.subarray(0, 64).filter((byte) => byte < 0x80));
  return head.trimStart().startsWith('<');
}

function orRefuse<T>(part: 'policy' | 'cryptoSuite', read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const where = cause instanceof CodedError ? String(cause.params.where ?? cause.code) : '-';
    throw new ValidationError('validation.policy_invalid', part, { params: { where: where.slice(0, 200) }, cause });
  }
}

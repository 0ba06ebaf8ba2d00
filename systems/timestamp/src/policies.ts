import type { SignatureAlgorithm } from '@tra/kernel';
import { IMPRINT_ALGORITHMS, type ImprintAlgorithm, type PolicyRules } from '@tra/timestamp';
import { type TimestampConfig, unitAlgorithms } from './config.ts';
import { TimestampSystemError } from './errors.ts';

/** Policies of one line of units, and the algorithm of their keys. */
export interface PolicyLine {
  /** `default`, or the name of the algorithm. */
  readonly line: string;
  readonly algorithm: SignatureAlgorithm;
  readonly policies: readonly PolicyRules[];
}

/** The policies of `config` by the units that stamp under them; the default one first. Throws `timestamp.config_invalid`. */
export function policyLines(config: TimestampConfig): readonly PolicyLine[] {
  const first: PolicyRules = { oid: config.policy, accuracy: { seconds: config.accuracySeconds } };
  const lines = new Map<string, PolicyLine>([
    ['default', { line: 'default', algorithm: config.algorithm, policies: [first] }],
  ]);
  for (const text of config.policies) {
    const { rules, algorithm = config.algorithm } = readPolicy(text);
    const line = algorithm === config.algorithm ? 'default' : algorithm;
    const known = lines.get(line);
    lines.set(line, { line, algorithm, policies: [...(known?.policies ?? []), rules] });
  }
  return [...lines.values()];
}

interface ReadPolicy {
  readonly rules: PolicyRules;
  readonly algorithm?: SignatureAlgorithm;
}

function readPolicy(text: string): ReadPolicy {
  const [oid = '', ...words] = text.split(' ');
  let policy: ReadPolicy = { rules: { oid } };
  const more = (rules: Partial<PolicyRules>): ReadPolicy => ({ ...policy, rules: { ...policy.rules, ...rules } });
  for (const word of words) {
    const [name, value = ''] = word.split('=', 2);
    if (word === 'qualified') policy = more({ qualified: true });
    else if (name === 'accuracy' && /^[1-9]\d{0,6}$/.test(value))
      policy = more({ accuracy: accuracyOf(Number(value)) });
    else if (name === 'digests' && digestsOf(value)) policy = more({ imprints: digestsOf(value) ?? [] });
    else if (name === 'key' && isUnitAlgorithm(value)) policy = { ...policy, algorithm: value };
    else throw new TimestampSystemError('timestamp.config_invalid', { params: { key: 'policies', reason: word } });
  }
  return policy;
}

function accuracyOf(milliseconds: number): { seconds?: number; millis?: number } {
  const seconds = Math.floor(milliseconds / 1000);
  const millis = milliseconds % 1000;
  return { ...(seconds > 0 ? { seconds } : {}), ...(millis > 0 ? { millis } : {}) };
}

function digestsOf(value: string): ImprintAlgorithm[] | undefined {
  const names = value.split('+');
  const known = names.every((name) => (IMPRINT_ALGORITHMS as readonly string[]).includes(name));
  return known ? (names as ImprintAlgorithm[]) : undefined;
}

function isUnitAlgorithm(value: string): value is SignatureAlgorithm {
  return (unitAlgorithms as readonly string[]).includes(value);
}

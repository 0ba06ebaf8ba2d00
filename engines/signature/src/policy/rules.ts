/** What a failed check does: stops the process with its indication, warns, informs, or is only written down. */
export type Level = 'FAIL' | 'WARN' | 'INFORM' | 'IGNORE';

/** Levels by name, the strictest first. */
export const levels: readonly Level[] = ['FAIL', 'WARN', 'INFORM', 'IGNORE'];

/** A check that holds or does not. */
export interface LevelRule {
  readonly level: Level;
}

/** A value that must be among those listed; `*` allows any. */
export interface ValuesRule extends LevelRule {
  readonly values: readonly string[];
}

/** A value that must be this one; `*` allows any. */
export interface ValueRule extends LevelRule {
  readonly value: string;
}

/** A number that must be reached. */
export interface NumberRule extends LevelRule {
  readonly minimum: number;
}

/** Units of {@link DurationRule}. */
export type DurationUnit = 'milliseconds' | 'seconds' | 'minutes' | 'hours' | 'days';

/** A time span that must not be exceeded. */
export interface DurationRule extends LevelRule {
  readonly value: number;
  readonly unit: DurationUnit;
}

/** Certificates, by the OIDs of their extensions or policies, to which something applies. */
export interface CertificatesRule extends LevelRule {
  readonly extensions: readonly string[];
  readonly policies: readonly string[];
}

/** Rules by the kind that {@link constraintTables} names. */
export interface RuleKinds {
  level: LevelRule;
  values: ValuesRule;
  value: ValueRule;
  number: NumberRule;
  duration: DurationRule;
  certificates: CertificatesRule;
}

/** Kind of a rule. */
export type RuleKind = keyof RuleKinds;

/** The rules of a table: each may be absent, and then it is not checked. */
export type RulesOf<Table extends Readonly<Record<string, RuleKind>>> = {
  readonly [Name in keyof Table]?: RuleKinds[Table[Name]];
};

const unitLength: Readonly<Record<DurationUnit, number>> = {
  milliseconds: 1,
  seconds: 1000,
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
};

/** A duration in milliseconds. */
export function durationOf(rule: DurationRule): number {
  return rule.value * unitLength[rule.unit];
}

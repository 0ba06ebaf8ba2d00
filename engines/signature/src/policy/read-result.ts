/** Every code of {@link ReadWarning}. */
export const policyWarningCodes = [
  'policy.element_unknown',
  'policy.level_unknown',
  'policy.value_unreadable',
  'policy.algorithm_unknown',
  'policy.essential_not_enforced',
  'policy.algorithms_missing',
] as const;

/** Something in a foreign file that was not taken over; each is named, none is passed over in silence. */
export interface ReadWarning {
  readonly code: (typeof policyWarningCodes)[number];
  /** Path of element names, or of a rule. */
  readonly where: string;
  readonly value?: string;
}

/** Collects the warnings of one reading, at most a thousand. */
export interface WarningList {
  readonly warnings: ReadWarning[];
  warn(code: ReadWarning['code'], where: string, value?: string): void;
}

const maximumWarnings = 1000;

/** An empty {@link WarningList}. */
export function warningList(): WarningList {
  const warnings: ReadWarning[] = [];
  return {
    warnings,
    warn: (code, where, value) => {
      if (warnings.length >= maximumWarnings) return;
      warnings.push(value === undefined ? { code, where } : { code, where, value });
    },
  };
}

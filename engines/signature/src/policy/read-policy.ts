import { PolicyError } from './errors.ts';
import { warnOfGaps } from './essential.ts';
import type { ProcessPolicy } from './policy.ts';
import { processPolicySchema } from './policy-schema.ts';
import type { ReadPolicy } from './read-constraint-xml.ts';
import { warningList } from './read-result.ts';
import { firstFault } from './schema-check.ts';

const maximumLength = 1024 * 1024;

/**
 * Reads a policy of our own JSON format. Nothing in it may be unknown: throws {@link PolicyError} `policy.invalid` with the place of the
 * first fault as `params.where`, and `policy.too_large`. What it does not enforce although it is essential stands in `warnings`.
 *
 * @example
 * const { policy } = readProcessPolicy(await readFile(shippedPolicies['thailand'].url, 'utf8'));
 */
export function readProcessPolicy(text: string): ReadPolicy {
  if (text.length > maximumLength) throw new PolicyError('policy.too_large');
  const value = parsed(text);
  const where =
    firstFault(value, processPolicySchema, processPolicySchema.$defs as Record<string, unknown>) ??
    badDay(value as ProcessPolicy);
  if (where !== undefined) throw new PolicyError('policy.invalid', { params: { where } });
  const list = warningList();
  warnOfGaps(value as ProcessPolicy, list);
  return { policy: value as ProcessPolicy, warnings: list.warnings };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PolicyError('policy.invalid', { params: { where: 'JSON' }, cause });
  }
}

/** Days such as 2026-02-30, which the schema cannot tell. */
function badDay({ algorithms }: ProcessPolicy): string | undefined {
  const entries = [...algorithms.digests, ...algorithms.signatures, { name: 'updated', until: algorithms.updated }];
  const bad = entries.find(({ until }) => until !== undefined && !isDay(until));
  return bad && `policy.algorithms.${bad.name}`;
}

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

import { defaultPolicy, type ValidationPolicy } from '@tra/signature';
import { ValidationError } from './errors.ts';
import type { Policies } from './ports.ts';

/** The policies of the engine by name; uploaded ones are read by whoever is handed in as port. */
export const shippedPolicies: Policies = {
  names: () => [defaultPolicy.name],
  find: (name) => (name === defaultPolicy.name ? defaultPolicy : undefined),
};

/** The policy of this name; the default one when none is named. Throws `validation.policy_unknown`. */
export function policyNamed(policies: Policies, name: string | undefined): ValidationPolicy {
  if (name === undefined) return defaultPolicy;
  const found = policies.find(name);
  if (found) return found;
  const params = { name: name.slice(0, 100), known: policies.names().join(', ') };
  throw new ValidationError('validation.policy_unknown', 'policy', { params });
}

/** An uploaded policy. Throws `validation.policy_invalid`. */
export function policyOf(policies: Policies, bytes: Uint8Array): ValidationPolicy {
  try {
    if (!policies.read) throw new Error('uploaded policies are not read here');
    return policies.read(bytes);
  } catch (cause) {
    throw new ValidationError('validation.policy_invalid', 'policy', { cause });
  }
}

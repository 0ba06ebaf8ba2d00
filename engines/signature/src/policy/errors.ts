import { CodedError } from '@tra/kernel';

/** Why a policy is refused. */
export type PolicyErrorCode = 'policy.invalid' | 'policy.too_large';

/** Every code of {@link PolicyError}. */
export const policyErrorCodes: readonly PolicyErrorCode[] = ['policy.invalid', 'policy.too_large'];

/** Thrown when a policy or a catalogue of algorithms cannot be read; `params.where` names the place. */
export class PolicyError extends CodedError<PolicyErrorCode> {}

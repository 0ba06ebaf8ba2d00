import { CodedError } from '@tra/kernel';

/** What can be wrong with a record that is to be appended. */
export type AuditErrorCode = 'audit.record_invalid';

/** Thrown before anything is written. `params.field` names the part that is wrong. */
export class AuditError extends CodedError<AuditErrorCode> {}

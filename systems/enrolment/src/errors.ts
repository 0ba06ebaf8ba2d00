import { CodedError } from '@tra/kernel';

/** What the management of credentials refuses; ACME and EST answer in their own ways. */
export type EnrolmentErrorCode =
  | 'enrolment.credential_unknown'
  | 'enrolment.cursor_invalid'
  | 'enrolment.profile_unknown'
  | 'enrolment.validity_invalid'
  | 'enrolment.name_invalid';

/** Thrown by the services of this system. */
export class EnrolmentError extends CodedError<EnrolmentErrorCode> {}

/** HTTP status of each code that a route may answer with. */
export const problems: Readonly<Record<string, number>> = {
  'enrolment.credential_unknown': 404,
  'enrolment.cursor_invalid': 400,
  'enrolment.profile_unknown': 400,
  'enrolment.validity_invalid': 400,
  'enrolment.name_invalid': 400,
};

import { CodedError } from '@tra/kernel';

/** Why data cannot be judged at all. */
export type ProcessErrorCode = 'process.data_invalid' | 'process.too_large';

/** Every code of {@link ProcessError}. */
export const processErrorCodes: readonly ProcessErrorCode[] = ['process.data_invalid', 'process.too_large'];

/** Thrown for diagnostic data that no process could judge; `params.where` names the place. */
export class ProcessError extends CodedError<ProcessErrorCode> {}

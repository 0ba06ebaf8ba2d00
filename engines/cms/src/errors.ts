import { CodedError } from '@tra/kernel';

/** What this package refuses by throwing; a signature that does not verify is a report, not an error. */
export type CmsErrorCode = 'cms.not_signed_data' | 'cms.invalid' | 'cms.too_many_signers' | 'cms.request_invalid';

/** Thrown on bytes that cannot be read as SignedData, or a request that cannot be carried out. */
export class CmsError extends CodedError<CmsErrorCode> {}

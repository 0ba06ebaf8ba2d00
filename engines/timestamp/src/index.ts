export {
  type AuthorityOptions,
  type AuthorityReply,
  createAuthority,
  type IssuedToken,
  rejection,
  type TimestampAuthority,
} from './authority.ts';
export { TimestampError, type TimestampErrorCode } from './errors.ts';
export { FAILURE_BITS, type FailureName } from './failure.ts';
export type { ImprintAlgorithm, MessageImprint } from './imprint.ts';
export {
  type CreateRequestOptions,
  createRequest,
  MAX_REQUEST_BYTES,
  parseRequest,
  RequestRefusal,
  type TimestampRequest,
} from './request.ts';
export { type PkiStatus, parseResponse, type TimestampResponse } from './response.ts';
export { type Accuracy, readTstInfo, type TstInfo } from './tst-info.ts';
export { type TokenReport, type VerifyTokenOptions, verifyToken } from './verify-token.ts';

export {
  type AuthorityOptions,
  type AuthorityReply,
  createAuthority,
  type IssuedToken,
  rejection,
  type StampOrder,
  type TimestampAuthority,
} from './authority.ts';
export {
  type Batch,
  type BatchProof,
  createBatch,
  type Imprint,
  MAX_BATCH,
  type VerifyBatchOptions,
  verifyBatchToken,
} from './batch.ts';
export {
  auditChains,
  CHAIN_NAME_OCTETS,
  type ChainAudit,
  type ChainFinding,
  type ChainSeal,
  chainGenesis,
  chainHash,
  encodeSegmentHeader,
  readSegmentHeader,
  recordsOf,
  type SegmentHeader,
  type StoredRecord,
  segmentEnd,
} from './chain.ts';
export { TimestampError, type TimestampErrorCode } from './errors.ts';
export { FAILURE_BITS, type FailureName } from './failure.ts';
export { IMPRINT_ALGORITHMS, type ImprintAlgorithm, type MessageImprint } from './imprint.ts';
export { type OpenedTimestamp, openTimestamp } from './open.ts';
export type { PolicyRules } from './policy.ts';
export {
  type CreateRequestOptions,
  createRequest,
  MAX_REQUEST_BYTES,
  parseRequest,
  RequestRefusal,
  type TimestampRequest,
} from './request.ts';
export { encodeRejection, type PkiStatus, parseResponse, type TimestampResponse } from './response.ts';
export type { SelfCheck } from './self-check.ts';
export { createSerialSource, type SerialSource } from './serial.ts';
export { type Accuracy, readTstInfo, type TstInfo } from './tst-info.ts';
export type { TimestampingUnit } from './unit.ts';
export { type TokenReport, type VerifyTokenOptions, verifyToken } from './verify-token.ts';

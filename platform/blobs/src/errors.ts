import { CodedError } from '@tra/kernel';

/** Why a file was not kept or not given back. */
export type BlobErrorCode =
  | 'blobs.not_found'
  | 'blobs.corrupt'
  | 'blobs.too_large'
  | 'blobs.store_failed'
  | 'blobs.digest_invalid';

/** A file could not be kept or given back. */
export class BlobError extends CodedError<BlobErrorCode> {}

export type { BlobLimits, BlobReference, BlobStore } from './blob-store.ts';
export { BlobError, type BlobErrorCode } from './errors.ts';
export { createFileBlobStore } from './file-blob-store.ts';
export { createS3BlobStore, type S3BlobStoreOptions } from './s3-blob-store.ts';

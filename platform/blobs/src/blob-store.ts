/** Where a file can be found again: its SHA-256 in lower-case hexadecimal, and its size in bytes. */
export interface BlobReference {
  readonly sha256: string;
  readonly size: number;
}

/** What a file may be. */
export interface BlobLimits {
  /** Largest size in bytes, 64 MiB unless told; a larger file is refused and nothing is kept. */
  readonly maxBytes?: number;
}

/** Files addressed by their content: the same bytes are kept once, and no name can be overwritten with others. */
export interface BlobStore {
  /** Keeps the bytes. When it resolves they are durable. Throws `blobs.too_large` and keeps nothing beyond the limit. */
  put(bytes: Uint8Array | AsyncIterable<Uint8Array>, limits?: BlobLimits): Promise<BlobReference>;
  /** The bytes of a file, checked against their hash. Throws `blobs.not_found`, or `blobs.corrupt` when they differ. */
  get(sha256: string): Promise<Uint8Array>;
  /** Whether a file is kept. */
  has(sha256: string): Promise<boolean>;
  /** Removes a file; one that is not kept is no fault. */
  delete(sha256: string): Promise<void>;
}

import { AwsClient } from 'aws4fetch';
import type { BlobStore } from './blob-store.ts';
import { boundedParts, requireContent, requireHash, sha256Of } from './content.ts';
import { BlobError } from './errors.ts';

/** An S3-compatible store, as the operator configures it. */
export interface S3BlobStoreOptions {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Whether the bucket stands in the path (`endpoint/bucket/key`) instead of the host name. */
  readonly pathStyle?: boolean;
  /** Longest time of one attempt in milliseconds, 30,000 unless told. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 30_000;

/**
 * Files in an S3-compatible store, keyed `ab/cd/abcd…` by their SHA-256. The store's acknowledgement is the durability that
 * `put` promises. Requests are signed with AWS Signature Version 4 and carry the hash of their body; a busy store is asked up to
 * four times. Throws `blobs.store_failed` with the HTTP `status` (0 when the store did not answer).
 *
 * @example
 * const blobs = createS3BlobStore({ endpoint: 'https://s3.example', bucket: 'tra', region: 'th', accessKeyId, secretAccessKey, pathStyle: true });
 */
export function createS3BlobStore(options: S3BlobStoreOptions): BlobStore {
  const { accessKeyId, secretAccessKey, region } = options;
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 3 });
  const send = async (method: string, sha256: string, body?: Uint8Array): Promise<Response> => {
    requireHash(sha256);
    try {
      const signal = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
      return await client.fetch(addressOf(options, sha256), {
        method,
        signal,
        redirect: 'error',
        ...(body ? { body: new Uint8Array(body), headers: digestHeaders(sha256) } : {}),
      });
    } catch (cause) {
      throw new BlobError('blobs.store_failed', { params: { status: 0 }, cause });
    }
  };
  return {
    async put(source, limits) {
      const bytes = await collect(boundedParts(source, limits?.maxBytes));
      const sha256 = sha256Of(bytes);
      requireStatus(await send('PUT', sha256, bytes), [200, 201, 204]);
      return { sha256, size: bytes.length };
    },
    async get(sha256) {
      const response = await send('GET', sha256);
      if (response.status === 404) throw new BlobError('blobs.not_found', { params: { sha256 } });
      requireStatus(response, [200]);
      return requireContent(sha256, new Uint8Array(await response.arrayBuffer()));
    },
    async has(sha256) {
      const response = await send('HEAD', sha256);
      requireStatus(response, [200, 404]);
      return response.status === 200;
    },
    async delete(sha256) {
      requireStatus(await send('DELETE', sha256), [200, 204, 404]);
    },
  };
}

// The store compares both with what arrives; the signature covers them.
function digestHeaders(sha256: string): Record<string, string> {
  return { 'x-amz-content-sha256': sha256, 'x-amz-checksum-sha256': Buffer.from(sha256, 'hex').toString('base64') };
}

function addressOf({ endpoint, bucket, pathStyle }: S3BlobStoreOptions, sha256: string): string {
  const url = new URL(endpoint);
  if (!pathStyle) url.hostname = `${bucket}.${url.hostname}`;
  const folder = url.pathname.replace(/\/$/, '');
  url.pathname = `${folder}${pathStyle ? `/${bucket}` : ''}/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`;
  return url.href;
}

function requireStatus(response: Response, expected: readonly number[]): void {
  if (!expected.includes(response.status))
    throw new BlobError('blobs.store_failed', { params: { status: response.status } });
}

async function collect(parts: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return new Uint8Array(Buffer.concat(all));
}

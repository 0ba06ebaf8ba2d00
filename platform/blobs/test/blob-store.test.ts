import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BlobStore, createFileBlobStore, createS3BlobStore } from '../src/index.ts';
import { createMemoryBlobStore } from '../src/testing.ts';
import { credentials, type FakeS3, startFakeS3 } from './fake-s3.ts';

const bytes = new TextEncoder().encode('ใบอนุญาต');
const digest = createHash('sha256').update(bytes).digest('hex');
const unknown = 'ab'.repeat(32);
const root = mkdtempSync(join(tmpdir(), 'tra-blobs-'));
let s3: FakeS3;

beforeAll(async () => {
  s3 = await startFakeS3();
});
afterAll(async () => {
  await s3.close();
  rmSync(root, { recursive: true });
});

const s3Store = (change = {}): BlobStore =>
  createS3BlobStore({
    endpoint: s3.endpoint,
    bucket: 'tra',
    region: 'th-1',
    pathStyle: true,
    ...credentials,
    ...change,
  });

async function* pieces(count: number, size: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index += 1) yield new Uint8Array(size).fill(index);
}

describe.each([
  ['file', () => createFileBlobStore({ directory: join(root, 'contract') })],
  ['s3', () => s3Store()],
  ['memory', () => createMemoryBlobStore()],
])('blob store contract: %s', (_name, create) => {
  it('gives back what was put, by its digest', async () => {
    const store = create();
    expect(await store.has(digest)).toBe(false);
    expect(await store.put(bytes)).toEqual({ sha256: digest, size: bytes.length });
    expect(await store.put(bytes)).toEqual({ sha256: digest, size: bytes.length });
    expect(await store.has(digest)).toBe(true);
    expect(await store.get(digest)).toEqual(bytes);
  });

  it('takes a stream and an empty file', async () => {
    const store = create();
    const { sha256, size } = await store.put(pieces(5, 100_000));
    expect(size).toBe(500_000);
    expect(
      createHash('sha256')
        .update(await store.get(sha256))
        .digest('hex'),
    ).toBe(sha256);
    const empty = await store.put(new Uint8Array());
    expect(await store.get(empty.sha256)).toEqual(new Uint8Array());
  });

  it('refuses too many bytes, also while they arrive, and leaves nothing', async () => {
    const store = create();
    const code = { code: 'blobs.too_large', params: { maxBytes: 150_000 } };
    await expect(store.put(pieces(1_000_000, 100_000), { maxBytes: 150_000 })).rejects.toMatchObject(code);
    await expect(store.put(new Uint8Array(150_001), { maxBytes: 150_000 })).rejects.toMatchObject(code);
    expect((await store.put(new Uint8Array(150_000), { maxBytes: 150_000 })).size).toBe(150_000);
  });

  it('names what is missing and what is no digest', async () => {
    const store = create();
    await expect(store.get(unknown)).rejects.toMatchObject({ code: 'blobs.not_found', params: { sha256: unknown } });
    for (const wrong of ['', '../../etc/passwd', unknown.toUpperCase(), `${unknown}0`, `${unknown}\n`]) {
      await expect(store.get(wrong)).rejects.toMatchObject({ code: 'blobs.digest_invalid' });
      await expect(store.has(wrong)).rejects.toMatchObject({ code: 'blobs.digest_invalid' });
      await expect(store.delete(wrong)).rejects.toMatchObject({ code: 'blobs.digest_invalid' });
    }
  });

  it('deletes, and again without complaint', async () => {
    const store = create();
    await store.put(bytes);
    await store.delete(digest);
    await store.delete(digest);
    expect(await store.has(digest)).toBe(false);
  });
});

describe('file store', () => {
  const directory = join(root, 'files');
  const path = join(directory, digest.slice(0, 2), digest.slice(2, 4), digest);

  it('keeps one file for its user only and nothing unfinished', async () => {
    const store = createFileBlobStore({ directory });
    await Promise.all(Array.from({ length: 10 }, () => store.put(bytes)));
    await store.put(pieces(3, 10), { maxBytes: 20 }).catch(() => undefined);
    expect(readdirSync(dirname(path))).toEqual([digest]);
    expect(readdirSync(join(directory, 'incoming'))).toEqual([]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('finds a damaged file and repairs it when the bytes come again', async () => {
    const store = createFileBlobStore({ directory });
    await store.put(bytes);
    const damaged = readFileSync(path);
    damaged[0] = (damaged[0] ?? 0) ^ 1;
    writeFileSync(path, damaged);
    await expect(store.get(digest)).rejects.toMatchObject({ code: 'blobs.corrupt' });
    await store.put(bytes);
    expect(await store.get(digest)).toEqual(bytes);
  });

  it('leaves nothing when the source breaks off', async () => {
    const store = createFileBlobStore({ directory });
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield bytes;
      throw new Error('connection lost');
    };
    await expect(store.put(broken())).rejects.toThrow('connection lost');
    expect(readdirSync(join(directory, 'incoming'))).toEqual([]);
  });
});

describe('S3 store', () => {
  it('is refused with a wrong secret', async () => {
    const store = s3Store({ secretAccessKey: 'wrong' });
    await expect(store.put(bytes)).rejects.toMatchObject({ code: 'blobs.store_failed', params: { status: 403 } });
    await expect(store.has(digest)).rejects.toMatchObject({ code: 'blobs.store_failed', params: { status: 403 } });
  });

  it('tries again when the store is busy', async () => {
    s3.failures.push(503, 500);
    expect(await s3Store().put(bytes)).toMatchObject({ sha256: digest });
  });

  it('gives up on a store that stays busy, is away or answers nonsense', async () => {
    s3.failures.push(503, 503, 503, 503);
    await expect(s3Store().get(digest)).rejects.toMatchObject({ params: { status: 503 } });
    s3.failures.push(418);
    await expect(s3Store().get(digest)).rejects.toMatchObject({ params: { status: 418 } });
    s3.failures.push(301);
    await expect(s3Store().get(digest)).rejects.toMatchObject({ code: 'blobs.store_failed' });
    const away = s3Store({ endpoint: 'http://127.0.0.1:9', timeoutMs: 1_000 });
    await expect(away.get(digest)).rejects.toMatchObject({ code: 'blobs.store_failed', params: { status: 0 } });
  });

  it('finds bytes that the store changed', async () => {
    await s3Store().put(bytes);
    s3.objects.set(`/tra/${digest.slice(0, 2)}/${digest.slice(2, 4)}/${digest}`, Buffer.from('changed'));
    await expect(s3Store().get(digest)).rejects.toMatchObject({ code: 'blobs.corrupt' });
  });

  it('addresses the bucket by path', async () => {
    s3.requests.length = 0;
    await s3Store({ endpoint: `${s3.endpoint}/prefix/` }).put(bytes);
    expect(s3.requests).toEqual([`PUT /prefix/tra/${digest.slice(0, 2)}/${digest.slice(2, 4)}/${digest}`]);
  });
});

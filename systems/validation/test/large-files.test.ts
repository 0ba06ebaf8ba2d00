import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSignedData } from '@tra/cms';
import { steppedClock } from '@tra/kernel/testing';
import { type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import { type TestSigning, testSigning } from '@tra/signature/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestAlgorithms, lazyDigests, readOrWrite } from '../src/digests.ts';
import { type ServiceReport, type ValidationConfig, type ValidationServices, validation } from '../src/index.ts';
import { multipart, type Part, portsOf } from './world.ts';

const clock = steppedClock('2026-11-20T08:00:00Z');
// Larger than a document may be in this test, and no multiple of the pieces in which it is read.
const large = randomBytes(2_500_001);
let folder: string;
let signing: TestSigning;
let running: StartedSystem<ValidationConfig, ValidationServices>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tra-large-'));
  signing = await testSigning();
  const ports = portsOf(signing.anchors, () => signing.hierarchy.crls(clock.now()));
  const limits = { maximumFileBytes: 1_000_000, maximumDetachedBytes: 3_000_000, uploadFolder: folder };
  running = await startTestSystem(validation, ports, {
    clock,
    config: { ...limits, requestsPerMinute: 0, processes: 1 },
  });
});

afterAll(async () => {
  await running.close();
  rmSync(folder, { recursive: true });
});

async function signatureOf(content: Uint8Array): Promise<Uint8Array> {
  const { certificate, signer } = signing.document;
  const certificates = [certificate, signing.hierarchy.issuing.certificate];
  return (await createSignedData({ content, detached: true, signer, certificate, certificates })).toDer();
}

async function post(...parts: readonly Part[]) {
  const { payload, headers } = multipart(parts);
  return await running.app.inject({ method: 'POST', url: '/api/v1/validations', payload, headers });
}

const openDescriptors = (): number => (existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0);

describe('a file beside a signature that is larger than a document may be', () => {
  it('is what was signed or is not, whichever comes first', async () => {
    const signature: Part = ['file', await signatureOf(large), 'a.p7s'];
    const other = Buffer.from(large);
    other[2_000_000] = (other[2_000_000] ?? 0) ^ 1;
    const verdictOf = async (...parts: readonly Part[]) => (await post(...parts)).json().reports[0].verdict;
    expect(await verdictOf(['detached', large, 'a.bin'], signature)).toBe('passed');
    expect(await verdictOf(signature, ['detached', large, 'a.bin'])).toBe('passed');
    expect(await verdictOf(signature, ['detached', other, 'a.bin'])).toBe('failed');
  });

  it('goes with a batch as its digests', async () => {
    const parts: Part[] = [
      ['batch', 'true'],
      ['file', await signatureOf(large), 'a.p7s'],
      ['detached', large, 'a.bin'],
    ];
    const reply = await post(...parts);
    expect(reply.statusCode).toBe(202);
    await running.context.jobs.idle();
    const { items } = (await running.app.inject({ url: `${reply.headers.location}/reports` })).json();
    expect(items.map(({ report }: { report: ServiceReport }) => report.verdict)).toEqual(['passed']);
  });

  it('leaves no file behind, open or named, also when the request is refused', async () => {
    await post(['detached', large, 'a.bin'], ['file', 'x', 'x']);
    const before = openDescriptors();
    const refused = await post(['detached', large, 'a.bin'], ['unheard', 'x']);
    expect(refused.statusCode).toBe(422);
    const tooLarge = await post(['detached', Buffer.alloc(3_000_001), 'a.bin'], ['file', 'x', 'x']);
    expect([tooLarge.statusCode, tooLarge.json().code]).toEqual([413, 'validation.file_too_large']);
    expect([openDescriptors(), readdirSync(folder)]).toEqual([before, []]);
  });
});

describe('digests of a file', () => {
  it('are made when they are asked for, and are those of its bytes', async () => {
    async function* pieces() {
      for (let at = 0; at < large.length; at += 700_000) yield new Uint8Array(large.subarray(at, at + 700_000));
    }
    const held = await readOrWrite(pieces(), { folder, limit: large.length });
    expect(held).toEqual({ bytes: new Uint8Array(large) });
    const written = await readOrWrite(pieces(), { folder, limit: large.length - 1 });
    if (!('scratch' in written)) throw new Error('it was held');
    const { close, file, size } = written.scratch;
    const digests = lazyDigests({ descriptor: file.fd, size });
    for (const name of digestAlgorithms) {
      expect(Buffer.from(digests[name] ?? []).toString('hex')).toBe(createHash(name).update(large).digest('hex'));
    }
    expect(digests.md5).toBeUndefined();
    await close();
    expect(() => lazyDigests({ descriptor: file.fd, size }).sha256).toThrow();
  });
});

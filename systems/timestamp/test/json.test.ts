import { createHash } from 'node:crypto';
import { fromBase64, fromHex, toHex } from '@tra/kernel';
import { type TestHierarchy, testHierarchy } from '@tra/pki/testing';
import { createTestClock, type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import { verifyBatchToken, verifyToken } from '@tra/timestamp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type TimestampConfig, type TimestampServices, timestamp } from '../src/index.ts';
import { testCertificates } from './harness.ts';

const data = Buffer.from('ข้อมูล');
const digest = { algorithm: 'sha256', value: new Uint8Array(createHash('sha256').update(data).digest()) } as const;

let hierarchy: TestHierarchy;
let system: StartedSystem<TimestampConfig, TimestampServices>;
beforeAll(async () => {
  hierarchy = await testHierarchy();
});

async function start(config: Partial<TimestampConfig> = {}): Promise<void> {
  const clock = createTestClock();
  const certificates = testCertificates(hierarchy, { days: 1000, now: () => clock.now() });
  system = await startTestSystem(timestamp, { certificates }, { config, clock });
}

describe('records', () => {
  afterEach(() => system.close());

  it('may be left out in measurements, not in production', async () => {
    await start({ records: 'none' });
    await system.services.stamp(digest);
    expect(await system.services.verifyLog()).toEqual({ records: 0, unsealed: 0 });
    const ports = { certificates: testCertificates(hierarchy) };
    const server = { environment: 'production' } as const;
    await expect(startTestSystem(timestamp, ports, { config: { records: 'none' }, server })).rejects.toMatchObject({
      code: 'timestamp.config_invalid',
    });
    await expect(startTestSystem(timestamp, ports, { config: { records: 'file' } })).rejects.toMatchObject({
      code: 'timestamp.config_invalid',
    });
  });
});

describe('JSON', () => {
  beforeAll(async () => void (await start()));
  afterAll(() => system.close());

  const post = async (path: string, payload: object) => {
    const reply = await system.app.inject({ method: 'POST', url: `/api/v1/timestamp/${path}`, payload });
    return { status: reply.statusCode, body: reply.json() };
  };
  const hex = toHex(digest.value);

  it('stamps a digest', async () => {
    const { status, body } = await post('tokens', { digest: hex, nonce: '00ff01' });
    expect(status).toBe(200);
    const token = fromBase64(body.token);
    const trust = { data, anchors: [hierarchy.root.certificate], crls: await hierarchy.crls(new Date()) };
    const report = verifyToken({ token, nonce: Uint8Array.of(0, 0xff, 1), ...trust });
    expect(report.code).toBe('timestamp.token_valid');
    expect(body).toMatchObject({ serial: report.info?.serialHex, policy: report.info?.policy });
    expect(new Date(body.genTime)).toEqual(report.genTime);
    expect((await system.services.verifyLog()).records).toBe(1);
  });

  it.each<[string, object, number, string]>([
    ['a digest of another length', { digest: `${hex}00` }, 400, 'timestamp.digest_length'],
    ['no digest', {}, 400, 'http.request_invalid'],
    ['SHA-1', { digest: hex.slice(0, 40), algorithm: 'sha1' }, 400, 'http.request_invalid'],
    ['an unknown policy', { digest: hex, policy: '1.2.3' }, 422, 'timestamp.policy_unsupported'],
    ['an unknown field', { digest: hex, file: 'x' }, 400, 'http.request_invalid'],
  ])('refuses %s', async (_name, payload, status, code) => {
    expect(await post('tokens', payload)).toMatchObject({ status, body: { code } });
  });

  it('stamps a batch with one token, each digest with its proof', async () => {
    const digests = Array.from({ length: 7 }, (_, index) => ({
      digest: createHash('sha256').update(`${index}`).digest('hex'),
    }));
    const { status, body } = await post('batches', { digests });
    expect(status).toBe(200);
    const crls = await hierarchy.crls(new Date());
    for (const [index, { digest: value }] of digests.entries()) {
      const proof = { index, size: body.size, path: body.proofs[index].path.map(fromBase64) };
      const imprint = { algorithm: 'sha256', value: fromHex(value) } as const;
      const options = { token: fromBase64(body.token), imprint, proof, anchors: [hierarchy.root.certificate], crls };
      expect(verifyBatchToken(options).code).toBe('timestamp.token_valid');
    }
    expect((await system.services.verifyLog()).records).toBe(2);
    expect((await post('batches', { digests: [] })).status).toBe(400);
  });
});

import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSignedData } from '@tra/cms';
import { parseCertificate, parsePem } from '@tra/pki';
import { type TestHierarchy, testHierarchy } from '@tra/pki/testing';
import type { KeyStore } from '@tra/platform-keys';
import { createMemoryKeyStore } from '@tra/platform-keys/testing';
import type { Database } from '@tra/platform-storage';
import { createTestClock, type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import { createRequest, parseResponse, verifyToken } from '@tra/timestamp';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type TimestampConfig, type TimestampServices, timestamp } from '../src/index.ts';
import { sealLeftovers } from '../src/sealing.ts';
import { bringUnit, testCertificates } from './harness.ts';

const data = Buffer.from('ข้อมูล');
const digest = { algorithm: 'sha256', value: new Uint8Array(createHash('sha256').update(data).digest()) } as const;
const day = 86_400_000;

/** A database that nobody may ask anything. */
const nobody = new Proxy({ close: async () => undefined } as Database, {
  get: (target, name) => {
    if (name in target || name === 'then') return Reflect.get(target, name);
    throw new Error(`the database was asked for ${String(name)}`);
  },
});

let hierarchy: TestHierarchy;
let keys: KeyStore;
let brought: Uint8Array[];
let folder: string;
let clock: ReturnType<typeof createTestClock>;
let system: StartedSystem<TimestampConfig, TimestampServices> | undefined;

beforeEach(async () => {
  hierarchy = await testHierarchy();
  keys = createMemoryKeyStore();
  clock = createTestClock();
  brought = [hierarchy.root.certificate, hierarchy.issuing.certificate];
  folder = mkdtempSync(join(tmpdir(), 'tra-standalone-'));
});
afterEach(async () => {
  await system?.close();
  system = undefined;
  rmSync(folder, { recursive: true });
});

async function start(
  config: Partial<TimestampConfig> = {},
): Promise<StartedSystem<TimestampConfig, TimestampServices>> {
  system = await startTestSystem(
    timestamp,
    {
      certificates: { issue: () => Promise.reject(new Error('nothing is issued here')) },
      standalone: { certificates: async () => brought },
      practice: { keysInToken: false, standalone: true },
      recordFolder: folder,
    },
    {
      config: { records: 'file', subscribers: 'off', ...config },
      ...{ clock, database: nobody, keys },
    },
  );
  return system;
}

const bring = async (label: string, options: { days?: number; algorithm?: 'rsa-pkcs1-sha256' } = {}): Promise<void> => {
  brought.push(await bringUnit({ hierarchy, keys, label, now: clock.now(), ...options }));
};
const signerName = (token: Uint8Array): string => {
  const serial = parseSignedData(token).signers[0]?.identifier;
  const wanted = serial && serial.kind !== 'subjectKeyId' ? serial.serialHex : '';
  const found = brought.map(parseCertificate).find(({ serialHex }) => serialHex === wanted);
  return found?.subject.get('CN') ?? '';
};

it('stamps, keeps its records and publishes its chain without a database', async () => {
  await bring('unit-1');
  const { app, services } = await start();
  const payload = Buffer.from(createRequest({ ...digest, certReq: true }));
  const headers = { 'content-type': 'application/timestamp-query' };
  const reply = await app.inject({ method: 'POST', url: '/timestamp', payload, headers });
  const { status, token = new Uint8Array() } = parseResponse(new Uint8Array(reply.rawPayload));
  expect(status).toBe('granted');
  const trust = { anchors: [hierarchy.root.certificate], crls: await hierarchy.crls(clock.now()) };
  expect(verifyToken({ token, data, ...trust }).code).toBe('timestamp.token_valid');
  const batch = { digests: [{ algorithm: 'sha256', digest: Buffer.from(digest.value).toString('hex') }] };
  expect((await app.inject({ method: 'POST', url: '/api/v1/timestamp/batches', payload: batch })).statusCode).toBe(200);
  expect(await services.verifyLog()).toMatchObject({ files: { records: 2, findings: [] } });
  const chain = parsePem((await app.inject({ url: '/timestamp/chain.pem' })).body, 'CERTIFICATE');
  expect(chain.map((der) => parseCertificate(der).subject.get('CN'))).toEqual([
    'unit-1',
    'Test Issuing CA',
    'Test Root',
  ]);
  const statement = (await app.inject({ url: '/timestamp/practice-statement?lang=en' })).body;
  expect(statement).toContain('does not seal its chains in the public log itself');
  expect(statement).toContain('Units are certified elsewhere');
  await services.maintain();
  expect(readdirSync(folder).filter((name) => name.endsWith('.segment'))).toHaveLength(1);
});

it('takes up a unit that is brought while it runs, and keeps the one before published', async () => {
  await bring('unit-1', { days: 10 });
  const { services } = await start();
  clock.advance(day);
  await bring('unit-2');
  expect(signerName(await services.stamp(digest))).toBe('unit-1');
  await services.maintain();
  expect(signerName(await services.stamp(digest))).toBe('unit-2');
  const names = (await services.chain()).map((der) => parseCertificate(der).subject.get('CN'));
  expect(names).toEqual(['unit-2', 'unit-1', 'Test Issuing CA', 'Test Root']);
});

it('goes on with the unit that it has when the file is broken meanwhile, and stops when its certificate ends', async () => {
  await bring('unit-1', { days: 10 });
  const { services, app } = await start();
  brought = [];
  await services.maintain();
  expect((await services.stamp(digest)).length).toBeGreaterThan(0);
  clock.advance(11 * day);
  await services.maintain();
  await expect(services.stamp(digest)).rejects.toMatchObject({ code: 'timestamp.unit_expired' });
  const payload = Buffer.from(createRequest(digest));
  const headers = { 'content-type': 'application/timestamp-query' };
  const reply = await app.inject({ method: 'POST', url: '/timestamp', payload, headers });
  expect(parseResponse(new Uint8Array(reply.rawPayload))).toMatchObject({ status: 'rejection' });
});

it('has a unit for each line of policies', async () => {
  await bring('unit-ec');
  await bring('unit-rsa', { algorithm: 'rsa-pkcs1-sha256' });
  const policy = '1.3.6.1.4.1.32473.3161.2';
  const { services } = await start({ policies: [`${policy} key=rsa-pkcs1-sha256`] });
  expect(signerName(await services.stamp(digest))).toBe('unit-ec');
  expect(signerName(await services.stamp({ ...digest, policy }))).toBe('unit-rsa');
});

const refusals: readonly [string, () => Promise<void>][] = [
  ['there is none', async () => undefined],
  [
    'its key is not here',
    async () => {
      await bring('unit-1');
      keys = createMemoryKeyStore();
    },
  ],
  [
    'it is not valid any more',
    async () => {
      await bring('unit-1', { days: 1 });
      clock.advance(2 * day);
    },
  ],
  [
    'an authority above it was not brought',
    async () => {
      await bring('unit-1');
      brought = brought.filter((der) => !parseCertificate(der).isSelfIssued);
    },
  ],
  [
    'another authority of the same name stands above it',
    async () => {
      await bring('unit-1');
      const other = await testHierarchy();
      brought = [other.root.certificate, other.issuing.certificate, ...brought.slice(2)];
    },
  ],
  ['its key is of another kind', () => bring('unit-1', { algorithm: 'rsa-pkcs1-sha256' })],
];
it.each(refusals)('does not start without a unit: %s', async (_name, prepare) => {
  await prepare();
  await expect(start()).rejects.toMatchObject({
    code: 'timestamp.unit_missing',
    params: { algorithm: 'ecdsa-p256-sha256' },
  });
});

it('refuses to keep its records in a database', async () => {
  await bring('unit-1');
  await expect(start({ records: 'database' })).rejects.toMatchObject({
    code: 'timestamp.config_invalid',
    params: { key: 'records' },
  });
});

it('refuses units that are brought where they are made', async () => {
  const certificates = testCertificates(hierarchy);
  await expect(
    startTestSystem(timestamp, { certificates }, { config: { unitCertificates: '/units.pem' } }),
  ).rejects.toMatchObject({ code: 'timestamp.config_invalid', params: { key: 'unitCertificates' } });
});

it('leaves chains that another machine seals over a copy of the files, and again when they have grown', async () => {
  await bring('unit-1');
  const { services } = await start();
  const sealed: number[] = [];
  const done = new Set<string>();
  const copied = async (at: Date): Promise<void> => {
    for (const name of readdirSync(folder)) utimesSync(join(folder, name), at, at);
    const seal = async ({ seq }: { readonly seq: number }): Promise<void> => void sealed.push(seq);
    const sealer = { seal, sealIn: () => Promise.reject(new Error('not asked')) };
    await sealLeftovers(sealer, { folder, own: undefined, quietMs: 1000, now: new Date(at.getTime() + 2000), done });
  };
  await services.stamp(digest);
  const noon = new Date('2026-11-21T12:00:00Z');
  await copied(noon);
  await copied(noon);
  expect(sealed).toEqual([1]);
  await services.stamp(digest);
  await copied(new Date(noon.getTime() + 60_000));
  expect(sealed).toEqual([1, 2]);
});

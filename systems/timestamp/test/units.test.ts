import { createHash } from 'node:crypto';
import { parseSignedData } from '@tra/cms';
import { toHex } from '@tra/kernel';
import { parseCertificate, parsePem } from '@tra/pki';
import { type TestHierarchy, testHierarchy } from '@tra/pki/testing';
import { createMemoryKeyStore } from '@tra/platform-keys/testing';
import { sql } from '@tra/platform-storage';
import { createTestClock, type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import { createRequest, parseResponse, readTstInfo, verifyToken } from '@tra/timestamp';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type TimestampConfig, type TimestampServices, timestamp } from '../src/index.ts';
import { testCertificates } from './harness.ts';

const data = Buffer.from('ข้อมูล');
const digest = { algorithm: 'sha256', value: new Uint8Array(createHash('sha256').update(data).digest()) } as const;
const day = 86_400_000;

let hierarchy: TestHierarchy;
let system: StartedSystem<TimestampConfig, TimestampServices>;
beforeAll(async () => {
  hierarchy = await testHierarchy();
});

async function start(config: Partial<TimestampConfig> = {}, days = 1000): Promise<ReturnType<typeof createTestClock>> {
  const clock = createTestClock();
  const certificates = testCertificates(hierarchy, { days, now: () => clock.now() });
  system = await startTestSystem(timestamp, { certificates }, { config, clock });
  return clock;
}
const signerOf = (token: Uint8Array): string => {
  const identifier = parseSignedData(token).signers[0]?.identifier;
  return identifier && identifier.kind !== 'subjectKeyId' ? identifier.serialHex : '';
};
const published = async (): Promise<string[]> =>
  parsePem((await system.app.inject({ url: '/timestamp/chain.pem' })).body, 'CERTIFICATE').map(
    (der) => parseCertificate(der).subject.get('CN') ?? '',
  );

describe('units', () => {
  afterEach(() => system.close());

  it('follow one another when their time to sign is over, and stay published', async () => {
    const clock = await start({ keyDays: 100 });
    const first = await system.services.stamp(digest);
    clock.advance(99 * day);
    await system.services.maintain();
    expect(signerOf(await system.services.stamp(digest))).toBe(signerOf(first));
    clock.advance(2 * day);
    await system.services.maintain();
    const second = await system.services.stamp(digest);
    expect(signerOf(second)).not.toBe(signerOf(first));
    expect(await published()).toEqual([
      'Tra Time-Stamping Unit 2',
      'Tra Time-Stamping Unit 1',
      'Test Issuing CA',
      'Test Root',
    ]);
    const trust = {
      data,
      anchors: [hierarchy.root.certificate],
      crls: await hierarchy.crls(clock.now()),
      now: clock.now(),
    };
    expect(verifyToken({ token: second, ...trust }).code).toBe('timestamp.token_valid');
    await system.services.maintain();
    expect(await published()).toHaveLength(4);
  });

  it('are replaced at the next turn when their certificate is revoked, by a process that lacks the new key with none before it', async () => {
    const clock = createTestClock();
    const revoked = new Set<string>();
    const certificates = {
      ...testCertificates(hierarchy, { days: 1000, now: () => clock.now() }),
      isRevoked: async ({ serialHex, issuing }: { serialHex: string; issuing: Uint8Array }) =>
        toHex(issuing) === toHex(hierarchy.issuing.certificate) && revoked.has(serialHex),
    };
    system = await startTestSystem(timestamp, { certificates }, { clock });
    const { database } = system.context;
    const own = createMemoryKeyStore();
    const first = signerOf(await system.services.stamp(digest));
    await system.services.maintain();
    expect(signerOf(await system.services.stamp(digest))).toBe(first);
    revoked.add(first);
    await system.services.maintain();
    const second = signerOf(await system.services.stamp(digest));
    expect(second).not.toBe(first);
    expect(await published()).toHaveLength(4);
    const about = (await system.app.inject({ url: '/api/v1/timestamp/authority' })).json();
    const standing = about.certificates.map((one: { kind: string; revoked?: boolean }) => [one.kind, one.revoked]);
    expect(standing).toEqual([
      ['signing', false],
      ['past', true],
      ['authority', undefined],
      ['authority', undefined],
    ]);
    await expect(
      startTestSystem(timestamp, { certificates }, { clock, database, keys: own }).then((other) => other.close()),
    ).rejects.toMatchObject({ code: 'timestamp.key_unavailable' });
  });

  it('stamp nothing once they are revoked and no new one can be made, until one can', async () => {
    const clock = createTestClock();
    const made = testCertificates(hierarchy, { days: 1000, now: () => clock.now() });
    let state: 'good' | 'revoked' | 'away' = 'good';
    let refused = 0;
    const certificates = {
      issue: async (order: Parameters<typeof made.issue>[0]) => {
        if (state === 'good') return made.issue(order);
        refused += 1;
        throw new Error('no authority');
      },
      isRevoked: async () => {
        if (state === 'away') throw new Error('no database');
        return state === 'revoked';
      },
    };
    system = await startTestSystem(timestamp, { certificates }, { clock });
    state = 'away';
    await system.services.maintain();
    await system.services.stamp(digest);
    state = 'revoked';
    for (let turn = 1; turn <= 2; turn += 1) {
      await expect(system.services.maintain()).rejects.toMatchObject({ code: 'timestamp.unit_revoked' });
      const { status } = parseResponse(await system.services.respond(createRequest(digest)));
      expect(status).toBe('rejection');
      await expect(system.services.stamp(digest)).rejects.toMatchObject({ code: 'timestamp.unit_revoked' });
      // One attempt for each turn, however many ask.
      expect(refused).toBe(turn);
    }
    expect((await system.app.inject({ url: '/readyz' })).statusCode).toBe(503);
    expect(await system.context.metrics.render()).toContain('tra_timestamp_unit_revoked{line="default"} 1');
    state = 'good';
    await system.services.maintain();
    await system.services.stamp(digest);
    expect((await system.app.inject({ url: '/readyz' })).statusCode).toBe(200);
    expect(await system.context.metrics.render()).toContain('tra_timestamp_unit_revoked{line="default"} 0');
  });

  it('overlap by a day, in which every process takes up the new one; then the old key is destroyed, and said to be', async () => {
    const clock = await start({ keyDays: 100 });
    const first = await system.services.stamp(digest);
    const { keys, database, audit } = system.context;
    const [old] = await keys.list();
    // A second process, which has not looked for a new unit yet.
    const certificates = testCertificates(hierarchy, { days: 1000, now: () => clock.now() });
    const other = await startTestSystem(
      timestamp,
      { certificates },
      { config: { keyDays: 100 }, clock, database, keys },
    );
    clock.advance(100 * day + 1000);
    await system.services.maintain();
    expect(signerOf(await system.services.stamp(digest))).not.toBe(signerOf(first));
    expect(signerOf(await other.services.stamp(digest))).toBe(signerOf(first));
    await other.services.maintain();
    expect(signerOf(await other.services.stamp(digest))).toBe(signerOf(await system.services.stamp(digest)));
    expect(await keys.list()).toHaveLength(2);
    clock.advance(day);
    await system.services.maintain();
    await other.services.maintain();
    expect((await keys.list()).map(({ label }) => label)).not.toContain(old?.label);
    expect(await keys.list()).toHaveLength(1);
    expect(await audit.list('timestamp:units')).toMatchObject([
      { action: 'timestamp.unit_key_destroyed', object: `key:${old?.label}`, details: { generation: 1 } },
    ]);
    expect(await published()).toContain('Tra Time-Stamping Unit 1');
    const trust = { data, anchors: [hierarchy.root.certificate], crls: await hierarchy.crls(clock.now()) };
    expect(verifyToken({ token: first, ...trust, now: clock.now() }).code).toBe('timestamp.token_valid');
  });

  it('made on another machine sign here when their keys are brought; until then the one before does', async () => {
    const clock = await start({ keyDays: 100 });
    const first = await system.services.stamp(digest);
    const { keys, database } = system.context;
    // The key store of another machine, copied before the second unit was made.
    const names = async (): Promise<string[]> => (await keys.list()).map(({ label }) => label);
    const here = new Set(await names());
    const known = <T>(label: string, found: () => Promise<T>, missing: () => Promise<T>): Promise<T> =>
      here.has(label) ? found() : missing();
    const gone = async () => {
      throw new Error('not here');
    };
    const copy = {
      ...keys,
      get: ((label, purpose) => known(label, () => keys.get(label, purpose), gone)) as typeof keys.get,
      find: ((label) =>
        known(
          label,
          () => keys.find(label),
          async () => undefined,
        )) as typeof keys.find,
    };
    const certificates = testCertificates(hierarchy, { days: 1000, now: () => clock.now() });
    const config = { keyDays: 100 };
    const other = await startTestSystem(timestamp, { certificates }, { config, clock, database, keys: copy });
    clock.advance(100 * day + 1000);
    await system.services.maintain();
    expect(signerOf(await system.services.stamp(digest))).not.toBe(signerOf(first));
    for (let days = 0; days < 3; days += 1) {
      await other.services.maintain();
      expect(signerOf(await other.services.stamp(digest))).toBe(signerOf(first));
      clock.advance(day);
    }
    expect((await other.context.health.ready()).ready).toBe(true);
    for (const label of await names()) here.add(label);
    await other.services.maintain();
    expect(signerOf(await other.services.stamp(digest))).toBe(signerOf(await system.services.stamp(digest)));
  });

  it('go on when nothing can be renewed, and are renewed when it can', async () => {
    const clock = await start({ keyDays: 100, records: 'none' });
    const first = await system.services.stamp(digest);
    clock.advance(101 * day);
    const tables = system.context.database.tables();
    await sql`ALTER TABLE timestamp_units RENAME TO timestamp_gone`.execute(tables);
    await expect(system.services.maintain()).rejects.toThrow();
    expect(signerOf(await system.services.stamp(digest))).toBe(signerOf(first));
    await sql`ALTER TABLE timestamp_gone RENAME TO timestamp_units`.execute(tables);
    await system.services.maintain();
    expect(signerOf(await system.services.stamp(digest))).not.toBe(signerOf(first));
  });

  it('whose old key a token keeps are counted until somebody removes it', async () => {
    const clock = createTestClock();
    const memory = createMemoryKeyStore();
    const keys = { ...memory, destroy: async () => false };
    const certificates = testCertificates(hierarchy, { days: 1000, now: () => clock.now() });
    system = await startTestSystem(timestamp, { certificates }, { config: { keyDays: 1 }, clock, keys });
    for (let days = 0; days < 2; days += 1) {
      clock.advance(day + 1000);
      await system.services.maintain();
    }
    expect(await system.context.metrics.render()).toMatch(/tra_timestamp_retired_keys 1/);
    expect(await system.context.audit.list('timestamp:units')).toEqual([]);
  });

  it('raise one alarm before they expire when nothing follows them', async () => {
    const clock = await start({ keyDays: 3650, alarmDays: 365 }, 1000);
    const rows = async (): Promise<number> => {
      const tables = system.context.database.tables<{ timestamp_units: { alarmed_at: Date | null } }>();
      const found = await tables.selectFrom('timestamp_units').selectAll().execute();
      return found.filter(({ alarmed_at }) => alarmed_at !== null).length;
    };
    expect(await rows()).toBe(0);
    clock.advance(650 * day);
    await system.services.maintain();
    await system.services.maintain();
    expect(await rows()).toBe(1);
    expect(await system.context.metrics.render()).toMatch(/tra_timestamp_unit_days_left\{line="default"\} (349|350)/);
  });

  it('of several algorithms stamp under the policies that name them', async () => {
    await start({ policies: ['1.2.3.4 key=ed25519 digests=sha3-256+sha512 accuracy=500 qualified', '1.2.3.5'] });
    const ask = async (policy: string, algorithm: 'sha256' | 'sha3-256'): Promise<unknown> => {
      const value = new Uint8Array(createHash(algorithm).update(data).digest());
      const response = await system.services.respond(createRequest({ algorithm, value, policy }));
      const { token, failures } = parseResponse(response);
      return token ? { ...readTstInfo(parseSignedData(token).content ?? data), token } : failures;
    };
    const granted = (await ask('1.2.3.4', 'sha3-256')) as { token: Uint8Array };
    expect(granted).toMatchObject({ policy: '1.2.3.4', qualified: true, accuracy: { millis: 500 } });
    const trust = { data, anchors: [hierarchy.root.certificate], crls: await hierarchy.crls(new Date()) };
    expect(verifyToken({ token: granted.token, ...trust }).code).toBe('timestamp.token_valid');
    expect(await ask('1.2.3.4', 'sha256')).toEqual(['badAlg']);
    expect(await ask('1.2.3.5', 'sha256')).toMatchObject({ policy: '1.2.3.5' });
    expect(await ask('1.2.3.6', 'sha256')).toEqual(['unacceptedPolicy']);
    expect(await published()).toContain('Tra Time-Stamping Unit ed25519 1');
  });
});

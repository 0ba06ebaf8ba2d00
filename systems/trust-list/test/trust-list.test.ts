import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCertificate, toPem } from '@tra/pki';
import { type TestHierarchy, testHierarchy } from '@tra/pki/testing';
import { migrations as auditMigrations } from '@tra/platform-audit';
import { migrations as jobsMigrations } from '@tra/platform-jobs';
import { createMemoryKeyStore } from '@tra/platform-keys/testing';
import { migrations as logMigrations } from '@tra/platform-log';
import { openTestDatabase } from '@tra/platform-storage/testing';
import { migrationsOf } from '@tra/platform-system';
import { createTestContext, createTestServer, type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import { readTrustedList, verifyTrustedList } from '@tra/trust-list';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type NationalService,
  type TrustListConfig,
  type TrustListPorts,
  type TrustListServices,
  trustList,
} from '../src/index.ts';

let hierarchy: TestHierarchy;
let services: NationalService[];
let ports: TrustListPorts;
let system: StartedSystem<TrustListConfig, TrustListServices>;

const provider = { th: 'ผู้ให้บริการ', en: 'Provider' };
const named = (th: string, en: string) => ({ th, en });

beforeEach(async () => {
  let certified = 0;
  hierarchy = await testHierarchy();
  const { root, issuing } = hierarchy;
  services = [
    {
      id: 'pki:root',
      kind: 'national-root',
      name: named('รากแห่งชาติ', 'National root'),
      provider,
      certificate: root.certificate,
      active: true,
    },
    {
      id: 'pki:issuing',
      kind: 'certification',
      name: named('ผู้ออก', 'Issuing CA'),
      provider,
      certificate: issuing.certificate,
      active: true,
    },
    {
      id: 'ocsp:issuing',
      kind: 'certificate-status',
      name: named('สถานะ', 'Status'),
      provider,
      certificate: issuing.certificate,
      active: true,
    },
  ];
  ports = {
    services: async () => services,
    issue: async ({ profile, subject, publicKey }) => {
      const { certificate } = await hierarchy.issue(profile, {
        subject,
        publicKey,
        notBefore: new Date('2026-10-01T00:00:00Z'),
        notAfter: new Date(Date.UTC(2030, 6 * certified++)),
      });
      return { certificate };
    },
  };
  system = await startTestSystem(trustList, ports, { server: { publicUrl: 'http://localhost:8420' } });
});
afterEach(() => system.close());

const get = (url: string, headers: Record<string, string> = {}) => system.app.inject({ url, headers });
const fetchList = async () => new Uint8Array((await get('/pki/trusted-list.xml')).rawPayload);
const pinned = async () => {
  const pem = (await get('/pki/trusted-list-signer.pem')).body;
  const { parsePem } = await import('@tra/pki');
  return parsePem(pem, 'CERTIFICATE');
};
async function refresh(): Promise<void> {
  await system.context.database.transaction(async (trx) =>
    system.context.jobs.enqueue(trx, { kind: 'trust-list.refresh', payload: {} }),
  );
  await system.context.jobs.idle();
}

describe('the list', () => {
  it('is published signed, and verifies against the pinned signer', async () => {
    const bytes = await fetchList();
    const report = verifyTrustedList(bytes, {
      signers: await pinned(),
      at: system.context.clock.now(),
      territory: 'TH',
    });
    expect(report.code).toBe('trust_list.valid');
    expect(report.list?.sequenceNumber).toBe(1);
    const [only] = report.list?.providers ?? [];
    expect(only?.services.map(({ type, status }) => [type, status].map((uri) => uri.split('/').at(-1)))).toEqual([
      ['OCSP', 'granted'],
      ['PKC', 'granted'],
      ['NationalRootCA-QC', 'granted'],
    ]);
    expect(report.list?.pointers[0]?.signers).toHaveLength(1);
    const stranger = await hierarchy.issue('document-signer');
    expect(
      verifyTrustedList(bytes, { signers: [stranger.certificate], at: system.context.clock.now() }).verdict,
    ).not.toBe('passed');
  });

  it('has its hash beside it, as octets and in the public log', async () => {
    const bytes = await fetchList();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect((await get('/pki/trusted-list.sha2')).rawPayload.toString('hex')).toBe(sha256);
    const rows = await system.context.database
      .tables<{ log_outbox: { type: string; data: Uint8Array } }>()
      .selectFrom('log_outbox')
      .selectAll()
      .where('type', '=', 'pki.trust_list')
      .execute();
    expect(rows.map(({ data }) => JSON.parse(Buffer.from(data).toString()))).toEqual([{ sequence: 1, sha256 }]);
  });

  it('is answered with 304 when it is known', async () => {
    const first = await get('/pki/trusted-list.xml');
    expect(first.headers['content-type']).toBe('application/vnd.etsi.tsl+xml');
    expect((await get('/pki/trusted-list.xml', { 'if-none-match': String(first.headers.etag) })).statusCode).toBe(304);
  });

  it('says as JSON what it says as XML', async () => {
    const body = (await get('/api/v1/trust-list')).json();
    expect(body).toMatchObject({ sequence: 1, territory: 'TH', url: '/pki/trusted-list.xml' });
    expect(body.services).toHaveLength(3);
    expect(body.services[2]).toMatchObject({
      name: { th: 'รากแห่งชาติ', en: 'National root' },
      status: 'granted',
      history: [],
    });
  });

  it.skipIf(!existsSync('/usr/bin/xmlsec1'))('is accepted by xmlsec1', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tra-list-'));
    writeFileSync(join(folder, 'list.xml'), await fetchList());
    writeFileSync(join(folder, 'root.pem'), toPem('CERTIFICATE', hierarchy.root.certificate));
    writeFileSync(join(folder, 'issuing.pem'), toPem('CERTIFICATE', hierarchy.issuing.certificate));
    const trusted = ['--trusted-pem', join(folder, 'root.pem'), '--untrusted-pem', join(folder, 'issuing.pem')];
    const args = [
      '--verify',
      '--enabled-key-data',
      'x509',
      '--id-attr:Id',
      'SignedProperties',
      ...trusted,
      join(folder, 'list.xml'),
    ];
    const { stderr, status } = spawnSync('xmlsec1', args, { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect(stderr).toContain('OK');
    expect(status).toBe(0);
  });
});

describe('changes', () => {
  it('makes no new list while nothing changes', async () => {
    await refresh();
    await refresh();
    expect(readTrustedList(await fetchList()).sequenceNumber).toBe(1);
  });

  it('keeps the history of a service that is withdrawn and comes back', async () => {
    const [root, issuing, ocsp] = services as [NationalService, NationalService, NationalService];
    system.context.testClock.advance(60_000);
    services = [root, { ...issuing, active: false }, ocsp];
    await refresh();
    system.context.testClock.advance(60_000);
    services = [root, issuing, ocsp];
    await refresh();
    const list = readTrustedList(await fetchList());
    expect(list.sequenceNumber).toBe(3);
    const [, ca] = list.providers[0]?.services ?? [];
    expect([ca, ...(ca?.history ?? [])].map((state) => state?.status.split('/').at(-1))).toEqual([
      'granted',
      'withdrawn',
      'granted',
    ]);
  });

  it('withdraws a service that is not stated any more, and lists a new certificate as a new entry', async () => {
    const [root, , ocsp] = services as [NationalService, NationalService, NationalService];
    const other = await testHierarchy({ name: 'Other' });
    system.context.testClock.advance(60_000);
    services = [{ ...root, certificate: other.root.certificate }, ocsp];
    await refresh();
    const { services: listed = [] } = readTrustedList(await fetchList()).providers[0] ?? {};
    expect(listed.map(({ status }) => status.split('/').at(-1)).sort()).toEqual([
      'granted',
      'granted',
      'withdrawn',
      'withdrawn',
    ]);
  });

  it('gives the roots as anchors with the time in which they are trusted', async () => {
    const before = await system.services.trustAnchors();
    expect(before.map(({ until }) => until)).toEqual([undefined]);
    expect(before[0]?.from).toEqual(parseCertificate(hierarchy.root.certificate).notBefore);
    system.context.testClock.advance(60_000);
    services = services.map((service) => (service.kind === 'national-root' ? { ...service, active: false } : service));
    await refresh();
    const [anchor] = await system.services.trustAnchors();
    expect(anchor?.until).toBeInstanceOf(Date);
  });

  it('makes the next list when half of the time is over', async () => {
    system.context.testClock.advance(76 * 86_400_000);
    await refresh();
    expect(readTrustedList(await fetchList()).sequenceNumber).toBe(2);
  });

  it('does not give out a list that is over', async () => {
    system.context.testClock.advance(151 * 86_400_000);
    await expect(system.services.current()).rejects.toMatchObject({ code: 'trust-list.list_invalid' });
    expect((await get('/pki/trusted-list.xml')).statusCode).toBe(503);
  });

  it('announces the next signer before it signs', async () => {
    const [first] = await pinned();
    const end = parseCertificate(first ?? new Uint8Array()).notAfter.getTime();
    const daysLeft = (days: number) =>
      system.context.testClock.advance(end - days * 86_400_000 - system.context.clock.now().getTime());
    daysLeft(170);
    await refresh();
    const announced = readTrustedList(await fetchList());
    expect(announced.pointers[0]?.signers).toHaveLength(2);
    expect((await system.services.current()).signer).toEqual(first);
  });
});

describe('several processes', () => {
  it('publish one list with one number when they start at the same moment', async () => {
    const database = await openTestDatabase({
      migrations: [auditMigrations, jobsMigrations, logMigrations, migrationsOf(trustList)],
    });
    const keys = createMemoryKeyStore();
    const contexts = await Promise.all([1, 2, 3].map(() => createTestContext(trustList, { database, keys })));
    const instances = await Promise.all(
      contexts.map(async (context) => ({ context, instance: await trustList.create(context, ports) })),
    );
    await Promise.all(instances.map(({ instance }) => instance.start?.()));
    const lists = await Promise.all(instances.map(({ instance }) => instance.services.current()));
    expect(new Set(lists.map(({ sha256 }) => sha256)).size).toBe(1);
    const [one] = instances;
    if (!one) throw new Error('no instance');
    const server = await createTestServer({ context: one.context, system: trustList, instance: one.instance });
    expect((await server.app.inject('/api/v1/trust-list')).json().sequence).toBe(1);
    await server.close();
    await database.close();
  });
});

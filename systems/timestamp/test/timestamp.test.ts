import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueCertificate, parsePem } from '@tra/pki';
import { type TestHierarchy, testHierarchy } from '@tra/pki/testing';
import { type Database, sql } from '@tra/platform-storage';
import { type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import { createRequest, parseResponse, verifyToken } from '@tra/timestamp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TimestampConfig, type TimestampPorts, type TimestampServices, timestamp } from '../src/index.ts';

const QUERY = { 'content-type': 'application/timestamp-query' };
const data = Buffer.from('ข้อมูล');
const digest = { algorithm: 'sha256', value: createHash('sha256').update(data).digest() } as const;

let hierarchy: TestHierarchy;
let system: StartedSystem<TimestampConfig, TimestampServices>;

function certificates(): TimestampPorts['certificates'] {
  return {
    issue: async ({ subject, publicKey }) => {
      const now = new Date(Math.floor(Date.now() / 1000) * 1000);
      const certificate = await issueCertificate({
        profile: 'time-stamping',
        subject,
        publicKey,
        issuer: hierarchy.issuing.certificate,
        signer: hierarchy.issuing.signer,
        notBefore: now,
        notAfter: new Date(now.getTime() + 86_400_000),
        random: { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) },
      });
      return { certificate, chain: [hierarchy.issuing.certificate, hierarchy.root.certificate] };
    },
  };
}

beforeEach(async () => {
  hierarchy = await testHierarchy();
  system = await startTestSystem(timestamp, { certificates: certificates() }, { server: { demo: true } });
});
afterEach(() => system.close());

const post = (payload: Uint8Array, headers: Record<string, string> = QUERY) =>
  system.app.inject({ method: 'POST', url: '/timestamp', payload: Buffer.from(payload), headers });

interface TokenTable {
  timestamp_tokens: {
    chain: string;
    seq: number;
    serial_hex: string;
    token_sha256: Uint8Array;
    policy: string;
    digest: Uint8Array;
  };
}
const records = (database: Database) =>
  database.tables<TokenTable>().selectFrom('timestamp_tokens').selectAll().orderBy('seq').execute();

const verdictOf = async (token: Uint8Array): Promise<string> =>
  verifyToken({ token, data, anchors: [hierarchy.root.certificate], crls: await hierarchy.crls(new Date()) }).code;

describe('POST /timestamp', () => {
  it('answers a request with a token that verifies and is on record', async () => {
    const reply = await post(createRequest({ ...digest, nonce: Uint8Array.of(1, 2, 3) }));
    expect(reply.statusCode).toBe(200);
    expect(reply.headers['content-type']).toBe('application/timestamp-reply');
    const { status, token } = parseResponse(reply.rawPayload);
    expect(status).toBe('granted');
    expect(await verdictOf(token ?? new Uint8Array(0))).toBe('timestamp.token_valid');
    const rows = await records(system.context.database);
    expect(rows).toHaveLength(1);
    expect(Buffer.from(rows[0]?.token_sha256 ?? [])).toEqual(
      createHash('sha256')
        .update(token ?? '')
        .digest(),
    );
  });

  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'badDataFormat'],
    ['garbage', Uint8Array.of(1, 2, 3), 'badDataFormat'],
    ['a request cut short', createRequest(digest).subarray(0, -4), 'badDataFormat'],
    ['another policy', createRequest({ ...digest, policy: '1.2.3' }), 'unacceptedPolicy'],
  ])('refuses %s within the protocol', async (_name, payload, failure) => {
    const reply = await post(payload);
    expect(reply.statusCode).toBe(200);
    expect(parseResponse(reply.rawPayload)).toMatchObject({ status: 'rejection', failures: [failure] });
    expect(await records(system.context.database)).toHaveLength(0);
  });

  it.each([
    ['application/json', 415],
    ['text/plain', 415],
    ['multipart/form-data; boundary=x', 415],
    ['application/x-www-form-urlencoded', 415],
  ])('refuses %s with %i', async (type, status) => {
    expect((await post(createRequest(digest), { 'content-type': type })).statusCode).toBe(status);
  });

  it('refuses a body above 4 KiB with 413 and other methods', async () => {
    expect((await post(new Uint8Array(4097))).statusCode).toBe(413);
    expect((await system.app.inject({ url: '/timestamp' })).statusCode).toBeGreaterThanOrEqual(404);
  });

  it('refuses with systemFailure once its certificate has expired', async () => {
    system.context.testClock.advance(2 * 86_400_000);
    const reply = await post(createRequest(digest));
    expect(reply.statusCode).toBe(200);
    expect(parseResponse(reply.rawPayload)).toMatchObject({ status: 'rejection', failures: ['systemFailure'] });
    await expect(system.services.stamp(digest)).rejects.toMatchObject({ code: 'timestamp.unit_expired' });
    expect((await system.context.health.ready()).ready).toBe(false);
    expect(await records(system.context.database)).toHaveLength(0);
  });

  it('counts outcomes', async () => {
    await post(createRequest(digest));
    await post(Uint8Array.of(1));
    const text = await system.context.metrics.render();
    expect(text).toMatch(/tra_timestamp_responses_total\{outcome="granted"\} 1/);
    expect(text).toMatch(/tra_timestamp_responses_total\{outcome="badDataFormat"\} 1/);
  });
});

describe('the record', () => {
  it('holds every token of many concurrent requests in one unbroken chain, no serial twice', async () => {
    const tokens = await Promise.all(Array.from({ length: 60 }, () => system.services.stamp(digest)));
    const rows = await records(system.context.database);
    expect(rows).toHaveLength(60);
    expect(new Set(rows.map(({ serial_hex }) => serial_hex)).size).toBe(60);
    const known = new Set(rows.map(({ token_sha256 }) => Buffer.from(token_sha256).toString('hex')));
    expect(tokens.every((token) => known.has(createHash('sha256').update(token).digest('hex')))).toBe(true);
    expect(await system.services.verifyLog()).toEqual({ records: 60, unsealed: 60 });
  });

  it('cannot be changed, and a change by force is found', async () => {
    for (let count = 0; count < 3; count += 1) await system.services.stamp(digest);
    const tables = system.context.database.tables<TokenTable>();
    await expect(tables.updateTable('timestamp_tokens').set({ policy: '1.2.3' }).execute()).rejects.toThrow(
      'append-only',
    );
    await expect(tables.deleteFrom('timestamp_tokens').execute()).rejects.toThrow('append-only');
    await sql`ALTER TABLE timestamp_tokens DISABLE TRIGGER timestamp_tokens_append_only`.execute(tables);
    await tables.updateTable('timestamp_tokens').set({ policy: '1.2.3' }).where('seq', '=', 2).execute();
    expect(await system.services.verifyLog()).toMatchObject({ brokenAt: { seq: 2 } });
    await tables.deleteFrom('timestamp_tokens').where('seq', '=', 2).execute();
    expect(await system.services.verifyLog()).toMatchObject({ brokenAt: { seq: 2 } });
  });

  it('comes first: when it cannot be written no token leaves', async () => {
    const tables = system.context.database.tables<TokenTable>();
    await sql`ALTER TABLE timestamp_tokens RENAME TO timestamp_gone`.execute(tables);
    const reply = await post(createRequest(digest));
    expect(parseResponse(reply.rawPayload)).toMatchObject({ status: 'rejection', failures: ['systemFailure'] });
    await expect(system.services.stamp(digest)).rejects.toMatchObject({ code: 'timestamp.record_failed' });
    await sql`ALTER TABLE timestamp_gone RENAME TO timestamp_tokens`.execute(tables);
    expect(await verdictOf(await system.services.stamp(digest))).toBe('timestamp.token_valid');
    expect(await system.services.verifyLog()).toEqual({ records: 1, unsealed: 1 });
  });
});

describe('the chain', () => {
  it('is unit, issuing CA and root in PEM', async () => {
    const reply = await system.app.inject({ url: '/timestamp/chain.pem' });
    expect(reply.headers['content-type']).toBe('application/pem-certificate-chain');
    const chain = parsePem(reply.body, 'CERTIFICATE').map((der) => Buffer.from(der));
    expect(chain).toHaveLength(3);
    expect(chain.slice(1)).toEqual(
      [hierarchy.issuing.certificate, hierarchy.root.certificate].map((der) => Buffer.from(der)),
    );
    expect((await system.services.chain()).map((der) => Buffer.from(der))).toEqual(chain);
  });
});

describe.skipIf(spawnSync('openssl', ['version']).status !== 0)('openssl', () => {
  it('verifies what came over HTTP with the published chain', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tra-tsa-'));
    try {
      const request = createRequest({ ...digest, nonce: Uint8Array.of(9, 9) });
      writeFileSync(join(folder, 'q'), request);
      writeFileSync(join(folder, 'r'), (await post(request)).rawPayload);
      writeFileSync(join(folder, 'chain.pem'), (await system.app.inject({ url: '/timestamp/chain.pem' })).body);
      const out = execFileSync('openssl', ['ts', '-verify', '-queryfile', 'q', '-in', 'r', '-CAfile', 'chain.pem'], {
        cwd: folder,
        encoding: 'utf8',
        stdio: 'pipe',
      });
      expect(out).toContain('Verification: OK');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

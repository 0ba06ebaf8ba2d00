import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fromHex } from '@tra/kernel';
import {
  buildOcspRequest,
  type Certificate,
  certIdOf,
  encodeOcspRequest,
  type OcspEvidence,
  type OcspResponse,
  ocspEvidence,
  parseCertificate,
  parseOcspResponse,
  toPem,
} from '@tra/pki';
import { testHierarchy, testSigner } from '@tra/pki/testing';
import { createTestContext, type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PkiConfig, type PkiServices, pki } from '../../src/index.ts';

let system: StartedSystem<PkiConfig, PkiServices>;
let issuer: Certificate;
let certificate: Certificate;

const start = async (config: Partial<PkiConfig> = {}): Promise<void> => {
  system = await startTestSystem(pki, {}, { config, server: { demo: true } });
  issuer = parseCertificate(await system.services.issuingCertificate());
  certificate = await issued();
};

const issued = async (): Promise<Certificate> => {
  const made = await system.services.issue({
    profile: 'document-signer',
    subject: { commonName: 'กรม', organization: 'หน่วยงาน', country: 'TH' },
    publicKey: testSigner().publicKey,
  });
  return parseCertificate(made.certificate);
};

beforeEach(() => start());
afterEach(() => system.close());

const type = 'application/ocsp-request';

async function post(payload: Uint8Array, headers: Record<string, string> = { 'content-type': type }) {
  const reply = await system.app.inject({ method: 'POST', url: '/pki/ocsp', headers, payload: Buffer.from(payload) });
  expect(reply.statusCode).toBe(200);
  expect(reply.headers['content-type']).toBe('application/ocsp-response');
  return parseOcspResponse(reply.rawPayload);
}

const question = (options: { digest?: 'sha1' | 'sha256'; nonce?: Uint8Array } = {}): Uint8Array =>
  buildOcspRequest({ certificate, issuer, ...options });

function judge(response: OcspResponse, nonce?: Uint8Array): OcspEvidence {
  const at = system.context.clock.now();
  return ocspEvidence({
    certificate,
    issuer,
    responses: [response],
    at,
    now: at,
    ...(nonce ? { nonce, requireNonce: true } : {}),
  });
}

describe('answers', () => {
  it('are good for what was issued, by POST and GET, SHA-1 and SHA-256, signed by a delegated responder', async () => {
    for (const digest of ['sha1', 'sha256'] as const) {
      const request = question({ digest });
      const first = await post(request);
      expect(judge(first)).toMatchObject({ status: 'good', source: expect.stringContaining('OCSP Responder') });
      expect(Buffer.from((await post(request)).der).equals(Buffer.from(first.der))).toBe(true);
      for (const path of [
        Buffer.from(request).toString('base64'),
        encodeURIComponent(Buffer.from(request).toString('base64')),
      ]) {
        const reply = await system.app.inject({ url: `/pki/ocsp/${path}` });
        expect(reply.statusCode).toBe(200);
        expect(judge(parseOcspResponse(reply.rawPayload)).status).toBe('good');
      }
    }
  });

  it('can be kept by caches when they came by GET', async () => {
    const url = `/pki/ocsp/${encodeURIComponent(Buffer.from(question()).toString('base64'))}`;
    const { headers, rawPayload } = await system.app.inject({ url });
    const [single] = parseOcspResponse(rawPayload).basic?.responses ?? [];
    expect(headers).toMatchObject({
      'cache-control': 'max-age=600, public, no-transform, must-revalidate',
      'last-modified': single?.thisUpdate.toUTCString(),
      expires: single?.nextUpdate?.toUTCString(),
    });
    const again = await system.app.inject({ url, headers: { 'if-none-match': String(headers.etag) } });
    expect([again.statusCode, again.rawPayload.length]).toEqual([304, 0]);
    const other = await system.app.inject({ url, headers: { 'if-none-match': '"other"' } });
    expect(other.statusCode).toBe(200);
  });

  it('carry the nonce of the request and may not be kept then', async () => {
    for (const nonce of [Uint8Array.of(1), new Uint8Array(32).fill(2), new Uint8Array(128).fill(3)]) {
      expect(judge(await post(question({ nonce })), nonce).status).toBe('good');
    }
    const request = Buffer.from(question({ nonce: new Uint8Array(32) })).toString('base64url');
    const { headers } = await system.app.inject({ url: `/pki/ocsp/${request}` });
    expect(headers['cache-control']).toBe('no-store');
  });

  it('are revoked the moment a revocation is done, whatever was ready before', async () => {
    const request = question();
    const nonce = new Uint8Array(32).fill(9);
    expect(judge(await post(request)).status).toBe('good');
    await system.services.revoke(certificate.serialHex, 'keyCompromise');
    expect(judge(await post(request))).toMatchObject({ status: 'revoked', reason: 'keyCompromise' });
    expect(judge(await post(question({ digest: 'sha256' }))).status).toBe('revoked');
    expect(judge(await post(question({ nonce })), nonce).status).toBe('revoked');
    const url = `/pki/ocsp/${encodeURIComponent(Buffer.from(request).toString('base64'))}`;
    expect(judge(parseOcspResponse((await system.app.inject({ url })).rawPayload)).status).toBe('revoked');
  });

  it('of another process see a revocation too', async () => {
    const { database, keys } = system.context;
    const context = await createTestContext(pki, { database, keys });
    const other = await pki.create(context, {});
    await other.start?.();
    expect(judge(await post(question())).status).toBe('good');
    await other.services.revoke(certificate.serialHex, 'superseded');
    // The word of it travels through the database: within two seconds at the latest.
    await expect.poll(async () => judge(await post(question())).status, { timeout: 5_000 }).toBe('revoked');
    await other.stop?.();
  });

  it('of one request name every certificate, and only those of one issuer', async () => {
    const second = await issued();
    await system.services.revoke(second.serialHex, 'superseded');
    const ids = [certificate, second].map(({ serialHex }) => certIdOf({ issuer, serial: fromHex(serialHex) }));
    const { basic } = await post(encodeOcspRequest(ids));
    expect(basic?.responses.map(({ certId, status }) => [certId.serialHex, status])).toEqual([
      [certificate.serialHex, 'good'],
      [second.serialHex, 'revoked'],
    ]);
    const root = await system.services.rootCertificate();
    const mixed = [...ids, certIdOf({ issuer: root, serial: fromHex(issuer.serialHex) })];
    expect((await post(encodeOcspRequest(mixed))).status).toBe('unauthorized');
  });

  it('are made anew before they end, and the responder is renewed before its certificate does', async () => {
    const before = (await post(question())).basic;
    system.context.testClock.advance(25 * 3_600_000);
    const after = await post(question());
    expect(judge(after).status).toBe('good');
    expect(after.basic?.certificates).toEqual(before?.certificates);
    system.context.testClock.advance(24 * 24 * 3_600_000);
    const renewed = await post(question());
    expect(judge(renewed).status).toBe('good');
    expect(renewed.basic?.certificates).not.toEqual(before?.certificates);
  });
});

describe('what is not answered', () => {
  it('is of an authority that is not ours, or that has no responder', async () => {
    const stranger = await testHierarchy();
    const foreign = encodeOcspRequest([certIdOf({ issuer: stranger.root.certificate, serial: Uint8Array.of(5) })]);
    expect((await post(foreign)).status).toBe('unauthorized');
    const root = await system.services.rootCertificate();
    expect((await post(buildOcspRequest({ certificate: issuer, issuer: root }))).status).toBe('unauthorized');
  });

  it('is malformed: no request, other types, too large, a nonce of no or 129 octets, an unknown critical extension', async () => {
    const request = question({ nonce: new Uint8Array(4).fill(0xaa) });
    const hex = Buffer.from(request).toString('hex');
    const emptyNonce = Buffer.from(hex.replace('0404aaaaaaaa', '0400aaaaaaaa'), 'hex');
    for (const [body, headers] of [
      [new Uint8Array(0), { 'content-type': type }],
      [Uint8Array.of(1, 2, 3), { 'content-type': type }],
      [request, { 'content-type': 'application/octet-stream' }],
      [request, {}],
      [new Uint8Array(5000), { 'content-type': type }],
      [emptyNonce, { 'content-type': type }],
    ] as const) {
      expect((await post(body, headers as Record<string, string>)).status).toBe('malformedRequest');
    }
    for (const path of ['x', '%20', '!!!', 'A'.repeat(9000)]) {
      const reply = await system.app.inject({ url: `/pki/ocsp/${path}` });
      expect(reply.statusCode).toBe(200);
      expect(parseOcspResponse(reply.rawPayload).status).toBe('malformedRequest');
    }
  });

  it('is unknown, or by configuration revoked, when the serial was never issued', async () => {
    const ask = async () => {
      const certId = certIdOf({ issuer, serial: Uint8Array.of(0x51, 2, 3) });
      return (await post(encodeOcspRequest([certId]))).basic;
    };
    expect((await ask())?.responses[0]?.status).toBe('unknown');
    await system.close();
    await start({ ocspUnknown: 'revoked' });
    const basic = await ask();
    expect(basic).toMatchObject({ extendedRevoke: true });
    expect(basic?.responses[0]).toMatchObject({ status: 'revoked', reason: 'certificateHold', revokedAt: new Date(0) });
  });
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!hasOpenssl)('openssl ocsp', () => {
  it('asks the running server and believes it, with its own nonce', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tra-ocsp-'));
    try {
      const address = await system.app.listen({ port: 0, host: '127.0.0.1' });
      const pem = (name: string, der: Uint8Array): void => writeFileSync(join(folder, name), toPem('CERTIFICATE', der));
      pem('issuer.pem', issuer.der);
      pem('root.pem', await system.services.rootCertificate());
      pem('certificate.pem', certificate.der);
      const ask = async (...more: string[]): Promise<string> => {
        const { stdout, stderr } = await promisify(execFile)(
          'openssl',
          [
            ...['ocsp', '-url', `${address}/pki/ocsp`, '-issuer', 'issuer.pem', ...more, '-cert', 'certificate.pem'],
            ...['-CAfile', 'root.pem', '-verify_other', 'issuer.pem', '-no_explicit'],
          ],
          { cwd: folder },
        );
        return stdout + stderr;
      };
      for (const more of [[], ['-sha256'], ['-no_nonce']]) {
        const shown = await ask(...more);
        expect(shown).toContain('Response verify OK');
        expect(shown).toContain('certificate.pem: good');
      }
      await system.services.revoke(certificate.serialHex, 'superseded');
      expect(await ask()).toMatch(/certificate\.pem: revoked[\s\S]*superseded/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

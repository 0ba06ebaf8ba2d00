import { createHash } from 'node:crypto';
import { testHierarchy } from '@tra/pki/testing';
import { loadMessages } from '@tra/platform-i18n';
import { messagesOf } from '@tra/platform-system';
import { createTestClock, type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import { createRequest, rejection } from '@tra/timestamp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TimestampConfig, type TimestampServices, timestamp } from '../src/index.ts';
import { testCertificates } from './harness.ts';

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
let system: StartedSystem<TimestampConfig, TimestampServices>;

beforeAll(async () => {
  const certificates = testCertificates(await testHierarchy());
  system = await startTestSystem(timestamp, { certificates }, { server: { demo: true } });
});
afterAll(() => system.close());

const post = (path: string, payload: object) =>
  system.app.inject({ method: 'POST', url: `/api/v1/timestamp/${path}`, payload });
const verify = (payload: object) => post('verifications', payload);

describe('verification', () => {
  it('judges a token by its digest, and says what it states and who signed', async () => {
    const { token, serial } = (await post('tokens', { digest: hash('a') })).json();
    const report = (await verify({ token, digest: { digest: hash('a') } })).json();
    // Nobody publishes a revocation list in this test: all else holds.
    const open = report.checks.filter(({ status }: { status: string }) => status !== 'passed');
    expect(new Set(open.map(({ code }: { code: string }) => code))).toEqual(new Set(['pki.revocation_unknown']));
    expect(report).toMatchObject({
      verdict: 'indeterminate',
      token: { serial, algorithm: 'sha256', digest: hash('a'), accuracyMs: 1000, qualified: false },
      authority: { own: true, trustedByCaller: false },
    });
    const other = (await verify({ token, digest: { digest: hash('b') } })).json();
    expect(other).toMatchObject({ verdict: 'failed', code: 'timestamp.imprint_mismatch' });
    expect((await verify({ token })).json().checks[0].code).toBe('timestamp.imprint_not_compared');
  });

  it('says each finding in the language of the reader, times in its calendar', async () => {
    // The words of reports lie with the system that words them all; a server loads those of every system.
    const words = [messagesOf(timestamp), new URL('../../validation/messages/', import.meta.url)];
    const told = await startTestSystem(
      timestamp,
      { certificates: testCertificates(await testHierarchy()) },
      { clock: createTestClock(), messages: loadMessages(words) },
    );
    const ask = async (url: string, payload: object, language: string) =>
      (await told.app.inject({ method: 'POST', url, payload, headers: { 'accept-language': language } })).json();
    const { token } = await ask('/api/v1/timestamp/tokens', { digest: hash('a') }, 'th');
    const order = { token, digest: { digest: hash('a') } };
    const [thai, english] = await Promise.all(
      ['th', 'en'].map((language) => ask('/api/v1/timestamp/verifications', order, language)),
    );
    await told.close();
    const said = ({ message, checks }: { message: string; checks: readonly { message: string }[] }) => [
      message,
      ...checks.map((check) => check.message),
    ];
    expect(said(thai).every((text) => /[ก-๙]/.test(text))).toBe(true);
    expect(said(english).every((text) => /^[A-Z]/.test(text) && !/[ก-๙{]/.test(text))).toBe(true);
    expect(said(english).length).toBeGreaterThan(5);
  });

  it('reads a whole response, and says that a rejected one holds no token', async () => {
    const value = createHash('sha256').update('a').digest();
    const response = await system.services.respond(createRequest({ algorithm: 'sha256', value }));
    const token = Buffer.from(response).toString('base64');
    expect((await verify({ token, digest: { digest: hash('a') } })).json().authority.own).toBe(true);
    const refused = await verify({ token: Buffer.from(rejection('badAlg').response).toString('base64') });
    expect(refused.json().code).toBe('timestamp.verification_rejected');
  });

  it('judges a digest of a batch by its proof', async () => {
    const batch = (await post('batches', { digests: ['a', 'b', 'c'].map((text) => ({ digest: hash(text) })) })).json();
    const { token, size, proofs } = batch;
    const order = (text: string) => ({ token, digest: { digest: hash(text) }, proof: { ...proofs[1], size } });
    expect((await verify(order('b'))).json().checks[0]).toMatchObject({ code: 'timestamp.proof_ok', status: 'passed' });
    expect((await verify(order('a'))).json()).toMatchObject({ verdict: 'failed', code: 'timestamp.proof_invalid' });
  });

  it('takes bytes that are no token for a failed report, and refuses what cannot be meant', async () => {
    expect((await verify({ token: Buffer.from('not a token').toString('base64') })).json()).toMatchObject({
      verdict: 'failed',
      code: 'timestamp.token_unreadable',
    });
    const query = createRequest({ algorithm: 'sha256', value: createHash('sha256').update('a').digest() });
    expect((await verify({ token: Buffer.from(query).toString('base64') })).json()).toMatchObject({
      verdict: 'failed',
      code: 'timestamp.is_a_query',
      checks: [{ code: 'timestamp.is_a_query', status: 'failed' }],
    });
    expect((await verify({ token: '***' })).statusCode).toBe(400);
    const { token } = (await post('tokens', { digest: hash('a') })).json();
    expect((await verify({ token, trust: ['AAAA'] })).json().code).toBe('timestamp.verification_invalid');
    expect((await verify({ token: 'A'.repeat(200_000) })).statusCode).toBe(400);
  });

  it('tells of units, policies, addresses and the clock', async () => {
    const about = (await system.app.inject({ method: 'GET', url: '/api/v1/timestamp/authority' })).json();
    expect(about.clock).toBe('unsupervised');
    expect(about.certificates.map(({ kind }: { kind: string }) => kind)).toEqual(['signing', 'authority', 'authority']);
    expect(about.policies).toEqual([expect.objectContaining({ default: true, accuracyMs: 1000, qualified: false })]);
    expect(about.endpoints.query).toBe('http://localhost:8420/timestamp');
  });
});

import { parseCertificate } from '@tra/pki';
import { describe, expect, it } from 'vitest';
import { testSigning } from '../src/testing.ts';
import { build, flipped, stampOver } from './build.ts';
import { codes, startJudging, withToken } from './judging.ts';

const { signing, foreign, signed, validate } = await startJudging();

describe('a time-stamp', () => {
  it('that is missing leaves the time claimed only', async () => {
    const report = await validate(await build(signing));
    expect(report).toMatchObject({ verdict: 'passed', summary: { code: 'validation.summary.passed_without_time' } });
    expect(codes(report)[2]).toBe('time.claimed_only');
    expect(report.signatures[0]).toMatchObject({ level: 'PAdES-B-B', claimedTime: '2026-11-20T07:06:00.000Z' });
    expect(report.signatures[0]?.provenTime).toBeUndefined();
  });

  it('over other data fails', async () => {
    const bytes = await build(signing, { tokens: async () => [await stampOver(signing, Uint8Array.of(1))] });
    const report = await validate(bytes);
    expect(report).toMatchObject({ verdict: 'failed', subIndication: 'HASH_FAILURE' });
    expect(report.summary.code).toBe('validation.summary.time_invalid');
    expect(codes(report)[2]).toBe('time.invalid');
  });

  it('whose signature is broken fails', async () => {
    const bytes = await build(signing, {
      tokens: async (value) => {
        const token = await stampOver(signing, value);
        return [flipped(token, token.length - 4)];
      },
    });
    expect(await validate(bytes)).toMatchObject({
      verdict: 'failed',
      summary: { code: 'validation.summary.time_invalid' },
    });
  });

  it('that is no token at all fails', async () => {
    const bytes = await build(signing, { tokens: async () => [Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x05)] });
    expect((await validate(bytes)).summary.code).toBe('validation.summary.time_invalid');
  });

  it('by an unknown authority proves nothing', async () => {
    const bytes = await build(signing, { tokens: async (value) => [await stampOver(foreign, value)] });
    const report = await validate(bytes);
    expect(codes(report)[2]).toBe('time.untrusted');
    expect(report.signatures[0]?.provenTime).toBeUndefined();
    const late = await validate(bytes, { at: new Date('2031-01-01T00:00:00Z') });
    expect(late.subIndication).toBe('OUT_OF_BOUNDS_NOT_REVOKED');
  });

  it('by an authority whose key was compromised fails, even for earlier times', async () => {
    const { serialHex } = parseCertificate(signing.unit.certificate);
    const date = new Date(signing.clock.now().getTime() - 1000);
    const crls = await signing.crls([{ serialHex, date, reason: 'keyCompromise' }]);
    expect(await validate(signed, { crls })).toMatchObject({ verdict: 'failed', subIndication: 'REVOKED' });
    const retired = await signing.crls([{ serialHex, date, reason: 'cessationOfOperation' }]);
    expect((await validate(signed, { crls: retired })).verdict).toBe('passed');
  });

  it('that lies after the time of judgement proves nothing', async () => {
    const report = await validate(signed, { at: new Date('2026-11-19T00:00:00Z') });
    expect(codes(report)[2]).toBe('time.untrusted');
    expect(report.verdict).not.toBe('passed');
  });

  it('before the time that the signer claims contradicts it', async () => {
    const bytes = await build(signing, { ...withToken(signing), signingTime: new Date('2026-11-20T09:00:00Z') });
    const report = await validate(bytes);
    expect(report).toMatchObject({ verdict: 'indeterminate', subIndication: 'SIG_CONSTRAINTS_FAILURE' });
    expect(codes(report)[2]).toBe('time.contradicts');
  });

  it('counts by the earliest of several', async () => {
    const first = await testSigning();
    const bytes = await build(first, {
      tokens: async (value) => {
        const early = await stampOver(first, value);
        first.clock.advance(3_600_000);
        return [await stampOver(first, value), early];
      },
    });
    const report = await validate(bytes, { anchors: first.anchors, at: first.clock.now(), crls: await first.crls() });
    expect(report.signatures[0]?.provenTime).toBe('2026-11-20T07:05:00.000Z');
  });
});

import { parseCertificate } from '@tra/pki';
import { describe, expect, it } from 'vitest';
import { testPdf, testSigning } from '../src/testing.ts';
import { build } from './build.ts';
import { codes, startJudging, withToken } from './judging.ts';

const { signing, foreign, signed, validate } = await startJudging();

describe('a signer', () => {
  it('of another root is not known, and the missing authority is named', async () => {
    const report = await validate(await foreign.sign(testPdf()));
    expect(report).toMatchObject({
      verdict: 'indeterminate',
      subIndication: 'NO_CERTIFICATE_CHAIN_FOUND',
      summary: { code: 'validation.summary.untrusted_signer' },
    });
    expect(codes(report)).toEqual(['unchanged.intact', 'signer.untrusted', 'time.untrusted', 'status.unknown']);
    expect(report.answers[1].params).toMatchObject({
      name: 'Foreign document-signer',
      issuer: 'CN=Foreign Root,O=Foreign,C=TH',
    });
  });

  it('is not known without anchors, and trusted with the right ones given', async () => {
    expect((await validate(signed, { anchors: [] })).subIndication).toBe('NO_CERTIFICATE_CHAIN_FOUND');
    const bytes = await foreign.sign(testPdf());
    expect((await validate(bytes, { anchors: [...signing.anchors, ...foreign.anchors] })).verdict).toBe('passed');
  });

  it('whose name is that of a trusted one but whose key is not stays unknown', async () => {
    const impostor = await testSigning('Test');
    const report = await validate(await impostor.sign(testPdf()));
    expect(report.verdict).toBe('indeterminate');
    expect(report.answers[1].status).toBe('indeterminate');
  });

  it('revoked before the proven time fails', async () => {
    const { serialHex } = parseCertificate(signing.document.certificate);
    const crls = await signing.crls([{ serialHex, date: new Date('2026-11-01T00:00:00Z'), reason: 'keyCompromise' }]);
    const report = await validate(await build(signing, withToken(signing)), { crls });
    expect(report).toMatchObject({ verdict: 'failed', subIndication: 'REVOKED' });
    expect(report.summary.code).toBe('validation.summary.certificate_revoked');
    expect(codes(report)[1]).toBe('signer.certificate_revoked');
  });

  it('revoked after the proven time keeps the value of the signature', async () => {
    const { serialHex } = parseCertificate(signing.document.certificate);
    const date = new Date(signing.clock.now().getTime() - 1000);
    const crls = await signing.crls([{ serialHex, date, reason: 'superseded' }]);
    const report = await validate(signed, { crls });
    expect(report.verdict).toBe('passed');
    expect(codes(report)[3]).toBe('status.certificate_revoked_later');
  });

  it('revoked, with nothing to prove the time, is undecided', async () => {
    const { serialHex } = parseCertificate(signing.document.certificate);
    const crls = await signing.crls([{ serialHex, date: new Date('2026-11-01T00:00:00Z') }]);
    const report = await validate(await build(signing), { crls });
    expect(report).toMatchObject({ verdict: 'indeterminate', subIndication: 'REVOKED_NO_POE' });
  });

  it('expired, with nothing to prove the time, is undecided', async () => {
    const report = await validate(await build(signing), { at: new Date('2031-01-01T00:00:00Z') });
    expect(report).toMatchObject({ verdict: 'indeterminate', subIndication: 'OUT_OF_BOUNDS_NOT_REVOKED' });
    expect(codes(report)[1]).toBe('signer.certificate_expired');
  });

  it('expired before the proven time does not pass', async () => {
    const old = { notAfter: new Date('2026-10-01T00:00:00Z') };
    const { certificate, signer } = await signing.hierarchy.issue('document-signer', old);
    const report = await validate(await build(signing, { ...withToken(signing), certificate, signer }));
    expect(report).toMatchObject({ verdict: 'indeterminate', subIndication: 'OUT_OF_BOUNDS_NO_POE' });
  });

  it('whose certificate came later than the proven time fails', async () => {
    const young = { notBefore: new Date('2026-12-01T00:00:00Z') };
    const { certificate, signer } = await signing.hierarchy.issue('document-signer', young);
    const bytes = await build(signing, { ...withToken(signing), certificate, signer });
    const report = await validate(bytes, { at: new Date('2026-12-02T00:00:00Z') });
    expect(report).toMatchObject({ verdict: 'failed', subIndication: 'NOT_YET_VALID' });
  });

  it('without any revocation list stays undecided', async () => {
    const report = await validate(await build(signing, { ...withToken(signing), crls: [] }));
    expect(report).toMatchObject({ verdict: 'indeterminate', subIndication: 'TRY_LATER' });
    expect(report.summary.code).toBe('validation.summary.revocation_unknown');
  });

  it('with a certificate for time-stamping only does not pass', async () => {
    const { certificate, signer } = signing.unit;
    const report = await validate(await build(signing, { ...withToken(signing), certificate, signer }));
    expect(report).toMatchObject({ verdict: 'indeterminate', subIndication: 'CHAIN_CONSTRAINTS_FAILURE' });
  });
});

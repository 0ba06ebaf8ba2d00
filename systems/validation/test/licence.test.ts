import { testPdf } from '@tra/signature/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Requests, startRequests } from './requests-world.ts';

let foreign: Requests['foreign'];
let signed: Requests['signed'];
let ports: Requests['ports'];
let register: Requests['register'];
let reportOf: Requests['reportOf'];
let licenceOf: Requests['licenceOf'];
let running: Requests['running'];
let reset: Requests['reset'];

beforeAll(async () => {
  ({ foreign, signed, ports, register, reportOf, licenceOf, running, reset } = await startRequests());
});
beforeEach(() => reset());
afterAll(() => running.close());

describe('the licence', () => {
  it.each([
    ['active', 'passed', 'validation.summary.passed'],
    ['expired', 'failed', 'validation.summary.licence_expired'],
    ['revoked', 'failed', 'validation.summary.licence_revoked'],
    ['suspended', 'failed', 'validation.summary.licence_suspended'],
    ['superseded', 'failed', 'validation.summary.licence_superseded'],
  ] as const)('that is %s makes the verdict %s', async (state, verdict, summary) => {
    register.licence = licenceOf({ status: state });
    const report = await reportOf(signed);
    expect(report).toMatchObject({ verdict, summary: { code: summary }, licence: { number: '0105/2569' } });
    expect(report.answers.map(({ status }) => status).slice(0, 3)).toEqual(['passed', 'passed', 'passed']);
    expect(report.answers[3].code).toBe(`validation.status.${state}`);
    expect(report.indication).toBe('TOTAL_PASSED');
  });

  it('whose last day is over is expired even when the register still says active', async () => {
    register.licence = licenceOf({ status: 'active', validTo: '2026-11-19' });
    expect((await reportOf(signed)).summary.code).toBe('validation.summary.licence_expired');
    register.licence = licenceOf({ status: 'active', validTo: '2026-11-20' });
    expect((await reportOf(signed)).verdict).toBe('passed');
    register.licence = licenceOf({ status: 'active', validFrom: '2026-11-21' });
    expect((await reportOf(signed)).summary.code).toBe('validation.summary.licence_not_yet_valid');
    register.licence = licenceOf({ status: 'active', validTo: 'unreadable' });
    expect((await reportOf(signed)).verdict).toBe('failed');
  });

  it('that the XML names but whose document is another one fails', async () => {
    ports.licences.findByDocument = async (_hash, xml) =>
      xml ? licenceOf({ documentSha256: '00'.repeat(32) }) : undefined;
    const report = await reportOf(signed);
    expect(report).toMatchObject({ verdict: 'failed', summary: { code: 'validation.summary.licence_other_document' } });
  });

  it('is never looked for by XML that no trusted signature covers', async () => {
    await reportOf(await foreign.sign(testPdf()));
    const broken = signed.slice();
    broken[120] = (broken[120] ?? 0) ^ 1;
    await reportOf(broken);
    expect(register.asked.map(([, xml]) => xml)).toEqual([false, false]);
    register.asked = [];
    await reportOf(testPdf());
    expect(register.asked).toEqual([]);
    await reportOf(signed);
    expect(register.asked.map(([, xml]) => xml)).toEqual([false, true]);
  });

  it('that cannot be asked about is said so, and the signature still counts', async () => {
    ports.licences.findByDocument = async () => {
      throw new Error('down');
    };
    const report = await reportOf(signed);
    expect(report.verdict).toBe('passed');
    expect(report.answers[3].checks.map(({ code }) => code)).toContain('signature.licence_register_unavailable');
  });

  it('in force does not save a document that was changed', async () => {
    register.licence = licenceOf({ status: 'active' });
    const broken = signed.slice();
    broken[120] = (broken[120] ?? 0) ^ 1;
    expect((await reportOf(broken)).verdict).toBe('failed');
  });
});

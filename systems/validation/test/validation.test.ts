import { parseCertificate, toPem } from '@tra/pki';
import { testPdf } from '@tra/signature/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Requests, startRequests, type Worded } from './requests-world.ts';
import type { Part } from './world.ts';

let signing: Requests['signing'];
let foreign: Requests['foreign'];
let signed: Requests['signed'];
let running: Requests['running'];
let ports: Requests['ports'];
let register: Requests['register'];
let post: Requests['post'];
let reportOf: Requests['reportOf'];
let licenceOf: Requests['licenceOf'];
let reset: Requests['reset'];

beforeAll(async () => {
  ({ signing, foreign, signed, running, ports, register, post, reportOf, licenceOf, reset } = await startRequests());
});
beforeEach(() => reset());
afterAll(() => running.close());

describe('POST /api/v1/validations', () => {
  it('answers the four questions in the language of the reader', async () => {
    const { body, reply } = await post([['file', signed, 'ใบอนุญาต.pdf']], { 'accept-language': 'th' });
    expect(body).toMatchObject({
      id: expect.stringMatching(/^[0-9a-z]{32}$/),
      validatedAt: '2026-11-20T08:00:00.000Z',
    });
    const [report] = body.reports;
    expect(report).toMatchObject({ verdict: 'passed', document: { name: 'ใบอนุญาต.pdf', type: 'pdf' } });
    expect(report.summary.message).toBe('เอกสารนี้เชื่อถือได้: ไม่ถูกแก้ไข รู้ว่าใครลงนาม และพิสูจน์เวลาได้');
    expect(report.answers[2].message).toBe('มีอยู่แล้วเมื่อ 20 พ.ย. 2569 14.05 น. รับรองโดย Test time-stamping');
    expect(reply.headers['cache-control']).toBe('no-store');
    const english = await post([['file', signed, 'a.pdf']], { 'accept-language': 'en' });
    expect(english.body.reports[0].answers[0].message).toBe(
      'Every part of the document is as it was when it was signed.',
    );
  });

  it('judges several documents in their order', async () => {
    const { body } = await post([
      ['file', signed, 'a.pdf'],
      ['file', 'hello', 'b.txt'],
      ['file', testPdf(), 'c.pdf'],
    ]);
    expect(body.reports.map(({ summary }: Worded) => summary.code)).toEqual([
      'validation.summary.passed',
      'validation.summary.not_a_document',
      'validation.summary.not_signed',
    ]);
  });

  it('answers 200 with a report for what is no PDF, whatever it is called', async () => {
    const report = await reportOf(Buffer.from('%PNG'));
    expect(report).toMatchObject({ verdict: 'indeterminate', document: { type: 'unknown' } });
    expect(report.answers.map(({ status }: { status: string }) => status)).toEqual(Array(4).fill('indeterminate'));
    expect((await reportOf(new Uint8Array())).summary.code).toBe('validation.summary.not_a_document');
  });

  it('trusts uploaded anchors for one request only', async () => {
    const document = await foreign.sign(testPdf());
    const pem = toPem('CERTIFICATE', foreign.anchors[0] ?? new Uint8Array());
    expect((await reportOf(document)).subIndication).toBe('NO_CERTIFICATE_CHAIN_FOUND');
    expect((await reportOf(document, ['trust', pem])).verdict).toBe('passed');
    expect((await reportOf(document, ['trust', pem, 'root.pem'])).verdict).toBe('passed');
    expect((await reportOf(document)).verdict).toBe('indeterminate');
  });

  it('tells where the signed version ends, what follows it, and every time-stamp', async () => {
    const [signature] = (await reportOf(Buffer.concat([signed, Buffer.from('\nx')]))).signatures;
    expect(signature?.revision).toMatchObject({ signed: 2, signedEnd: signed.length, changes: 'forbidden' });
    expect(signature?.timestamps).toMatchObject([{ kind: 'signature', status: 'valid', imprint: 'matches' }]);
  });

  it('tells a form its limits, the policies and how long things are kept', async () => {
    const reply = await running.app.inject({ method: 'GET', url: '/api/v1/validations/options' });
    expect(reply.json()).toMatchObject({
      limits: { files: 10, fileBytes: 20 * 1_048_576, batchFiles: 10_000 },
      retention: { keepDays: 30, batchHours: 24 },
      policies: { names: ['thailand', 'eu', 'lenient'], default: 'thailand', uploads: true },
    });
    expect(reply.headers['cache-control']).toBe('public, max-age=300');
  });

  it('judges for the time that was asked for', async () => {
    const report = await reportOf(signed, ['at', '2030-06-01T07:00:00+07:00']);
    expect(report).toMatchObject({ verdict: 'indeterminate', validatedAt: '2030-06-01T00:00:00.000Z' });
  });

  it('leaves no placeholder in any sentence', async () => {
    const { serialHex } = parseCertificate(signing.document.certificate);
    const { serialHex: unit } = parseCertificate(signing.unit.certificate);
    const date = new Date('2026-11-20T07:30:00Z');
    ports.trust.currentCrls = async () => [...(await signing.crls([{ serialHex, date }]))];
    register.licence = licenceOf({ status: 'suspended' });
    const broken = signed.slice();
    broken[120] = (broken[120] ?? 0) ^ 1;
    const documents = [
      signed,
      broken,
      Buffer.concat([signed, Buffer.from('\n')]),
      testPdf(),
      await foreign.sign(testPdf()),
    ];
    const twice = await signing.sign(signed);
    for (const language of ['th', 'en']) {
      for (const [at, revoked] of [
        ['2026-11-20T08:00:00Z', serialHex],
        ['2026-11-01T08:00:00Z', unit],
        ['2031-01-01T00:00:00Z', serialHex],
        ['2036-02-01T00:00:00Z', serialHex],
      ] as const) {
        ports.trust.currentCrls = async () => [...(await signing.crls([{ serialHex: revoked, date }]))];
        const parts = [...documents, twice].map((bytes): Part => ['file', bytes, 'a.pdf']);
        const { body } = await post([...parts, ['at', at]], { 'accept-language': language });
        const sentences = JSON.stringify(body).match(/"message":"[^"]*"/g) ?? [];
        expect(sentences.length).toBeGreaterThan(100);
        expect(sentences.filter((sentence) => /[{}]/.test(sentence))).toEqual([]);
      }
    }
  });
});

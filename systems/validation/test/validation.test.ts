import { type SteppedClock, steppedClock } from '@tra/kernel/testing';
import { parseCertificate, toPem } from '@tra/pki';
import { type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import type { LicenceStatus, ValidationReport } from '@tra/signature';
import { type TestSigning, testPdf, testSigning } from '@tra/signature/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createGate } from '../src/gate.ts';
import { type ValidationConfig, type ValidationPorts, type ValidationServices, validation } from '../src/index.ts';

let signing: TestSigning;
let foreign: TestSigning;
let signed: Uint8Array;
let clock: SteppedClock;
let asked: (readonly [string, boolean])[];
let licence: LicenceStatus | undefined;
let running: StartedSystem<ValidationConfig, ValidationServices>;

beforeAll(async () => {
  signing = await testSigning();
  foreign = await testSigning('Foreign');
  signed = await signing.sign(testPdf());
});

const ports = { trust: {}, licences: {} } as {
  -readonly [K in keyof ValidationPorts]: { -readonly [M in keyof ValidationPorts[K]]: ValidationPorts[K][M] };
};

beforeEach(() => {
  asked = [];
  licence = undefined;
  ports.trust.trustAnchors = async () => signing.anchors.map((certificate) => ({ certificate }));
  ports.trust.currentCrls = async () => [...(await signing.hierarchy.crls(clock.now()))];
  ports.licences.findByDocument = async (hash, xml) => {
    asked.push([hash, xml !== undefined]);
    return licence;
  };
});

beforeAll(async () => {
  clock = steppedClock('2026-11-20T08:00:00Z');
  running = await startTestSystem(validation, ports, { clock, config: { requestsPerMinute: 0 } });
});

afterAll(() => running.close());

type Part = readonly [name: string, value: string | Uint8Array, fileName?: string];

function multipart(parts: readonly Part[]): { payload: Buffer; headers: Record<string, string> } {
  const boundary = 'x-boundary-x';
  const chunks = parts.flatMap(([name, value, fileName]) => {
    const file = fileName === undefined ? '' : `; filename="${fileName}"`;
    const type = fileName === undefined ? '' : '\r\nContent-Type: application/octet-stream';
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}${type}\r\n\r\n`;
    return [Buffer.from(head), Buffer.from(value), Buffer.from('\r\n')];
  });
  return {
    payload: Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  };
}

type Worded = ValidationReport & { summary: { message: string }; advice: { message: string } };

async function post(parts: readonly Part[], headers: Record<string, string> = {}) {
  const body = multipart(parts);
  const reply = await running.app.inject({
    method: 'POST',
    url: '/api/v1/validations',
    payload: body.payload,
    headers: { ...body.headers, ...headers },
  });
  return { reply, status: reply.statusCode, body: reply.json() };
}

async function reportOf(bytes: Uint8Array, ...more: readonly Part[]): Promise<Worded> {
  const { status, body } = await post([['file', bytes, 'licence.pdf'], ...more]);
  expect(status).toBe(200);
  return body.reports[0];
}

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
    expect(report).toMatchObject({ verdict: 'failed', subIndication: 'FORMAT_FAILURE', document: { type: 'unknown' } });
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
    licence = status({ status: 'suspended' });
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

describe('the licence', () => {
  it.each([
    ['active', 'passed', 'validation.summary.passed'],
    ['expired', 'failed', 'validation.summary.licence_expired'],
    ['revoked', 'failed', 'validation.summary.licence_revoked'],
    ['suspended', 'failed', 'validation.summary.licence_suspended'],
    ['superseded', 'failed', 'validation.summary.licence_superseded'],
  ] as const)('that is %s makes the verdict %s', async (state, verdict, summary) => {
    licence = status({ status: state });
    const report = await reportOf(signed);
    expect(report).toMatchObject({ verdict, summary: { code: summary }, licence: { number: '0105/2569' } });
    expect(report.answers.map(({ status }) => status).slice(0, 3)).toEqual(['passed', 'passed', 'passed']);
    expect(report.answers[3].code).toBe(`validation.status.${state}`);
    expect(report.indication).toBe('TOTAL_PASSED');
  });

  it('whose last day is over is expired even when the register still says active', async () => {
    licence = status({ status: 'active', validTo: '2026-11-19' });
    expect((await reportOf(signed)).summary.code).toBe('validation.summary.licence_expired');
    licence = status({ status: 'active', validTo: '2026-11-20' });
    expect((await reportOf(signed)).verdict).toBe('passed');
    licence = status({ status: 'active', validFrom: '2026-11-21' });
    expect((await reportOf(signed)).summary.code).toBe('validation.summary.licence_not_yet_valid');
    licence = status({ status: 'active', validTo: 'unreadable' });
    expect((await reportOf(signed)).verdict).toBe('failed');
  });

  it('that the XML names but whose document is another one fails', async () => {
    ports.licences.findByDocument = async (_hash, xml) =>
      xml ? status({ documentSha256: '00'.repeat(32) }) : undefined;
    const report = await reportOf(signed);
    expect(report).toMatchObject({ verdict: 'failed', summary: { code: 'validation.summary.licence_other_document' } });
  });

  it('is never looked for by XML that no trusted signature covers', async () => {
    await reportOf(await foreign.sign(testPdf()));
    const broken = signed.slice();
    broken[120] = (broken[120] ?? 0) ^ 1;
    await reportOf(broken);
    expect(asked.map(([, xml]) => xml)).toEqual([false, false]);
    asked = [];
    await reportOf(testPdf());
    expect(asked).toEqual([]);
    await reportOf(signed);
    expect(asked.map(([, xml]) => xml)).toEqual([false, true]);
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
    licence = status({ status: 'active' });
    const broken = signed.slice();
    broken[120] = (broken[120] ?? 0) ^ 1;
    expect((await reportOf(broken)).verdict).toBe('failed');
  });
});

describe('bad requests', () => {
  const file: Part = ['file', 'x', 'x.pdf'];
  it.each<[string, readonly Part[], number, string, string]>([
    ['no part at all', [], 422, 'validation.no_file', '/file'],
    ['no file', [['at', '2026-11-20T08:00:00Z']], 422, 'validation.no_file', '/file'],
    ['a file under another name', [['document', 'x', 'x.pdf']], 422, 'validation.field_unknown', '/document'],
    ['a field that is not known', [file, ['strict', 'yes']], 422, 'validation.field_unknown', '/strict'],
    ['a policy that is not known', [file, ['policy', 'strict']], 422, 'validation.policy_unknown', '/policy'],
    ['a file sent as a field', [['file', 'x']], 422, 'validation.field_unknown', '/file'],
    ['a flag that is neither', [file, ['keep', 'yes']], 422, 'validation.field_invalid', '/keep'],
    ['a flag sent twice', [file, ['keep', 'true'], ['keep', 'true']], 422, 'validation.field_invalid', '/keep'],
    ['trust that is no PEM', [file, ['trust', 'hello']], 422, 'validation.trust_invalid', '/trust'],
    [
      'trust with a broken certificate',
      [file, ['trust', '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n']],
      422,
      'validation.trust_invalid',
      '/trust',
    ],
    [
      'trust that is no text',
      [file, ['trust', Uint8Array.of(0xff, 0xfe), 'x.pem']],
      422,
      'validation.trust_invalid',
      '/trust',
    ],
    ['a time without offset', [file, ['at', '2026-11-20T08:00:00']], 422, 'validation.at_invalid', '/at'],
    ['a day that does not exist', [file, ['at', '2026-02-30T08:00:00Z']], 422, 'validation.at_invalid', '/at'],
    ['a time that is a word', [file, ['at', 'yesterday']], 422, 'validation.at_invalid', '/at'],
    ['an empty time', [file, ['at', '']], 422, 'validation.at_invalid', '/at'],
    [
      'two times',
      [file, ['at', '2026-11-20T08:00:00Z'], ['at', '2026-11-20T08:00:00Z']],
      422,
      'validation.at_invalid',
      '/at',
    ],
  ])('%s', async (_, parts, status, code, pointer) => {
    for (const language of ['th', 'en']) {
      const { reply, body, status: got } = await post(parts, { 'accept-language': language });
      expect([got, body.code]).toEqual([status, code]);
      expect(reply.headers['content-type']).toContain('application/problem+json');
      expect(body.errors).toMatchObject([{ pointer, code }]);
      expect(body.detail).not.toMatch(/[{}]/);
    }
  });

  it('a file beyond the limit', async () => {
    const { status, body } = await post([['file', Buffer.alloc(20_971_521), 'big.pdf']]);
    expect([status, body.code]).toEqual([413, 'validation.file_too_large']);
  });

  it('more anchors than are taken', async () => {
    const pem = toPem('CERTIFICATE', signing.anchors[0] ?? new Uint8Array());
    const { status, body } = await post([file, ['trust', pem.repeat(51)]]);
    expect([status, body.code]).toEqual([422, 'validation.trust_too_many']);
  });

  it('a body that ends early', async () => {
    const { payload, headers } = multipart([['file', signed, 'a.pdf']]);
    for (const length of [10, 100, 2000, payload.length - 8]) {
      const reply = await running.app.inject({
        method: 'POST',
        url: '/api/v1/validations',
        payload: payload.subarray(0, length),
        headers,
      });
      expect(reply.statusCode).toBe(400);
      expect(reply.json().code).toBe('http.body_invalid');
    }
  });

  it('a body of another type', async () => {
    const reply = await running.app.inject({ method: 'POST', url: '/api/v1/validations', payload: {} });
    expect([reply.statusCode, reply.json().code]).toEqual([415, 'http.media_type_unsupported']);
    const headers = { 'content-type': 'multipart/form-data' };
    const unbounded = await running.app.inject({ method: 'POST', url: '/api/v1/validations', payload: 'x', headers });
    expect([400, 415]).toContain(unbounded.statusCode);
  });

  it('more requests than a minute allows', async () => {
    const limited = await startTestSystem(validation, ports, { clock, config: { requestsPerMinute: 2 } });
    const body = multipart([file]);
    const send = () =>
      limited.app.inject({ method: 'POST', url: '/api/v1/validations', payload: body.payload, headers: body.headers });
    const replies = [await send(), await send(), await send()];
    expect(replies.map(({ statusCode }) => statusCode)).toEqual([200, 200, 429]);
    expect(replies[2]?.json().code).toBe('http.rate_limited');
    expect(replies[2]?.headers['retry-after']).toMatch(/^\d+$/);
    await limited.close();
  });

  it('names that would write on a screen are cleaned', async () => {
    const { body } = await post([['file', 'x', '../../etc/\u202epass\u0007wd.pdf']]);
    expect(body.reports[0].document.name).toBe('passwd.pdf');
  });
});

describe('the gate', () => {
  it('lets no more through than it has places, and gives places back after a failure', async () => {
    const gate = createGate(2);
    let inside = 0;
    let most = 0;
    const work = async (fail: boolean): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside -= 1;
      if (fail) throw new Error('no');
    };
    const results = await Promise.allSettled(
      Array.from({ length: 9 }, (_, index) => gate.run(() => work(index % 3 === 0))),
    );
    expect(most).toBe(2);
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(3);
  });
});

function status(changed: Partial<LicenceStatus>): LicenceStatus {
  return {
    publicId: 'abc',
    number: '0105/2569',
    status: 'active',
    validFrom: '2026-11-01',
    validTo: '2027-10-31',
    statusSince: '2026-11-10T03:00:00.000Z',
    serviceTitle: { th: 'จดทะเบียน', en: 'Registration' },
    documentSha256: asked.at(-1)?.[0] ?? sha256Hex,
    ...changed,
  };
}

let sha256Hex = '';
beforeAll(async () => {
  const { createHash } = await import('node:crypto');
  sha256Hex = createHash('sha256').update(signed).digest('hex');
});

import { createHash } from 'node:crypto';
import { type SteppedClock, steppedClock } from '@tra/kernel/testing';
import { readPdf } from '@tra/pdf';
import { type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import { signXml, validateDocument } from '@tra/signature';
import { type TestSigning, testPdf, testSigning } from '@tra/signature/testing';
import { parseXml } from '@tra/xml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ValidationConfig, type ValidationPorts, type ValidationServices, validation } from '../src/index.ts';
import { multipart, type Part, portsOf } from './world.ts';

const path = '/api/v1/validations';
let signing: TestSigning;
let document: Part;
let clock: SteppedClock;
let running: StartedSystem<ValidationConfig, ValidationServices>;
let kept: string;

beforeAll(async () => {
  signing = await testSigning();
  document = ['file', await signing.sign(testPdf()), 'สัญญา (1).pdf'];
  clock = steppedClock('2026-11-20T08:00:00Z');
  const { certificate, signer } = signing.document;
  const ports: ValidationPorts = {
    ...portsOf(signing.anchors, () => signing.hierarchy.crls(clock.now())),
    signer: {
      signPdf: (pdf) => signing.sign(pdf),
      signXml: (xml) => {
        const { timestamper } = signing;
        const chain = [signing.hierarchy.issuing.certificate];
        return signXml({ xml, signer, certificate, chain, signingTime: signing.clock.now(), timestamper });
      },
      chain: async () => [certificate],
    },
  };
  running = await startTestSystem(validation, ports, {
    clock,
    config: { requestsPerMinute: 0, online: 'off', processes: 1 },
  });
  const { body } = await post([document, ['file', 'nothing', 'note.txt'], ['keep', 'true']]);
  kept = body().id;
});

afterAll(() => running.close());

async function post(parts: readonly Part[], headers: Record<string, string> = {}) {
  const form = multipart(parts);
  const request = {
    method: 'POST',
    url: path,
    payload: form.payload,
    headers: { ...form.headers, ...headers },
  } as const;
  const reply = await running.app.inject(request);
  return { reply, body: () => reply.json() };
}

async function get(url: string, headers: Record<string, string> = {}) {
  return await running.app.inject({ method: 'GET', url: `${path}/${url}`, headers });
}

async function replays(payload: object) {
  return await running.app.inject({ method: 'POST', url: `${path}/replays`, payload });
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe('a kept result', () => {
  it('lists the formats in which it can be had, with their addresses', async () => {
    const { items } = (await get(`${kept}/reports`)).json();
    const [first, second] = items.map(
      ({ report }: { report: { formats: { format: string; href: string }[] } }) => report.formats,
    );
    expect(first.map(({ format }: { format: string }) => format)).toEqual([
      'html',
      'pdf',
      'simple',
      'detailed',
      'diagnostic',
      'etsi',
    ]);
    expect(second.map(({ format }: { format: string }) => format)).toEqual([
      'html',
      'pdf',
      'simple',
      'detailed',
      'diagnostic',
    ]);
    for (const { href, mediaType } of first) {
      const reply = await running.app.inject({ method: 'GET', url: href });
      expect([href, reply.statusCode]).toEqual([href, 200]);
      expect(reply.headers['content-type']).toBe(mediaType);
      expect(reply.headers['cache-control']).toBe('no-store');
    }
  });

  it('is a page that may do nothing, in the language that is asked for', async () => {
    const reply = await get(`${kept}/reports/1?format=html&lang=en`);
    const style = /<style>([\s\S]*?)<\/style>/.exec(reply.body)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(reply.headers['content-security-policy']).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox`,
    );
    expect(style.match(/@font-face/g)).toHaveLength(2);
    expect(style.length).toBeLessThan(150_000);
    expect(reply.headers['content-language']).toBe('en');
    expect(reply.headers['content-disposition']).toMatch(
      /^inline; filename="[\x20-\x7e]+"; filename\*=UTF-8''%E0%B8%AA/,
    );
    expect(reply.body).toContain('<html lang="en">');
    expect(reply.body).toContain('This document can be relied on');
    expect((await get(`${kept}/reports/1?format=html`, { 'accept-language': 'th' })).body).toContain('พ.ย. 2569');
  });

  it('is a PDF that our own validator passes, with the data inside', async () => {
    const reply = await get(`${kept}/reports/1?format=pdf`);
    const bytes = new Uint8Array(reply.rawPayload);
    const options = {
      bytes,
      anchors: signing.anchors,
      at: clock.now(),
      crls: await signing.hierarchy.crls(clock.now()),
    };
    expect(await validateDocument(options)).toMatchObject({ verdict: 'passed' });
    const { attachments } = readPdf(bytes);
    expect(attachments.map(({ name }) => name).sort()).toEqual(['detailed.json', 'diagnostic.json', 'report.json']);
    const diagnostic = attachments.find(({ name }) => name === 'diagnostic.json')?.bytes ?? new Uint8Array();
    expect(sha256(Buffer.from(diagnostic))).toBe(
      (await get(`${kept}/reports/1?format=detailed`)).json().diagnosticDataSha256,
    );
  });

  it('is canonical JSON whose hash the report states', async () => {
    const detailed = (await get(`${kept}/reports/1?format=detailed`)).json();
    const diagnostic = await get(`${kept}/reports/1?format=diagnostic`);
    expect(sha256(diagnostic.rawPayload)).toBe(detailed.diagnosticDataSha256);
    expect(diagnostic.json().signatures).toHaveLength(1);
  });

  it('is XML of ETSI signed by the service', async () => {
    const reply = await get(`${kept}/reports/1`, { accept: 'application/xml' });
    const { root } = parseXml(new Uint8Array(reply.rawPayload));
    expect([root.localName, root.namespace]).toEqual(['ValidationReport', 'http://uri.etsi.org/19102/v1.2.1#']);
    const bytes = new Uint8Array(reply.rawPayload);
    const options = {
      bytes,
      anchors: signing.anchors,
      at: clock.now(),
      crls: await signing.hierarchy.crls(clock.now()),
    };
    expect(await validateDocument(options)).toMatchObject({ verdict: 'passed', signatures: [{ level: 'XAdES-B-T' }] });
  });

  it.each([
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html'],
    ['application/pdf', 'application/pdf'],
    ['*/*', 'application/json'],
    ['application/pdf;q=0.2, application/json;q=0.4', 'application/json'],
    ['', 'application/json'],
  ])('is chosen by Accept: %s', async (accept, type) => {
    const reply = await get(`${kept}/reports/1`, { accept });
    expect(String(reply.headers['content-type']).split(';')[0]).toBe(type);
    expect(reply.headers.vary).toContain('Accept');
  });

  it('refuses what there is not', async () => {
    const codes = async (url: string, headers = {}) => {
      const reply = await get(url, headers);
      return [reply.statusCode, reply.json().code];
    };
    expect(await codes(`${kept}/reports/1?format=docx`)).toEqual([422, 'validation.format_unknown']);
    expect(await codes(`${kept}/reports/1?format=constructor`)).toEqual([422, 'validation.format_unknown']);
    expect(await codes(`${kept}/reports/1`, { accept: 'image/png' })).toEqual([
      406,
      'validation.format_not_acceptable',
    ]);
    expect(await codes(`${kept}/reports/2?format=etsi`)).toEqual([409, 'validation.format_unavailable']);
    expect(await codes(`${kept}/reports/3`)).toEqual([404, 'validation.not_found']);
    expect(await codes(`${'0'.repeat(32)}/reports/1`)).toEqual([404, 'validation.not_found']);
    expect((await codes(`${kept}/reports/0`))[0]).toBe(400);
    expect((await codes(`${kept}/reports/x`))[0]).toBe(400);
  });

  it('takes the data behind it along when it is deleted', async () => {
    const id = (await post([document, ['keep', 'true']])).body().id;
    expect((await get(`${id}/reports/1?format=diagnostic`)).statusCode).toBe(200);
    await running.app.inject({ method: 'DELETE', url: `${path}/${id}` });
    expect((await get(`${id}/reports/1?format=diagnostic`)).statusCode).toBe(404);
  });
});

describe('a result that is not kept', () => {
  it('lists formats without addresses', async () => {
    const [report] = (await post([document])).body().reports;
    expect(report.formats).toContainEqual({ format: 'pdf', mediaType: 'application/pdf' });
  });

  it.each([
    ['pdf', 'application/pdf'],
    ['html', 'text/html; charset=utf-8'],
    ['etsi', 'application/xml'],
    ['diagnostic', 'application/json; charset=utf-8'],
  ])('is answered as %s', async (format, type) => {
    const { reply } = await post([document, ['report', format]]);
    expect([reply.statusCode, reply.headers['content-type']]).toEqual([200, type]);
  });

  it('says where it is kept when both were asked for', async () => {
    const { reply } = await post([document, ['report', 'html'], ['keep', 'true']]);
    const place = String(reply.headers['content-location']);
    expect((await running.app.inject({ method: 'GET', url: place })).statusCode).toBe(200);
  });

  it('is told in a format only for one document', async () => {
    const codes = async (...parts: Part[]) => {
      const { reply, body } = await post(parts);
      return [reply.statusCode, body().code];
    };
    expect(await codes(document, document, ['report', 'pdf'])).toEqual([422, 'validation.format_one_document']);
    expect(await codes(['batch', 'true'], document, ['report', 'pdf'])).toEqual([
      422,
      'validation.format_one_document',
    ]);
    expect(await codes(document, ['report', 'pdf'], ['report', 'pdf'])).toEqual([422, 'validation.field_invalid']);
    expect(await codes(document, ['report', 'docx'])).toEqual([422, 'validation.format_unknown']);
    expect(await codes(['file', 'nothing', 'a.txt'], ['report', 'etsi'])).toEqual([
      409,
      'validation.format_unavailable',
    ]);
    const browser = { accept: 'text/html,*/*;q=0.8' };
    expect((await post([document, document], browser)).reply.headers['content-type']).toContain('application/json');
    expect((await post([document, document], { accept: 'application/pdf' })).body().code).toBe(
      'validation.format_one_document',
    );
  });
});

describe('a replay', () => {
  it('gives the same report for the same data and policy, and says whether the verdict is the stated one', async () => {
    const diagnostic = (await get(`${kept}/reports/1?format=diagnostic`)).json();
    const detailed = (await get(`${kept}/reports/1?format=detailed`)).json();
    const again = (await replays({ diagnostic, policy: 'thailand', expected: detailed })).json();
    expect(again).toMatchObject({ same: true, differences: [], diagnosticDataSha256: detailed.diagnosticDataSha256 });
    expect(again.detailed).toEqual(detailed);
    const [{ token }] = detailed.signatures;
    const expected = { signatures: [{ token, indication: 'TOTAL_FAILED', subIndication: 'HASH_FAILURE' }] };
    const other = (await replays({ diagnostic, expected })).json();
    expect(other).toMatchObject({ same: false, differences: [{ token, stated: 'TOTAL_FAILED HASH_FAILURE' }] });
  });

  it('tells what changed data would give', async () => {
    const diagnostic = (await get(`${kept}/reports/1?format=diagnostic`)).json();
    diagnostic.signatures[0].signature.intact = false;
    const { detailed } = (await replays({ diagnostic })).json();
    expect(detailed.signatures[0]).toMatchObject({ indication: 'TOTAL_FAILED', subIndication: 'SIG_CRYPTO_FAILURE' });
  });

  it.each([
    ['data of another version', { diagnostic: { version: 99 } }, 'validation.replay_invalid'],
    ['data without what belongs to them', { diagnostic: { version: 1 } }, 'validation.replay_invalid'],
    ['an unknown policy', { diagnostic: {}, policy: 'none' }, 'validation.policy_unknown'],
    ['a policy that is none', { diagnostic: {}, policy: { version: 1 } }, 'validation.policy_invalid'],
    ['no data', { policy: 'thailand' }, 'http.request_invalid'],
    ['an unknown field', { diagnostic: {}, at: '2026' }, 'http.request_invalid'],
  ])('refuses %s', async (_, body, code) => {
    const reply = await replays(body);
    expect([400, 422]).toContain(reply.statusCode);
    expect(reply.json().code).toBe(code);
  });

  it('ends when it costs too much', async () => {
    const diagnostic = (await get(`${kept}/reports/1?format=diagnostic`)).json();
    const certificates = Array.from({ length: 10_001 }, (_, index) => ({
      id: `c${index}`,
      chain: [],
      revocations: [],
    }));
    const reply = await replays({ diagnostic: { ...diagnostic, certificates } });
    expect([reply.statusCode, reply.json().code]).toEqual([413, 'validation.replay_too_large']);
  });
});

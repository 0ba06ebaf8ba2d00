import { toPem } from '@tra/pki';
import { startTestSystem } from '@tra/platform-system/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { validation } from '../src/index.ts';
import { type Requests, startRequests } from './requests-world.ts';
import { multipart, type Part } from './world.ts';

let signing: Requests['signing'];
let signed: Requests['signed'];
let clock: Requests['clock'];
let running: Requests['running'];
let ports: Requests['ports'];
let post: Requests['post'];
let reset: Requests['reset'];

beforeAll(async () => {
  ({ signing, signed, clock, running, ports, post, reset } = await startRequests());
});
beforeEach(() => reset());
afterAll(() => running.close());

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

  it('are named, each, where the interface is described', async () => {
    const document = (await running.app.inject({ url: '/api/openapi.json' })).json();
    const told = JSON.stringify(document.paths);
    // These stand in the report about one document.
    const inReports = /^validation\.(document_|batch_lost$)/;
    const refused = Object.keys(validation.problems).filter((code) => !inReports.test(code));
    expect(refused.filter((code) => !told.includes(code))).toEqual([]);
  });

  it('names that would write on a screen are cleaned', async () => {
    const { body } = await post([['file', 'x', '../../etc/\u202epass\u0007wd.pdf']]);
    expect(body.reports[0].document.name).toBe('passwd.pdf');
  });
});

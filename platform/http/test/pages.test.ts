import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createTelemetry } from '@tra/platform-telemetry';
import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HttpServer, Localized, page, Uuid } from '../src/index.ts';
import { createTestHttpServer } from '../src/testing.ts';

const portal = mkdtempSync(join(tmpdir(), 'tra-portal-'));
let server: HttpServer;

beforeAll(async () => {
  mkdirSync(join(portal, 'assets'));
  writeFileSync(join(portal, 'index.html'), '<!doctype html><title>portal</title>');
  writeFileSync(join(portal, 'favicon.svg'), '<svg/>');
  writeFileSync(join(portal, 'assets', 'app-1a2b3c.js'), 'console.log(1)');
  writeFileSync(join(portal, 'assets', 'app-1a2b3c.js.gz'), gzipSync('console.log(1)'));
  writeFileSync(join(portal, '..', 'tra-outside.txt'), 'outside');
  server = await createTestHttpServer({
    static: { directory: portal, pages: ['/pki', '/pki/status'] },
    openapi: { title: 'Tra', version: '1.2.3' },
    config: { metricsToken: 'a-token-for-metrics' },
  });
  const schema = {
    summary: 'One <thing>',
    tags: ['things'],
    security: [{ session: [] }],
    params: Type.Object({ id: Uuid }),
    response: { 200: Type.Object({ title: Localized }) },
  };
  server.app.get('/api/v1/things/:id', { schema }, async () => ({ title: { th: 'ก', en: 'A' } }));
  server.app.post(
    '/api/v1/things',
    {
      schema: {
        summary: 'New thing',
        tags: ['things'],
        body: Type.Object({ a: Type.Union([Type.Literal('x'), Type.Null()]) }),
        response: { 201: page(Uuid) },
      },
    },
    async () => ({ items: [], next: null }) as never,
  );
  server.app.get('/pki/:file', { schema: { hide: true } }, async (request) => ({
    file: (request.params as { file: string }).file,
  }));
  server.app.post(
    '/api/v1/files',
    {
      schema: {
        summary: 'Files',
        tags: ['things'],
        consumes: ['multipart/form-data'],
        body: Type.Object({ file: Type.String({ format: 'binary' }) }),
      },
    },
    async (request) => {
      const sizes: number[] = [];
      for await (const part of request.parts({ limits: { fileSize: 10, files: 2 } })) {
        if (part.type === 'file') sizes.push((await part.toBuffer()).length);
      }
      return { sizes };
    },
  );
});

describe('pages among the files of a system', () => {
  const get = (url: string) => server.app.inject({ url, headers: { accept: 'text/html' } });
  it('are the portal, with and without a slash at the end', async () => {
    for (const url of ['/pki', '/pki/', '/pki/status', '/pki/status?serial=4F']) {
      const answer = await get(url);
      expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      expect(answer.body).toContain('portal');
    }
  });
  it('leave the files and what is not there to the system', async () => {
    expect((await get('/pki/root.crt')).json()).toEqual({ file: 'root.crt' });
    expect((await get('/pki/no/such')).statusCode).toBe(404);
  });
  it('answer other methods with what the address has', async () => {
    const answer = await server.app.inject({ method: 'POST', url: '/pki' });
    expect(answer.statusCode).toBe(405);
  });
});

afterAll(async () => {
  await server.close();
  rmSync(portal, { recursive: true });
  rmSync(join(portal, '..', 'tra-outside.txt'));
});

interface Operation {
  summary?: string;
  operationId?: string;
  responses: Record<string, { description?: string }>;
  parameters?: { name: string; in: string; required?: boolean }[];
}

describe('/api/openapi.json', () => {
  it('is an OpenAPI 3.1 document whose references lead somewhere', async () => {
    const reply = await server.app.inject('/api/openapi.json');
    expect(reply.headers['content-type']).toBe('application/json; charset=utf-8');
    const document = reply.json() as {
      openapi: string;
      info: object;
      paths: Record<string, Record<string, Operation>>;
    } & Record<string, unknown>;
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.info).toMatchObject({ title: 'Tra', version: '1.2.3' });
    expect(Object.keys(document.paths).sort()).toEqual(['/api/v1/files', '/api/v1/things', '/api/v1/things/{id}']);
    for (const [path, operations] of Object.entries(document.paths)) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      for (const operation of Object.values(operations)) {
        expect(operation.summary).toBeTruthy();
        for (const response of Object.values(operation.responses)) expect(response.description).toBeTruthy();
        for (const status of Object.keys(operation.responses)) expect(status).toMatch(/^([1-5]\d\d|[1-5]XX|default)$/);
        const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
        expect(inPath.map((parameter) => parameter.name)).toEqual(names);
        for (const parameter of inPath) expect(parameter.required).toBe(true);
      }
    }
    const references = [...reply.body.matchAll(/"\$ref":"#\/([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(references.length).toBeGreaterThan(0);
    for (const reference of references) {
      const target = reference
        .split('/')
        .reduce<unknown>((at, name) => (at as Record<string, unknown>)?.[name], document);
      expect(target).toBeTypeOf('object');
    }
    expect(document.paths['/api/v1/things/{id}']?.get?.responses).toHaveProperty('401');
    expect(document.paths['/api/v1/things/{id}']?.get?.operationId).toBe('getThingsById');
    const headers = (operation: Operation | undefined) =>
      operation?.parameters?.filter((parameter) => parameter.in === 'header');
    expect(headers(document.paths['/api/v1/things']?.post)).toMatchObject([
      { name: 'Idempotency-Key', required: false },
    ]);
    expect(headers(document.paths['/api/v1/things/{id}']?.get)).toEqual([]);
  });
});

describe('/api/docs', () => {
  it('shows every operation without scripts, in the language of the reader', async () => {
    const thai = await server.app.inject('/api/docs');
    const english = await server.app.inject('/api/docs?lang=en');
    expect(thai.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(thai.body).toContain('<html lang="th">');
    expect(english.body).toContain('Needs a sign-in');
    expect(thai.body).toContain('ต้องเข้าสู่ระบบ');
    expect(thai.body).toContain('/api/v1/things/{id}');
    expect(thai.body).toContain('One &lt;thing&gt;');
    expect(thai.body).not.toMatch(/<script|style="|\son\w+="|https?:\/\/(?!localhost)/);
  });

  it('has its style', async () => {
    expect((await server.app.inject('/api/docs/style.css')).headers['content-type']).toContain('text/css');
  });
});

describe('/problems', () => {
  it('documents each code in both languages', async () => {
    const list = await server.app.inject('/problems?lang=en');
    const codes = [...list.body.matchAll(/href="\/problems\/([^"]+)"/g)].map((match) => match[1]);
    expect(codes.length).toBeGreaterThan(15);
    for (const code of codes) {
      const reply = await server.app.inject(`/problems/${code}`);
      expect(reply.statusCode).toBe(200);
      expect(reply.body).toContain('<section lang="th">');
      expect(reply.body).toContain('<section lang="en">');
    }
  });

  it('knows no other code', async () => {
    expect((await server.app.inject('/problems/http.unheard_of')).statusCode).toBe(404);
    expect((await server.app.inject('/problems/%3Cscript%3E')).statusCode).toBe(404);
  });
});

describe('what operators ask', () => {
  it('is answered', async () => {
    expect((await server.app.inject('/healthz')).json()).toEqual({ status: 'ok' });
    expect((await server.app.inject('/readyz')).json()).toEqual({ status: 'ready', checks: {} });
    const metrics = await server.app.inject({
      url: '/metrics',
      headers: { authorization: 'Bearer a-token-for-metrics' },
    });
    expect(metrics.headers['content-type']).toContain('text/plain');
    expect(metrics.body).toContain(
      'tra_http_request_duration_seconds_count{method="GET",route="/healthz",status="200"}',
    );
  });

  it('is not for everybody when a token is set', async () => {
    expect((await server.app.inject('/metrics')).statusCode).toBe(401);
    expect((await server.app.inject({ url: '/metrics', headers: { authorization: 'Bearer wrong' } })).statusCode).toBe(
      401,
    );
  });

  it('says no when a part is not usable', async () => {
    const { health } = createTelemetry({ level: 'silent', processMetrics: false });
    health.addCheck('database', () => Promise.reject(new TypeError('words')));
    health.addCheck('timestamp', async () => undefined);
    health.serve('timestamp', []);
    const unready = await createTestHttpServer({ health });
    expect((await unready.app.inject('/readyz?system=timestamp')).statusCode).toBe(200);
    expect((await unready.app.inject('/readyz?system=pki')).statusCode).toBe(404);
    expect((await unready.app.inject('/readyz?system=timestamp&system=pki')).statusCode).toBe(404);
    health.addCheck('timestamp', () => Promise.reject(new TypeError('words')));
    expect((await unready.app.inject('/readyz?system=timestamp')).statusCode).toBe(503);
    health.addCheck('timestamp', async () => undefined);
    const reply = await unready.app.inject('/readyz');
    expect(reply.statusCode).toBe(503);
    expect(reply.json()).toEqual({
      status: 'not ready',
      checks: { database: { ok: false, message: 'TypeError' }, timestamp: { ok: true } },
    });
    await unready.close();
  });
});

describe('the portal', () => {
  it.each(['/', '/index.html', '/applications/7/steps/owner', '/v/abc'])(
    'is served at %s and asked for again each time',
    async (url) => {
      const reply = await server.app.inject({ url, headers: { accept: 'text/html' } });
      expect(reply.statusCode).toBe(200);
      expect(reply.body).toContain('portal');
      expect(reply.headers['cache-control']).toBe('no-cache');
      expect(reply.headers['content-type']).toContain('text/html');
    },
  );

  it('keeps hashed files for ever, compressed where they are', async () => {
    const plain = await server.app.inject({ url: '/assets/app-1a2b3c.js', headers: { 'accept-encoding': 'identity' } });
    expect(plain.body).toBe('console.log(1)');
    expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(plain.headers['content-type']).toContain('javascript');
    const packed = await server.app.inject({ url: '/assets/app-1a2b3c.js', headers: { 'accept-encoding': 'gzip' } });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(packed.headers.vary).toContain('ccept-');
  });

  it('answers HEAD and conditional requests', async () => {
    const first = await server.app.inject('/favicon.svg');
    const head = await server.app.inject({ method: 'HEAD', url: '/favicon.svg' });
    expect([head.statusCode, head.body]).toEqual([200, '']);
    const again = await server.app.inject({
      url: '/favicon.svg',
      headers: { 'if-none-match': String(first.headers.etag) },
    });
    expect(again.statusCode).toBe(304);
  });

  it.each([
    '/assets/gone-1a2b3c.js',
    '/missing.png',
    '/api/v1/nowhere',
    '/problems/nowhere',
    '/.well-known/x',
    '/assets',
    '/%2e%2e/tra-outside.txt',
    '/..%2ftra-outside.txt',
    '/assets/../../tra-outside.txt',
  ])('is not an answer for %s', async (url) => {
    const reply = await server.app.inject({ url, headers: { accept: 'text/html' } });
    expect(reply.statusCode).toBe(404);
    expect(reply.body).not.toContain('outside');
  });

  it('is not an answer to those who want no page', async () => {
    expect(
      (await server.app.inject({ url: '/applications', headers: { accept: 'application/json' } })).statusCode,
    ).toBe(404);
  });

  it('leaves wrong methods wrong', async () => {
    const reply = await server.app.inject({ url: '/api/v1/things', headers: { accept: 'text/html' } });
    expect([reply.statusCode, reply.headers.allow]).toEqual([405, 'POST']);
    expect((await server.app.inject({ method: 'POST', url: '/applications' })).statusCode).toBe(404);
  });
});

describe('security headers', () => {
  it('are on pages, answers and problems alike', async () => {
    for (const url of ['/', '/api/openapi.json', '/nowhere.txt']) {
      const { headers } = await server.app.inject(url);
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'self'");
      expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
      expect(policy).toContain("worker-src 'self' blob:");
      expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|upgrade-insecure/);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'same-origin',
      });
      expect(headers['strict-transport-security']).toBeUndefined();
      expect(headers['x-powered-by']).toBeUndefined();
    }
  });

  it('allow exactly the styles that the component library inserts', async ({ skip }) => {
    const library = new URL('../../../node_modules/react-aria/dist/private/', import.meta.url);
    if (!existsSync(library)) skip('react-aria is not installed');
    const policy = String((await server.app.inject('/')).headers['content-security-policy']);
    for (const file of ['interactions/usePress.mjs', 'overlays/usePreventScroll.mjs']) {
      const source = readFileSync(new URL(file, library), 'utf8');
      const text = /style\.textContent = `([^`]+)`\.trim\(\)/.exec(source)?.[1] ?? '';
      const style = text.replace(/\$\{[^}]*PRESSABLE_ATTRIBUTE\}/, 'data-react-aria-pressable').trim();
      expect(policy).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    }
  });

  it('demand HTTPS when that is how people come', async () => {
    const secure = await createTestHttpServer({ config: { publicUrl: 'https://tra.example' } });
    const { headers } = await secure.app.inject('/healthz');
    expect(headers['strict-transport-security']).toContain('max-age=');
    expect(headers['content-security-policy']).toContain('upgrade-insecure-requests');
    await secure.close();
  });
});

describe('multipart', () => {
  const send = (payload: string, type = 'multipart/form-data; boundary=xx') =>
    server.app.inject({ method: 'POST', url: '/api/v1/files', payload, headers: { 'content-type': type } });
  const part = (content: string) =>
    `--xx\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n${content}\r\n`;

  it('is read part by part', async () => {
    expect((await send(`${part('abc')}${part('defg')}--xx--\r\n`)).json()).toEqual({ sizes: [3, 4] });
  });

  it.each<[string, string, string, number, string]>([
    [
      'a file over the cap',
      `${part('a'.repeat(11))}--xx--\r\n`,
      'multipart/form-data; boundary=xx',
      413,
      'http.body_too_large',
    ],
    [
      'too many files',
      `${part('a')}${part('b')}${part('c')}--xx--\r\n`,
      'multipart/form-data; boundary=xx',
      413,
      'http.body_too_large',
    ],
    [
      'a body that ends too soon',
      part('abc').slice(0, -2),
      'multipart/form-data; boundary=xx',
      400,
      'http.body_invalid',
    ],
    ['no boundary', 'x', 'multipart/form-data', 400, 'http.body_invalid'],
    ['JSON', '{}', 'application/json', 415, 'http.media_type_unsupported'],
  ])('%s is refused', async (_name, payload, type, status, code) => {
    expect((await send(payload, type)).json()).toMatchObject({ status, code });
  });
});

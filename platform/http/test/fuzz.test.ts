import * as fc from 'fast-check';
import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HttpServer } from '../src/index.ts';
import { createTestHttpServer } from '../src/testing.ts';

let server: HttpServer;
beforeAll(async () => {
  server = await createTestHttpServer({ config: { rateLimitPerAddress: 0 } });
  const body = Type.Object({
    name: Type.String({ maxLength: 20 }),
    list: Type.Optional(Type.Array(Type.Union([Type.Integer(), Type.Null(), Type.Object({ a: Type.Boolean() })]))),
  });
  server.app.post('/api/v1/things', { schema: { body } }, async (request) => request.body);
  server.app.get(
    '/api/v1/things/:id',
    {
      schema: {
        params: Type.Object({ id: Type.String() }),
        querystring: Type.Object({ q: Type.Optional(Type.String()) }),
      },
    },
    async (request) => request.params,
  );
});
afterAll(() => server.close());

const codes =
  /^http\.(?:body_invalid|request_invalid|media_type_unsupported|not_found|method_not_allowed|body_too_large)$/;

function expectCalm(reply: { statusCode: number; body: string; headers: Record<string, unknown> }): void {
  expect(reply.statusCode).toBeLessThan(500);
  if (reply.statusCode < 400) return;
  expect(reply.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect((JSON.parse(reply.body) as { code: string }).code).toMatch(codes);
}

const post = (payload: Buffer | string, type = 'application/json') =>
  server.app.inject({ method: 'POST', url: '/api/v1/things', payload, headers: { 'content-type': type } });

describe('whatever comes in', () => {
  it('as bytes is answered by a thing or a problem', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => expectCalm(await post(Buffer.from(bytes)))),
    );
  });

  it('as JSON is taken exactly when it fits', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (text) => {
        const reply = await post(text);
        expectCalm(reply);
        if (reply.statusCode === 200) expect(reply.json()).toEqual(JSON.parse(text));
      }),
    );
  });

  it('as a thing that fits comes back unchanged', async () => {
    const thing = fc.record({
      name: fc.string({ unit: 'grapheme', maxLength: 5 }),
      list: fc.array(fc.oneof(fc.integer(), fc.constant(null))),
    });
    await fc.assert(
      fc.asyncProperty(thing, async (value) => {
        fc.pre(!value.name.includes('\u0000') && [...value.name].length <= 20);
        const reply = await post(JSON.stringify(value));
        expect([reply.statusCode, reply.json()]).toEqual([200, value]);
      }),
    );
  });

  it('with bytes of it changed is calm', async () => {
    const whole = Buffer.from(JSON.stringify({ name: 'ใบอนุญาต', list: [1, null, { a: true }] }));
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, byte) => {
        const changed = Buffer.from(whole);
        changed[at] = byte;
        expectCalm(await post(changed));
      }),
    );
  });

  it('as an address is answered', async () => {
    const path = fc.stringMatching(/^[a-zA-Z0-9%/.:*?&=;+~-]{0,40}$/);
    await fc.assert(
      fc.asyncProperty(path, async (text) => expectCalm(await server.app.inject(`/api/v1/things/${text}`))),
    );
  });

  it('as a media type is answered', async () => {
    const type = fc.stringMatching(/^[ -~]{0,60}$/);
    await fc.assert(fc.asyncProperty(type, async (text) => expectCalm(await post('{}', text))));
  });
});

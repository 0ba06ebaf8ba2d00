import type { InjectOptions } from 'fastify';
import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HttpServer, PageQuery } from '../src/index.ts';
import { createTestHttpServer } from '../src/testing.ts';

const Body = Type.Object({
  name: Type.String({ minLength: 2, maxLength: 5 }),
  age: Type.Optional(Type.Integer({ minimum: 0, maximum: 150 })),
  born: Type.Optional(Type.String({ format: 'date' })),
  mail: Type.Optional(Type.String({ format: 'email' })),
  code: Type.Optional(Type.String({ pattern: '^[a-z]+$' })),
  kind: Type.Optional(Type.Union([Type.Literal('a'), Type.Literal('b')])),
  note: Type.Optional(Type.Union([Type.String({ minLength: 3 }), Type.Null()])),
  tags: Type.Optional(Type.Array(Type.String(), { maxItems: 2, uniqueItems: true })),
  inner: Type.Optional(Type.Object({ 'a/b~c': Type.Boolean() })),
  mode: Type.Optional(Type.String({ default: 'plain' })),
  free: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});

let server: HttpServer;
beforeAll(async () => {
  server = await createTestHttpServer();
  server.app.post('/body', { schema: { body: Body } }, async (request) => request.body);
  server.app.get(
    '/query',
    {
      schema: {
        querystring: Type.Object({
          ...PageQuery.properties,
          open: Type.Optional(Type.Boolean()),
          ids: Type.Optional(Type.Array(Type.Integer())),
        }),
      },
    },
    async (request) => request.query,
  );
  server.app.get(
    '/items/:number',
    { schema: { params: Type.Object({ number: Type.Integer() }) } },
    async (request) => request.params,
  );
});
afterAll(() => server.close());

async function errorsOf(request: object): Promise<{ pointer: string; code: string; message: string }[]> {
  const reply = await server.app.inject(request as { url: string });
  expect(reply.statusCode).toBe(400);
  const problem = reply.json() as { code: string; errors: { pointer: string; code: string; message: string }[] };
  expect(problem.code).toBe('http.request_invalid');
  return problem.errors;
}

const body = (payload: unknown, lang = 'th'): InjectOptions => ({
  method: 'POST',
  url: `/body?lang=${lang}`,
  payload: JSON.stringify(payload),
  headers: { 'content-type': 'application/json' },
});

describe('a body is checked field by field', () => {
  it.each<[unknown, string, string]>([
    [{}, '/name', 'http.field.required'],
    [{ name: 'a' }, '/name', 'http.field.min_length'],
    [{ name: 'abcdef' }, '/name', 'http.field.max_length'],
    [{ name: 7 }, '/name', 'http.field.type_string'],
    [{ name: 'abc', age: '7' }, '/age', 'http.field.type_integer'],
    [{ name: 'abc', age: 7.5 }, '/age', 'http.field.type_integer'],
    [{ name: 'abc', age: -1 }, '/age', 'http.field.minimum'],
    [{ name: 'abc', age: 151 }, '/age', 'http.field.maximum'],
    [{ name: 'abc', born: '2026-02-30' }, '/born', 'http.field.format_date'],
    [{ name: 'abc', born: '20/11/2569' }, '/born', 'http.field.format_date'],
    [{ name: 'abc', mail: 'nobody' }, '/mail', 'http.field.format_email'],
    [{ name: 'abc', code: 'A' }, '/code', 'http.field.pattern'],
    [{ name: 'abc', kind: 'c' }, '/kind', 'http.field.choice'],
    [{ name: 'abc', note: 'ab' }, '/note', 'http.field.min_length'],
    [{ name: 'abc', note: 7 }, '/note', 'http.field.invalid'],
    [{ name: 'abc', tags: ['a', 'b', 'c'] }, '/tags', 'http.field.max_items'],
    [{ name: 'abc', tags: ['a', 'a'] }, '/tags', 'http.field.unique_items'],
    [{ name: 'abc', tags: ['a', 1] }, '/tags/1', 'http.field.type_string'],
    [{ name: 'abc', inner: { 'a/b~c': 1 } }, '/inner/a~1b~0c', 'http.field.type_boolean'],
    [{ name: 'abc', inner: { 'a/b~c': true, 'x/y': 1 } }, '/inner/x~1y', 'http.field.unknown'],
    [{ name: 'abc', other: 1 }, '/other', 'http.field.unknown'],
    [{ name: 'abc', constructor: 1 }, '/constructor', 'http.field.unknown'],
    [[], '', 'http.field.type_object'],
    ['text', '', 'http.field.type_object'],
    [null, '', 'http.field.type_object'],
  ])('%j', async (payload, pointer, code) => {
    const errors = await errorsOf(body(payload));
    expect(errors.map((error) => [error.pointer, error.code])).toContainEqual([pointer, code]);
    expect(errors).toHaveLength(1);
  });

  it('tells everything that is wrong at once, in the language of the reader', async () => {
    const wrong = { name: 'a', age: 200, kind: 'c', other: 1 };
    const thai = await errorsOf(body(wrong));
    const english = await errorsOf(body(wrong, 'en'));
    expect(thai.map((error) => error.pointer).sort()).toEqual(['/age', '/kind', '/name', '/other']);
    expect(english.find((error) => error.pointer === '/kind')?.message).toBe('Choose one of: a, b');
    expect(thai.find((error) => error.pointer === '/name')?.message).toBe('ต้องยาวอย่างน้อย 2 ตัวอักษร');
  });

  it('counts code points, not bytes', async () => {
    expect((await server.app.inject(body({ name: 'กขคงจ' }))).statusCode).toBe(200);
  });

  it('lists at most 100 errors', async () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`x${index}`, 1]));
    expect((await errorsOf(body({ name: 'abc', ...many }))).length).toBeLessThanOrEqual(100);
  });

  it('demands a body where there is none', async () => {
    const errors = await errorsOf({ method: 'POST', url: '/body' });
    expect(errors).toMatchObject([{ pointer: '', code: 'http.field.type_object' }]);
  });

  it('fills in defaults, converts nothing, and leaves free members alone', async () => {
    const reply = await server.app.inject(body({ name: 'abc', free: { any: [1, 'x'] }, note: null }));
    expect(reply.json()).toEqual({ name: 'abc', mode: 'plain', free: { any: [1, 'x'] }, note: null });
  });
});

describe('a query and a path', () => {
  it('are converted to the types of their schema', async () => {
    const reply = await server.app.inject('/query?limit=7&open=false&ids=1&ids=2&lang=en');
    expect(reply.json()).toEqual({ limit: 7, open: false, ids: [1, 2], lang: 'en' });
    expect((await server.app.inject('/query?ids=1')).json()).toEqual({ limit: 50, ids: [1] });
    expect((await server.app.inject('/items/7')).json()).toEqual({ number: 7 });
  });

  it.each([
    ['/query?limit=0', '/query/limit', 'http.field.minimum'],
    ['/query?limit=abc', '/query/limit', 'http.field.type_integer'],
    ['/query?limit=1e2', '/query/limit', 'http.field.type_integer'],
    ['/query?limit=5&limit=6', '/query/limit', 'http.field.type_integer'],
    ['/query?open=maybe', '/query/open', 'http.field.type_boolean'],
    ['/query?unknown=1', '/query/unknown', 'http.field.unknown'],
    ['/query?lang=fr', '/query/lang', 'http.field.choice'],
    ['/items/x', '/params/number', 'http.field.type_integer'],
  ])('%s is refused', async (url, pointer, code) => {
    const errors = await errorsOf({ url });
    expect(errors.map((error) => [error.pointer, error.code])).toEqual([[pointer, code]]);
  });
});

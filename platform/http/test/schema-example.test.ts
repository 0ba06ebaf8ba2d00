import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import { exampleOf } from '../src/schema-example.ts';
import { CalendarDate, Localized, Money, page, Sha256, Timestamp, Uuid } from '../src/schemas.ts';

test.each([
  ['a localised text', Localized],
  ['money', Money],
  ['a page of ids', page(Type.Object({ id: Uuid, at: Timestamp, on: CalendarDate, sha256: Sha256 }))],
  ['a choice', Type.Union([Type.Literal('a'), Type.Literal('b')])],
  ['an optional list', Type.Object({ list: Type.Optional(Type.Array(Type.Integer({ minimum: 3 }))) })],
  ['parts together', Type.Intersect([Type.Object({ a: Type.String() }), Type.Object({ b: Type.Boolean() })])],
])('the example of %s is valid', (_name, schema) => {
  expect(Value.Check(schema, exampleOf(JSON.parse(JSON.stringify(schema))))).toBe(true);
});

test('what a schema states comes first', () => {
  expect(exampleOf({ type: 'string', examples: ['stated'] })).toBe('stated');
  expect(exampleOf({ type: 'string', default: 'usual' })).toBe('usual');
  expect(exampleOf({ type: 'string', enum: ['first', 'second'] })).toBe('first');
});

test('a schema that nests without end comes to an end', () => {
  const endless: { type: string; items?: object } = { type: 'array' };
  endless.items = endless;
  expect(JSON.stringify(exampleOf(endless))).toContain('null');
});

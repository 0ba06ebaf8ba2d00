import { expect, test } from 'vitest';
import { willEmbed } from '../src/prepare.ts';

test.each([
  [['start'], {}],
  [['start', '--systems', 'timestamp', '--data', './data'], { TRA_SYSTEMS: 'timestamp' }],
  [['demo'], {}],
  [['timestamp', 'serve', '--port', '8080'], { TRA_STORAGE: 'database' }],
])('%j %j will want the embedded database', (argv, env) => {
  expect(willEmbed(argv, env)).toBe(true);
});

test.each([
  [[], {}],
  [['validate', 'start'], {}],
  [['timestamp', 'create', 'serve'], {}],
  [['start', '--help'], {}],
  [['start', '--database-url', 'postgresql://db/tra'], {}],
  [['start', '--database-url=postgresql://db/tra'], {}],
  [['start', '--config', 'other.json'], {}],
  [['start'], { TRA_DATABASE_URL: 'postgresql://db/tra' }],
  [['start'], { TRA_STORAGE: 'none' }],
])('%j %j will not, or nobody knows yet', (argv, env) => {
  expect(willEmbed(argv, env)).toBe(false);
});

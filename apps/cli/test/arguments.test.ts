import { expect, test } from 'vitest';
import { readArguments } from '../src/arguments.ts';
import { UsageError } from '../src/usage-error.ts';

const options = {
  trust: { type: 'string', multiple: true },
  at: { type: 'string' },
  quiet: { type: 'boolean' },
} as const;

test('an option that may repeat takes every value up to the next option', () => {
  const given = readArguments(['a.pdf', '--trust', 'x.pem', 'y.pem', '--at', '2026-01-01'], options);
  expect(given.positionals).toEqual(['a.pdf']);
  expect(given.list('trust')).toEqual(['x.pem', 'y.pem']);
  expect(given.text('at')).toBe('2026-01-01');
});

test('a single option takes one value, the rest are files', () => {
  const given = readArguments(['--at', '2026-01-01', 'a.pdf', 'b.pdf', '--quiet'], options);
  expect(given.positionals).toEqual(['a.pdf', 'b.pdf']);
  expect(given.flag('quiet')).toBe(true);
  expect(given.list('trust')).toEqual([]);
});

test.each([[['--wrong', 'x']], [['--at']], [['-x']]])('%j is refused by name', (argv) => {
  try {
    readArguments(argv, options);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).code).toBe('cli.option_invalid');
    expect((error as UsageError).params.option).toContain(argv[0]?.replace(/^-+/, ''));
  }
});

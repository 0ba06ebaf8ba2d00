import { parseArgs } from 'node:util';
import { UsageError } from './usage-error.ts';

/** Options that a command knows; `multiple` ones may be given several times. */
export type OptionTable = Readonly<
  Record<string, { readonly type: 'string' | 'boolean'; readonly multiple?: boolean }>
>;

/** What stands on a command line, sorted out. */
export interface ParsedArguments {
  readonly positionals: readonly string[];
  /** The value of a text option, or undefined. */
  text(name: string): string | undefined;
  /** Every value of an option that may repeat. */
  list(name: string): readonly string[];
  /** Whether a switch is on. */
  flag(name: string): boolean;
}

/** Reads `argv` by the table. Throws a {@link UsageError} that names the option which is unknown or lacks its value. */
export function readArguments(argv: readonly string[], options: OptionTable): ParsedArguments {
  const table = { ...options, help: { type: 'boolean' as const }, lang: { type: 'string' as const } };
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: [...gathered(argv, options)], options: table, allowPositionals: true, strict: true });
  } catch (cause) {
    const option = /'([^']+)'/.exec((cause as Error).message)?.[1] ?? '';
    throw new UsageError('cli.option_invalid', { params: { option }, cause });
  }
  const values = parsed.values as Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
  return {
    positionals: parsed.positionals,
    text: (name) => (typeof values[name] === 'string' ? values[name] : undefined),
    list: (name) => [values[name] ?? []].flat().map(String),
    flag: (name) => values[name] === true,
  };
}

/** Lets `--trust a.pem b.pem` mean the same as `--trust a.pem --trust b.pem`, for options that may repeat. */
function* gathered(argv: readonly string[], options: OptionTable): Generator<string> {
  let repeating: string | undefined;
  let first = false;
  for (const argument of argv) {
    if (argument.startsWith('-')) {
      const name = argument.replace(/^--/, '');
      repeating = options[name]?.multiple ? argument : undefined;
      first = repeating !== undefined;
      yield argument;
    } else if (repeating && !first) {
      yield repeating;
      yield argument;
    } else {
      first = false;
      yield argument;
    }
  }
}

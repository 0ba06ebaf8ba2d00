import { type OptionTable, type ParsedArguments, readArguments } from '../arguments.ts';
import type { Command, CommandContext } from '../commands.ts';
import { UsageError } from '../usage-error.ts';
import { audit, auditOptions } from './audit.ts';
import { create, createOptions } from './create.ts';
import { inspect } from './inspect.ts';
import { refusalLines, statusOf } from './outcome.ts';
import { TimestampRefusal } from './refusal.ts';
import { serve, serveOptions } from './serve.ts';
import { verify, verifyOptions } from './verify.ts';

interface Verb {
  readonly options: OptionTable;
  readonly run: (given: ParsedArguments, context: CommandContext) => Promise<number>;
}

const verbs: Readonly<Record<string, Verb>> = {
  create: { options: createOptions, run: create },
  verify: { options: verifyOptions, run: verify },
  inspect: { options: {}, run: inspect },
  audit: { options: auditOptions, run: audit },
  serve: { options: serveOptions, run: serve },
};

const shared = { format: { type: 'string' }, json: { type: 'boolean' } } as const;

/** `tra timestamp create|verify|inspect|audit|serve`: time-stamps from a terminal. */
export const timestamp: Command = async (argv, context) => {
  const verb = Object.hasOwn(verbs, argv[0] ?? '') ? verbs[argv[0] ?? ''] : undefined;
  if (!verb) throw new UsageError('cli.timestamp.verb_unknown', { params: { verb: argv[0] ?? '' } });
  const given = readArguments(argv, { ...shared, ...verb.options });
  try {
    return await verb.run(given, context);
  } catch (error) {
    if (!(error instanceof TimestampRefusal)) throw error;
    context.terminal.stderr.write(`${refusalLines(error, context).join('\n')}\n`);
    return statusOf([{ file: '', result: 'refused', error }]);
  }
};

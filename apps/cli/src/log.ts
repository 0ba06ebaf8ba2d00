import { MerkleError } from '@tra/merkle';
import { type ParsedArguments, readArguments } from './arguments.ts';
import type { Command, CommandContext } from './commands.ts';
import { mirrorLog } from './log-mirror.ts';
import { proveEntry } from './log-prove.ts';
import { trustOptions } from './log-trust.ts';
import { verifyLog } from './log-verify.ts';
import { exitStatus } from './terminal.ts';
import { UsageError } from './usage-error.ts';

const options = {
  ...trustOptions,
  since: { type: 'string', multiple: true },
  format: { type: 'string' },
  out: { type: 'string' },
  log: { type: 'string' },
  proof: { type: 'string' },
} as const;

const verbs: Readonly<Record<string, (given: ParsedArguments, context: CommandContext) => Promise<number>>> = {
  verify: verifyLog,
  prove: proveEntry,
  mirror: mirrorLog,
};

/** `tra log verify|prove|mirror`: follows a public log by its files alone. */
export const log: Command = async (argv, context) => {
  const given = readArguments(argv, options);
  const verb = given.positionals[0] ?? '';
  const run = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (!run) throw new UsageError('cli.log.verb_unknown', { params: { verb } });
  try {
    return await run(given, context);
  } catch (error) {
    if (error instanceof MerkleError) return refuse(error, given, context);
    throw error;
  }
};

/** What cannot be read or was not signed as it must be has failed: that is a verdict, not a fault of this program. */
function refuse({ code, params }: MerkleError, given: ParsedArguments, { terminal, say }: CommandContext): number {
  const report = { verdict: 'failed', findings: [{ code, ...params }] };
  const text = given.text('format') === 'json' ? JSON.stringify(report, null, 2) : `✗ ${say(code, params)}`;
  terminal.stdout.write(`${text}\n`);
  return exitStatus.failed;
}

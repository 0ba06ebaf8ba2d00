import type { TstInfo } from '@tra/timestamp';
import type { ParsedArguments } from '../arguments.ts';
import type { CommandContext } from '../commands.ts';
import { checkLines, safeText } from '../pki/describe-text.ts';
import { formatOf as formatNamed } from '../pki/files.ts';
import { exitStatus } from '../terminal.ts';
import { accuracyText, infoData } from './describe.ts';
import type { TimestampRefusal } from './refusal.ts';

/** What became of one file. */
export interface Outcome {
  readonly file: string;
  readonly result: 'stamped' | 'skipped' | 'refused';
  readonly out?: string;
  readonly digest?: { readonly algorithm: string; readonly value: string };
  readonly info?: TstInfo;
  readonly verified?: boolean;
  readonly error?: TimestampRefusal;
}

/** The output format: `--format`, or `--json` for short. */
export function formatOf(given: ParsedArguments): 'text' | 'json' {
  return given.flag('json') ? 'json' : formatNamed(given);
}

/** 0 when every file has its stamp, 69 when nobody could be reached, else 1. */
export function statusOf(outcomes: readonly Outcome[]): number {
  const errors = outcomes.map(({ error }) => error).filter((error) => error !== undefined);
  if (errors.length === 0) return exitStatus.passed;
  return errors.every(({ code }) => code === 'cli.timestamp.unreachable') ? exitStatus.unavailable : exitStatus.failed;
}

/** A refusal in words, with what was wrong with the answer and what the authority's reason means. */
export function refusalLines(error: TimestampRefusal, context: CommandContext): readonly string[] {
  const { say } = context;
  const failures = String(error.params.failures ?? '')
    .split(' ')
    .filter(Boolean);
  return [
    `✗ ${say(error.code, error.params)}`,
    ...failures.map((name) => `  ${name}: ${say(`cli.timestamp.failure.${name}`)}`),
    ...checkLines(error.checks, context),
  ];
}

/** Prints stamped files on standard output and refusals on standard error; as JSON all of them on standard output. */
export function printOutcomes(outcomes: readonly Outcome[], format: 'text' | 'json', context: CommandContext): void {
  const { terminal, say } = context;
  if (format === 'json') {
    terminal.stdout.write(`${JSON.stringify(outcomes.map(dataOf), null, 2)}\n`);
    return;
  }
  for (const { file, result, out, info, verified, error } of outcomes) {
    const params = { file: safeText(file), out: safeText(out ?? '') };
    if (error) terminal.stderr.write(`${safeText(file)}: ${refusalLines(error, context).join('\n')}\n`);
    else if (result === 'skipped') terminal.stdout.write(`– ${say('cli.timestamp.skipped', params)}\n`);
    else if (info) {
      const time = `${info.genTime.toISOString()}${accuracyText(info)}`;
      terminal.stdout.write(`✓ ${say('cli.timestamp.stamped', { ...params, time, serial: info.serialHex })}\n`);
      if (!verified) terminal.stderr.write(`  ${say('cli.timestamp.not_verified')}\n`);
    }
  }
}

function dataOf({ file, result, out, digest, info, verified, error }: Outcome): unknown {
  const refusal = error && { code: error.code, params: error.params, checks: error.checks };
  return { file, result, out, digest, ...(info ? { token: infoData(info) } : {}), verified, error: refusal };
}

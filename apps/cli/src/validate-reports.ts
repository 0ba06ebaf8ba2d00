import { CodedError } from '@tra/kernel';
import { type DiagnosticData, processPolicyOf } from '@tra/signature';
import {
  isReportFormat,
  type ReplayAnswer,
  type ReportFormat,
  replay,
  replayAnswer,
  type StatedVerdict,
} from '@tra/system-validation';
import type { ParsedArguments } from './arguments.ts';
import type { CommandContext } from './commands.ts';
import { exitStatus } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { readInput, readPolicy } from './validate.ts';

const limits = { milliseconds: 120_000, megabytes: 1024 };

/** The formats that were asked for, each once. Throws `cli.format_unknown`, and `cli.option_invalid` when there is no folder for them. */
export function reportFormatsOf(names: readonly string[], out: string | undefined): readonly ReportFormat[] {
  const formats = names.map((name) => {
    if (!isReportFormat(name)) throw new UsageError('cli.format_unknown', { params: { format: name } });
    return name;
  });
  if (formats.length > 0 && out === undefined)
    throw new UsageError('cli.option_invalid', { params: { option: '--out' } });
  return [...new Set(formats)];
}

/**
 * `tra validate --replay FILE`: judges the diagnostic data in a file again and prints the detailed report as JSON. With `--expected FILE` (a detailed report)
 * the exit status says whether every verdict is the stated one; else the worst verdict decides it.
 */
export async function replayFile(path: string, given: ParsedArguments, context: CommandContext): Promise<number> {
  if (given.positionals.length > 0) throw new UsageError('cli.option_invalid', { params: { option: '--replay' } });
  const diagnostic = (await readJson(path)) as DiagnosticData;
  const expected = given.text('expected');
  const stated = expected === undefined ? undefined : verdictsIn(await readJson(expected), expected);
  const policy = processPolicyOf((await readPolicy(given)).rules);
  const answer = replayAnswer(await judgeAgain(path, { diagnostic, policy }), stated);
  context.terminal.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
  return statusOf(answer);
}

async function judgeAgain(path: string, data: Parameters<typeof replay>[0]): ReturnType<typeof replay> {
  try {
    return await replay(data, limits);
  } catch (cause) {
    if (!(cause instanceof CodedError)) throw cause;
    throw new UsageError('cli.file_unreadable', { params: { file: path }, cause });
  }
}

async function readJson(path: string): Promise<unknown> {
  const bytes = await readInput(path);
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof value !== 'object' || value === null) throw new TypeError('not an object');
    return value;
  } catch (cause) {
    throw new UsageError('cli.file_unreadable', { params: { file: path }, cause });
  }
}

function verdictsIn(value: unknown, file: string): readonly StatedVerdict[] {
  const { signatures } = value as { readonly signatures?: unknown };
  if (Array.isArray(signatures) && signatures.every(isVerdict)) return signatures;
  throw new UsageError('cli.file_unreadable', { params: { file } });
}

function isVerdict(value: unknown): value is StatedVerdict {
  const { indication, subIndication = '', token } = (value ?? {}) as Record<string, unknown>;
  return [indication, subIndication, token].every((text) => typeof text === 'string');
}

function statusOf({ detailed, same }: ReplayAnswer): number {
  if (same !== undefined) return exitStatus[same ? 'passed' : 'failed'];
  const found = detailed.signatures.map(({ indication }) => indication);
  if (found.includes('TOTAL_FAILED')) return exitStatus.failed;
  return found.length > 0 && found.every((indication) => indication === 'TOTAL_PASSED')
    ? exitStatus.passed
    : exitStatus.indeterminate;
}

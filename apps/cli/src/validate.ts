import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ErrorParams, Verdict } from '@tra/kernel';
import { parsePem } from '@tra/pki';
import { renderReportText, type ValidationReport, validateDocument } from '@tra/signature';
import { localize, localizeParams } from '@tra/system-validation';
import { type ParsedArguments, readArguments } from './arguments.ts';
import type { Command, CommandContext } from './commands.ts';
import { exitStatus } from './terminal.ts';
import { UsageError } from './usage-error.ts';

const options = {
  trust: { type: 'string', multiple: true },
  crl: { type: 'string', multiple: true },
  at: { type: 'string' },
  detached: { type: 'string', multiple: true },
  format: { type: 'string' },
} as const;

const largestFile = 512 * 1024 * 1024;

/** `tra validate FILE…`: judges signed documents without a server. The worst verdict decides the exit status. */
export const validate: Command = async (argv, context) => {
  const given = readArguments(argv, options);
  if (given.positionals.length === 0) throw new UsageError('cli.file_missing');
  const format = given.text('format') ?? 'text';
  if (format !== 'text' && format !== 'json') throw new UsageError('cli.format_unknown', { params: { format } });
  const at = timeOf(given.text('at'));
  const anchors = (await Promise.all(given.list('trust').map((path) => readPemFile(path)))).flat();
  const crls = await Promise.all(given.list('crl').map((path) => readDerOrPem(path, 'X509 CRL')));
  const detached = await Promise.all(
    given.list('detached').map(async (path) => ({ name: basename(path), bytes: await readInput(path) })),
  );
  const reports: ValidationReport[] = [];
  for (const path of given.positionals) {
    const bytes = await readInput(path);
    reports.push(await validateDocument({ bytes, name: basename(path), anchors, crls: crls.flat(), at, detached }));
  }
  print(reports, format, given, context);
  return exitStatus[worstOf(reports.map((report) => report.verdict))];
};

function print(
  reports: readonly ValidationReport[],
  format: string,
  given: ParsedArguments,
  context: CommandContext,
): void {
  const { terminal, messages, language } = context;
  if (format === 'json') {
    terminal.stdout.write(`${JSON.stringify(given.positionals.length === 1 ? reports[0] : reports, null, 2)}\n`);
    return;
  }
  const translate = (key: string, params: ErrorParams = {}): string =>
    messages.translate(key, language, localizeParams(params, language));
  const formatTime = (time: string): string => `${localize(time, language)} (${time})`;
  const texts = reports.map((report) => renderReportText(report, translate, { formatTime }));
  terminal.stdout.write(`${texts.join('\n\n')}\n`);
}

/** Failed outweighs indeterminate, which outweighs passed. */
export function worstOf(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('failed')) return 'failed';
  return verdicts.includes('indeterminate') ? 'indeterminate' : 'passed';
}

function timeOf(text: string | undefined): Date {
  if (text === undefined) return new Date();
  const isRfc3339 = /^\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2}))?$/.test(text);
  const time = new Date(text);
  if (!isRfc3339 || Number.isNaN(time.getTime())) throw new UsageError('cli.time_invalid', { params: { time: text } });
  return time;
}

async function readInput(path: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(path);
    if (bytes.length > largestFile) throw new Error('too large');
    return bytes;
  } catch (cause) {
    throw new UsageError('cli.file_unreadable', { params: { file: path }, cause });
  }
}

async function readPemFile(path: string): Promise<Uint8Array[]> {
  return readDerOrPem(path, 'CERTIFICATE');
}

async function readDerOrPem(path: string, label: string): Promise<Uint8Array[]> {
  const bytes = await readInput(path);
  if (bytes[0] === 0x30) return [bytes];
  try {
    const found = parsePem(new TextDecoder().decode(bytes), label);
    if (found.length === 0) throw new Error(`no ${label}`);
    return found;
  } catch (cause) {
    throw new UsageError('cli.pem_invalid', { params: { file: path, label }, cause });
  }
}

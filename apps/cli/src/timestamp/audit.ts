import { readFile } from 'node:fs/promises';
import type { Verdict } from '@tra/kernel';
import { MerkleError } from '@tra/merkle';
import { auditChains, type ChainAudit, type ChainSeal } from '@tra/timestamp';
import type { OptionTable, ParsedArguments } from '../arguments.ts';
import type { CommandContext } from '../commands.ts';
import { trustOptions } from '../log-trust.ts';
import { safeText } from '../pki/describe-text.ts';
import { exitStatus } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { formatOf } from './outcome.ts';
import { type SegmentFile, segmentFiles } from './record-files.ts';
import { type LoggedSeals, readSeals } from './seals.ts';

/** Options of `tra timestamp audit`. */
export const auditOptions: OptionTable = {
  ...trustOptions,
  log: { type: 'string' },
  partial: { type: 'boolean' },
};

interface Audited {
  readonly verdict: Verdict;
  readonly chains: ChainAudit;
  readonly files: readonly SegmentFile[];
  readonly logged?: LoggedSeals;
  /** Chains that the log knows and nobody looked at. */
  readonly passedOver: number;
}

/**
 * `tra timestamp audit PLACE…`: computes files of records again and holds them against the seals in the public log: every record altered,
 * removed, put in or moved is found, and so is a file or a chain that is not there. Without a log there is nothing to hold them against, and
 * the verdict is indeterminate at best.
 */
export async function audit(given: ParsedArguments, context: CommandContext): Promise<number> {
  const [, ...places] = given.positionals;
  if (places.length === 0) throw new UsageError('cli.file_missing');
  const format = formatOf(given);
  const place = given.text('log');
  const files = await segmentFiles(places);
  let logged: LoggedSeals | undefined;
  try {
    logged = place === undefined ? undefined : await readSeals(place, given);
  } catch (error) {
    if (error instanceof MerkleError) return refuseLog(error, format, context);
    throw error;
  }
  const audited = await auditFiles(files, logged, given.flag('partial'));
  print(audited, format, context);
  return exitStatus[audited.verdict];
}

async function auditFiles(
  files: readonly SegmentFile[],
  logged: LoggedSeals | undefined,
  partial: boolean,
): Promise<Audited> {
  const here = new Set(files.map(({ chain }) => chain));
  const all: readonly ChainSeal[] = logged?.seals ?? [];
  const seals = partial ? all.filter(({ chain }) => here.has(chain)) : all;
  const passedOver = new Set(all.map(({ chain }) => chain)).size - new Set(seals.map(({ chain }) => chain)).size;
  const chains = await auditChains(segmentsOf(files), seals);
  const whole = chains.findings.length === 0 && (logged?.log.verdict ?? 'passed') === 'passed';
  const verdict = !whole ? 'failed' : logged && chains.records + seals.length > 0 ? 'passed' : 'indeterminate';
  return { verdict, chains, files, passedOver, ...(logged ? { logged } : {}) };
}

/** One file at a time: a record may be larger than the memory of the machine. */
async function* segmentsOf(files: readonly SegmentFile[]): AsyncGenerator<Uint8Array> {
  for (const { path } of files) {
    yield await readFile(path).catch((cause: unknown) => {
      throw new UsageError('cli.file_unreadable', { params: { file: path }, cause });
    });
  }
}

function refuseLog({ code, params }: MerkleError, format: 'text' | 'json', { terminal, say }: CommandContext): number {
  const report = { verdict: 'failed', logFindings: [{ code, ...params }] };
  terminal.stdout.write(`${format === 'json' ? JSON.stringify(report, null, 2) : `✗ ${say(code, params)}`}\n`);
  return exitStatus.failed;
}

function print({ verdict, chains, files, logged, passedOver }: Audited, format: string, context: CommandContext): void {
  const { terminal, say } = context;
  if (format === 'json') {
    const log = logged && { origin: logged.origin, size: logged.size, seals: logged.seals.length };
    const report = { verdict, files: files.length, ...chains, passedOver, log, logFindings: logged?.log.findings };
    terminal.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  const { records, unsealed, unfinishedOctets, findings } = chains;
  const lines = [
    say(`cli.timestamp.audit.${verdict}`, { records, chains: chains.chains, files: files.length }),
    ...(logged
      ? [say('cli.timestamp.audit.log', { origin: logged.origin, size: logged.size, seals: logged.seals.length })]
      : [say('cli.timestamp.audit.no_log')]),
    say('cli.timestamp.audit.unsealed', { unsealed }),
    ...(unfinishedOctets > 0 ? [say('cli.timestamp.audit.unfinished', { octets: unfinishedOctets })] : []),
    ...(passedOver > 0 ? [say('cli.timestamp.audit.passed_over', { chains: passedOver })] : []),
    ...findings.map(({ kind, chain, at }) => `  ✗ ${say(`cli.timestamp.audit.${kind}`, { chain, at })}`),
    ...unreadable(files).map((path) => `  ✗ ${safeText(path)}`),
    ...(logged?.log.findings ?? []).map(
      (finding) => `  ✗ ${say(finding.code, { size: finding.size ?? 0 })}${finding.path ? ` (${finding.path})` : ''}`,
    ),
  ];
  terminal.stdout.write(`${lines.join('\n')}\n`);
}

function unreadable(files: readonly SegmentFile[]): readonly string[] {
  return files.filter(({ chain }) => chain === '').map(({ path }) => path);
}

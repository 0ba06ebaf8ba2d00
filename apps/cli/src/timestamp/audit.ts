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
import { auditExports, EXPORT_SUFFIX } from './exported-records.ts';
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
  readonly files: number;
  /** Files that are no files of records. */
  readonly unreadable: readonly string[];
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
  const exports = places.filter((name) => name.endsWith(EXPORT_SUFFIX));
  const files = await segmentFiles(places.filter((name) => !exports.includes(name)));
  let logged: LoggedSeals | undefined;
  try {
    logged = place === undefined ? undefined : await readSeals(place, given);
  } catch (error) {
    if (error instanceof MerkleError) return refuseLog(error, format, context);
    throw error;
  }
  const audited = await auditAll({ files, exports, logged, partial: given.flag('partial') });
  print(audited, format, context);
  return exitStatus[audited.verdict];
}

interface AuditOrder {
  readonly files: readonly SegmentFile[];
  /** Exports of database records. */
  readonly exports: readonly string[];
  readonly logged: LoggedSeals | undefined;
  readonly partial: boolean;
}

async function auditAll({ files, exports, logged, partial }: AuditOrder): Promise<Audited> {
  const all: readonly ChainSeal[] = logged?.seals ?? [];
  const exported = await auditExports(exports, all);
  const here = new Set(files.map(({ chain }) => chain));
  // A chain lies in a database or in files; where the log knows one that is nowhere, the files are asked for it.
  const ofFiles = all.filter(({ chain }) => !exported.chains.has(chain) && (!partial || here.has(chain)));
  const passed = all.filter(({ chain }) => partial && !exported.chains.has(chain) && !here.has(chain));
  const inFiles = await auditChains(segmentsOf(files), ofFiles);
  const chains: ChainAudit = {
    records: inFiles.records + exported.records,
    chains: inFiles.chains + exported.chains.size,
    unsealed: inFiles.unsealed + exported.unsealed,
    unfinishedOctets: inFiles.unfinishedOctets,
    findings: [...exported.findings, ...inFiles.findings],
  };
  const passedOver = new Set(passed.map(({ chain }) => chain)).size;
  const whole = chains.findings.length === 0 && (logged?.log.verdict ?? 'passed') === 'passed';
  const verdict = !whole ? 'failed' : logged && chains.chains > 0 ? 'passed' : 'indeterminate';
  return {
    verdict,
    chains,
    files: files.length + exports.length,
    unreadable: unreadable(files),
    passedOver,
    ...(logged ? { logged } : {}),
  };
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

function print(audited: Audited, format: string, context: CommandContext): void {
  const { verdict, chains, files, logged, passedOver } = audited;
  const { terminal, say } = context;
  if (format === 'json') {
    const log = logged && { origin: logged.origin, size: logged.size, seals: logged.seals.length };
    const report = { verdict, files, ...chains, passedOver, log, logFindings: logged?.log.findings };
    terminal.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  const { records, unsealed, unfinishedOctets, findings } = chains;
  const lines = [
    say(`cli.timestamp.audit.${verdict}`, { records, chains: chains.chains, files }),
    ...(logged
      ? [say('cli.timestamp.audit.log', { origin: logged.origin, size: logged.size, seals: logged.seals.length })]
      : [say('cli.timestamp.audit.no_log')]),
    say('cli.timestamp.audit.unsealed', { unsealed }),
    ...(unfinishedOctets > 0 ? [say('cli.timestamp.audit.unfinished', { octets: unfinishedOctets })] : []),
    ...(passedOver > 0 ? [say('cli.timestamp.audit.passed_over', { chains: passedOver })] : []),
    ...findings.map(({ kind, chain, at }) => `  ✗ ${say(`cli.timestamp.audit.${kind}`, { chain, at })}`),
    ...audited.unreadable.map((path) => `  ✗ ${safeText(path)}`),
    ...(logged?.log.findings ?? []).map(
      (finding) => `  ✗ ${say(finding.code, { size: finding.size ?? 0 })}${finding.path ? ` (${finding.path})` : ''}`,
    ),
  ];
  terminal.stdout.write(`${lines.join('\n')}\n`);
}

function unreadable(files: readonly SegmentFile[]): readonly string[] {
  return files.filter(({ chain }) => chain === '').map(({ path }) => path);
}

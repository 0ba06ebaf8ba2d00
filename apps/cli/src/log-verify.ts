import { readFile } from 'node:fs/promises';
import { toBase64, utf8Decode } from '@tra/kernel';
import { auditLog, decodeEntry, type LogAudit, type OpenedCheckpoint, openCheckpoint } from '@tra/merkle';
import type { ParsedArguments } from './arguments.ts';
import type { CommandContext } from './commands.ts';
import { openLogSource } from './log-source.ts';
import { readTrust } from './log-trust.ts';
import { exitStatus } from './terminal.ts';
import { UsageError } from './usage-error.ts';

interface Verification {
  readonly opened: OpenedCheckpoint;
  readonly audit: LogAudit;
  readonly earlier: number;
  /** How many entries of each type there are. */
  readonly types: Readonly<Record<string, number>>;
}

/** `tra log verify SOURCE`: computes the whole log again from its files and says whether it is what was signed, and what it was. */
export async function verifyLog(given: ParsedArguments, context: CommandContext): Promise<number> {
  const [, place] = given.positionals;
  if (!place) throw new UsageError('cli.log.source_missing');
  const format = given.text('format') ?? 'text';
  if (format !== 'text' && format !== 'json') throw new UsageError('cli.format_unknown', { params: { format } });
  const trust = await readTrust(given);
  const source = await openLogSource(place);
  const saved = await Promise.all(given.list('since').map(readNote));
  const earlier = [...saved, ...(await source.earlier())].map((note) => openCheckpoint(note, { log: trust.log }));
  const note = await source.read('checkpoint').catch((cause: unknown) => {
    throw new UsageError('cli.log.source_unreadable', { params: { source: place }, cause });
  });
  const opened = openCheckpoint(utf8Decode(note), trust);
  const types: Record<string, number> = {};
  const audit = await auditLog({
    head: opened.checkpoint,
    since: earlier.map(({ checkpoint }) => checkpoint),
    read: source.readTile,
    onEntry: (entry) => {
      const type = typeOf(entry);
      types[type] = (types[type] ?? 0) + 1;
    },
  });
  print({ opened, audit, earlier: earlier.length, types }, format, context);
  return exitStatus[audit.verdict];
}

function typeOf(entry: Uint8Array): string {
  try {
    return decodeEntry(entry).type;
  } catch {
    return '?';
  }
}

async function readNote(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new UsageError('cli.file_unreadable', { params: { file: path }, cause });
  }
}

function print(verification: Verification, format: string, { terminal, say }: CommandContext): void {
  const { opened, audit, earlier, types } = verification;
  const { origin, size, root } = opened.checkpoint;
  const witnesses = opened.cosignatures.map(({ witness }) => witness.name);
  if (format === 'json') {
    const facts = { verdict: audit.verdict, origin, size, root: toBase64(root), entries: audit.entries };
    const report = { ...facts, types, witnesses, earlier, findings: audit.findings };
    terminal.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  const lines = [
    say(`cli.log.${audit.verdict}`, { origin, size }),
    ...Object.entries(types).map(([type, count]) => `  ${type}: ${count}`),
    say('cli.log.root', { root: toBase64(root) }),
    say('cli.log.earlier', { count: earlier }),
    say('cli.log.witnesses', { names: witnesses.join(', ') || '–' }),
    ...audit.findings.map((finding) => {
      const place = finding.path ? ` (${finding.path})` : '';
      return `  ✗ ${say(finding.code, { size: finding.size ?? 0 })}${place}`;
    }),
  ];
  terminal.stdout.write(`${lines.join('\n')}\n`);
}

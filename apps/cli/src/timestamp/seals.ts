import { utf8Decode } from '@tra/kernel';
import { auditLog, decodeEntry, type LogAudit, openCheckpoint } from '@tra/merkle';
import type { ChainSeal } from '@tra/timestamp';
import type { ParsedArguments } from '../arguments.ts';
import { openLogSource } from '../log-source.ts';
import { readTrust } from '../log-trust.ts';
import { UsageError } from '../usage-error.ts';

/** What the public log says about chains of records. */
export interface LoggedSeals {
  readonly seals: readonly ChainSeal[];
  /** Whether the log itself is what was signed. */
  readonly log: LogAudit;
  readonly origin: string;
  readonly size: number;
}

/** Type of the log's entries that seal records. */
const SEAL_TYPE = 'timestamp.segment';

/** Reads a whole public log, computes it again, and returns the seals in it. Throws `MerkleError` for a checkpoint nobody trusted signed. */
export async function readSeals(place: string, given: ParsedArguments): Promise<LoggedSeals> {
  const trust = await readTrust(given);
  const source = await openLogSource(place);
  const note = await source.read('checkpoint').catch((cause: unknown) => {
    throw new UsageError('cli.log.source_unreadable', { params: { source: place }, cause });
  });
  const { checkpoint } = openCheckpoint(utf8Decode(note), trust);
  const earlier = (await source.earlier()).map((text) => openCheckpoint(text, { log: trust.log }).checkpoint);
  const seals: ChainSeal[] = [];
  const log = await auditLog({
    head: checkpoint,
    since: earlier,
    read: source.readTile,
    onEntry: (entry) => {
      const seal = sealIn(entry);
      if (seal) seals.push(seal);
    },
  });
  return { seals, log, origin: checkpoint.origin, size: checkpoint.size };
}

function sealIn(entry: Uint8Array): ChainSeal | undefined {
  try {
    const { type, data } = decodeEntry(entry);
    if (type !== SEAL_TYPE) return undefined;
    const { chain, from, to, head } = JSON.parse(utf8Decode(data)) as Record<string, unknown>;
    const numbers = Number.isSafeInteger(from) && Number.isSafeInteger(to);
    if (!numbers || typeof chain !== 'string' || typeof head !== 'string') return undefined;
    return { chain, from: from as number, to: to as number, head };
  } catch {
    // An entry that cannot be read is a finding of the log's own audit.
    return undefined;
  }
}

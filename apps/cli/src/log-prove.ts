import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { concatBytes, equalBytes, toHex, utf8Decode } from '@tra/kernel';
import {
  type CheckpointTrust,
  decodeBundle,
  decodeEntry,
  entryHeader,
  formatLogProof,
  inclusionProof,
  leafHash,
  MerkleError,
  openCheckpoint,
  parseLogProof,
  tilesOf,
  verifyLogProof,
} from '@tra/merkle';
import { parsePem } from '@tra/pki';
import type { ParsedArguments } from './arguments.ts';
import type { CommandContext } from './commands.ts';
import { type LogSource, openLogSource } from './log-source.ts';
import { readTrust } from './log-trust.ts';
import { exitStatus } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** `tra log prove FILE`: fetches or makes the proof that a file was logged, or verifies one that was kept. */
export async function proveEntry(given: ParsedArguments, context: CommandContext): Promise<number> {
  const [, file] = given.positionals;
  if (!file) throw new UsageError('cli.file_missing');
  const trust = await readTrust(given);
  const data = await readData(file);
  const kept = given.text('proof');
  if (kept) return judge(await readText(kept), data, { trust, context });
  const place = given.text('log');
  if (!place) throw new UsageError('cli.option_missing', { params: { option: '--log' } });
  const source = await openLogSource(place);
  const proof = /^https?:/.test(place) ? await fetchProof(source, data) : await makeProof(source, data, trust);
  if (!proof) {
    context.terminal.stdout.write(`${context.say('cli.log.not_found', { file })}\n`);
    return exitStatus.failed;
  }
  const status = judge(proof, data, { trust, context });
  if (status !== exitStatus.passed) return status;
  const out = given.text('out') ?? `${file}.tlog-proof`;
  await writeFile(out, proof);
  context.terminal.stdout.write(`${context.say('cli.log.proof_written', { file: out })}\n`);
  return status;
}

function judge(
  text: string,
  data: Uint8Array,
  { trust, context }: { readonly trust: CheckpointTrust; readonly context: CommandContext },
): number {
  const { terminal, say } = context;
  const proof = parseLogProof(text);
  const entry = concatBytes(proof.extra ?? new Uint8Array(0), data);
  const { type, at, data: inside } = decodeEntry(entry);
  // The header must be a header: else a part of the file would have been read as one.
  if (inside.length !== data.length) throw new MerkleError('merkle.proof_invalid');
  const { checkpoint, cosignatures } = verifyLogProof(proof, leafHash(entry), trust);
  const { origin, size } = checkpoint;
  terminal.stdout.write(`${say('cli.log.proved', { origin, index: proof.index, size, type, at: at.toISOString() })}\n`);
  const names = cosignatures.map(({ witness }) => witness.name).join(', ') || '–';
  terminal.stdout.write(`${say('cli.log.witnesses', { names })}\n`);
  return exitStatus.passed;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new UsageError('cli.file_unreadable', { params: { file: path }, cause });
  }
}

/** The file as it was logged: of a certificate in PEM its DER. */
async function readData(path: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new UsageError('cli.file_unreadable', { params: { file: path }, cause });
  });
  if (!bytes.subarray(0, 64).includes('-----BEGIN CERTIFICATE-----')) return bytes;
  return parsePem(utf8Decode(bytes), 'CERTIFICATE')[0] ?? bytes;
}

async function fetchProof(source: LogSource, data: Uint8Array): Promise<string | undefined> {
  const sha256 = toHex(new Uint8Array(createHash('sha256').update(data).digest()));
  try {
    return utf8Decode(await source.read(`proof/${sha256}`));
  } catch (error) {
    if (String(error).includes('HTTP 404')) return undefined;
    throw error;
  }
}

/** Looks for the newest entry with this data in the files alone, and makes its proof out of the tiles. */
async function makeProof(source: LogSource, data: Uint8Array, trust: CheckpointTrust): Promise<string | undefined> {
  const checkpoint = utf8Decode(await source.read('checkpoint'));
  const { size } = openCheckpoint(checkpoint, trust).checkpoint;
  let found: { readonly index: number; readonly extra: Uint8Array } | undefined;
  for (const tile of tilesOf(size)) {
    if (tile.level !== 'entries') break;
    for (const [at, entry] of decodeBundle(await source.readTile(tile), tile.width).entries()) {
      const content = decodeEntry(entry);
      if (equalBytes(content.data, data)) found = { index: tile.index * 256 + at, extra: entryHeader(content) };
    }
  }
  if (!found) return undefined;
  const path = await inclusionProof({ index: found.index, size }, source.readTile);
  return formatLogProof({ ...found, path, checkpoint });
}

import { access, mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { utf8Decode } from '@tra/kernel';
import { openCheckpoint, TILE_WIDTH, type TileAddress, tilePath, tilesOf } from '@tra/merkle';
import type { ParsedArguments } from './arguments.ts';
import type { CommandContext } from './commands.ts';
import { CHECKPOINTS, type LogSource, openLogSource } from './log-source.ts';
import { readTrust } from './log-trust.ts';
import { exitStatus } from './terminal.ts';
import { UsageError } from './usage-error.ts';

const AT_ONCE = 8;

/** `tra log mirror URL --out DIR`: fetches every file of a log; what is there already and can no longer change is not fetched again. */
export async function mirrorLog(given: ParsedArguments, { terminal, say }: CommandContext): Promise<number> {
  const [, place] = given.positionals;
  const out = given.text('out');
  if (!place) throw new UsageError('cli.log.source_missing');
  if (!out) throw new UsageError('cli.option_missing', { params: { option: '--out' } });
  const trust = await readTrust(given);
  const source = await openLogSource(place);
  const note = utf8Decode(
    await source.read('checkpoint').catch((cause: unknown) => {
      throw new UsageError('cli.log.source_unreadable', { params: { source: place }, cause });
    }),
  );
  const { size } = openCheckpoint(note, trust).checkpoint;
  const fetched = await fetchTiles(source, out, size);
  // Last, so that a mirror that was broken off still ends where it ended before.
  await save(join(out, CHECKPOINTS, `${String(size).padStart(12, '0')}.note`), note);
  await save(join(out, 'checkpoint'), note);
  terminal.stdout.write(`${say('cli.log.mirrored', { size, fetched, folder: out })}\n`);
  return exitStatus.passed;
}

async function fetchTiles(source: LogSource, out: string, size: number): Promise<number> {
  const tiles = tilesOf(size);
  let fetched = 0;
  const work = async (): Promise<void> => {
    for (const tile of tiles) {
      if (await isThere(out, tile)) continue;
      await save(join(out, tilePath(tile)), await source.readTile(tile));
      fetched += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return fetched;
}

async function isThere(out: string, tile: TileAddress): Promise<boolean> {
  if (tile.width < TILE_WIDTH) return false;
  return await access(join(out, tilePath(tile))).then(
    () => true,
    () => false,
  );
}

async function save(path: string, bytes: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, bytes);
  await rename(`${path}.new`, path);
}

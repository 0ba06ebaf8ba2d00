import { concatBytes, equalBytes, type Verdict } from '@tra/kernel';
import { decodeBundle } from './bundle.ts';
import { edgeRoot, emptyEdge, growEdge, type TreeEdge } from './edge.ts';
import { leafHash } from './hash.ts';
import { TILE_WIDTH, type TileAddress, tilePath, tileWidth } from './tile.ts';
import type { TileReader } from './tile-tree.ts';
import type { TreeHead } from './verify-proof.ts';

/** What can be wrong with a log as a whole. */
export type LogFindingCode =
  /** A tile or bundle that the checkpoint demands cannot be had. */
  | 'merkle.tile_missing'
  /** A bundle cannot be read, or does not hold the entries whose hashes its tile has. */
  | 'merkle.entries_altered'
  /** A tile does not hold the hashes that follow from the entries. */
  | 'merkle.tile_altered'
  /** The entries do not lead to the root that was signed. */
  | 'merkle.root_mismatch'
  /** The log is shorter than it was. */
  | 'merkle.log_cut'
  /** What an earlier checkpoint covered is not the beginning of the log. */
  | 'merkle.log_forked';

/** One thing that is wrong with a log. */
export interface LogFinding {
  readonly code: LogFindingCode;
  /** The tile at which it shows. */
  readonly path?: string;
  /** The size of the checkpoint that does not fit. */
  readonly size?: number;
}

/** What is to be audited. */
export interface AuditOptions {
  /** The newest checkpoint; its signature was verified already. */
  readonly head: TreeHead;
  /** Earlier checkpoints of the same log; their signatures were verified already. */
  readonly since?: readonly TreeHead[];
  /** Reads tiles and bundles. */
  readonly read: TileReader;
  /** Called with every entry in order. */
  readonly onEntry?: (entry: Uint8Array, index: number) => void;
}

/** The result of reading a whole log again. */
export interface LogAudit {
  readonly verdict: Verdict;
  /** Entries that were read. */
  readonly entries: number;
  /** What is wrong, at most the first hundred. */
  readonly findings: readonly LogFinding[];
}

const FINDINGS_LIMIT = 100;

class AuditWalk {
  readonly findings: LogFinding[] = [];
  entries = 0;
  readonly #options: AuditOptions;
  readonly #since: TreeHead[];
  readonly #rows: Uint8Array[][] = [];
  readonly #compared: number[] = [];
  #edge: TreeEdge = emptyEdge;

  constructor(options: AuditOptions) {
    this.#options = options;
    this.#since = [...(options.since ?? [])].sort((left, right) => left.size - right.size);
  }

  #find(finding: LogFinding): void {
    if (this.findings.length < FINDINGS_LIMIT) this.findings.push(finding);
  }

  async #read(tile: TileAddress): Promise<Uint8Array | undefined> {
    try {
      return await this.#options.read(tile);
    } catch {
      this.#find({ code: 'merkle.tile_missing', path: tilePath(tile) });
      return undefined;
    }
  }

  /** Reads bundle after bundle; false when one is not there, because nothing after it can be computed. */
  async walk(): Promise<boolean> {
    const { size } = this.#options.head;
    this.#checkSince();
    for (let index = 0; index * TILE_WIDTH < size; index += 1) {
      const tile: TileAddress = { level: 'entries', index, width: tileWidth('entries', index, size) };
      const bytes = await this.#read(tile);
      const entries = bytes && this.#decode(tile, bytes);
      if (!entries) return false;
      this.#addAll(entries);
      await this.#compareTiles(false);
    }
    await this.#compareTiles(true);
    return true;
  }

  #decode(tile: TileAddress, bytes: Uint8Array): Uint8Array[] | undefined {
    try {
      return decodeBundle(bytes, tile.width);
    } catch {
      this.#find({ code: 'merkle.entries_altered', path: tilePath(tile) });
      return undefined;
    }
  }

  #addAll(entries: readonly Uint8Array[]): void {
    let leaves: Uint8Array[] = [];
    const flush = (): void => {
      const grown = growEdge(this.#edge, leaves);
      this.#edge = grown.edge;
      this.#row(0).push(...leaves);
      for (const { level, hash } of grown.subtrees) this.#row(level).push(hash);
      leaves = [];
    };
    for (const entry of entries) {
      this.#options.onEntry?.(entry, this.entries);
      this.entries += 1;
      leaves.push(leafHash(entry));
      // An earlier checkpoint ends here: the root at this very size is compared with it.
      if (this.#since[0]?.size !== this.entries) continue;
      flush();
      this.#checkSince();
    }
    flush();
  }

  #checkSince(): void {
    for (let head = this.#since[0]; head?.size === this.entries; head = this.#since[0]) {
      this.#since.shift();
      if (!equalBytes(edgeRoot(this.#edge), head.root)) this.#find({ code: 'merkle.log_forked', size: head.size });
    }
  }

  #row(level: number): Uint8Array[] {
    const row = this.#rows[level] ?? [];
    this.#rows[level] = row;
    return row;
  }

  // Compares every tile that is complete with what was computed; at the end the partial ones too.
  async #compareTiles(last: boolean): Promise<void> {
    for (const [level, row] of this.#rows.entries()) {
      if (row.length < TILE_WIDTH && !(last && row.length > 0)) continue;
      const index = this.#compared[level] ?? 0;
      const tile: TileAddress = { level, index, width: row.length };
      this.#compared[level] = index + 1;
      this.#rows[level] = [];
      const bytes = await this.#read(tile);
      if (bytes && !equalBytes(bytes, concatBytes(...row))) {
        this.#find({ code: level === 0 ? 'merkle.entries_altered' : 'merkle.tile_altered', path: tilePath(tile) });
      }
    }
  }

  /** Compares the end with what was signed. */
  end(): void {
    const { head } = this.#options;
    if (!equalBytes(edgeRoot(this.#edge), head.root)) this.#find({ code: 'merkle.root_mismatch', size: head.size });
  }

  /** Earlier checkpoints that reach beyond the end of the log. */
  findCuts(): void {
    const { size } = this.#options.head;
    for (const head of this.#since) if (head.size > size) this.#find({ code: 'merkle.log_cut', size: head.size });
  }
}

/**
 * Computes a whole log again from its entries and compares every tile, the root that was signed, and earlier checkpoints with the
 * result: finds a log that was cut, rewritten or forked. Memory stays small whatever the size. Never throws for what it reads.
 */
export async function auditLog(options: AuditOptions): Promise<LogAudit> {
  const walk = new AuditWalk(options);
  walk.findCuts();
  if (await walk.walk()) walk.end();
  const { entries, findings } = walk;
  return { verdict: findings.length === 0 ? 'passed' : 'failed', entries, findings };
}

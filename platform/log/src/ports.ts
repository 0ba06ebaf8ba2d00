import type { Signer } from '@tra/kernel';

/** The right edge of a tree: roots of the perfect subtrees that make it up. */
export interface Edge {
  readonly size: number;
  readonly hashes: readonly Uint8Array[];
}

/** Root of a complete subtree of 256^level entries. */
export interface Subtree {
  readonly level: number;
  readonly index: number;
  readonly hash: Uint8Array;
}

/** Names a tile, or with the level `entries` a bundle of entries (c2sp.org/tlog-tiles). */
export interface Tile {
  readonly level: number | 'entries';
  readonly index: number;
  readonly width: number;
}

/** Reads one tile. */
type ReadTile = (tile: Tile) => Promise<Uint8Array>;

/** The arithmetic and the formats of a log, which the platform does not know itself. The engine `merkle` has them all. */
export interface LogFormat {
  entryHeader(content: { readonly type: string; readonly at: Date }): Uint8Array;
  encodeEntry(content: { readonly type: string; readonly at: Date; readonly data: Uint8Array }): Uint8Array;
  leafHash(entry: Uint8Array): Uint8Array;
  encodeBundle(entries: readonly Uint8Array[]): Uint8Array;
  emptyRoot(): Uint8Array;
  decodeEdge(size: number, bytes: Uint8Array): Edge;
  encodeEdge(edge: Edge): Uint8Array;
  edgeRoot(edge: Edge): Uint8Array;
  growEdge(edge: Edge, leaves: readonly Uint8Array[]): { readonly edge: Edge; readonly subtrees: readonly Subtree[] };
  treeRoot(size: number, read: ReadTile): Promise<Uint8Array>;
  inclusionProof(
    place: { readonly index: number; readonly size: number },
    read: ReadTile,
  ): Promise<readonly Uint8Array[]>;
  consistencyProof(
    sizes: { readonly from: number; readonly to: number },
    read: ReadTile,
  ): Promise<readonly Uint8Array[]>;
  formatLogProof(proof: {
    readonly index: number;
    readonly path: readonly Uint8Array[];
    readonly checkpoint: string;
    readonly extra: Uint8Array;
  }): string;
  signCheckpoint(
    checkpoint: { readonly origin: string; readonly size: number; readonly root: Uint8Array },
    signer: Signer,
  ): Promise<string>;
}

/** The last checkpoint that this machine signed, kept apart from the database. */
export interface SignedHead {
  readonly origin: string;
  readonly size: number;
  /** Hexadecimal. */
  readonly root: string;
}

/**
 * Keeps the last head that this machine signed apart from the database: when the database is set back to an earlier state, no second
 * history is signed.
 */
export interface HeadMemory {
  read(): Promise<SignedHead | undefined>;
  /** When it resolves, the head is durable. */
  write(head: SignedHead): Promise<void>;
}

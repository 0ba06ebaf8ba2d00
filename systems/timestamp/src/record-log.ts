import type { IssuedToken } from '@tra/timestamp';

/** A place in a chain of records. */
export interface ChainPosition {
  /** Hexadecimal name of the chain. */
  readonly chain: string;
  readonly seq: number;
  readonly head: Uint8Array;
}

/** The durable record of what was stamped. */
export interface RecordLog {
  /**
   * Resolves when the record of `issued` is on disk; rejects with `timestamp.record_failed` when that is not certain. Undefined where nothing
   * is kept.
   */
  append(issued: IssuedToken): Promise<void> | undefined;
  /** The newest record that is on disk, of the chain that is written now. */
  durable(): ChainPosition | undefined;
  /** Waits for what is being written and closes. */
  close(): Promise<void>;
}

/** Keeps nothing: for measurements. */
export const noRecords: RecordLog = {
  append: () => undefined,
  durable: () => undefined,
  close: async () => undefined,
};

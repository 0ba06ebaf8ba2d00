/** A map that forgets what was put in first when it grows beyond `most` entries. For results that follow from their key alone. */
export class BoundedMap<V> {
  readonly #kept: Map<string, V> = new Map();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): V | undefined {
    return this.#kept.get(key);
  }

  /** Keeps `value` and gives it back. */
  set(key: string, value: V): V {
    this.#kept.set(key, value);
    if (this.#kept.size > this.#most) {
      for (const first of this.#kept.keys()) {
        this.#kept.delete(first);
        break;
      }
    }
    return value;
  }
}

/** Bytes as a text that serves as a key of a map. */
export function bytesKey(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

import { Duplex } from 'node:stream';
import type { Engine } from './engine-host.ts';

/**
 * The embedded engine dressed as the network socket that the PostgreSQL driver expects. `acquire` hands out the running
 * engine, started anew when the last one was lost.
 */
export class WireStream extends Duplex {
  readonly #acquire: () => Promise<Engine>;
  #engine: Engine | undefined;

  constructor(acquire: () => Promise<Engine>) {
    super();
    this.#acquire = acquire;
  }

  /** Called by the driver in place of a network connect; host and port mean nothing here. */
  connect(): this {
    this.#acquire().then(
      (engine) => {
        this.#engine = engine;
        engine.connect({
          data: (bytes) => void this.push(bytes),
          lost: (error) => void this.destroy(error),
        });
        this.emit('connect');
      },
      (error: Error) => void this.destroy(error),
    );
    return this;
  }

  /** Part of a socket's face; there is no network to tune. */
  setNoDelay(): this {
    return this;
  }

  /** Part of a socket's face; there is no network to tune. */
  setKeepAlive(): this {
    return this;
  }

  /** Part of a socket's face; the worker thread decides by itself whether the process may end. */
  ref(): this {
    return this;
  }

  /** Part of a socket's face; the worker thread decides by itself whether the process may end. */
  unref(): this {
    return this;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#forward(chunk, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#forward(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  /** Hands bytes to the engine; what it refuses ends the connection instead of the process. */
  #forward(bytes: Uint8Array, done: (error?: Error | null) => void): void {
    try {
      this.#engine?.send(bytes);
    } catch (error) {
      done(error as Error);
      return;
    }
    done();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.push(null);
    done();
  }
}

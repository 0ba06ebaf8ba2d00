import type { AsyncLocalStorage } from 'node:async_hooks';
import type { ClientBase, Notification } from 'pg';
import { StorageError } from './errors.ts';

const CHANNEL = /^[a-z][a-z0-9_]{0,62}$/;

/** `channel` when it is a name that both dialects take unquoted. Throws `storage.channel_invalid`. */
export function checkChannel(channel: string): string {
  if (!CHANNEL.test(channel)) throw new StorageError('storage.channel_invalid', { params: { channel } });
  return channel;
}

/** `payload` when PostgreSQL can carry it. Throws `storage.payload_too_long`. */
export function checkPayload(payload: string): string {
  const bytes = Buffer.byteLength(payload);
  if (bytes > 7_999) throw new StorageError('storage.payload_too_long', { params: { bytes } });
  return payload;
}

/** Who listens where within this process. */
export class ChannelHandlers {
  readonly #handlers = new Map<string, Set<(payload: string) => void>>();
  readonly #scope: AsyncLocalStorage<{ open: boolean }>;

  constructor(scope: AsyncLocalStorage<{ open: boolean }>) {
    this.#scope = scope;
  }

  /** Channels with at least one handler. */
  get channels(): string[] {
    return [...this.#handlers.keys()];
  }

  add(channel: string, handler: (payload: string) => void): void {
    const handlers = this.#handlers.get(channel) ?? new Set();
    this.#handlers.set(channel, handlers.add(handler));
  }

  /** Removes `handler`; true when it was the last one of its channel. */
  remove(channel: string, handler: (payload: string) => void): boolean {
    const handlers = this.#handlers.get(channel);
    handlers?.delete(handler);
    return handlers?.size === 0 && this.#handlers.delete(channel);
  }

  /** Hands on what arrives at `client`, outside of any transaction that happens to be running. */
  attach(client: ClientBase): void {
    client.on('notification', (message: Notification) => {
      for (const handler of this.#handlers.get(message.channel) ?? []) {
        this.#scope.exit(() => handler(message.payload ?? ''));
      }
    });
  }
}

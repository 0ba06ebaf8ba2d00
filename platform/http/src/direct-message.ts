import { IncomingMessage } from 'node:http';

/** Takes the body of a request, as it arrives. */
export interface BodyReceiver {
  receive(part: Buffer): void;
  /** The body is complete. */
  end(): void;
}

/**
 * A request whose body may be handed on as it is parsed, past the queue, the ticks and the events of a stream, which cost as much as
 * reading it. Where it is not handed on it is a stream as ever. Node's parser feeds a request by `push`, as every source feeds a stream.
 */
export class DirectMessage extends IncomingMessage {
  #receiver: BodyReceiver | undefined;

  /** From now on the body goes to `receiver`, and is no stream. To be called before any of it has arrived. */
  handTo(receiver: BodyReceiver): void {
    this.#receiver = receiver;
  }

  override push(chunk: unknown, encoding?: BufferEncoding): boolean {
    const receiver = this.#receiver;
    if (receiver === undefined) return super.push(chunk, encoding);
    if (chunk === null) receiver.end();
    else receiver.receive(chunk as Buffer);
    return true;
  }

  /** Node drains requests that nobody read when they are answered; this one is drained as it arrives. */
  override resume(): this {
    return this.#receiver === undefined ? super.resume() : this;
  }
}

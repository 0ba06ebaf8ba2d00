// The process that holds the token: a library of its maker runs here, apart from the product, which can end it when it hangs
// and does not fall with it when it crashes. Started by connection.ts; speaks over the channel to its parent only.
import { createRequire } from 'node:module';
import type { AgentFailure, AgentRequest, NumberedReply, ReplyBatch, RequestBatch } from './agent-messages.ts';
import { AgentRefusal } from './agent-messages.ts';
import type { Cryptoki } from './cryptoki.ts';
import { type Frame, packFrames, unpackFrames } from './frames.ts';
import { openToken } from './token.ts';
import { openTokenKeys, type TokenKeys } from './token-keys.ts';

let keys: TokenKeys | undefined;
let replies: NumberedReply[] = [];
let signatures: Frame[] = [];

function loadModule(): Cryptoki {
  try {
    const module = createRequire(import.meta.url)('pkcs11js') as { PKCS11: new () => Cryptoki };
    return new module.PKCS11();
  } catch {
    throw new AgentRefusal('keys.pkcs11_missing', {}, true);
  }
}

function answer(request: AgentRequest): unknown {
  if (request.op === 'open') {
    keys = openTokenKeys(openToken(loadModule(), request.settings, request.pin));
    return undefined;
  }
  switch (request.op) {
    case 'load':
      return opened().load(request.label);
    case 'find':
      return opened().find(request.label);
    case 'list':
      return opened().list();
    case 'generate':
      return opened().generate(request);
    case 'ping':
      return opened().ping();
  }
}

function opened(): TokenKeys {
  if (!keys) throw new AgentRefusal('keys.token_unavailable', { reason: 'not_open' }, true);
  return keys;
}

/** Whatever the library reports that was not foreseen ends the connection: the token is opened anew or not used at all. */
function failureOf(error: unknown): AgentFailure {
  if (error instanceof AgentRefusal) return error.failure;
  const reason = error instanceof Error ? (/^CKR_[A-Z0-9_:]+/.exec(error.message)?.[0] ?? error.name) : 'unknown';
  return { code: 'keys.token_unavailable', params: { reason }, dead: true };
}

function willFlush(): void {
  if (replies.length + signatures.length === 0) setImmediate(flush);
}

function reply(entry: NumberedReply): void {
  willFlush();
  replies.push(entry);
}

function replySignature(id: number, data: Uint8Array): void {
  willFlush();
  signatures.push({ id, key: 0, data });
}

function flush(): void {
  const batch: ReplyBatch = { replies, ...(signatures.length > 0 ? { signatures: packFrames(signatures) } : {}) };
  replies = [];
  signatures = [];
  process.send?.(batch);
}

/** Answers when `work` is done, at once when it does not need to wait. */
function serve<T>(id: number, work: () => T | Promise<T>, done: (value: T) => void): void {
  const failed = (error: unknown): void => reply({ id, failure: failureOf(error) });
  try {
    const value = work();
    if (value instanceof Promise) value.then(done, failed);
    else done(value);
  } catch (error) {
    failed(error);
  }
}

process.on('message', ({ requests, signs }: RequestBatch) => {
  for (const { id, request } of requests)
    serve(
      id,
      () => answer(request),
      (value) => reply({ id, value }),
    );
  if (!signs) return;
  for (const { id, key, data } of unpackFrames(signs)) {
    serve(
      id,
      () => opened().sign(key, data),
      (signature) => replySignature(id, signature),
    );
  }
});
process.on('disconnect', () => process.exit(0));
// A signal to the whole process group is for the parent, which may still have signatures to finish.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

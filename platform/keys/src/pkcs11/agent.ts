// The process that holds the token: a library of its maker runs here, apart from the product, which can end it when it hangs
// and does not fall with it when it crashes. Started by connection.ts; speaks over the channel to its parent only.
import { createRequire } from 'node:module';
import type { AgentFailure, AgentRequest, NumberedReply, NumberedRequest } from './agent-messages.ts';
import { AgentRefusal } from './agent-messages.ts';
import type { Cryptoki } from './cryptoki.ts';
import { openToken } from './token.ts';
import { openTokenKeys, type TokenKeys } from './token-keys.ts';

let keys: TokenKeys | undefined;
let replies: NumberedReply[] = [];

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
  if (!keys) throw new AgentRefusal('keys.token_unavailable', { reason: 'not_open' }, true);
  switch (request.op) {
    case 'sign':
      return keys.sign(request.key, request.data);
    case 'load':
      return keys.load(request.label);
    case 'find':
      return keys.find(request.label);
    case 'list':
      return keys.list();
    case 'generate':
      return keys.generate(request);
    case 'ping':
      return keys.ping();
  }
}

/** Whatever the library reports that was not foreseen ends the connection: the token is opened anew or not used at all. */
function failureOf(error: unknown): AgentFailure {
  if (error instanceof AgentRefusal) return error.failure;
  const reason = error instanceof Error ? (/^CKR_[A-Z0-9_:]+/.exec(error.message)?.[0] ?? error.name) : 'unknown';
  return { code: 'keys.token_unavailable', params: { reason }, dead: true };
}

function reply(entry: NumberedReply): void {
  if (replies.length === 0) setImmediate(flush);
  replies.push(entry);
}

function flush(): void {
  const batch = replies;
  replies = [];
  process.send?.(batch);
}

function serve({ id, request }: NumberedRequest): void {
  try {
    const value = answer(request);
    if (value instanceof Promise) {
      value.then(
        (settled) => reply({ id, value: settled }),
        (error: unknown) => reply({ id, failure: failureOf(error) }),
      );
    } else reply({ id, value });
  } catch (error) {
    reply({ id, failure: failureOf(error) });
  }
}

process.on('message', (batch: readonly NumberedRequest[]) => {
  for (const entry of batch) serve(entry);
});
process.on('disconnect', () => process.exit(0));
// A signal to the whole process group is for the parent, which may still have signatures to finish.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

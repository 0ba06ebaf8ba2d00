import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@tra/platform-telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { httpProblem } from './errors.ts';
import type { IdempotencyClaim, IdempotencyStore, StoredAnswer } from './idempotency.ts';
import { networkOf } from './network.ts';
import { isUnsafe } from './sign-in-guard.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The claim this request holds; set while its answer is not stored. */
    idempotencyClaim?: string;
  }
}

const maxBodyBytes = 32 * 1024 * 1024;
const maxAnswerBytes = 1024 * 1024;
const waitMs = 10_000;
const keyForm = /^[\x21-\x7e]{1,255}$/;
const keptHeaders = ['content-type', 'location', 'etag', 'content-language', 'content-disposition'];
// Answers about who asks, how often, or a state that will pass are not the answer to the work itself.
const passing = new Set([401, 403, 408, 409, 412, 428, 429]);

function hashOf(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex');
}

/** The bytes of a body without the boundary that a client chooses anew for each try of the same multipart body. */
function comparable(bytes: Buffer, contentType: string): string {
  const boundary = /boundary="?([^";]+)/i.exec(contentType)?.[1];
  const text = bytes.toString('latin1');
  return boundary ? text.replaceAll(boundary, '') : text;
}

async function readBody(payload: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of payload) {
    length += part.length;
    if (length > maxBodyBytes) throw httpProblem('http.body_too_large');
    parts.push(part);
  }
  return Buffer.concat(parts, length);
}

const messageFacts = [
  'headers',
  'rawHeaders',
  'method',
  'url',
  'socket',
  'httpVersion',
  'httpVersionMajor',
  'httpVersionMinor',
  'aborted',
] as const;

/** Lets readers of the raw message (the multipart parser is one) find the body that was read already. */
function replaceRaw(request: FastifyRequest, body: Readable): void {
  const { raw } = request;
  for (const fact of messageFacts) Object.defineProperty(body, fact, { get: () => raw[fact] });
  Object.defineProperty(request, 'raw', { value: body, configurable: true });
}

function keyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined || !isUnsafe(request.method)) return undefined;
  if (typeof key !== 'string' || !keyForm.test(key)) throw httpProblem('http.idempotency_key_invalid');
  return key;
}

async function settle(store: IdempotencyStore, key: string, fingerprint: string): Promise<IdempotencyClaim> {
  const until = Date.now() + waitMs;
  for (let pause = 25; ; pause = Math.min(pause * 2, 400)) {
    const claim = await store.claim(key, fingerprint);
    if (claim.outcome !== 'running' || Date.now() + pause > until) return claim;
    await delay(pause);
  }
}

function replay(reply: FastifyReply, answer: StoredAnswer): FastifyReply {
  return reply
    .code(answer.status)
    .headers({ ...answer.headers, 'idempotency-replayed': 'true' })
    .send(Buffer.from(answer.body));
}

function answerOf(reply: FastifyReply, payload: unknown): StoredAnswer | undefined {
  const status = reply.statusCode;
  const isBytes = payload instanceof Uint8Array;
  if (status >= 500 || passing.has(status) || reply.hasHeader('set-cookie')) return undefined;
  if (payload !== undefined && payload !== null && typeof payload !== 'string' && !isBytes) return undefined;
  const body = isBytes ? payload : Buffer.from(payload ?? '');
  if (body.length > maxAnswerBytes) return undefined;
  const headers: Record<string, string> = {};
  for (const name of keptHeaders) {
    const value = reply.getHeader(name);
    if (value !== undefined) headers[name] = String(value);
  }
  return { status, headers, body };
}

async function finish(
  store: IdempotencyStore,
  request: FastifyRequest,
  answer: StoredAnswer | undefined,
): Promise<void> {
  const key = request.idempotencyClaim;
  if (key === undefined) return;
  delete request.idempotencyClaim;
  await (answer ? store.complete(key, answer) : store.release(key));
}

/**
 * Gives `Idempotency-Key` its meaning for every unsafe request that carries one: the same request again is answered as before, with
 * `Idempotency-Replayed: true`, and not done again; one that is still being done is waited for. Keys belong to an account, or to a
 * network address where nobody is signed in. Refusals before the work begins are not kept, nor are answers with a cookie, answers
 * of more than 1 MiB, or failures of ours: such a request may be tried again.
 */
export function registerIdempotency(app: FastifyInstance, store: IdempotencyStore, logger: Logger): void {
  app.addHook('preParsing', async (request, _reply, payload) => {
    if (keyOf(request) === undefined) return payload;
    const bytes = await readBody(payload as AsyncIterable<Buffer>);
    request.bodyHash = hashOf(comparable(bytes, request.headers['content-type'] ?? ''));
    const body = Readable.from([bytes], { objectMode: false });
    replaceRaw(request, body);
    return Object.assign(body, { receivedEncodedLength: bytes.length });
  });
  app.addHook('preHandler', async (request, reply) => {
    const given = keyOf(request);
    if (given === undefined || request.is404) return undefined;
    const owner = request.principal ? `account ${request.principal.accountId}` : `address ${networkOf(request.ip)}`;
    const key = hashOf(owner, given);
    const claim = await settle(store, key, hashOf(request.method, request.url, request.bodyHash ?? ''));
    if (claim.outcome === 'answered') return replay(reply, claim.answer);
    if (claim.outcome === 'conflict') throw httpProblem('http.idempotency_conflict');
    if (claim.outcome === 'running')
      throw httpProblem('http.idempotency_in_progress', { headers: { 'retry-after': '2' } });
    request.idempotencyClaim = key;
    return undefined;
  });
  app.addHook('onSend', async (request, reply, payload) => {
    try {
      await finish(store, request, answerOf(reply, payload));
    } catch (error) {
      logger.error({ err: error, traceId: request.traceId }, 'the answer to an idempotent request was not kept');
    }
    return payload;
  });
}

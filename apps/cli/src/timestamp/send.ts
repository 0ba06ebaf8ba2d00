import type { ParsedArguments } from '../arguments.ts';
import type { CommandContext } from '../commands.ts';
import { safeText } from '../pki/describe-text.ts';
import { UsageError } from '../usage-error.ts';
import { TimestampRefusal } from './refusal.ts';
import { readKey } from './subscriber-key.ts';

/** Options that say which authority is asked, and how. */
export const endpointOptions = {
  url: { type: 'string' },
  'key-file': { type: 'string' },
  timeout: { type: 'string' },
  retries: { type: 'string' },
} as const;

/** An authority as it is asked. */
export interface Endpoint {
  readonly url: string;
  readonly key: string | undefined;
  readonly timeoutMs: number;
  /** Further attempts when the network or the server fails for the moment. */
  readonly retries: number;
}

const defaultUrl = 'http://localhost:8420/timestamp';
const largestAnswer = 1024 * 1024;
const largestProblem = 64 * 1024;
const firstWaitMs = 500;
const longestWaitMs = 30_000;

/** The authority of the command line, the environment (TRA_TIMESTAMP_URL, TRA_TIMESTAMP_KEY) or this machine. Throws a {@link UsageError}. */
export async function endpointOf(given: ParsedArguments, { terminal }: CommandContext): Promise<Endpoint> {
  const text = given.text('url') ?? terminal.env.TRA_TIMESTAMP_URL ?? defaultUrl;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw new UsageError('cli.timestamp.url_invalid', { params: { url: safeText(text) } });
  const key = await readKey(given.text('key-file'), terminal.env.TRA_TIMESTAMP_KEY);
  // A key in the clear is everybody's key.
  if (key !== undefined && url.protocol === 'http:' && !isLoopback(url.hostname))
    throw new UsageError('cli.timestamp.key_exposed', { params: { url: url.href } });
  const timeoutMs = numberIn(given, 'timeout', { least: 1, most: 600, otherwise: 30 }) * 1000;
  return { url: url.href, key, timeoutMs, retries: numberIn(given, 'retries', { least: 0, most: 10, otherwise: 3 }) };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function numberIn(
  given: ParsedArguments,
  option: string,
  { least, most, otherwise }: { readonly least: number; readonly most: number; readonly otherwise: number },
): number {
  const text = given.text(option);
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (/^\d{1,4}$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError('cli.pki.value_invalid', { params: { option: `--${option}`, value: safeText(text) } });
}

/** A failure that may be over soon. */
class Passing extends Error {
  readonly refusal: TimestampRefusal;
  readonly waitMs: number | undefined;

  constructor(refusal: TimestampRefusal, waitMs?: number) {
    super(refusal.message, { cause: refusal });
    this.refusal = refusal;
    this.waitMs = waitMs;
  }
}

/**
 * Sends a query (RFC 3161 section 3.4) and returns the body of the answer. Asks again after a network failure and statuses 429, 502, 503,
 * 504, each time after a longer wait, or the one that the server names. Redirects are not followed: the key and the query go where they were
 * meant to go. Rejects with {@link TimestampRefusal}.
 */
export async function sendQuery(endpoint: Endpoint, query: Uint8Array): Promise<Uint8Array> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await sendOnce(endpoint, query);
    } catch (error) {
      if (!(error instanceof Passing)) throw error;
      if (attempt >= endpoint.retries) throw error.refusal;
      const grown = firstWaitMs * 2 ** attempt * (0.75 + Math.random() / 2);
      const waitMs = Math.min(error.waitMs ?? grown, longestWaitMs);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

async function sendOnce({ url, key, timeoutMs }: Endpoint, query: Uint8Array): Promise<Uint8Array> {
  const signal = AbortSignal.timeout(timeoutMs);
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/timestamp-query',
        accept: 'application/timestamp-reply',
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      },
      body: new Uint8Array(query),
      redirect: 'manual',
      signal,
    });
  } catch (cause) {
    throw new Passing(unreachable(url, cause));
  }
  if (response.status >= 300 && response.status < 400) {
    await response.body?.cancel();
    const target = safeText((response.headers.get('location') ?? '').slice(0, 200));
    throw new TimestampRefusal('cli.timestamp.redirected', { params: { url, target } });
  }
  if (response.status !== 200) throw await problemOf(url, response);
  return await bounded(response, largestAnswer, url);
}

function unreachable(url: string, cause: unknown): TimestampRefusal {
  const inner = cause instanceof Error ? (cause.cause ?? cause) : cause;
  const code = inner instanceof Error && 'code' in inner ? inner.code : undefined;
  const reason = typeof code === 'string' ? code : inner instanceof Error ? inner.name : '';
  return new TimestampRefusal('cli.timestamp.unreachable', { params: { url, reason }, cause });
}

/** What an answer with an HTTP error says: the words of a problem document (RFC 9457), never markup. */
async function problemOf(url: string, response: Response): Promise<Error> {
  const { status, headers } = response;
  const body = await bounded(response, largestProblem, url).catch(() => new Uint8Array(0));
  const reason = safeText(wordsIn(Buffer.from(body).toString('utf8'), headers.get('content-type') ?? '')).slice(0, 300);
  const refusal = new TimestampRefusal('cli.timestamp.http', { params: { url, status, reason } });
  if (![429, 502, 503, 504].includes(status)) return refusal;
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return new Passing(refusal, Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined);
}

function wordsIn(text: string, type: string): string {
  if (type.includes('json')) {
    try {
      const { title, detail } = JSON.parse(text) as { title?: unknown; detail?: unknown };
      return [title, detail].filter((part) => typeof part === 'string').join(': ');
    } catch {
      return '';
    }
  }
  return type.startsWith('text/plain') ? text.trim().replaceAll(/\s+/g, ' ') : '';
}

async function bounded(response: Response, limit: number, url: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of response.body ?? []) {
      size += part.length;
      if (size > limit) throw new TimestampRefusal('cli.timestamp.answer_too_large', { params: { url, limit } });
      parts.push(part);
    }
  } catch (cause) {
    if (cause instanceof TimestampRefusal) throw cause;
    throw new Passing(unreachable(url, cause));
  }
  return new Uint8Array(Buffer.concat(parts));
}

import { type ClientRequest, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, isIPv6 } from 'node:net';
import { type AddressGuard, createAddressGuard } from './address-guard.ts';
import type { OutboundConfig } from './config.ts';
import { OutboundError } from './errors.ts';
import { isPrivateName, openTunnel, readProxy, refused, requestByProxy, type WebProxy } from './proxy.ts';
import { createResolver, type Resolver } from './resolve.ts';

/** A request to somebody else's server. */
export interface OutboundRequest {
  readonly url: string;
  readonly method?: 'GET' | 'POST' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Largest body that is taken, octets; 1 MiB unless told. */
  readonly maxBytes?: number;
  /** How many redirects are followed; none unless told. Each one is checked like the first address. */
  readonly redirects?: number;
  /** Whether an https server may show any certificate: only for content that is judged by itself, such as an ACME proof. */
  readonly anyCertificate?: boolean;
  /** Longest time in milliseconds for all of it; that of the configuration unless told. */
  readonly timeoutMs?: number;
}

/** What came back. */
export interface OutboundAnswer {
  readonly status: number;
  /** The address that answered, after redirects. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

/** Outgoing requests whose target somebody else chose. */
export interface Outbound {
  readonly guard: AddressGuard;
  readonly resolver: Resolver;
  /**
   * Asks an http or https server. The name is resolved once, every address is judged, and the connection goes to an address that was
   * judged: a name that changes its mind in between gains nothing. Through a proxy the name itself is passed on, after all its addresses were
   * judged here unless the settings leave that to the proxy. Rejects with {@link OutboundError}.
   */
  request(request: OutboundRequest): Promise<OutboundAnswer>;
  /** An address of `host` that may be connected to, without a proxy. Rejects with `outbound.address_refused` or `outbound.name_unknown`. */
  addressOf(host: string): Promise<string>;
}

const defaultMaxBytes = 1_048_576;
const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Outgoing requests under the rules of `config`.
 *
 * @example
 * const outbound = createOutbound(configuration.get(outboundConfig));
 * const { body } = await outbound.request({ url: 'http://crl.example.go.th/ca.crl', maxBytes: 10_000_000 });
 */
export function createOutbound(config: OutboundConfig): Outbound {
  const guard = createAddressGuard(config.allowedNetworks);
  const resolver = createResolver({ servers: config.resolvers });
  const addressOf = async (host: string): Promise<string> => {
    const found = await resolver.addresses(host);
    const allowed = found.find((address) => guard.allows(address));
    if (allowed === undefined) throw new OutboundError('outbound.address_refused', { params: { host } });
    return allowed;
  };
  const proxy = readProxy(config);
  const judgeForProxy = async (host: string): Promise<void> => {
    const names = proxy?.looksUp && isIP(host) === 0;
    const allowed = names
      ? !isPrivateName(host)
      : (await resolver.addresses(host)).every((address) => guard.allows(address));
    if (!allowed) throw new OutboundError('outbound.address_refused', { params: { host } });
  };
  const request = async (given: OutboundRequest): Promise<OutboundAnswer> => {
    const timeoutMs = given.timeoutMs ?? config.timeoutMs;
    const signal = AbortSignal.timeout(timeoutMs);
    let url = readUrl(given.url);
    for (let left = given.redirects ?? 0; ; left -= 1) {
      const answer = await askOnce(url, given, { addressOf, judgeForProxy, proxy, signal }).catch((error: unknown) => {
        throw explain(error, url.hostname, signal);
      });
      const { location } = answer.headers;
      if (!redirectStatuses.has(answer.status) || typeof location !== 'string') return answer;
      if (given.redirects === undefined) return answer;
      if (left === 0) throw new OutboundError('outbound.redirects_exceeded', { params: { host: url.hostname } });
      url = readUrl(location, url);
    }
  };
  return { guard, resolver, request, addressOf };
}

function readUrl(text: string, base?: URL): URL {
  const url = text.length <= 2_048 && URL.canParse(text, base?.href) ? new URL(text, base) : undefined;
  const http = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (!url || !http || url.username || url.password) {
    throw new OutboundError('outbound.url_invalid', { params: { url: text.slice(0, 200) } });
  }
  return url;
}

interface Connection {
  addressOf(host: string): Promise<string>;
  judgeForProxy(host: string): Promise<void>;
  readonly proxy: WebProxy | undefined;
  readonly signal: AbortSignal;
}

async function askOnce(url: URL, given: OutboundRequest, connection: Connection): Promise<OutboundAnswer> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const { proxy, signal } = connection;
  const options: RequestOptions = {
    path: `${url.pathname}${url.search}`,
    method: given.method ?? 'GET',
    headers: { 'user-agent': 'tra', ...given.headers, host: url.host, connection: 'close' },
    signal,
  };
  const maxBytes = given.maxBytes ?? defaultMaxBytes;
  if (!proxy?.covers(host))
    return await answerOf(await askDirectly(url, given, { ...connection, options }), given.body, { url, maxBytes });
  await raceAbort(connection.judgeForProxy(host), signal);
  if (url.protocol === 'http:') {
    const answer = await answerOf(requestByProxy(proxy, url, options), given.body, { url, maxBytes });
    if (answer.status === 407) throw refused(url, answer.status);
    return answer;
  }
  const tunnel = await openTunnel(proxy, url, { signal, anyCertificate: given.anyCertificate === true });
  const sent = httpRequest({ ...options, host, createConnection: () => tunnel });
  return await answerOf(sent, given.body, { url, maxBytes }).finally(() => tunnel.destroy());
}

async function askDirectly(
  url: URL,
  { anyCertificate }: OutboundRequest,
  { addressOf, options, signal }: Connection & { readonly options: RequestOptions },
): Promise<ClientRequest> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const address = await raceAbort(addressOf(host), signal);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return send({
    ...options,
    host: address,
    family: isIPv6(address) ? 6 : 4,
    port: url.port || (url.protocol === 'https:' ? 443 : 80),
    agent: false,
    rejectUnauthorized: anyCertificate !== true,
    ...(isIP(host) ? {} : { servername: host }),
  });
}

function answerOf(
  sent: ClientRequest,
  body: Uint8Array | undefined,
  { url, maxBytes }: { readonly url: URL; readonly maxBytes: number },
): Promise<OutboundAnswer> {
  return new Promise((resolve, reject) => {
    sent.on('response', (response) => {
      readBody(response, maxBytes).then(
        (body) => resolve({ status: response.statusCode ?? 0, url: url.href, headers: response.headers, body }),
        (error: unknown) => {
          sent.destroy();
          reject(error);
        },
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > maxBytes) throw new OutboundError('outbound.too_large', { params: { maxBytes } });
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

function raceAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function explain(error: unknown, host: string, signal: AbortSignal): OutboundError {
  if (error instanceof OutboundError) return error;
  const code = signal.aborted ? 'outbound.timeout' : 'outbound.unreachable';
  return new OutboundError(code, { params: { host }, cause: error });
}

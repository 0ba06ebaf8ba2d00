import { type ClientRequest, request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { OutboundConfig } from './config.ts';
import { OutboundError } from './errors.ts';

/** A proxy that an operator named. */
export interface WebProxy {
  readonly url: URL;
  /** Value of Proxy-Authorization; absent when the address holds no name and password. */
  readonly authorization?: string;
  /** Whether the proxy looks names up, and not this machine. */
  readonly looksUp: boolean;
  /** Whether this host is asked through it. */
  covers(host: string): boolean;
}

/** The proxy of the settings, if any. Throws {@link OutboundError} `outbound.proxy_invalid`, which never holds the setting. */
export function readProxy({ proxy = '', proxyNames, proxyExcept = [] }: OutboundConfig): WebProxy | undefined {
  if (proxy === '') return undefined;
  const url = URL.canParse(proxy) ? new URL(proxy) : undefined;
  const known = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (!url || !known || url.hostname === '' || url.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw new OutboundError('outbound.proxy_invalid');
  const covers = (host: string): boolean => !proxyExcept.some((rule) => isNamedBy(host, rule.toLowerCase()));
  return { url, looksUp: proxyNames === 'proxy', covers, ...authorizationOf(url) };
}

function authorizationOf({ username, password }: URL): Pick<WebProxy, 'authorization'> {
  if (username === '' && password === '') return {};
  try {
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
  } catch {
    throw new OutboundError('outbound.proxy_invalid');
  }
}

function isNamedBy(host: string, rule: string): boolean {
  return rule.startsWith('*.') ? host.toLowerCase().endsWith(rule.slice(1)) : host.toLowerCase() === rule;
}

// Names that only a private network has (RFC 6761, 6762, 8375, 9476, and `internal` reserved by ICANN).
const privateNames = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home|corp|private|alt|test|home\.arpa)\.?$/i;

/** Whether a name that the proxy will look up is certainly not of the public network. */
export function isPrivateName(host: string): boolean {
  return isIP(host) === 0 && (!host.replace(/\.$/, '').includes('.') || privateNames.test(host));
}

/** A request in absolute form (RFC 9112 section 3.2.2), for http targets. */
export function requestByProxy(proxy: WebProxy, target: URL, options: RequestOptions): ClientRequest {
  const headers = { ...(options.headers as Record<string, string>), ...authorizationHeader(proxy) };
  const path = `${target.protocol}//${target.host}${target.pathname}${target.search}`;
  return send({ ...options, ...addressOf(proxy), path, headers }, proxy);
}

function send(options: RequestOptions, { url }: WebProxy): ClientRequest {
  return url.protocol === 'https:' ? httpsRequest(options) : httpRequest(options);
}

function addressOf({ url }: WebProxy): RequestOptions {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return { host, port: url.port || (url.protocol === 'https:' ? 443 : 80), agent: false };
}

function authorizationHeader({ authorization }: WebProxy): Record<string, string> {
  return authorization === undefined ? {} : { 'proxy-authorization': authorization };
}

/** How a tunnel is made. */
export interface TunnelOptions {
  readonly signal: AbortSignal;
  /** Whether the server at its end may show any certificate. */
  readonly anyCertificate: boolean;
}

/** A connection to an https target through the proxy (RFC 9110 section 9.3.6): what goes through it, the proxy cannot read. */
export async function openTunnel(proxy: WebProxy, target: URL, options: TunnelOptions): Promise<TLSSocket> {
  const host = target.hostname.replace(/^\[|\]$/g, '');
  const socket = await connectThrough(proxy, target, options.signal);
  return connectTls({
    socket,
    host,
    rejectUnauthorized: !options.anyCertificate,
    ...(isIP(host) ? {} : { servername: host }),
  });
}

function connectThrough(proxy: WebProxy, target: URL, signal: AbortSignal): Promise<Socket> {
  const path = `${target.hostname}:${target.port || 443}`;
  return new Promise((resolve, reject) => {
    const headers = { host: path, 'user-agent': 'tra', ...authorizationHeader(proxy) };
    const sent = send({ ...addressOf(proxy), method: 'CONNECT', path, headers, signal }, proxy);
    sent.on('connect', (response, socket, head) => {
      const status = response.statusCode ?? 0;
      // A server speaks only after TLS began, so bytes at this point are the proxy's own.
      if (status >= 200 && status < 300 && head.length === 0) return resolve(socket);
      socket.destroy();
      reject(refused(target, status));
    });
    sent.on('response', (response) => {
      sent.destroy();
      reject(refused(target, response.statusCode ?? 0));
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** The proxy said no. */
export function refused({ hostname }: URL, status: number): OutboundError {
  return new OutboundError('outbound.proxy_refused', { params: { host: hostname, status } });
}

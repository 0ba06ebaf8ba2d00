import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { ClockError } from '../errors.ts';
import { exporterContext, KE_REQUEST, type KeAnswer, MAX_KE_OCTETS, readKeAnswer } from './records.ts';

/** Input of {@link establishKeys}. */
export interface KeyExchangeOptions {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
  /** Certificates in PEM that alone are trusted; those that Node trusts unless told. */
  readonly trust?: string | undefined;
}

/** What was agreed with a server, for some questions. */
export interface NtsKeys {
  readonly toServer: Uint8Array;
  readonly toClient: Uint8Array;
  /** Each is used once. */
  readonly cookies: Uint8Array[];
  /** Host or address to ask, and its port. */
  readonly host: string;
  readonly port: number;
}

const protocol = 'ntske/1';
const label = 'EXPORTER-network-time-security';
const keyOctets = 32;
const ntpPort = 123;

/**
 * Agrees on keys and cookies with a server: TLS 1.3 with ALPN `ntske/1` (RFC 8915 sections 3 and 4). Rejects with {@link ClockError}:
 * `clock.source_unreachable`, `clock.source_untrusted` for its certificate, `clock.source_keys_refused` for everything that it says wrongly.
 */
export function establishKeys(options: KeyExchangeOptions): Promise<NtsKeys> {
  const { name, host, port, timeoutMs, trust } = options;
  const socket = connect({
    ...{ host, port, ALPNProtocols: [protocol], minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' },
    ...(isIP(host) ? {} : { servername: host }),
    ...(trust === undefined ? {} : { ca: trust }),
  });
  const refused = (reason: string): ClockError =>
    new ClockError('clock.source_keys_refused', { params: { source: name, reason } });
  return new Promise<NtsKeys>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new ClockError('clock.source_silent', { params: { source: name } })),
      timeoutMs,
    );
    socket.once('close', () => {
      clearTimeout(timer);
      reject(refused('cut-off'));
    });
    socket.on('error', (cause) => reject(failure(name, cause)));
    socket.once('secureConnect', () => {
      if (socket.alpnProtocol !== protocol) reject(refused('alpn'));
      else socket.write(KE_REQUEST);
    });
    readWhole(socket, (bytes) => {
      try {
        resolve(keysOf(socket, readKeAnswer(bytes)));
      } catch (error) {
        reject(error instanceof RangeError ? refused(error.message) : error);
      }
    });
  }).finally(() => socket.destroy());
}

/** Hands over what was sent before the end, or as much as is too much. */
function readWhole(socket: TLSSocket, done: (bytes: Uint8Array) => void): void {
  let bytes: Uint8Array = new Uint8Array(0);
  socket.on('data', (part: Uint8Array) => {
    bytes = Buffer.concat([bytes, part]);
    if (bytes.length > MAX_KE_OCTETS || endsWell(bytes)) done(bytes.subarray(0, MAX_KE_OCTETS));
  });
  socket.once('end', () => done(bytes));
}

/** Whether the octets are whole records of which the last is the end of the message: a server may wait for the client to close. */
function endsWell(bytes: Uint8Array): boolean {
  for (let at = 0; at + 4 <= bytes.length; ) {
    const type = (((bytes[at] ?? 0) & 0x7f) << 8) | (bytes[at + 1] ?? 0);
    if (type === 0) return true;
    at += 4 + (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
  }
  return false;
}

function keysOf(socket: TLSSocket, answer: KeAnswer): NtsKeys {
  const key = (direction: 'to-server' | 'to-client'): Uint8Array =>
    new Uint8Array(socket.exportKeyingMaterial(keyOctets, label, Buffer.from(exporterContext(direction))));
  const host = answer.server ?? socket.remoteAddress;
  if (!host) throw new RangeError('cut-off');
  return {
    toServer: key('to-server'),
    toClient: key('to-client'),
    cookies: [...answer.cookies],
    host,
    port: answer.port ?? ntpPort,
  };
}

/** Codes of Node and OpenSSL for an address where nobody answers; any other fault is one of the handshake. */
const unreachable: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
]);

function failure(name: string, cause: Error & { code?: string }): ClockError {
  const { code = '' } = cause;
  if (unreachable.has(code)) return new ClockError('clock.source_unreachable', { params: { source: name }, cause });
  const reason = code || 'tls';
  // Faults of the TLS protocol itself have ERR_SSL_…; those of certificates have names of X.509 such as CERT_HAS_EXPIRED.
  const kind = /^(ERR_SSL|EPROTO)/.test(code) ? 'clock.source_keys_refused' : 'clock.source_untrusted';
  return new ClockError(kind, { params: { source: name, reason }, cause });
}

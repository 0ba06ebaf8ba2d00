/** Record types of NTS key establishment (RFC 8915 section 7.6). */
const RECORD = { end: 0, protocol: 1, error: 2, warning: 3, aead: 4, cookie: 5, server: 6, port: 7 } as const;
/** Protocol NTPv4 (section 7.7) and AEAD_AES_SIV_CMAC_256 (RFC 5297, IANA AEAD registry). */
const protocolNtp4 = 0;
const aesSivCmac256 = 15;

/** Most octets of an answer that are read, and of one cookie. */
export const MAX_KE_OCTETS = 16_384;
const maxCookieOctets = 512;
/** Cookies that a client keeps (RFC 8915 section 5.7). */
export const COOKIES_KEPT = 8;

/** What a server for key establishment says. */
export interface KeAnswer {
  readonly cookies: readonly Uint8Array[];
  /** Where to ask for the time; where the keys came from unless told. */
  readonly server?: string;
  readonly port?: number;
}

function record(type: number, body: readonly number[], critical: boolean): number[] {
  return [(critical ? 0x80 : 0) | (type >> 8), type & 255, body.length >> 8, body.length & 255, ...body];
}

/** What a client asks: NTPv4 under AES-SIV-CMAC-256 (RFC 8915 section 4.1). */
export const KE_REQUEST: Uint8Array = Uint8Array.from([
  ...record(RECORD.protocol, [0, protocolNtp4], true),
  ...record(RECORD.aead, [0, aesSivCmac256], true),
  ...record(RECORD.end, [], true),
]);

/** Context of the exporter for the key of one direction (RFC 8915 section 5.1). */
export function exporterContext(direction: 'to-server' | 'to-client'): Uint8Array {
  return Uint8Array.of(0, protocolNtp4, 0, aesSivCmac256, direction === 'to-server' ? 0 : 1);
}

interface Gathered {
  protocol?: number;
  aead?: number;
  server?: string;
  port?: number;
  readonly cookies: Uint8Array[];
}

/**
 * Reads the whole answer (RFC 8915 section 4.1). Throws a `RangeError` with a short reason when it breaks off, says an error or a warning,
 * holds a critical record that is not known, or agrees to something else than was asked for.
 */
export function readKeAnswer(bytes: Uint8Array): KeAnswer {
  const found: Gathered = { cookies: [] };
  for (let at = 0; ; ) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, Math.max(bytes.length - at, 0));
    if (view.byteLength < 4) throw new RangeError('cut-off');
    const type = view.getUint16(0) & 0x7fff;
    const critical = view.getUint8(0) >= 0x80;
    const end = at + 4 + view.getUint16(2);
    if (end > bytes.length) throw new RangeError('cut-off');
    const body = bytes.subarray(at + 4, end);
    if (type === RECORD.end) return concluded(found, { body, left: bytes.length - end });
    take(found, { type, critical, body });
    at = end;
  }
}

function take(found: Gathered, { type, critical, body }: { type: number; critical: boolean; body: Uint8Array }): void {
  switch (type) {
    case RECORD.error:
      throw new RangeError(`error-${numberIn(body)}`);
    case RECORD.warning:
      throw new RangeError(`warning-${numberIn(body)}`);
    case RECORD.protocol:
      if (found.protocol !== undefined) throw new RangeError('twice');
      found.protocol = numberIn(body);
      return;
    case RECORD.aead:
      if (found.aead !== undefined) throw new RangeError('twice');
      found.aead = numberIn(body);
      return;
    case RECORD.cookie:
      if (body.length === 0 || body.length > maxCookieOctets) throw new RangeError('cookie');
      if (found.cookies.length < COOKIES_KEPT) found.cookies.push(body.slice());
      return;
    case RECORD.server:
      if (found.server !== undefined) throw new RangeError('twice');
      found.server = hostIn(body);
      return;
    case RECORD.port:
      if (found.port !== undefined) throw new RangeError('twice');
      found.port = numberIn(body);
      return;
    default:
      if (critical) throw new RangeError('critical');
  }
}

function concluded(found: Gathered, { body, left }: { body: Uint8Array; left: number }): KeAnswer {
  if (body.length > 0 || left > 0) throw new RangeError('trailing');
  const { protocol, aead, cookies, server, port } = found;
  if (protocol !== protocolNtp4) throw new RangeError('protocol');
  if (aead !== aesSivCmac256) throw new RangeError('aead');
  if (cookies.length === 0) throw new RangeError('no-cookies');
  if (port === 0) throw new RangeError('port');
  return { cookies, ...(server === undefined ? {} : { server }), ...(port === undefined ? {} : { port }) };
}

function numberIn(body: Uint8Array): number {
  // More than one protocol or algorithm is no answer to a question that names one.
  if (body.length !== 2) throw new RangeError('length');
  return ((body[0] ?? 0) << 8) | (body[1] ?? 0);
}

function hostIn(body: Uint8Array): string {
  const host = String.fromCharCode(...body.subarray(0, 255));
  if (body.length > 255 || !/^(?:[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.?|[0-9A-Fa-f:.]+)$/.test(host))
    throw new RangeError('server');
  return host;
}

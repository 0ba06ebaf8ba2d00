/** Octets of an NTP header (RFC 5905 section 7.3). */
export const NTP_LENGTH = 48;

/** Announced leap second: none, one is inserted or left out at the end of the day, or the server has no time (section 7.3). */
export type LeapIndicator = 'none' | 'insert' | 'delete' | 'unsynchronised';

/** A server's answer. Instants are milliseconds since 1970, spans milliseconds. */
export interface NtpAnswer {
  readonly leap: LeapIndicator;
  readonly mode: number;
  readonly version: number;
  readonly stratum: number;
  readonly rootDelay: number;
  readonly rootDispersion: number;
  /** Four letters when the stratum is 0: a kiss-o'-death. */
  readonly reference: string;
  /** The request's transmit field, sent back. */
  readonly origin: Uint8Array;
  readonly received: number;
  readonly sent: number;
}

const leaps: readonly LeapIndicator[] = ['none', 'insert', 'delete', 'unsynchronised'];
/** 1900 to 1970 in seconds. */
const epochGap = 2_208_988_800;
const era = 2 ** 32;

/** A client request whose transmit field is `nonce`: 8 random octets instead of the time, which is nobody's business. */
export function buildNtpRequest(nonce: Uint8Array): Uint8Array {
  const packet = new Uint8Array(NTP_LENGTH);
  packet[0] = (4 << 3) | 3;
  packet.set(nonce.subarray(0, 8), 40);
  return packet;
}

/** Reads an answer; `near` (milliseconds since 1970) tells the era. Undefined when it is shorter than a header. */
export function readNtpAnswer(packet: Uint8Array, near: number): NtpAnswer | undefined {
  if (packet.length < NTP_LENGTH) return undefined;
  const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
  const first = view.getUint8(0);
  return {
    leap: leaps[first >> 6] ?? 'unsynchronised',
    version: (first >> 3) & 7,
    mode: first & 7,
    stratum: view.getUint8(1),
    rootDelay: shortSpan(view, 4),
    rootDispersion: shortSpan(view, 8),
    reference: String.fromCharCode(...packet.subarray(12, 16)).replaceAll(/[^A-Z0-9]/g, ''),
    origin: packet.slice(24, 32),
    received: instant(view, 32, near),
    sent: instant(view, 40, near),
  };
}

function shortSpan(view: DataView, at: number): number {
  return (view.getUint32(at) / 65_536) * 1000;
}

/** A 64-bit timestamp in the era that brings it nearest to `near`; NaN when it is zero, that is unknown. */
function instant(view: DataView, at: number, near: number): number {
  const seconds = view.getUint32(at);
  const fraction = view.getUint32(at + 4);
  if (seconds === 0 && fraction === 0) return Number.NaN;
  const unix = seconds - epochGap + fraction / era;
  const eras = Math.round((near / 1000 - unix) / era);
  return (unix + eras * era) * 1000;
}

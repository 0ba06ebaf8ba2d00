import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIPv6 } from 'node:net';
import { ClockError } from './errors.ts';
import type { MachineTime } from './machine-time.ts';
import type { NtpAnswer } from './ntp-packet.ts';
import type { Sample } from './sample.ts';

/** RFC 5905 section 7.2: a server farther than this from its reference is not used. */
const longestDistance = 1500;
/** Wall clocks of Node tick in milliseconds; one tick at either end. */
const resolution = 1;
/** What the steady clock may go wrong in a second, in parts: 15 ppm (RFC 5905 section 7.2). */
const drift = 15e-6;

/** One question to one server. */
export interface NtpQuestion {
  /** Name of the source, for errors. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly timeoutMs: number;
  readonly time: MachineTime;
  readonly packet: Uint8Array;
  /**
   * The answer in a packet that came from the address which was asked; `wall` is when it was asked. Undefined for a packet that is not
   * the answer to this question: it is passed over, and a right one may still come.
   */
  accept(packet: Uint8Array, wall: number): NtpAnswer | undefined;
  /** Why nothing was accepted in time, when more is known than silence. */
  readonly silence?: () => ClockError | undefined;
}

/** The first address of a host. Rejects with {@link ClockError} `clock.source_unreachable`. */
export async function addressOf(name: string, host: string): Promise<string> {
  const found = await lookup(host).catch((cause: unknown) => {
    throw new ClockError('clock.source_unreachable', { params: { source: name }, cause });
  });
  return found.address;
}

/** Asks over a socket, and so a port, of its own. Rejects with {@link ClockError}. */
export function exchangeNtp(question: NtpQuestion): Promise<Sample> {
  const { name, address, port, timeoutMs, time, packet } = question;
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  return new Promise<Sample>((resolve, reject) => {
    const fail = (code: 'clock.source_silent' | 'clock.source_unreachable', cause?: unknown): void =>
      reject(question.silence?.() ?? new ClockError(code, { params: { source: name }, cause }));
    const timer = setTimeout(() => fail('clock.source_silent'), timeoutMs);
    socket.once('close', () => clearTimeout(timer));
    socket.on('error', (cause) => fail('clock.source_unreachable', cause));
    socket.connect(port, address, () => {
      const wall = time.wall();
      const steady = time.steady();
      socket.on('message', (reply) => {
        const elapsed = time.steady() - steady;
        try {
          const answer = question.accept(reply, wall);
          if (answer) resolve({ ...judge(answer, { name, wall, elapsed }), identity: `${address}:${port}` });
        } catch (error) {
          reject(error);
        }
      });
      socket.send(packet);
    });
  }).finally(() => closeQuietly(socket));
}

function closeQuietly(socket: Socket): void {
  socket.removeAllListeners('message');
  socket.close();
}

/** Offset and bound of an answer (RFC 5905 sections 8 and 11.2). Throws {@link ClockError} for one that says no time. */
function judge(
  answer: NtpAnswer,
  { name, wall, elapsed }: { name: string; wall: number; elapsed: number },
): Omit<Sample, 'identity'> {
  const params = { source: name, reason: answer.reference };
  if (answer.stratum === 0) {
    const slower = answer.reference === 'RATE';
    throw new ClockError(slower ? 'clock.source_slow_down' : 'clock.source_refused', { params });
  }
  if (answer.leap === 'unsynchronised' || answer.stratum > 15)
    throw new ClockError('clock.source_unsynchronised', { params });
  const inside = answer.sent - answer.received;
  const delay = elapsed - inside;
  // Written so that NaN, an instant that the server does not know, is refused too. A server cannot take longer than the round trip.
  if (!(inside >= -resolution && delay >= -resolution)) throw new ClockError('clock.source_invalid', { params });
  const root = answer.rootDelay / 2 + answer.rootDispersion;
  if (!(root < longestDistance)) throw new ClockError('clock.source_unsynchronised', { params });
  const arrived = wall + elapsed;
  return {
    offset: (answer.received - wall + (answer.sent - arrived)) / 2,
    bound: Math.max(delay, 0) / 2 + root + resolution + elapsed * drift,
    leap: answer.leap,
  };
}

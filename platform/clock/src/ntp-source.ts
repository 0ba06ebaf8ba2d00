import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIPv6 } from 'node:net';
import type { Random } from '@tra/kernel';
import { ClockError } from './errors.ts';
import type { MachineTime } from './machine-time.ts';
import { buildNtpRequest, type NtpAnswer, readNtpAnswer } from './ntp-packet.ts';
import type { Sample, TimeSource } from './sample.ts';

/** Input of {@link ntpSource}. */
export interface NtpSourceOptions {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
  readonly time: MachineTime;
  readonly random: Random;
}

/** RFC 5905 section 7.2: a server farther than this from its reference is not used. */
const longestDistance = 1500;
/** Wall clocks of Node tick in milliseconds; one tick at either end. */
const resolution = 1;
/** What the steady clock may go wrong in a second, in parts: 15 ppm (RFC 5905 section 7.2). */
const drift = 15e-6;

/**
 * An NTP server (RFC 5905, client mode). Answers count only from the address that was asked and with the random number of the request;
 * others are not even an error, so that nobody can silence a source by forging. Every request has a socket, and so a port, of its own.
 */
export function ntpSource(options: NtpSourceOptions): TimeSource {
  return {
    name: options.name,
    ask: async () => {
      const address = await lookup(options.host).catch((cause: unknown) => {
        throw new ClockError('clock.source_unreachable', { params: { source: options.name }, cause });
      });
      return exchange(options, address.address);
    },
  };
}

function exchange(options: NtpSourceOptions, address: string): Promise<Sample> {
  const { name, port, timeoutMs, time, random } = options;
  const nonce = random.bytes(8);
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  return new Promise<Sample>((resolve, reject) => {
    const fail = (code: 'clock.source_silent' | 'clock.source_unreachable', cause?: unknown): void =>
      reject(new ClockError(code, { params: { source: name }, cause }));
    const timer = setTimeout(() => fail('clock.source_silent'), timeoutMs);
    socket.once('close', () => clearTimeout(timer));
    socket.on('error', (cause) => fail('clock.source_unreachable', cause));
    socket.connect(port, address, () => {
      const wall = time.wall();
      const steady = time.steady();
      socket.on('message', (packet) => {
        const elapsed = time.steady() - steady;
        const answer = readNtpAnswer(packet, wall);
        if (!answer || !isOurs(answer, nonce)) return;
        try {
          resolve({ ...judge(answer, { name, wall, elapsed }), identity: `${address}:${port}` });
        } catch (error) {
          reject(error);
        }
      });
      socket.send(buildNtpRequest(nonce));
    });
  }).finally(() => closeQuietly(socket));
}

function isOurs(answer: NtpAnswer, nonce: Uint8Array): boolean {
  return answer.mode === 4 && Buffer.compare(answer.origin, nonce) === 0;
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

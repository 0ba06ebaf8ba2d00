import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';

/** How a test server answers; all may change while it runs. */
export interface Behaviour {
  /** Milliseconds that the server is ahead of this machine. */
  offset: number;
  silent?: boolean;
  stratum?: number;
  reference?: string;
  leap?: number;
  rootDispersion?: number;
  /** Answers with these octets as origin instead of the request's. */
  origin?: Uint8Array;
  /** Sends a forged answer first. */
  forgedFirst?: boolean;
  mode?: number;
  transmit?: 'zero' | 'before';
  cutTo?: number;
  asked: number;
}

/** A real NTP server on a port of this machine. */
export interface NtpServer {
  readonly port: number;
  readonly behaviour: Behaviour;
  close(): Promise<void>;
}

function writeInstant(packet: Buffer, at: number, ms: number): void {
  const seconds = Math.floor(ms / 1000);
  packet.writeUInt32BE((seconds + 2_208_988_800) % 2 ** 32, at);
  packet.writeUInt32BE(Math.floor(((ms / 1000) % 1) * 2 ** 32), at + 4);
}

/** An NTP answer to the request that carried `origin`. */
export function ntpAnswer(behaviour: Behaviour, origin: Uint8Array): Buffer {
  const packet = Buffer.alloc(48);
  packet[0] = ((behaviour.leap ?? 0) << 6) | (4 << 3) | (behaviour.mode ?? 4);
  packet[1] = behaviour.stratum ?? 2;
  packet.writeUInt32BE(Math.round((1 / 1000) * 65_536), 4);
  packet.writeUInt32BE(Math.round(((behaviour.rootDispersion ?? 2) / 1000) * 65_536), 8);
  packet.write(behaviour.reference ?? 'TEST', 12, 'latin1');
  packet.set(origin, 24);
  const now = Date.now() + behaviour.offset;
  writeInstant(packet, 32, now);
  if (behaviour.transmit !== 'zero') writeInstant(packet, 40, behaviour.transmit === 'before' ? now - 500 : now);
  return packet.subarray(0, behaviour.cutTo ?? 48);
}

export async function startNtpServer(behaviour: Partial<Behaviour> = {}): Promise<NtpServer> {
  const full: Behaviour = { offset: 0, asked: 0, ...behaviour };
  const socket = createSocket('udp4');
  socket.on('message', (request, from) => {
    full.asked += 1;
    if (full.silent) return;
    const send = (packet: Buffer): void => socket.send(packet, from.port, from.address);
    if (full.forgedFirst) send(ntpAnswer({ ...full, offset: 3_600_000 }, Buffer.alloc(8, 1)));
    send(ntpAnswer(full, full.origin ?? request.subarray(40, 48)));
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    port: (socket.address() as AddressInfo).port,
    behaviour: full,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

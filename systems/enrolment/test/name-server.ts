import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type Answer, decode, encode } from 'dns-packet';

/** A DNS server on loopback that knows what a test tells it. */
export interface NameServer {
  /** As `address:port`. */
  readonly address: string;
  /** Records by `TYPE name`; a missing one is answered with an empty answer. */
  readonly records: Map<string, Answer[]>;
  /** Names whose questions fail (SERVFAIL). */
  readonly failing: Set<string>;
  close(): void;
}

/** Starts a name server on a free port. */
export async function startNameServer(): Promise<NameServer> {
  const socket = createSocket('udp4');
  const records = new Map<string, Answer[]>();
  const failing = new Set<string>();
  socket.on('message', (message, from) => {
    const { id, questions = [] } = decode(message);
    const [question] = questions;
    const name = question?.name ?? '';
    const answers = records.get(`${question?.type} ${name}`) ?? [];
    const rcode = failing.has(name) ? 2 : 0;
    // 0x8180: answer, recursion desired and available.
    const reply = encode({
      type: 'response',
      id: id ?? 0,
      flags: 0x0180 | rcode,
      questions,
      answers: rcode ? [] : answers,
    });
    socket.send(reply, from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address() as AddressInfo;
  return { address: `127.0.0.1:${port}`, records, failing, close: () => socket.close() };
}

import { createHash } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { parseSignedData } from '@tra/cms';
import { toHex } from '@tra/kernel';
import { createRequest, parseResponse, readTstInfo } from '@tra/timestamp';

/** A token that a client received to its last octet. */
export interface HeldToken {
  readonly token: Uint8Array;
  /** TSTInfo in DER. */
  readonly info: Uint8Array;
  readonly serialHex: string;
}

/** Clients that ask for tokens one after the other, each over a connection that it keeps. */
export interface Load {
  readonly held: HeldToken[];
  /** Requests that were neither answered nor refused before they were sent, and answers that are no token for what was asked. */
  readonly failures: string[];
  /** Connections that were refused: nothing had been sent, and the client tried again. */
  readonly refused: () => number;
  until(count: number): Promise<void>;
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

function post(url: string, body: Uint8Array, agent: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/timestamp-query', 'content-length': body.length };
    const sent = httpRequest(`${url}/timestamp`, { method: 'POST', agent, headers }, (reply) => {
      const parts: Buffer[] = [];
      reply.on('data', (part: Buffer) => parts.push(part));
      reply.once('end', () => resolve({ status: reply.statusCode ?? 0, body: Buffer.concat(parts) }));
      reply.once('error', reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

/** What is wrong with an answer; otherwise the token is held. */
function take({ status, body }: Answer, value: Uint8Array, held: HeldToken[]): string | undefined {
  if (status !== 200) return `status ${status}`;
  const { token, failures } = parseResponse(body);
  if (!token) return `rejected: ${String(failures)}`;
  const { content } = parseSignedData(token);
  if (!content) return 'no content';
  const { serialHex, imprint } = readTstInfo(content);
  if (toHex(imprint.value) !== toHex(value)) return 'a token for something else';
  held.push({ token, info: content, serialHex });
  return undefined;
}

/** Starts `clients` against the address that `url` gives for each request. */
export function startLoad(url: () => string, clients: number): Load {
  const held: HeldToken[] = [];
  const failures: string[] = [];
  let refused = 0;
  let stopped = false;
  const client = async (name: number): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let count = 0; !stopped; count += 1) {
      const value = new Uint8Array(createHash('sha256').update(`${name} ${count} ${process.pid}`).digest());
      try {
        const answer = await post(url(), createRequest({ algorithm: 'sha256', value }), agent);
        const wrong = take(answer, value, held);
        if (wrong) failures.push(wrong);
      } catch (error) {
        const { code = 'error' } = error as { code?: string };
        if (code === 'ECONNREFUSED') refused += 1;
        else failures.push(code);
        await delay(10);
      }
    }
    agent.destroy();
  };
  const running = Promise.all(Array.from({ length: clients }, (_, name) => client(name)));
  return {
    held,
    failures,
    refused: () => refused,
    until: async (count) => {
      while (held.length < count) await delay(2);
    },
    stop: async () => {
      stopped = true;
      await running;
    },
  };
}

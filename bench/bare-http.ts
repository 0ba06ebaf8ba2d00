// The least that an HTTP server of Node can do for a time-stamp: read the body, sign once, send bytes of a constant answer's length; with
// `durable` also write some octets to disk before, over zeros, those of all requests at hand with one write.
// Spawned by benches with one JSON argument; prints its port.
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { closeSync, constants, fsyncSync, openSync, write, writeSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What to sign, and what to answer. */
export interface BarePlan {
  readonly key: 'ecdsa-p256-sha256' | 'rsa-pkcs1-sha256';
  /** Octets that are signed, and octets of an answer. */
  readonly signed: number;
  readonly answer: number;
  /** A file that is made, to write to before each answer. */
  readonly durable?: string;
}

const recordOctets = 200;
const roomOctets = 16 << 20;

const [plan = ''] = process.argv.slice(2);
const { key, signed, answer, durable } = JSON.parse(plan) as BarePlan;
const { privateKey } =
  key === 'ecdsa-p256-sha256'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
    : generateKeyPairSync('rsa', { modulusLength: 2048 });
const data = randomBytes(signed);
const bytes = randomBytes(answer);
const headers = { 'content-type': 'application/timestamp-reply', 'content-length': answer };

function openRoom(path: string): number {
  const room = openSync(path, 'wx');
  writeSync(room, Buffer.alloc(roomOctets));
  fsyncSync(room);
  closeSync(room);
  return openSync(path, constants.O_WRONLY | constants.O_DSYNC);
}

const file = durable === undefined ? undefined : openRoom(durable);
let waiting: ServerResponse[] = [];
let writing = false;
let position = 0;

function send(response: ServerResponse): void {
  response.writeHead(200, headers).end(bytes);
}

function writeWaiting(descriptor: number): void {
  const batch = waiting;
  waiting = [];
  writing = batch.length > 0;
  if (!writing) return;
  const octets = batch.length * recordOctets;
  if (position + octets > roomOctets) position = 0;
  write(descriptor, Buffer.alloc(octets, 1), 0, octets, position, (error) => {
    if (error) throw error;
    for (const response of batch) send(response);
    setImmediate(writeWaiting, descriptor);
  });
  position += octets;
}

function record(response: ServerResponse, descriptor: number): void {
  waiting.push(response);
  if (writing) return;
  writing = true;
  setImmediate(writeWaiting, descriptor);
}

const server = createServer((request, response) => {
  request.on('data', () => undefined);
  request.on('end', () => {
    sign('sha256', data, privateKey);
    if (file === undefined) send(response);
    else record(response, file);
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});

// The least that an HTTP server of Node can do for a time-stamp: read the body, sign once, send bytes of a constant answer's length.
// Spawned by benches with one JSON argument; prints its port.
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What to sign, and what to answer. */
export interface BarePlan {
  readonly key: 'ecdsa-p256-sha256' | 'rsa-pkcs1-sha256';
  /** Octets that are signed, and octets of an answer. */
  readonly signed: number;
  readonly answer: number;
}

const [plan = ''] = process.argv.slice(2);
const { key, signed, answer } = JSON.parse(plan) as BarePlan;
const { privateKey } =
  key === 'ecdsa-p256-sha256'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
    : generateKeyPairSync('rsa', { modulusLength: 2048 });
const data = randomBytes(signed);
const bytes = randomBytes(answer);
const headers = { 'content-type': 'application/timestamp-reply', 'content-length': answer };

const server = createServer((request, response) => {
  request.on('data', () => undefined);
  request.on('end', () => {
    sign('sha256', data, privateKey);
    response.writeHead(200, headers).end(bytes);
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});

import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { createServer, type SecureVersion, type TLSSocket } from 'node:tls';
import { aessiv } from '@noble/ciphers/aes.js';
import { toPem } from '@tra/pki';
import { testHierarchy } from '@tra/pki/testing';
import { ntpAnswer } from './ntp-server.ts';

/** How a test server behaves; all may change while it runs. */
export interface NtsBehaviour {
  /** Milliseconds that the server is ahead of this machine. */
  offset: number;
  leap?: number;
  stratum?: number;
  reference?: string;
  /** What the key establishment sends instead of its right records. */
  records?: Buffer;
  /** Adds records before the end of the message. */
  moreRecords?: Buffer;
  cookies: number;
  /** Sends nothing over TLS, or nothing over UDP. */
  keSilent?: boolean;
  silent?: boolean;
  /** Spoils the answer. */
  answer?: 'bad-mac' | 'wrong-unique' | 'no-proof' | 'replay' | 'nak' | 'other-key' | 'tampered' | 'cut' | 'garbage';
  /** A forged answer, which says another time, comes before the right one. */
  nakFirst?: boolean;
  forgedFirst?: boolean;
  /** Cookies that are not known any more. */
  forgotten?: boolean;
}

/** A server for key establishment and for time on ports of this machine. */
export interface NtsServer {
  readonly port: number;
  readonly behaviour: NtsBehaviour;
  readonly seen: { handshakes: number; questions: number; cookies: string[]; placeholders: number[] };
  close(): Promise<void>;
}

/** Certificates for servers: a root that may be trusted, and chains with keys. */
export interface NtsCertificates {
  readonly root: string;
  readonly good: { cert: string; key: string };
  readonly expired: { cert: string; key: string };
  readonly otherName: { cert: string; key: string };
}

const day = 86_400_000;

export async function ntsCertificates(): Promise<NtsCertificates> {
  const hierarchy = await testHierarchy({ name: 'Time' });
  const issue = async (from: number, until: number, names: readonly ({ ip: string } | { dns: string })[]) => {
    const now = Date.now();
    const validity = { notBefore: new Date(now + from * day), notAfter: new Date(now + until * day) };
    const { certificate, signer } = await hierarchy.issue('tls-server', {
      ...validity,
      subject: {},
      alternativeNames: names,
    });
    return {
      cert: toPem('CERTIFICATE', certificate) + toPem('CERTIFICATE', hierarchy.issuing.certificate),
      key: signer.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    };
  };
  return {
    root: toPem('CERTIFICATE', hierarchy.root.certificate),
    good: await issue(-1, 30, [{ dns: 'localhost' }, { ip: '127.0.0.1' }]),
    expired: await issue(-30, -1, [{ dns: 'localhost' }, { ip: '127.0.0.1' }]),
    otherName: await issue(-1, 30, [{ dns: 'other.example' }]),
  };
}

export function keRecord(type: number, body: Uint8Array | readonly number[], critical = false): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE((critical ? 0x8000 : 0) | type, 0);
  head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, Buffer.from(body)]);
}

const uint16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);

function field(type: number, body: Uint8Array): Buffer {
  const padded = Buffer.alloc(Math.ceil(body.length / 4) * 4);
  padded.set(body);
  return Buffer.concat([uint16(type), uint16(padded.length + 4), padded]);
}

/** A field that stood in a packet. */
interface Found {
  readonly type: number;
  readonly body: Buffer;
  readonly from: number;
}

function fields(packet: Buffer): Found[] {
  const found: Found[] = [];
  for (let at = 48; at + 4 <= packet.length; at += packet.readUInt16BE(at + 2)) {
    const end = at + packet.readUInt16BE(at + 2);
    found.push({ type: packet.readUInt16BE(at), body: packet.subarray(at + 4, end), from: at });
  }
  return found;
}

interface Keys {
  readonly toServer: Buffer;
  readonly toClient: Buffer;
}

/** Input of {@link startNtsServer} beside the behaviour. */
export interface NtsServerOptions extends Partial<NtsBehaviour> {
  readonly identity: { cert: string; key: string };
  readonly alpn?: string;
  readonly version?: SecureVersion;
}

export async function startNtsServer(options: NtsServerOptions): Promise<NtsServer> {
  const { identity, alpn = 'ntske/1', version = 'TLSv1.3', ...own } = options;
  const behaviour: NtsBehaviour = { offset: 0, cookies: 8, ...own };
  const seen: NtsServer['seen'] = { handshakes: 0, questions: 0, cookies: [], placeholders: [] };
  const known = new Map<string, Keys>();
  const newCookie = (keys: Keys): Buffer => {
    const cookie = randomBytes(100);
    known.set(cookie.toString('hex'), keys);
    return cookie;
  };
  const udp = createSocket('udp4');
  await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve));
  let last: Buffer | undefined;

  const ke = createServer(
    { ...identity, ALPNProtocols: [alpn], minVersion: version, maxVersion: version },
    (socket: TLSSocket) => {
      socket.on('error', () => undefined);
      seen.handshakes += 1;
      const context = (last: number): Buffer => Buffer.from([0, 0, 0, 15, last]);
      const label = 'EXPORTER-network-time-security';
      const keys = {
        toServer: socket.exportKeyingMaterial(32, label, context(0)),
        toClient: socket.exportKeyingMaterial(32, label, context(1)),
      };
      socket.once('data', () => {
        if (behaviour.keSilent) return;
        const records = [
          keRecord(1, [0, 0], true),
          keRecord(4, [0, 15], true),
          ...Array.from({ length: behaviour.cookies }, () => keRecord(5, newCookie(keys))),
          keRecord(7, uint16((udp.address() as AddressInfo).port)),
          behaviour.moreRecords ?? Buffer.alloc(0),
          keRecord(0, [], true),
        ];
        socket.end(behaviour.records ?? Buffer.concat(records));
      });
    },
  );
  ke.on('tlsClientError', () => undefined);

  udp.on('message', (request, from) => {
    seen.questions += 1;
    const send = (packet: Buffer): void => udp.send(packet, from.port, from.address);
    const all = fields(request);
    const unique = all.find(({ type }) => type === 0x0104)?.body ?? Buffer.alloc(0);
    const cookie = all.find(({ type }) => type === 0x0204)?.body.toString('hex') ?? '';
    const proof = all.find(({ type }) => type === 0x0404);
    seen.cookies.push(cookie);
    seen.placeholders.push(all.filter(({ type }) => type === 0x0304).length);
    const keys = known.get(cookie);
    if (!keys || !proof || behaviour.silent) return;
    // The request must be proven: decrypt throws otherwise, and the test fails.
    const nonceLength = proof.body.readUInt16BE(0);
    const sealed = proof.body.subarray(4 + nonceLength, 4 + nonceLength + proof.body.readUInt16BE(2));
    aessiv(keys.toServer, request.subarray(0, proof.from), proof.body.subarray(4, 4 + nonceLength)).decrypt(sealed);

    const origin = request.subarray(40, 48);
    const kiss = Buffer.concat([
      ntpAnswer({ offset: 0, asked: 0, stratum: 0, reference: 'NTSN' }, origin),
      field(0x0104, unique),
    ]);
    if (behaviour.forgotten || behaviour.answer === 'nak') return send(kiss);
    if (behaviour.nakFirst) send(kiss);
    const header = ntpAnswer({ asked: 0, ...behaviour }, origin);
    if (behaviour.forgedFirst) {
      const forged = ntpAnswer({ asked: 0, offset: 3_600_000 }, origin);
      send(forged);
      send(Buffer.concat([forged, field(0x0104, unique)]));
      send(
        Buffer.concat([forged, field(0x0104, unique), field(0x0404, Buffer.from([0, 16, 0, 16, ...randomBytes(32)]))]),
      );
    }
    const cookies = Array.from({ length: 1 + (seen.placeholders.at(-1) ?? 0) }, () => field(0x0204, newCookie(keys)));
    const answer = sealedAnswer({ header, unique, cookies: Buffer.concat(cookies), keys, spoiled: behaviour.answer });
    const replayed = behaviour.answer === 'replay' ? last : undefined;
    last ??= answer;
    send(replayed ?? answer);
  });

  await new Promise<void>((resolve) => ke.listen(0, '127.0.0.1', resolve));
  return {
    port: (ke.address() as AddressInfo).port,
    behaviour,
    seen,
    close: async () => {
      await new Promise<void>((resolve) => udp.close(() => resolve()));
      await new Promise<void>((resolve) => ke.close(() => resolve()));
    },
  };
}

function sealedAnswer(parts: {
  header: Buffer;
  unique: Buffer;
  cookies: Buffer;
  keys: Keys;
  spoiled: NtsBehaviour['answer'];
}): Buffer {
  const { header, unique, cookies, keys, spoiled } = parts;
  const identifier = spoiled === 'wrong-unique' ? randomBytes(32) : unique;
  const covered = Buffer.concat([header, field(0x0104, identifier)]);
  if (spoiled === 'no-proof') return covered;
  const nonce = randomBytes(16);
  const key = spoiled === 'other-key' ? randomBytes(32) : keys.toClient;
  const sealed = Buffer.from(aessiv(key, covered, nonce).encrypt(cookies));
  if (spoiled === 'bad-mac') sealed[0] = (sealed[0] ?? 0) ^ 1;
  const packet = Buffer.concat([
    covered,
    field(0x0404, Buffer.concat([uint16(16), uint16(sealed.length), nonce, sealed])),
  ]);
  // The receive time, one hour later.
  if (spoiled === 'tampered') packet.writeUInt32BE(packet.readUInt32BE(32) + 3600, 32);
  if (spoiled === 'cut') return packet.subarray(0, packet.length - 3);
  if (spoiled === 'garbage') return Buffer.concat([header, field(0x0104, identifier), Buffer.from([4, 4, 0xff, 0xff])]);
  return packet;
}

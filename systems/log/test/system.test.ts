import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { canonicalJson, concatBytes, type Signer, toHex, utf8Encode } from '@tra/kernel';
import * as merkle from '@tra/merkle';
import { createPublicLog, type LogEntry, migrations } from '@tra/platform-log';
import { openTestDatabase } from '@tra/platform-storage/testing';
import { type StartedSystem, startTestSystem } from '@tra/platform-system/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { log as logSystem } from '../src/index.ts';
import { originOf } from '../src/service.ts';

type Config = Parameters<(typeof logSystem)['create']>[0]['config'];
type Services = Awaited<ReturnType<(typeof logSystem)['create']>>['services'];

const pair = generateKeyPairSync('ed25519');
const witnessSigner: Signer = {
  algorithm: 'ed25519',
  publicKey: new Uint8Array(pair.publicKey.export({ type: 'spki', format: 'der' })),
  sign: async (data) => new Uint8Array(sign(null, data, pair.privateKey)),
};
const witness = merkle.noteKeyFromSpki('witness.example/w1', 'cosignature', witnessSigner.publicKey);
const certificate = new Uint8Array([0x30, 0x03, 0x02, 0x01, 0x07]);
const sha256 = toHex(new Uint8Array(createHash('sha256').update(certificate).digest()));

let system: StartedSystem<Config, Services>;

function revocations(count: number): LogEntry[] {
  return Array.from({ length: count }, (_, serial) => ({
    type: 'pki.revocation',
    data: utf8Encode(canonicalJson({ serial })),
  }));
}

async function append(...entries: LogEntry[]): Promise<void> {
  const { database, log } = system.context;
  const before = (await system.services.status()).published;
  await database.transaction((trx) => log.append(trx, ...entries));
  while ((await system.services.status()).published < before + entries.length) {
    await new Promise((done) => setTimeout(done, 5));
  }
}

function get(url: string, headers: Record<string, string> = {}) {
  return system.app.inject({ url, headers });
}

async function trust(): Promise<merkle.CheckpointTrust> {
  return { log: [merkle.parseNoteKey((await get('/log/key')).body.trim())], witnesses: [witness] };
}

beforeEach(async () => {
  const database = await openTestDatabase({ migrations: [migrations] });
  const clock = { now: () => new Date() };
  system = await startTestSystem(
    logSystem,
    {},
    {
      database,
      log: createPublicLog({ database, clock, format: merkle }),
      config: { everyMs: 10, witnesses: [merkle.formatNoteKey(witness)] },
    },
  );
});
afterEach(() => system.close());

describe('the files of the log', () => {
  it('are a whole that anyone can audit', async () => {
    const empty = (await get('/log/checkpoint')).body;
    await append(...revocations(300), { type: 'pki.certificate', data: certificate });
    const checkpoint = await get('/log/checkpoint');
    expect(checkpoint.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'public, max-age=2',
    });
    const known = await trust();
    const [head, since] = [checkpoint.body, empty].map((note) => merkle.openCheckpoint(note, known).checkpoint) as [
      merkle.Checkpoint,
      merkle.Checkpoint,
    ];
    expect(head).toMatchObject({ origin: 'localhost:8420/log', size: 301 });
    const read = async (tile: merkle.TileAddress): Promise<Uint8Array> => {
      const reply = await get(`/log/${merkle.tilePath(tile)}`);
      expect(reply.statusCode).toBe(200);
      return new Uint8Array(reply.rawPayload);
    };
    expect(await merkle.auditLog({ head, since: [since], read })).toMatchObject({ verdict: 'passed', entries: 301 });
  });

  it('are kept by caches for ever, and bundles are packed for who asks', async () => {
    await append(...revocations(257));
    const tile = await get('/log/tile/0/000');
    expect(tile.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-length': '8192',
    });
    const plain = await get('/log/tile/entries/001.p/1');
    const packed = await get('/log/tile/entries/001.p/1', { 'accept-encoding': 'gzip' });
    expect(plain.headers).toMatchObject({ vary: 'Accept-Encoding' });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(packed.rawPayload)).toEqual(plain.rawPayload);
    const refused = await get('/log/tile/entries/001.p/1', { 'accept-encoding': 'gzip;q=0' });
    expect(refused.headers['content-encoding']).toBeUndefined();
    // A narrower tile of an earlier size is still there, a wider one is not.
    expect((await get('/log/tile/0/000.p/7')).rawPayload).toHaveLength(7 * 32);
    expect((await get('/log/tile/0/001.p/2')).statusCode).toBe(404);
  });

  it.each([
    '0/x000/001',
    '0/000.p/256',
    '64/000',
    'data/000',
    '0/..%2f..%2fcheckpoint',
    `0/${'x000/'.repeat(9)}000`,
    '',
  ])('are refused under another name (%s)', async (name) => {
    const reply = await get(`/log/tile/${name}`);
    expect([400, 404]).toContain(reply.statusCode);
    expect(reply.headers['cache-control']).toBe('no-store');
  });
});

describe('proofs', () => {
  it('are found by the hash of the file and hold without us', async () => {
    await append(...revocations(20), { type: 'pki.certificate', data: certificate });
    const found = (await get(`/api/v1/log/entries?sha256=${sha256}`)).json();
    expect(found).toMatchObject({ items: [{ index: 20, type: 'pki.certificate', sha256 }], next: null });
    const json = (await get('/api/v1/log/entries/20/proof')).json();
    const text = await get(`/log/proof/${sha256}`);
    expect(text.headers['content-disposition']).toBe(`inline; filename="${sha256}.tlog-proof"`);
    for (const proof of [json.proof, text.body]) {
      const parsed = merkle.parseLogProof(proof);
      const leaf = merkle.leafHash(concatBytes(parsed.extra as Uint8Array, certificate));
      expect(merkle.verifyLogProof(parsed, leaf, await trust()).checkpoint.size).toBe(json.size);
    }
    expect((await get(`/log/proof/${'0'.repeat(64)}`)).statusCode).toBe(404);
    expect((await get('/api/v1/log/entries/21/proof')).json()).toMatchObject({ code: 'log.entry_unknown' });
  });

  it('show how one state continues another', async () => {
    await append(...revocations(5));
    await append(...revocations(3));
    const { path } = (await get('/api/v1/log/consistency?from=5&to=8')).json();
    expect(path.length).toBeGreaterThan(0);
    expect((await get('/api/v1/log/consistency?from=5&to=9')).json()).toMatchObject({ code: 'log.range_invalid' });
    expect((await get('/api/v1/log/consistency?from=6&to=5')).statusCode).toBe(400);
  });
});

describe('the interface', () => {
  it('lists entries page by page, newest first, and shows one', async () => {
    await append(...revocations(5), { type: 'pki.certificate', data: certificate });
    const first = (await get('/api/v1/log/entries?limit=4')).json();
    expect(first.items.map(({ index }: { index: number }) => index)).toEqual([5, 4, 3, 2]);
    const second = (await get(`/api/v1/log/entries?limit=4&after=${first.next}`)).json();
    expect(second).toMatchObject({ items: [{ index: 1 }, { index: 0 }], next: null });
    expect((await get('/api/v1/log/entries?type=pki.certificate')).json().items).toHaveLength(1);
    expect((await get('/api/v1/log/entries?after=x')).statusCode).toBe(400);
    expect((await get('/api/v1/log/entries?type=nothing')).statusCode).toBe(400);
    expect((await get('/api/v1/log/entries/3')).json()).toMatchObject({ index: 3, json: { serial: 3 } });
    expect((await get('/api/v1/log/entries/5')).json()).toMatchObject({ data: 'MAMCAQc=' });
    expect((await get('/api/v1/log')).json()).toMatchObject({
      origin: 'localhost:8420/log',
      size: 6,
      waiting: 0,
      witnesses: [{ name: 'witness.example/w1', size: null, at: null }],
    });
  });
});

describe('witnesses', () => {
  const post = (payload: string) =>
    system.app.inject({
      method: 'POST',
      url: '/log/cosignatures',
      payload,
      headers: { 'content-type': 'text/plain' },
    });
  const cosigned = async (note: string, at: Date): Promise<string> => {
    const { text } = merkle.parseNote(note);
    return note + (await merkle.cosign(text, { name: witness.name, signer: witnessSigner, at }));
  };

  it('hand in cosignatures, which are published with the checkpoint and in proofs', async () => {
    await append({ type: 'pki.certificate', data: certificate });
    const note = (await get('/log/checkpoint')).body;
    const reply = await post(await cosigned(note, new Date()));
    expect(reply.json()).toEqual({ witnesses: ['witness.example/w1'] });
    const quorum = { ...(await trust()), quorum: 1 };
    expect(merkle.openCheckpoint((await get('/log/checkpoint')).body, quorum).cosignatures).toHaveLength(1);
    // A newer checkpoint without a witness does not push the cosigned one out of the proofs.
    await append(...revocations(3));
    const proof = merkle.parseLogProof((await get(`/log/proof/${sha256}`)).body);
    const leaf = merkle.leafHash(concatBytes(proof.extra as Uint8Array, certificate));
    expect(merkle.verifyLogProof(proof, leaf, quorum).checkpoint.size).toBe(1);
    expect((await get('/api/v1/log')).json().witnesses).toMatchObject([{ size: 1 }]);
  });

  it('are refused when they are strangers, forge, or sign what we never signed', async () => {
    await append(...revocations(2));
    const note = (await get('/log/checkpoint')).body;
    const { text } = merkle.parseNote(note);
    expect((await post(note)).json()).toMatchObject({ status: 403, code: 'log.witness_unknown' });
    const stranger = await merkle.cosign(text, { name: 'stranger.example', signer: witnessSigner, at: new Date() });
    expect((await post(note + stranger)).json()).toMatchObject({ code: 'log.witness_unknown' });
    const other = merkle.formatCheckpoint({ origin: 'localhost:8420/log', size: 2, root: new Uint8Array(32) });
    const forked = await cosigned(`${other}\n${note.split('\n\n')[1]}`, new Date());
    expect((await post(forked)).json()).toMatchObject({ status: 404, code: 'log.checkpoint_unknown' });
    const line = (await cosigned(note, new Date())).slice(note.length);
    const elsewhere =
      (await get('/log/checkpoint')).body +
      line.replace(/(.)(.{20}\n)$/, (_, one, end) => `${one === 'A' ? 'B' : 'A'}${end}`);
    expect([400, 403]).toContain((await post(elsewhere)).statusCode);
    expect((await post('nothing')).json()).toMatchObject({ code: 'merkle.note_invalid' });
    expect((await post('x'.repeat(70_000))).statusCode).toBe(413);
    const asJson = await system.app.inject({ method: 'POST', url: '/log/cosignatures', payload: { note } });
    expect(asJson.statusCode).toBe(415);
  });
});

describe('the process', () => {
  it('is healthy while entries find their places', async () => {
    expect(await system.context.health.ready()).toMatchObject({ checks: { log: { ok: true } } });
  });

  it('names the log after its address, unless told otherwise', () => {
    expect(originOf({ origin: '' }, 'https://tra.example.go.th')).toBe('tra.example.go.th/log');
    expect(originOf({ origin: '' }, 'https://example.go.th/tra/')).toBe('example.go.th/tra/log');
    expect(originOf({ origin: 'log.example' }, 'https://example.go.th')).toBe('log.example');
  });

  it('does not start with a witness that is none', async () => {
    const witnesses = ['PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'];
    await expect(startTestSystem(logSystem, {}, { config: { witnesses } })).rejects.toThrow('merkle.key_invalid');
  });
});

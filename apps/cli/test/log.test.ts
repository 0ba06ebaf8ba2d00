import { generateKeyPairSync, sign } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { concatBytes, type Signer, utf8Encode } from '@tra/kernel';
import * as merkle from '@tra/merkle';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from '../src/commands.ts';

const pair = generateKeyPairSync('ed25519');
const signer: Signer = {
  algorithm: 'ed25519',
  publicKey: new Uint8Array(pair.publicKey.export({ type: 'spki', format: 'der' })),
  sign: async (data) => new Uint8Array(sign(null, data, pair.privateKey)),
};
const origin = 'log.example/main';
const key = merkle.formatNoteKey(merkle.noteKeyFromSpki(origin, 'ed25519', signer.publicKey));
const witnessKey = merkle.formatNoteKey(merkle.noteKeyFromSpki('witness.example', 'cosignature', signer.publicKey));
const at = new Date('2026-11-21T07:00:00Z');
let folder = '';
let server: Server;
let address = '';

const certificate = (index: number): Uint8Array => new Uint8Array([0x30, 0x04, 0x02, 0x02, index >> 8, index & 255]);
const entryOf = (index: number): Uint8Array =>
  merkle.encodeEntry({ type: 'pki.certificate', at, data: certificate(index) });

async function write(path: string, bytes: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

/** Writes a log into `name` whose entry `index` is `entry(index)`. */
async function writeLog(name: string, size: number, entry: (index: number) => Uint8Array = entryOf): Promise<void> {
  const entries = Array.from({ length: size }, (_, index) => entry(index));
  const leaves = entries.map(merkle.leafHash);
  const { edge, subtrees } = merkle.growEdge(merkle.emptyEdge, leaves);
  for (const tile of merkle.tilesOf(size)) {
    const start = tile.index * 256;
    const hashes =
      tile.level === 0 ? leaves : subtrees.filter(({ level }) => level === tile.level).map(({ hash }) => hash);
    const bytes =
      tile.level === 'entries'
        ? merkle.encodeBundle(entries.slice(start, start + tile.width))
        : concatBytes(...hashes.slice(start, start + tile.width));
    await write(join(folder, name, merkle.tilePath(tile)), bytes);
  }
  const note = await merkle.signCheckpoint({ origin, size, root: merkle.edgeRoot(edge) }, signer);
  const { text } = merkle.parseNote(note);
  const cosignature = await merkle.cosign(text, { name: 'witness.example', signer, at });
  await write(join(folder, name, 'checkpoint'), note + cosignature);
}

async function tra(...argv: string[]): Promise<{ status: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const status = await runCommand(argv, {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    env: { LANG: 'en_GB.UTF-8' },
  });
  return { status, out, err };
}

const path = (...names: string[]): string => join(folder, ...names);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tra-cli-log-'));
  await writeLog('log', 600);
  await writeLog('early', 300);
  await writeFile(path('log.key'), `${key}\n`);
  await writeFile(path('certificate.der'), certificate(299));
  server = createServer((request, response) => {
    readFile(join(folder, 'served', request.url ?? '')).then(
      (bytes) => response.end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

describe('tra log verify', () => {
  test('passes a whole log, with an earlier checkpoint and a witness', async () => {
    const since = path('early', 'checkpoint');
    const trust = ['--key', path('log.key'), '--witness', witnessKey, '--quorum', '1'];
    const { status, out } = await tra('log', 'verify', path('log'), ...trust, '--since', since);
    expect(out).toContain('The log log.example/main is whole: 600 entries');
    expect(out).toContain('pki.certificate: 600');
    expect(out).toContain('Earlier checkpoints held against it: 1');
    expect(out).toContain('Witnesses: witness.example');
    expect(status).toBe(0);
    const json = await tra('log', 'verify', path('log'), '--key', key, '--format', 'json');
    expect(JSON.parse(json.out)).toMatchObject({ verdict: 'passed', size: 600, entries: 600, findings: [] });
  });

  test('finds a log that was cut, and one that was rewritten and signed anew', async () => {
    const cut = await tra('log', 'verify', path('early'), '--key', key, '--since', path('log', 'checkpoint'));
    expect(cut.status).toBe(1);
    expect(cut.out).toContain('it was cut');
    await writeLog('forked', 650, (index) => entryOf(index === 100 ? 9_999 : index));
    const forked = await tra('log', 'verify', path('forked'), '--key', key, '--since', path('log', 'checkpoint'));
    expect(forked.status).toBe(1);
    expect(forked.out).toContain('it was rewritten');
    expect((await tra('log', 'verify', path('forked'), '--key', key)).status).toBe(0);
  });

  test('finds a bundle and a tile that were altered, or are missing', async () => {
    for (const [name, code] of [
      ['tile/entries/001', 'Entries of the log were altered'],
      ['tile/0/002.p/88', 'Entries of the log were altered'],
      ['tile/1/000.p/2', 'A tile of the log does not hold'],
    ] as const) {
      await cp(path('log'), path('altered'), { recursive: true });
      const bytes = await readFile(path('altered', name));
      bytes[9] = (bytes[9] ?? 0) ^ 1;
      await writeFile(path('altered', name), bytes);
      const { status, out } = await tra('log', 'verify', path('altered'), '--key', key);
      expect([name, status]).toEqual([name, 1]);
      expect(out).toContain(code);
      await rm(path('altered', name));
      expect((await tra('log', 'verify', path('altered'), '--key', key)).out).toContain('A tile of the log is missing');
      await rm(path('altered'), { recursive: true });
    }
  });

  test('fails a checkpoint that another key signed, or too few witnesses', async () => {
    const other = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' });
    const stranger = merkle.formatNoteKey(merkle.noteKeyFromSpki(origin, 'ed25519', new Uint8Array(other)));
    const { status, out } = await tra('log', 'verify', path('log'), '--key', stranger);
    expect(status).toBe(1);
    expect(out).toContain('Nobody who is trusted here signed the note.');
    const unwitnessed = merkle.formatNoteKey(
      merkle.noteKeyFromSpki('other.example', 'cosignature', new Uint8Array(other)),
    );
    const few = await tra(
      'log',
      'verify',
      path('log'),
      '--key',
      key,
      '--witness',
      unwitnessed,
      '--quorum',
      '1',
      '--format',
      'json',
    );
    expect(few.status).toBe(1);
    expect(JSON.parse(few.out)).toMatchObject({ verdict: 'failed', findings: [{ code: 'merkle.witnesses_missing' }] });
  });

  test.each([
    [['verify'], 'Name the log'],
    [['verify', 'nowhere', '--key', key], 'no log that can be read'],
    [['verify', '.'], '--key'],
    [['verify', '.', '--key', 'nonsense'], 'not the key of a log'],
    [['verify', '.', '--key', key, '--quorum', '1'], 'not a number of the witnesses'],
    [['cut'], 'choose verify, prove or mirror'],
  ])('says how %j is meant', async (argv, words) => {
    const { status, err } = await tra('log', ...argv);
    expect(status).toBe(64);
    expect(err).toContain(words);
  });
});

describe('tra log mirror', () => {
  test('fetches a log, follows it, and holds it against every checkpoint that it saw', async () => {
    await cp(path('early'), path('served'), { recursive: true });
    const mirror = ['log', 'mirror', address, '--key', key, '--out', path('mirror')];
    expect((await tra(...mirror)).out).toContain('300 entries');
    await cp(path('log'), path('served'), { recursive: true });
    const again = await tra(...mirror);
    // Of ten files, the first full bundle and the first full tile were there.
    expect(again.out).toContain('600 entries');
    expect(again.out).toContain('5 files were fetched');
    const { status, out } = await tra('log', 'verify', path('mirror'), '--key', key);
    expect(out).toContain('Earlier checkpoints held against it: 2');
    expect(status).toBe(0);
    await cp(path('early'), path('served'), { recursive: true });
    await tra(...mirror);
    expect((await tra('log', 'verify', path('mirror'), '--key', key)).out).toContain('it was cut');
  });

  test('takes no checkpoint that the log did not sign, and no endless answer', async () => {
    await cp(path('log'), path('served'), { recursive: true });
    await writeFile(path('served', 'checkpoint'), 'nothing');
    const out = path('untouched');
    expect((await tra('log', 'mirror', address, '--key', key, '--out', out)).status).toBe(1);
    await writeFile(path('served', 'checkpoint'), 'x'.repeat(2_000_000));
    expect((await tra('log', 'mirror', address, '--key', key, '--out', out)).status).toBe(64);
    await expect(readFile(join(out, 'checkpoint'))).rejects.toThrow();
  });
});

describe('tra log prove', () => {
  test('makes a proof from the files alone; it holds later without them', async () => {
    const made = await tra('log', 'prove', path('certificate.der'), '--key', key, '--log', path('log'));
    expect(made.out).toContain('It is entry 299 of 600 in the log log.example/main: pki.certificate');
    const proof = path('certificate.der.tlog-proof');
    const kept = ['log', 'prove', path('certificate.der'), '--key', key, '--proof', proof];
    expect((await tra(...kept)).status).toBe(0);
    expect((await tra(...kept, '--witness', witnessKey, '--quorum', '1')).status).toBe(0);
    await writeFile(path('other.der'), certificate(298));
    const other = await tra('log', 'prove', path('other.der'), '--key', key, '--proof', proof);
    expect(other).toMatchObject({ status: 1 });
    expect(other.out).toContain('The proof does not hold.');
    const text = await readFile(proof, 'utf8');
    await writeFile(path('moved.tlog-proof'), text.replace('index 299', 'index 298'));
    expect((await tra(...kept.slice(0, -1), path('moved.tlog-proof'))).status).toBe(1);
  });

  test('takes no proof whose header swallows the beginning of the file', async () => {
    const whole = entryOf(299);
    const proof = merkle.parseLogProof(await readFile(path('certificate.der.tlog-proof'), 'utf8'));
    await writeFile(path('whole.bin'), whole);
    await writeFile(path('bare.tlog-proof'), merkle.formatLogProof({ ...proof, extra: utf8Encode('') }));
    const kept = await tra('log', 'prove', path('whole.bin'), '--key', key, '--proof', path('bare.tlog-proof'));
    expect(kept.status).toBe(1);
  });

  test('says when a file was never logged', async () => {
    await writeFile(path('unknown.der'), certificate(5_000));
    const local = await tra('log', 'prove', path('unknown.der'), '--key', key, '--log', path('log'));
    expect(local).toMatchObject({ status: 1 });
    expect(local.out).toContain('is not in the log');
    expect((await tra('log', 'prove', path('unknown.der'), '--key', key, '--log', address)).out).toContain(
      'not in the log',
    );
  });
});

import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Signer, toBase64 } from '@tra/kernel';
import { afterAll, describe, expect, it } from 'vitest';
import {
  consistencyProof,
  encodeEntry,
  formatNoteKey,
  inclusionProof,
  noteKeyFromSpki,
  signCheckpoint,
  treeRoot,
} from '../src/index.ts';
import { filesOf, readerOf } from './log-of.ts';

const SIZE = 700;
const EARLIER = 333;
const origin = 'log.example/main';
const folder = mkdtempSync(join(tmpdir(), 'tra-merkle-interop-'));
const program = join(folder, 'interop');
// Where there is no Go, or its modules cannot be fetched, this is skipped in view.
const built =
  spawnSync('go', ['build', '-o', program, '.'], {
    cwd: fileURLToPath(new URL('./interop/', import.meta.url)),
    timeout: 60_000,
  }).status === 0;

const pair = generateKeyPairSync('ed25519');
const signer: Signer = {
  algorithm: 'ed25519',
  publicKey: new Uint8Array(pair.publicKey.export({ type: 'spki', format: 'der' })),
  sign: async (data) => new Uint8Array(sign(null, data, pair.privateKey)),
};
const key = formatNoteKey(noteKeyFromSpki(origin, 'ed25519', signer.publicKey));

function write(path: string, bytes: Uint8Array | string): void {
  const file = join(folder, 'log', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}

const proofText = (path: readonly Uint8Array[]): string => path.map((hash) => `${toBase64(hash)}\n`).join('');

function read(): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(program, [join(folder, 'log'), key, String(EARLIER)], {
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!built)('golang.org/x/mod/sumdb', () => {
  it('reads our checkpoint, tiles, bundles and proofs, and finds what was altered', async () => {
    const at = new Date('2026-11-21T07:00:00Z');
    const entries = Array.from({ length: SIZE }, (_, index) =>
      encodeEntry({ type: 'pki.certificate', at, data: new Uint8Array(index % 40).fill(index) }),
    );
    const files = filesOf(entries);
    const tiles = readerOf(files);
    for (const [path, bytes] of files) write(path, bytes);
    write('checkpoint', await signCheckpoint({ origin, size: SIZE, root: await treeRoot(SIZE, tiles) }, signer));
    for (let index = 0; index < SIZE; index += 7) {
      write(`proofs/${index}`, proofText(await inclusionProof({ index, size: SIZE }, tiles)));
    }
    write('consistency', proofText(await consistencyProof({ from: EARLIER, to: SIZE }, tiles)));
    expect(read()).toEqual({ status: 0, output: `${SIZE}\n` });

    const tile = files.get('tile/1/000.p/2') as Uint8Array;
    write('tile/1/000.p/2', new Uint8Array(tile.length));
    expect(read()).toMatchObject({ status: 1, output: expect.stringContaining('differs') });
    write('tile/1/000.p/2', tile);
    write('proofs/14', proofText(await inclusionProof({ index: 15, size: SIZE }, tiles)));
    expect(read().status).toBe(1);
  });
});

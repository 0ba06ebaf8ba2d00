import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type Signer, toBase64, toHex, utf8Encode } from '@tra/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CheckpointTrust,
  cosign,
  decodeBundle,
  decodeEntry,
  emptyRoot,
  encodeBundle,
  encodeEntry,
  entryHeader,
  formatCheckpoint,
  formatLogProof,
  formatNote,
  formatNoteKey,
  inclusionProof,
  leafHash,
  type NoteKey,
  noteKeyFromSpki,
  openCheckpoint,
  parseCheckpoint,
  parseLogProof,
  parseNote,
  parseNoteKey,
  parseTilePath,
  signCheckpoint,
  signNote,
  type TileAddress,
  tilePath,
  tilesOf,
  verifyLogProof,
  verifyNote,
} from '../src/index.ts';
import { filesOf, readerOf, someEntries, treeHash } from './log-of.ts';

function signerOf(pair: { privateKey: KeyObject; publicKey: KeyObject }): Signer {
  return {
    algorithm: 'ed25519',
    publicKey: new Uint8Array(pair.publicKey.export({ type: 'spki', format: 'der' })),
    sign: async (data) => new Uint8Array(sign(null, data, pair.privateKey)),
  };
}

const origin = 'log.example/main';
const logSigner = signerOf(generateKeyPairSync('ed25519'));
const logKey = noteKeyFromSpki(origin, 'ed25519', logSigner.publicKey);
const witnessSigner = signerOf(generateKeyPairSync('ed25519'));
const witnessKey = noteKeyFromSpki('witness.example/w1', 'cosignature', witnessSigner.publicKey);
const trust: CheckpointTrust = { log: [logKey], witnesses: [witnessKey] };
const at = new Date('2026-11-21T07:00:00Z');

// The example in the documentation of golang.org/x/mod/sumdb/note.
const peterKey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const peterText =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const peterLine =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';

describe('tile paths', () => {
  it.each<[string, TileAddress]>([
    ['tile/0/000', { level: 0, index: 0, width: 256 }],
    ['tile/0/x001/x234/067', { level: 0, index: 1_234_067, width: 256 }],
    ['tile/63/x003/x057/500.p/1', { level: 63, index: 3_057_500, width: 1 }],
    ['tile/entries/x123/000.p/255', { level: 'entries', index: 123_000, width: 255 }],
  ])('%s', (path, tile) => {
    expect(tilePath(tile)).toBe(path);
    expect(parseTilePath(path)).toEqual(tile);
  });

  it.each([
    'tile/64/000',
    'tile/00/000',
    'tile/0/x000/001',
    'tile/0/123/456',
    'tile/0/x123/x456',
    'tile/0/1',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/data/000',
    'tile/0/../000',
    'tile/0/x999/x999/x999/x999/x999/999',
    'checkpoint',
  ])('refuses %s', (path) => {
    expect(() => parseTilePath(path)).toThrow('merkle.tile_path_invalid');
  });

  it('are those of the example in the standard for 70,000 entries', () => {
    const tiles = [...tilesOf(70_000)].filter(({ level }) => level !== 'entries').map(tilePath);
    expect(tiles).toHaveLength(273 + 1 + 1 + 1 + 1);
    expect(tiles.slice(-4)).toEqual(['tile/0/273.p/112', 'tile/1/000', 'tile/1/001.p/17', 'tile/2/000.p/1']);
    expect([...tilesOf(256)].map(tilePath)).toEqual(['tile/entries/000', 'tile/0/000', 'tile/1/000.p/1']);
    expect([...tilesOf(0)]).toEqual([]);
  });
});

describe('bundles', () => {
  it('give back what was put in, and take nothing else', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 256 }), (entries) => {
        const bytes = encodeBundle(entries);
        expect(decodeBundle(bytes, entries.length)).toEqual(entries);
        expect(() => decodeBundle(bytes, entries.length + 1)).toThrow('merkle.bundle_invalid');
        if (bytes.length === 0) return;
        expect(() => decodeBundle(bytes.subarray(0, -1), entries.length)).toThrow('merkle.bundle_invalid');
        expect(() => decodeBundle(bytes, entries.length - 1)).toThrow('merkle.bundle_invalid');
      }),
    );
    expect(() => encodeBundle([new Uint8Array(65_536)])).toThrow('merkle.bundle_invalid');
    expect(() => encodeBundle(Array(257).fill(new Uint8Array(1)))).toThrow('merkle.bundle_invalid');
  });

  it('never fail in another way, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(256), (bytes, width) => {
        try {
          expect(encodeBundle(decodeBundle(bytes, width))).toEqual(bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: 'merkle.bundle_invalid' });
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('entries', () => {
  it('say what they are', () => {
    const content = { type: 'pki.certificate', at, data: new Uint8Array([0x30, 0x0a, 0x0a, 0x0a]) };
    const entry = encodeEntry(content);
    expect(new TextDecoder().decode(entryHeader(content))).toBe(
      'tra-log-entry/v1\npki.certificate\n2026-11-21T07:00:00.000Z\n\n',
    );
    expect(decodeEntry(entry)).toEqual(content);
  });

  it.each([
    'tra-log-entry/v2\na.b\n2026-11-21T07:00:00.000Z\n\n',
    'tra-log-entry/v1\nA b\n2026-11-21T07:00:00.000Z\n\n',
    'tra-log-entry/v1\na.b\n2026-11-21\n\n',
    'tra-log-entry/v1\na.b\n2026-11-21T07:00:00.000Z\nmore\n\n',
    'tra-log-entry/v1\na.b\n2026-11-21T07:00:00.000Z\n',
    '',
  ])('are refused in another form (%#)', (text) => {
    expect(() => decodeEntry(utf8Encode(text))).toThrow('merkle.entry_invalid');
  });

  it('are refused when they are too large or badly named', () => {
    expect(() => encodeEntry({ type: 'a.b', at, data: new Uint8Array(65_535) })).toThrow('merkle.entry_invalid');
    expect(() => encodeEntry({ type: 'a\nb', at, data: new Uint8Array(1) })).toThrow('merkle.entry_invalid');
  });
});

describe('notes', () => {
  it('verify as the example of another implementation', () => {
    const key = parseNoteKey(peterKey);
    expect(formatNoteKey(key)).toBe(peterKey);
    const note = parseNote(formatNote(peterText, [peterLine]));
    expect(note.text).toBe(peterText);
    expect(verifyNote(note, [key])).toHaveLength(1);
    const altered = parseNote(formatNote(peterText.replace('answer', 'Answer'), [peterLine]));
    expect(() => verifyNote(altered, [key])).toThrow('merkle.signature_invalid');
    expect(() => verifyNote(note, [logKey])).toThrow('merkle.note_unsigned');
  });

  it('take the key of the Go checksum database', () => {
    const key = parseNoteKey('sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8');
    expect(key).toMatchObject({ name: 'sum.golang.org', id: '033de0ae', type: 'ed25519' });
  });

  it.each([
    'PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    'Peter+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T',
    'PeterNeumann+c74f20a3+AxpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    'PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    'two words+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    'PeterNeumann',
    '',
  ])('refuse the key %s', (text) => {
    expect(() => parseNoteKey(text)).toThrow('merkle.key_invalid');
  });

  it.each([
    peterText,
    `${peterText}\n`,
    `${peterText}\n${peterLine}`.slice(0, -1),
    `${peterText}\n${peterLine}more\n`,
    `${peterText}\n- PeterNeumann AAAAAAAA\n`,
    `${peterText}\n— Peter Neumann x08go/ZJkuBS9UG\n`,
    `${peterText}\n— Peter+Neumann x08go/ZJ\n`,
    `tab\there\n\n${peterLine}`,
    `line\r\n\n${peterLine}`,
    `\ud800\n\n${peterLine}`,
    `${peterText}\n${peterLine.repeat(101)}`,
  ])('are refused in another form (%#)', (note) => {
    expect(() => parseNote(note)).toThrow('merkle.note_invalid');
  });

  it('never fail in another way, whatever the text', () => {
    const parts = fc.constantFrom(
      '\n',
      '\n\n',
      '— ',
      'name ',
      'AAAAAAA=',
      peterLine,
      peterText,
      ' ',
      '+',
      'é',
      '\u0007',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(parts, fc.string({ maxLength: 5 })), { maxLength: 12 }), (pieces) => {
        try {
          const note = parseNote(pieces.join(''));
          expect(
            formatNote(
              note.text,
              note.signatures.map(({ line }) => line),
            ),
          ).toBe(pieces.join(''));
        } catch (error) {
          expect(error).toMatchObject({ code: 'merkle.note_invalid' });
        }
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('checkpoints', () => {
  const checkpoint = { origin, size: 5, root: treeHash(someEntries(5)) };

  it('are signed and opened', async () => {
    const opened = openCheckpoint(await signCheckpoint(checkpoint, logSigner), trust);
    expect(opened.checkpoint).toEqual({ ...checkpoint, extensions: [] });
    expect(opened.cosignatures).toEqual([]);
  });

  it('are refused from another log, without a signature of ours, or altered', async () => {
    const note = await signCheckpoint(checkpoint, logSigner);
    const other: NoteKey = noteKeyFromSpki('other.example', 'ed25519', logSigner.publicKey);
    expect(() => openCheckpoint(note, { log: [other] })).toThrow('merkle.note_unsigned');
    expect(() => openCheckpoint(note.replace('\n5\n', '\n6\n'), trust)).toThrow('merkle.signature_invalid');
    const text = formatCheckpoint({ ...checkpoint, origin: 'other.example' });
    const crossed = formatNote(text, [await signNote(text, origin, logSigner)]);
    expect(() => openCheckpoint(crossed, trust)).toThrow('merkle.origin_mismatch');
  });

  it.each([
    `${origin}\n05\n${toBase64(emptyRoot())}\n`,
    `${origin}\n-1\n${toBase64(emptyRoot())}\n`,
    `${origin}\n9007199254740993\n${toBase64(emptyRoot())}\n`,
    `${origin}\n5\n${toBase64(emptyRoot().subarray(1))}\n`,
    `${origin}\n5\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n`,
    `\n5\n${toBase64(emptyRoot())}\n`,
    `${origin}\n5\n${toBase64(emptyRoot())}\n\nextension\n`,
    `${origin}\n5\n${toBase64(emptyRoot())}`,
    `${origin}\n5\n`,
  ])('are refused in another form (%#)', (text) => {
    expect(() => parseCheckpoint(text)).toThrow('merkle.checkpoint_invalid');
  });

  it('carry cosignatures of known witnesses, each holder once, the newest', async () => {
    const note = await signCheckpoint(checkpoint, logSigner);
    const text = parseNote(note).text;
    const line = await cosign(text, { name: witnessKey.name, signer: witnessSigner, at });
    const later = await cosign(text, {
      name: witnessKey.name,
      signer: witnessSigner,
      at: new Date(at.getTime() + 90_500),
    });
    const stranger = await cosign(text, { name: 'stranger.example', signer: logSigner, at });
    const opened = openCheckpoint(`${note}${line}${later}${stranger}`, { ...trust, quorum: 1 });
    expect(opened.cosignatures).toHaveLength(1);
    expect(opened.cosignatures[0]?.at).toEqual(new Date('2026-11-21T07:01:30Z'));
    expect(() => openCheckpoint(note, { ...trust, quorum: 1 })).toThrow('merkle.witnesses_missing');
    const forged = line.replace(/[A-Za-z0-9+/]{8}==\n$/, 'AAAAAAAA==\n').replace(/.{3}=\n$/, 'AAA=\n');
    expect(() => openCheckpoint(`${note}${forged}`, trust)).toThrow('merkle.cosignature_invalid');
  });

  it('take no cosignature as the signature of the log', async () => {
    const text = formatCheckpoint(checkpoint);
    const line = await cosign(text, { name: origin, signer: logSigner, at });
    expect(() => openCheckpoint(formatNote(text, [line]), trust)).toThrow('merkle.note_unsigned');
  });
});

describe('proofs as text', () => {
  const entries = someEntries(300);
  const head = { origin, size: 300, root: treeHash(entries) };
  const proofOf = async (index: number, extra?: Uint8Array): Promise<string> =>
    formatLogProof({
      index,
      path: await inclusionProof({ index, size: 300 }, readerOf(filesOf(entries))),
      checkpoint: await signCheckpoint(head, logSigner),
      ...(extra ? { extra } : {}),
    });

  it('are written, read and verified', async () => {
    const text = await proofOf(270, utf8Encode('header'));
    expect(text).toMatch(/^c2sp\.org\/tlog-proof@v1\nextra aGVhZGVy\nindex 270\n/);
    const proof = parseLogProof(text);
    expect(formatLogProof(proof)).toBe(text);
    const leaf = leafHash(entries[270] as Uint8Array);
    expect(toHex(verifyLogProof(proof, leaf, trust).checkpoint.root)).toBe(toHex(head.root));
    expect(() => verifyLogProof({ ...proof, index: 271 }, leaf, trust)).toThrow('merkle.proof_invalid');
    expect(() => verifyLogProof(proof, leafHash(entries[0] as Uint8Array), trust)).toThrow('merkle.proof_invalid');
    expect(() => verifyLogProof(proof, leaf, { ...trust, quorum: 1 })).toThrow('merkle.witnesses_missing');
  });

  it('are refused in another form', async () => {
    const text = await proofOf(3);
    const bad = [
      text.replace('@v1', '@v2'),
      text.replace('index 3', 'index 03'),
      text.replace('index 3', 'index -3'),
      text.replace('index 3\n', ''),
      text.replace('\n\n', '\n'),
      text.replace('index 3\n', 'index 3\nAAAA\n'),
      text.replace('index 3\n', `index 3\n${`${toBase64(emptyRoot())}\n`.repeat(64)}`),
      text.replace('index 3\n', 'extra ?\nindex 3\n'),
      '',
    ];
    for (const changed of bad.filter((one) => one !== text)) {
      expect(() => verifyLogProof(parseLogProof(changed), leafHash(entries[3] as Uint8Array), trust)).toThrow();
    }
    expect(() => parseLogProof(bad[0] as string)).toThrow('merkle.proof_invalid');
  });
});

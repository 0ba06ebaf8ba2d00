import { fromHex, toHex } from '@tra/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  consistencyProof,
  decodeEdge,
  edgeRoot,
  emptyEdge,
  emptyRoot,
  encodeEdge,
  growEdge,
  inclusionProof,
  leafHash,
  type TreeHead,
  treeRoot,
  verifyConsistency,
  verifyInclusion,
} from '../src/index.ts';
import { filesOf, readerOf, someEntries, treeHash } from './log-of.ts';

// The tree of the Certificate Transparency reference implementation: its leaves, and its root at each size.
const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const entries = leaves.map(fromHex);

const SIZE = 700;
const many = someEntries(SIZE);
const read = readerOf(filesOf(many));
const headOf = (size: number): TreeHead => ({ size, root: treeHash(many.slice(0, size)) });

describe('hashes', () => {
  it('are those of the reference tree, at each size, grown one by one and all at once', () => {
    expect(toHex(emptyRoot())).toBe(roots[0]);
    let edge = emptyEdge;
    for (const [index, entry] of entries.entries()) {
      edge = growEdge(edge, [leafHash(entry)]).edge;
      expect(toHex(edgeRoot(edge))).toBe(roots[index + 1]);
    }
    expect(growEdge(emptyEdge, entries.map(leafHash)).edge).toEqual(edge);
  });

  it('give the proofs of the reference tree', async () => {
    const reader = readerOf(filesOf(entries));
    const path = await inclusionProof({ index: 5, size: 8 }, reader);
    expect(path.map(toHex)).toEqual([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    expect((await consistencyProof({ from: 6, to: 8 }, reader)).map(toHex)).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
  });
});

describe('the right edge', () => {
  it('reports each complete subtree of 256^level entries once', () => {
    const grown = growEdge(emptyEdge, many.map(leafHash));
    expect(grown.subtrees.map(({ level, index }) => [level, index])).toEqual([
      [1, 0],
      [1, 1],
    ]);
    expect(grown.subtrees[1]?.hash).toEqual(treeHash(many.slice(256, 512)));
    expect(edgeRoot(grown.edge)).toEqual(treeHash(many));
  });

  it('grows the same in any portions, and survives being stored', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(300), { maxLength: 6 }), (portions) => {
        let edge = emptyEdge;
        for (const portion of portions) {
          const next = many.slice(edge.size, edge.size + portion).map(leafHash);
          edge = growEdge(decodeEdge(edge.size, encodeEdge(edge)), next).edge;
        }
        expect(edgeRoot(edge)).toEqual(treeHash(many.slice(0, edge.size)));
      }),
      { numRuns: 30 },
    );
    expect(() => decodeEdge(3, new Uint8Array(32))).toThrow('merkle.tile_invalid');
  });

  it('holds beyond 2^32 entries', () => {
    const size = 2 ** 40 - 1;
    const hashes = Array.from({ length: 40 }, (_, at) => leafHash(new Uint8Array([at])));
    const { edge, subtrees } = growEdge({ size, hashes }, [leafHash(new Uint8Array(1))]);
    expect(edge.size).toBe(2 ** 40);
    expect(edge.hashes).toHaveLength(1);
    expect(subtrees.map(({ level, index }) => [level, index])).toEqual([
      [1, 2 ** 32 - 1],
      [2, 2 ** 24 - 1],
      [3, 2 ** 16 - 1],
      [4, 2 ** 8 - 1],
      [5, 0],
    ]);
  });
});

describe('proofs from tiles', () => {
  const place = fc.nat(SIZE - 1).chain((last) => fc.tuple(fc.nat(last), fc.constant(last + 1)));

  it('prove any entry in any tree, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(place, fc.nat(), fc.nat(255), async ([index, size], at, bit) => {
        const head = headOf(size);
        const reader = readerOf(filesOf(many.slice(0, size)));
        expect(await treeRoot(size, reader)).toEqual(head.root);
        const path = await inclusionProof({ index, size }, reader);
        const leaf = leafHash(many[index] as Uint8Array);
        const proof = { leaf, index, path, head };
        verifyInclusion(proof);
        const refused = (change: Partial<typeof proof>): void =>
          expect(() => verifyInclusion({ ...proof, ...change })).toThrow('merkle.proof_invalid');
        refused({ leaf: flip(leaf, bit) });
        refused({ head: { size, root: flip(head.root, bit) } });
        refused({ path: [...path, leaf] });
        if (size > 1) refused({ index: (index + 1) % size });
        if (path.length === 0) return;
        const chosen = at % path.length;
        refused({ path: path.map((hash, which) => (which === chosen ? flip(hash, bit) : hash)) });
        refused({ path: path.filter((_, which) => which !== chosen) });
      }),
      { numRuns: 40 },
    );
  });

  it('prove any tree to be the beginning of any later one, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(place, fc.nat(), fc.nat(255), async ([before, to], at, bit) => {
        const from = before + 1;
        const path = await consistencyProof({ from, to }, readerOf(filesOf(many.slice(0, to))));
        const proof = { from: headOf(from), to: headOf(to), path };
        verifyConsistency(proof);
        const refused = (change: Partial<typeof proof>): void =>
          expect(() => verifyConsistency({ ...proof, ...change })).toThrow('merkle.proof_invalid');
        refused({ from: { size: from, root: flip(proof.from.root, bit) } });
        refused({ to: { size: to, root: flip(proof.to.root, bit) } });
        refused({ path: [...path, proof.to.root] });
        if (path.length === 0) return;
        const chosen = at % path.length;
        refused({ path: path.map((hash, which) => (which === chosen ? flip(hash, bit) : hash)) });
        refused({ path: path.filter((_, which) => which !== chosen) });
      }),
      { numRuns: 40 },
    );
  });

  it('are empty from nothing and to itself, and refused backwards', async () => {
    const empty = { size: 0, root: emptyRoot() };
    verifyConsistency({ from: empty, to: headOf(9), path: [] });
    verifyConsistency({ from: headOf(9), to: headOf(9), path: [] });
    expect(() => verifyConsistency({ from: headOf(9), to: headOf(8), path: [] })).toThrow('merkle.proof_invalid');
    expect(() => verifyConsistency({ from: { ...headOf(9), size: 0 }, to: headOf(9), path: [] })).toThrow();
    await expect(consistencyProof({ from: 9, to: 8 }, read)).rejects.toThrow('merkle.range_invalid');
    await expect(inclusionProof({ index: 8, size: 8 }, read)).rejects.toThrow('merkle.range_invalid');
    await expect(inclusionProof({ index: -1, size: 8 }, read)).rejects.toThrow('merkle.range_invalid');
    await expect(treeRoot(1.5, read)).rejects.toThrow('merkle.range_invalid');
  });

  it('refuse a tile of another width', async () => {
    const short = async (): Promise<Uint8Array> => new Uint8Array(31);
    await expect(inclusionProof({ index: 0, size: 3 }, short)).rejects.toThrow('merkle.tile_invalid');
  });
});

function flip(hash: Uint8Array, bit: number): Uint8Array {
  const other = hash.slice();
  other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return other;
}

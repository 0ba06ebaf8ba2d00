import { createHash } from 'node:crypto';
import { concatBytes, toHex } from '@tra/kernel';
import { seededRandom, steppedClock } from '@tra/kernel/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  auditChains,
  type BatchProof,
  type ChainSeal,
  chainGenesis,
  chainHash,
  createBatch,
  encodeSegmentHeader,
  type Imprint,
  segmentEnd,
  verifyBatchToken,
} from '../src/index.ts';
import { type TestAuthority, testAuthority } from '../src/testing.ts';

const clock = steppedClock('2026-11-21T02:00:00Z');
let test: TestAuthority;
beforeAll(async () => {
  test = await testAuthority(clock);
});
const digest = (text: string): Imprint => ({
  algorithm: 'sha256',
  value: new Uint8Array(createHash('sha256').update(text).digest()),
});

const name = seededRandom(5).bytes(16);
interface Made {
  readonly segments: Uint8Array[];
  readonly records: Uint8Array[];
  readonly heads: Uint8Array[];
}
async function chainOf(count: number, perSegment: number): Promise<Made> {
  const made: Made = { segments: [], records: [], heads: [chainGenesis(name)] };
  for (let at = 0; at < count; at += 1) {
    const previous = made.heads[at] as Uint8Array;
    const header = encodeSegmentHeader({ chain: name, from: at + 1, previous });
    if (at % perSegment === 0) made.segments.push(header);
    const { info } = await test.authority.stamp(digest(String(at)));
    const hash = chainHash(previous, info);
    made.heads.push(Uint8Array.from(hash));
    made.records.push(concatBytes(info, hash));
    made.segments[made.segments.length - 1] = concatBytes(
      made.segments.at(-1) as Uint8Array,
      made.records[at] as Uint8Array,
    );
  }
  return made;
}
const seal = ({ heads }: Made, to: number): ChainSeal => ({
  chain: toHex(name),
  from: 1,
  to,
  head: toHex(heads[to] as Uint8Array),
});
const kinds = async (segments: readonly Uint8Array[], seals: readonly ChainSeal[] = []) =>
  (await auditChains(segments, seals)).findings.map(({ kind, at }) => `${kind} ${at}`);

describe('a chain of records', () => {
  let made: Made;
  beforeAll(async () => {
    made = await chainOf(9, 4);
  });

  it('is found whole', async () => {
    expect(await auditChains(made.segments, [seal(made, 0), seal(made, 5), seal(made, 8)])).toEqual({
      records: 9,
      chains: 1,
      unsealed: 1,
      unfinishedOctets: 0,
      findings: [],
    });
  });

  it('shows every octet that was changed', async () => {
    const [first = new Uint8Array(0), ...others] = made.segments;
    for (let at = 0; at < first.length; at += 7) {
      const changed = Uint8Array.from(first);
      changed[at] = (changed[at] ?? 0) ^ 0x20;
      expect((await kinds([changed, ...others], [seal(made, 8)])).length, String(at)).toBeGreaterThan(0);
    }
  });

  it('shows a record that was removed, moved, put in or written anew with all hashes after it', async () => {
    const segmentOf = (records: readonly (Uint8Array | undefined)[]): Uint8Array =>
      concatBytes(
        encodeSegmentHeader({ chain: name, from: 1, previous: chainGenesis(name) }),
        ...records.map((record) => record as Uint8Array),
      );
    const [one, two, three, four] = made.records;
    const rest = made.segments.slice(1);
    expect(await kinds([segmentOf([one, three, four]), ...rest])).toContain('altered 2');
    expect(await kinds([segmentOf([one, three, two, four]), ...rest])).toContain('altered 2');
    expect(await kinds([segmentOf([one, two, two, three, four]), ...rest])).toContain('altered 3');
    const other = await chainOf(9, 4);
    expect(await kinds(other.segments)).toEqual([]);
    expect(await kinds(other.segments, [seal(made, 3)])).toEqual(['seal_differs 3']);
  });

  it('shows a file that was removed, and a chain', async () => {
    const [first, second, third] = made.segments as [Uint8Array, Uint8Array, Uint8Array];
    expect(await kinds([first, third])).toEqual(['missing 5']);
    expect(await kinds([second, third])).toContain('missing 1');
    expect(await kinds([second, first, third])).not.toEqual([]);
    expect(await kinds([], [seal(made, 0)])).toEqual(['missing 1']);
    expect(await kinds([new Uint8Array(100)])).toEqual(['unreadable 0']);
  });

  it('shows a tail that was cut off once it was sealed, not one that never was', async () => {
    const [first, second] = made.segments as [Uint8Array, Uint8Array];
    expect(await kinds([first, second], [seal(made, 9)])).toEqual(['missing 9']);
    expect(await kinds([first, second], [seal(made, 8)])).toEqual([]);
    const torn = second.subarray(0, second.length - 5);
    expect(await kinds([first, torn], [seal(made, 8)])).toEqual(['missing 8']);
    expect(await auditChains([first, torn], [seal(made, 7)])).toMatchObject({
      findings: [],
      unfinishedOctets: (made.records[7]?.length ?? 0) - 5,
    });
  });

  it('may be followed by room for more', async () => {
    const [first, second, third] = made.segments as [Uint8Array, Uint8Array, Uint8Array];
    const roomy = concatBytes(third, new Uint8Array(3000));
    expect(await auditChains([first, second, roomy], [seal(made, 9)])).toMatchObject({
      records: 9,
      findings: [],
      unfinishedOctets: 0,
    });
    expect(segmentEnd(roomy)).toEqual({ seq: 9, head: made.heads[9] });
    expect(segmentEnd(roomy.subarray(0, 64))).toEqual({ seq: 8, head: made.heads[8] });
  });

  it('ends whole wherever a power cut left sectors of the last write unwritten, as far as it is not sealed', async () => {
    const [first = new Uint8Array(0), ...others] = made.segments;
    const roomy = concatBytes(first, new Uint8Array(2048));
    const lengths = made.records.map(({ length }) => length);
    for (let lost = 512; lost < first.length; lost += 512) {
      const torn = Uint8Array.from(roomy);
      torn.fill(0, lost, lost + 512);
      // Records that lie wholly before what was lost.
      let whole = 0;
      for (let end = 64 + (lengths[0] ?? 0); end <= lost; end += lengths[whole] ?? 0) whole += 1;
      expect(await auditChains([torn], [])).toMatchObject({ records: whole, findings: [] });
      expect(segmentEnd(torn)).toEqual({ seq: whole, head: made.heads[whole] });
      expect(await kinds([torn], [seal(made, whole)])).toEqual([]);
      expect(await kinds([torn], [seal(made, whole + 1)])).toEqual([`missing ${whole + 1}`]);
      expect(await kinds([torn, ...others])).not.toEqual([]);
    }
  });
});

describe('a batch', () => {
  it.each([1, 2, 3, 5, 8, 13, 100])('of %i: each digest is proven by one token', async (size) => {
    const imprints = Array.from({ length: size }, (_, index) => digest(`file ${index}`));
    const { root, proofs } = createBatch(imprints);
    const { token } = await test.authority.stamp({ algorithm: 'sha256', value: root });
    const trust = { anchors: [test.hierarchy.root.certificate], crls: await test.hierarchy.crls(clock.now()) };
    const judge = (imprint: Imprint, proof: BatchProof): string =>
      verifyBatchToken({ token, imprint, proof, ...trust }).code;
    for (const [index, imprint] of imprints.entries()) {
      if (index > 3 && index < size - 2) continue;
      const proof = proofs[index] as BatchProof;
      expect(judge(imprint, proof)).toBe('timestamp.token_valid');
      expect(judge(digest('another'), proof)).toBe('timestamp.proof_invalid');
      expect(judge({ ...imprint, algorithm: 'sha3-256' }, proof)).toBe('timestamp.proof_invalid');
      expect(judge(imprint, { ...proof, index: size })).toBe('timestamp.proof_invalid');
      expect(judge(imprint, { ...proof, path: [...proof.path, root] })).toBe('timestamp.proof_invalid');
    }
  });

  it('is refused when it is empty, too large, or holds a digest of the wrong length', () => {
    expect(() => createBatch([])).toThrow('timestamp.batch_invalid');
    expect(() => createBatch(Array.from({ length: 10_001 }, () => digest('x')))).toThrow('timestamp.batch_invalid');
    expect(() => createBatch([{ algorithm: 'sha384', value: new Uint8Array(32) }])).toThrow('timestamp.digest_length');
  });
});

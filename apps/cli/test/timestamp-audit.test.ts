import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { canonicalJson, concatBytes, type Signer, toHex, utf8Encode } from '@tra/kernel';
import * as merkle from '@tra/merkle';
import { chainGenesis, chainHash, encodeSegmentHeader } from '@tra/timestamp';
import { testAuthority } from '@tra/timestamp/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TimestampStore, TokenRecord } from '../../../systems/timestamp/src/store.ts';
import { createTokenLog } from '../../../systems/timestamp/src/token-log.ts';
import { tra } from './timestamp-world.ts';

const pair = generateKeyPairSync('ed25519');
const signer: Signer = {
  algorithm: 'ed25519',
  publicKey: new Uint8Array(pair.publicKey.export({ type: 'spki', format: 'der' })),
  sign: async (data) => new Uint8Array(sign(null, data, pair.privateKey)),
};
const origin = 'log.example/main';
const key = merkle.formatNoteKey(merkle.noteKeyFromSpki(origin, 'ed25519', signer.publicKey));
let source = '';
let folder = '';

/** A record like any other: a DER sequence. */
const infoOf = (index: number): Uint8Array => Uint8Array.of(0x30, 4, 0x02, 0x02, index >> 8, index & 255);

interface Chain {
  readonly name: string;
  /** Files by name. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly seals: readonly { chain: string; from: number; to: number; head: string }[];
}

/** A chain of `count` records in files of ten, sealed after every `sealed` ones. */
function chainOf(count: number, sealed: number): Chain {
  const chain = new Uint8Array(randomBytes(16));
  const name = toHex(chain);
  let head = chainGenesis(chain);
  const seals = [{ chain: name, from: 1, to: 0, head: toHex(head) }];
  const files: Record<string, Uint8Array> = {};
  for (let from = 1; from <= count; from += 10) {
    const parts = [encodeSegmentHeader({ chain, from, previous: head })];
    for (let seq = from; seq < from + 10 && seq <= count; seq += 1) {
      const info = infoOf(seq);
      head = new Uint8Array(chainHash(head, info));
      parts.push(info, head);
      if (seq % sealed === 0) seals.push({ chain: name, from: seq - sealed + 1, to: seq, head: toHex(head) });
    }
    files[`${name}-${String(from).padStart(16, '0')}.segment`] = concatBytes(...parts);
  }
  return { name, files, seals };
}

async function write(path: string, bytes: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

async function writeLog(place: string, seals: Chain['seals']): Promise<void> {
  const entries = seals.map((seal) =>
    merkle.encodeEntry({ type: 'timestamp.segment', at: new Date(), data: utf8Encode(canonicalJson(seal)) }),
  );
  const leaves = entries.map(merkle.leafHash);
  const { edge } = merkle.growEdge(merkle.emptyEdge, leaves);
  const size = entries.length;
  for (const tile of merkle.tilesOf(size))
    await write(
      join(place, merkle.tilePath(tile)),
      tile.level === 'entries' ? merkle.encodeBundle(entries) : concatBytes(...leaves),
    );
  await write(
    join(place, 'checkpoint'),
    await merkle.signCheckpoint({ origin, size, root: merkle.edgeRoot(edge) }, signer),
  );
}

const first = chainOf(35, 5);
const second = chainOf(12, 5);

beforeAll(async () => {
  source = await mkdtemp(join(tmpdir(), 'tra-audit-'));
  for (const [node, chain] of [
    ['n1', first],
    ['n2', second],
  ] as const)
    for (const [name, bytes] of Object.entries(chain.files)) await write(join(source, 'records', node, name), bytes);
  await writeLog(join(source, 'log'), [...first.seals, ...second.seals]);
  await writeFile(join(source, 'key'), key);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tra-audit-'));
  await cp(source, folder, { recursive: true });
});
afterAll(() => rm(source, { recursive: true, force: true }));

const at = (...names: string[]): string => join(folder, ...names);
const logged = (): string[] => ['--log', at('log'), '--key', at('key')];
const audit = (...argv: string[]) => tra(['timestamp', 'audit', ...argv, '--json']);
const nameOf = (chain: Chain, index: number): string => Object.keys(chain.files)[index] ?? '';

describe('tra timestamp audit', () => {
  test('passes what is as it was sealed, whatever the files are called', async () => {
    const { status, out } = await audit(at('records'), ...logged());
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ verdict: 'passed', records: 47, chains: 2, unsealed: 2, findings: [] });
    const files = Object.keys(first.files)
      .map((name) => at('records', 'n1', name))
      .reverse();
    expect((await audit(...files, at('records', 'n2'), ...logged())).status).toBe(0);
    const words = await tra(['timestamp', 'audit', at('records'), ...logged(), '--lang', 'th']);
    expect(words.out).toContain('บันทึกครบถ้วน');
  });

  test('is indeterminate without a log', async () => {
    const { status, out } = await tra(['timestamp', 'audit', at('records')]);
    expect(status).toBe(2);
    expect(out).toContain('--log');
  });

  test('finds a whole chain that is not there, unless other chains are passed over', async () => {
    const alone = await audit(at('records', 'n1'), ...logged());
    expect(alone.status).toBe(1);
    expect(JSON.parse(alone.out).findings).toEqual([{ kind: 'missing', chain: second.name, at: 1 }]);
    const partial = await audit(at('records', 'n1'), ...logged(), '--partial');
    expect(partial.status).toBe(0);
    expect(JSON.parse(partial.out)).toMatchObject({ passedOver: 1 });
  });

  test('finds a record altered, removed, moved or put in, and a file that is gone', async () => {
    const name = nameOf(first, 1);
    const whole = first.files[name] as Uint8Array;
    const header = 64;
    const size = 6 + 32;
    const record = (index: number): Uint8Array => whole.subarray(header + index * size, header + (index + 1) * size);
    const before = whole.subarray(0, header);
    const altered = whole.slice();
    altered[header + 5] = 99;
    const cases: readonly (readonly [string, Uint8Array])[] = [
      ['altered', altered],
      ['removed', concatBytes(before, record(0), whole.subarray(header + 2 * size))],
      ['moved', concatBytes(before, record(1), record(0), whole.subarray(header + 2 * size))],
      ['put in', concatBytes(before, record(0), record(0), whole.subarray(header + size))],
      ['cut off', whole.subarray(0, -size)],
      ['no segment', new Uint8Array(100)],
    ];
    for (const [what, bytes] of cases) {
      await writeFile(at('records', 'n1', name), bytes);
      const { status, out } = await audit(at('records'), ...logged());
      expect(status, what).toBe(1);
      expect(JSON.parse(out).findings.length, what).toBeGreaterThan(0);
    }
    await rm(at('records', 'n1', name));
    const gone = JSON.parse((await audit(at('records'), ...logged())).out);
    expect(gone.findings).toContainEqual({ kind: 'missing', chain: first.name, at: 11 });
  });

  test('finds records written anew with right hashes, because they were sealed', async () => {
    const forged = chainOf(35, 5);
    for (const [index, name] of Object.keys(first.files).entries()) {
      const bytes = Object.values(forged.files)[index] as Uint8Array;
      await writeFile(at('records', 'n1', name), bytes);
    }
    const { status, out } = await audit(at('records'), ...logged());
    expect(status).toBe(1);
    expect(JSON.parse(out).findings).toContainEqual({ kind: 'missing', chain: first.name, at: 1 });
  });

  test('finds a tail that was cut off after it was sealed', async () => {
    await rm(at('records', 'n1', nameOf(first, 3)));
    const { status, out } = await audit(at('records'), ...logged());
    expect(status).toBe(1);
    expect(JSON.parse(out).findings).toEqual([{ kind: 'missing', chain: first.name, at: 31 }]);
  });

  describe('records out of a database', () => {
    const name = toHex(new Uint8Array(randomBytes(16)));
    const rows: Record<string, unknown>[] = [];
    const seals: { chain: string; from: number; to: number; head: string }[] = [];

    // As the system itself records them; each row as PostgreSQL prints it.
    beforeAll(async () => {
      const records: TokenRecord[] = [];
      const store = {
        beginChain: async () => undefined,
        findNewestHash: async () => new Uint8Array(randomBytes(32)),
        insertRecords: async (batch: readonly TokenRecord[]) => void records.push(...batch),
      };
      const random = { bytes: () => new Uint8Array(Buffer.from(name, 'hex')) };
      const clock = { now: () => new Date() };
      const log = createTokenLog(store as unknown as TimestampStore, { random, clock });
      const { authority } = await testAuthority(clock);
      for (let seq = 1; seq <= 9; seq += 1)
        await log.append(await authority.stamp({ algorithm: 'sha256', value: new Uint8Array(32).fill(seq) }));
      const octets = (bytes: Uint8Array): string => `\\x${toHex(bytes)}`;
      for (const { chain, seq, policy, hash, ...record } of records) {
        rows.push({
          ...{ chain, seq, policy, serial_hex: record.serialHex, digest: octets(record.digest), hash: octets(hash) },
          ...{
            gen_time: record.genTime.toISOString().replace('Z', '+00:00'),
            digest_algorithm: record.digestAlgorithm,
          },
          ...{ token_sha256: octets(record.tokenSha256), previous_hash: octets(record.previousHash) },
        });
        if (seq % 4 === 0) seals.push({ chain, from: seq - 3, to: seq, head: toHex(hash) });
      }
    });
    beforeEach(() => writeLog(at('log'), [...first.seals, ...second.seals, ...seals]));

    const judged = async (lines: readonly unknown[]) => {
      await writeFile(at('tokens.jsonl'), lines.map((row) => `${JSON.stringify(row)}\n`).join(''));
      const { status, out } = await audit(at('records'), at('tokens.jsonl'), ...logged());
      return { status, report: JSON.parse(out) };
    };

    test('pass together with the files', async () => {
      expect(await judged(rows)).toMatchObject({ status: 0, report: { records: 56, chains: 3, unsealed: 3 } });
    });

    test('fail when one is altered, removed, moved, cut off, unreadable or all are gone', async () => {
      const altered = rows.map((row, index) => (index === 4 ? { ...row, gen_time: '2026-11-21T09:00:00Z' } : row));
      const rehashed = rows.map((row, index) =>
        index === 0 ? { ...row, previous_hash: `\\x${'cd'.repeat(32)}` } : row,
      );
      const removed = rows.filter((_, index) => index !== 4);
      const moved = [...rows.slice(0, 2), rows[3], rows[2], ...rows.slice(4)];
      const cut = rows.slice(0, 6);
      for (const lines of [altered, rehashed, removed, moved, cut, [...rows, 'x'], [...rows, {}], []]) {
        const { status, report } = await judged(lines);
        expect(status).toBe(1);
        expect(report.findings.length).toBeGreaterThan(0);
      }
      expect((await judged(removed)).report.findings).toContainEqual({ kind: 'missing', chain: name, at: 5 });
      expect((await judged([])).report.findings).toContainEqual({ kind: 'missing', chain: name, at: 1 });
    });
  });

  test('does not trust a log that was altered, or signed by another key', async () => {
    const path = at(
      'log',
      merkle.tilePath(merkle.tilesOf(first.seals.length + second.seals.length).next().value as merkle.TileAddress),
    );
    const bytes = await readFile(path);
    bytes[bytes.length - 4] = (bytes[bytes.length - 4] ?? 0) ^ 1;
    await writeFile(path, bytes);
    const altered = await audit(at('records'), ...logged());
    expect(altered.status).toBe(1);
    expect(JSON.parse(altered.out).logFindings.length).toBeGreaterThan(0);
    const other = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' });
    await writeFile(at('key'), merkle.formatNoteKey(merkle.noteKeyFromSpki(origin, 'ed25519', new Uint8Array(other))));
    expect((await audit(at('records'), ...logged())).status).toBe(1);
  });

  test('what was mistyped', async () => {
    for (const argv of [
      [],
      [at('none')],
      [at('records'), '--log', at('log')],
      [at('records'), '--log', at('none'), '--key', at('key')],
    ])
      expect(await audit(...argv)).toMatchObject({ status: 64 });
  });
});

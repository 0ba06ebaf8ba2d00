// npm run -s bench -- keys
// Signatures per CPU-second from a PKCS#11 token (softhsm2, in its own process, which is counted too) beside the same key store
// interface over software keys in the same run, for every algorithm. The figure of the last line is P-256.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Signer } from '@tra/kernel';
import { type CreateKeyOptions, type KeyStore, openPkcs11KeyStore } from '@tra/platform-keys';
import { createMemoryKeyStore } from '@tra/platform-keys/testing';
import type { BenchResult } from './main.ts';

const libraries = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so'];
const pin = '24680';
const atOnce = 64;
const passes = 5;

interface Case {
  readonly name: string;
  readonly options: CreateKeyOptions;
  readonly signatures: number;
}

interface Row {
  readonly token: number;
  readonly software: number;
  readonly ratio: number;
  readonly tokenPerSecond: number;
}

const purpose = 'time-stamping';
const cases: readonly Case[] = [
  { name: 'p256', options: { algorithm: 'ecdsa-p256-sha256', purpose }, signatures: 6000 },
  { name: 'p384', options: { algorithm: 'ecdsa-p384-sha384', purpose }, signatures: 800 },
  { name: 'rsa2048', options: { algorithm: 'rsa-pkcs1-sha256', purpose, rsaBits: 2048 }, signatures: 1200 },
  { name: 'rsa3072', options: { algorithm: 'rsa-pkcs1-sha256', purpose, rsaBits: 3072 }, signatures: 300 },
  { name: 'rsa4096', options: { algorithm: 'rsa-pkcs1-sha512', purpose, rsaBits: 4096 }, signatures: 150 },
  { name: 'ed25519', options: { algorithm: 'ed25519', purpose }, signatures: 6000 },
];

/** Children of this process (Linux), whose CPU time counts as ours. */
async function children(): Promise<string[]> {
  const threads = await readdir('/proc/self/task');
  const lists = await Promise.all(threads.map((id) => readFile(`/proc/self/task/${id}/children`, 'utf8')));
  return lists.flatMap((text) => text.split(' ').filter((id) => id !== ''));
}

/** CPU seconds that a process has used, from the scheduler's own count in nanoseconds summed over its threads. */
async function childSeconds(pids: readonly string[]): Promise<number> {
  let total = 0;
  for (const pid of pids) {
    for (const thread of await readdir(`/proc/${pid}/task`)) {
      const [nanoseconds = '0'] = (await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8')).split(' ');
      total += Number(nanoseconds) / 1e9;
    }
  }
  return total;
}

async function cpuSeconds(pids: readonly string[]): Promise<number> {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 + (await childSeconds(pids));
}

interface Rates {
  readonly cpu: number;
  readonly wall: number;
}

/** One pass with {@link atOnce} callers: signatures per CPU-second, and per second of the clock. */
async function pass(signer: Signer, signatures: number, pids: readonly string[]): Promise<Rates> {
  const data = Buffer.alloc(256, 7);
  let left = signatures;
  const before = await cpuSeconds(pids);
  const started = performance.now();
  const caller = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await signer.sign(data);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, caller));
  const seconds = (performance.now() - started) / 1000;
  return { cpu: signatures / ((await cpuSeconds(pids)) - before), wall: signatures / seconds };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/** Passes of both stores by turns, so that what else the machine does falls on both. */
async function compare(token: KeyStore, software: KeyStore, { name, options, signatures }: Case): Promise<Row> {
  const [hard, soft] = await Promise.all([token.create(name, options), software.create(name, options)]);
  const pids = await children();
  const rates: { hard: Rates; soft: Rates }[] = [];
  for (let turn = 0; turn <= passes; turn += 1) {
    rates.push({ soft: await pass(soft, signatures, pids), hard: await pass(hard, signatures, pids) });
  }
  const counted = rates.slice(1);
  const tokenRate = median(counted.map((each) => each.hard.cpu));
  const softwareRate = median(counted.map((each) => each.soft.cpu));
  return {
    token: Math.round(tokenRate),
    software: Math.round(softwareRate),
    ratio: Number((tokenRate / softwareRate).toFixed(2)),
    tokenPerSecond: Math.round(median(counted.map((each) => each.hard.wall))),
  };
}

async function openToken(folder: string): Promise<KeyStore> {
  const library = libraries.find((path) => existsSync(path));
  if (!library) throw new Error('softhsm2 is not installed');
  const environment = { SOFTHSM2_CONF: join(folder, 'softhsm2.conf') };
  await writeFile(environment.SOFTHSM2_CONF, `directories.tokendir = ${folder}\nobjectstore.backend = file\n`);
  const init = ['--init-token', '--free', '--label', 'bench', '--pin', pin, '--so-pin', '87654321'];
  execFileSync('softhsm2-util', init, { env: { ...process.env, ...environment }, stdio: 'ignore' });
  return openPkcs11KeyStore({ library, tokenLabel: 'bench', pin: { pin }, environment });
}

/** Compares a token with software keys, for every algorithm. */
export async function run(): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'tra-bench-keys-'));
  try {
    const token = await openToken(folder);
    const software = createMemoryKeyStore();
    const rows: Record<string, Row> = {};
    for (const each of cases) {
      rows[each.name] = await compare(token, software, each);
      process.stderr.write(`${each.name}: ${JSON.stringify(rows[each.name])}\n`);
    }
    await token.close();
    const { token: rate = 0, software: limit = 0, ratio = 0 } = rows.p256 ?? {};
    return { bench: 'keys', rate, limit, ratio, unit: 'signatures per CPU-second, token and software', rows };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

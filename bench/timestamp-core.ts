// The core of time-stamping as it is compiled, and bare signing, in a process of their own: spawned by the bench `timestamp` without the
// condition that resolves packages to their sources, so that what is measured is what `tra start` runs.
// Takes the name of a key, in JSON, on each line of standard input and prints a `CoreRates` for it.
import { type KeyObject, randomBytes, sign } from 'node:crypto';
import { createInterface } from 'node:readline';
import { createAuthority, type TimestampAuthority } from '@tra/timestamp';
import { TEST_POLICY, testAuthority } from '@tra/timestamp/testing';
import { softwareSigner } from '../platform/keys/src/software-signer.ts';
import { type Key, requestOf, signedOctets } from './timestamp-requests.ts';

/** Signatures and tokens per CPU-second. */
export interface CoreRates {
  readonly bare: number;
  readonly core: number;
}

const turns = 8;
const tokensPerTurn: Readonly<Record<Key, number>> = { 'ecdsa-p256-sha256': 2000, 'rsa-pkcs1-sha256': 250 };

interface Core {
  readonly authority: TimestampAuthority;
  readonly privateKey: KeyObject;
}

/** An authority with the signer of the product's own key store. */
async function coreWith(key: Key): Promise<Core> {
  const clock = { now: () => new Date() };
  const { unit, hierarchy } = await testAuthority(clock, key);
  const { privateKey } = unit.signer;
  const signer = softwareSigner(key, privateKey);
  const units = [{ ...unit, signer, chain: [hierarchy.issuing.certificate], policies: [{ oid: TEST_POLICY }] }];
  const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };
  return { authority: createAuthority({ units, clock, random }), privateKey };
}

async function perCpuSecond(count: number, work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  for (let index = 0; index < count; index += 1) await work();
  const used = process.cpuUsage(before);
  return count / ((used.user + used.system) / 1e6);
}

/** Bare signing and the core in turn, in small portions: the medians. */
async function measure(key: Key, { authority, privateKey }: Core): Promise<CoreRates> {
  const data = randomBytes(signedOctets);
  const request = requestOf(TEST_POLICY);
  const bare: number[] = [];
  const core: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    bare.push(await perCpuSecond(tokensPerTurn[key], () => sign('sha256', data, privateKey)));
    core.push(await perCpuSecond(tokensPerTurn[key], () => authority.answer(request)));
  }
  const middle = (values: number[]): number => values.sort((left, right) => left - right)[turns / 2] ?? 0;
  return { bare: middle(bare), core: middle(core) };
}

const cores = new Map<Key, Core>();

for await (const line of createInterface(process.stdin)) {
  const key = JSON.parse(line) as Key;
  const core = cores.get(key) ?? (await coreWith(key));
  cores.set(key, core);
  process.stdout.write(`${JSON.stringify(await measure(key, core))}\n`);
}

// npm run -s conformance -- timestamp-mutations [COUNT]
// Changed time-stamp requests: 1,000,000, or COUNT, or TRA_TEST_MUTATIONS of them; TRA_TEST_MUTATION_SEED chooses others. Half are changed in one
// field on purpose, so that the right PKIFailureInfo is known by construction; half anywhere, and an independent reading of the standard
// (timestamp-reference.ts) says what they deserve. The answer must be that and nothing else, in a TimeStampResp that can be read; a granted token must be
// for exactly what stands in the request. Nothing may be thrown, and no answer may cost 100 ms.
import { randomBytes } from 'node:crypto';
import { der } from '@tra/asn1';
import { mutate, type RandomNumbers, seededNumbers } from '@tra/asn1/testing';
import { toHex } from '@tra/kernel';
import { oidOfDigest } from '@tra/pki';
import {
  type AuthorityReply,
  IMPRINT_ALGORITHMS,
  type ImprintAlgorithm,
  parseResponse,
  readTstInfo,
  type TimestampAuthority,
} from '@tra/timestamp';
import { TEST_POLICY, testAuthority } from '@tra/timestamp/testing';
import type { SuiteResult } from './pkits.ts';
import { type Expected, type ReferenceRules, readByReference } from './timestamp-reference.ts';

const limitMs = 100;
const octets: Readonly<Record<ImprintAlgorithm, number>> = {
  sha256: 32,
  sha384: 48,
  sha512: 64,
  'sha3-256': 32,
  'sha3-384': 48,
  'sha3-512': 64,
};
const accepted = '1.2.752.1';
const contentOf = (oid: string): string => toHex(der.oid(oid).subarray(2));
const rules: ReferenceRules = {
  digests: new Map(IMPRINT_ALGORITHMS.map((name) => [contentOf(oidOfDigest(name)), octets[name]])),
  policies: new Set([contentOf(TEST_POLICY)]),
  extensions: new Set([contentOf(accepted)]),
};

/** The fields of a request, each encoded. */
interface Parts {
  version: Uint8Array;
  algorithm: Uint8Array;
  hash: Uint8Array;
  policy: Uint8Array | undefined;
  nonce: Uint8Array | undefined;
  certReq: Uint8Array | undefined;
  extensions: Uint8Array | undefined;
}

function encode({ version, algorithm, hash, ...rest }: Parts): Uint8Array {
  const imprint = der.sequence(algorithm, hash);
  return der.sequence(version, imprint, rest.policy, rest.nonce, rest.certReq, rest.extensions);
}

const identifier = (oid: string): Uint8Array => der.sequence(der.oid(oid), der.nullValue());
const bytes = (random: RandomNumbers, length: number): Uint8Array => Uint8Array.from({ length }, () => random(256));
const extension = (oid: string, critical: boolean): Uint8Array =>
  der.sequence(der.oid(oid), critical ? der.boolean(true) : undefined, der.octetString(Uint8Array.of(5, 0)));

function usual(random: RandomNumbers): Parts {
  const name = IMPRINT_ALGORITHMS[random(IMPRINT_ALGORITHMS.length)] ?? 'sha256';
  return {
    version: der.integer(1),
    algorithm: identifier(oidOfDigest(name)),
    hash: der.octetString(bytes(random, octets[name])),
    policy: random(2) === 0 ? der.oid(TEST_POLICY) : undefined,
    nonce: random(3) > 0 ? der.integer(1 + random(2 ** 31)) : undefined,
    certReq: random(2) === 0 ? der.boolean(true) : undefined,
    extensions: random(8) === 0 ? der.element(0xa0, extension(accepted, random(2) === 0)) : undefined,
  };
}

interface Change {
  readonly expected: Expected;
  apply(parts: Parts, random: RandomNumbers): Uint8Array;
}

const weak = [
  '1.2.840.113549.2.5',
  '1.3.14.3.2.26',
  '2.16.840.1.101.3.4.2.4',
  '1.3.36.3.2.1',
  '2.16.840.1.101.3.4.2.11',
];
const with_ = (own: (random: RandomNumbers, parts: Parts) => Partial<Parts>): Change['apply'] => {
  return (parts, random) => encode({ ...parts, ...own(random, parts) });
};
const arcs = (random: RandomNumbers): string => `1.3.6.1.4.1.${1 + random(60_000)}.${random(300)}.${random(300)}`;

/** Changes of one field; what each deserves follows from what it does. */
const changes: Readonly<Record<string, Change>> = {
  none: { expected: 'granted', apply: (parts) => encode(parts) },
  version: { expected: 'badRequest', apply: with_((random) => ({ version: der.integer(2 + random(1000)) })) },
  'version 0 or less': { expected: 'badRequest', apply: with_((random) => ({ version: der.integer(-random(200)) })) },
  'weak algorithm': {
    expected: 'badAlg',
    apply: with_((random) => ({ algorithm: identifier(weak[random(weak.length)] ?? '1.2.3') })),
  },
  'unknown algorithm': { expected: 'badAlg', apply: with_((random) => ({ algorithm: identifier(arcs(random)) })) },
  'hash length': {
    expected: 'badDataFormat',
    // 33 to 47 and 65 or more octets are the length of none.
    apply: with_((random) => ({
      hash: der.octetString(bytes(random, random(2) === 0 ? 33 + random(15) : random(32))),
    })),
  },
  policy: { expected: 'unacceptedPolicy', apply: with_((random) => ({ policy: der.oid(arcs(random)) })) },
  extension: {
    expected: 'unacceptedExtension',
    apply: with_((random) => ({ extensions: der.element(0xa0, extension(arcs(random), random(2) === 0)) })),
  },
  'one extension too many': {
    expected: 'unacceptedExtension',
    apply: with_((random) => ({
      extensions: der.element(0xa0, extension(accepted, false), extension(arcs(random), true)),
    })),
  },
  'long nonce': {
    expected: 'badDataFormat',
    apply: with_((random) => ({ nonce: der.element(2, Uint8Array.of(1, ...bytes(random, 64 + random(200)))) })),
  },
  'padded nonce': {
    expected: 'badDataFormat',
    apply: with_((random) => ({ nonce: der.element(2, Uint8Array.of(0, random(128), random(256))) })),
  },
  'negative nonce': {
    expected: 'granted',
    apply: with_((random) => ({
      nonce: der.element(2, Uint8Array.of(0x80 + random(127), ...bytes(random, random(63)))),
    })),
  },
  'missing field': {
    expected: 'badDataFormat',
    apply: (parts, random) => {
      const { version, algorithm, hash } = parts;
      const imprint = der.sequence(algorithm, hash);
      const without = [[imprint], [version], [version, der.sequence(algorithm)], [version, der.sequence(hash)]];
      return der.sequence(...(without[random(without.length)] ?? []));
    },
  },
  'more behind': {
    expected: 'badDataFormat',
    apply: (parts, random) => Uint8Array.of(...encode(parts), ...bytes(random, 1 + random(9))),
  },
  cut: {
    expected: 'badDataFormat',
    apply: (parts, random) => {
      const whole = encode(parts);
      return whole.subarray(0, random(whole.length));
    },
  },
  'indefinite length': {
    expected: 'badDataFormat',
    apply: (parts) => Uint8Array.of(0x30, 0x80, ...encode(parts).subarray(2), 0, 0),
  },
  'above 4 KiB': {
    expected: 'badDataFormat',
    apply: with_((random) => ({
      extensions: der.element(
        0xa0,
        der.sequence(der.oid(accepted), der.octetString(new Uint8Array(4096 + random(99)))),
      ),
    })),
  },
};

interface Case {
  readonly what: string;
  readonly request: Uint8Array;
  readonly expected: Expected;
}

const names = Object.keys(changes);

function* cases(count: number, random: RandomNumbers): Generator<Case> {
  for (let index = 0; index < count; index += 1) {
    const what = names[random(names.length)] ?? 'none';
    const change = changes[what];
    const parts = usual(random);
    if (!change) continue;
    if (index % 2 === 0) {
      yield { what, request: change.apply(parts, random), expected: change.expected };
      continue;
    }
    const { kind, bytes: request } = mutate(encode(parts), encode(usual(random)), random);
    yield { what: `anywhere: ${kind}`, request, expected: readByReference(request, rules).expected };
  }
}

/** What is wrong with an answer, in words; undefined when nothing is. */
function faultOf(reply: AuthorityReply, { request, expected }: Case): string | undefined {
  const { status, failures, token } = parseResponse(reply.response);
  const outcome = token ? 'granted' : failures.join('+');
  if (outcome !== expected) return `answered ${outcome}, expected ${expected}`;
  if (status !== (token ? 'granted' : 'rejection')) return `status ${status}`;
  if (!reply.issued) return undefined;
  const { imprint, nonce } = readTstInfo(reply.issued.info);
  const read = readByReference(request, rules);
  if (toHex(imprint.der) !== read.imprint) return 'a token for another imprint';
  return (nonce && toHex(nonce)) === read.nonce ? undefined : 'a token with another nonce';
}

async function answer(authority: TimestampAuthority, one: Case): Promise<string | undefined> {
  // What was slow once may have been the machine: the least of three counts.
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 3 && least > limitMs; attempt += 1) {
    const start = performance.now();
    const reply = await authority.respond(one.request);
    least = Math.min(least, performance.now() - start);
    const fault = faultOf(reply, one);
    if (fault) return fault;
  }
  return least > limitMs ? `${least} ms` : undefined;
}

/** The figures of a run: cases by what they deserved. */
export interface TimestampMutations extends SuiteResult {
  readonly deserved: Readonly<Record<string, number>>;
}

/** Asks an authority with every case. */
export async function run(argument: string): Promise<TimestampMutations> {
  Error.stackTraceLimit = 2;
  const start = performance.now();
  const count = /^\d+$/.test(argument) ? Number(argument) : Number(process.env.TRA_TEST_MUTATIONS ?? 1_000_000);
  const random = seededNumbers(Number(process.env.TRA_TEST_MUTATION_SEED ?? 20_261_121));
  const { authority } = await testAuthority({ now: () => new Date('2026-11-21T02:00:00Z') }, 'ecdsa-p256-sha256', {
    policies: [{ oid: TEST_POLICY, acceptedExtensions: [accepted] }],
    random: { bytes: (length) => new Uint8Array(randomBytes(length)) },
  });
  const none = { agree: 0, falseAccept: 0, falseReject: 0, error: 0, seconds: 0 };
  const result = { suite: 'timestamp-mutations', cases: 0, ...none, deserved: {} as Record<string, number> };
  for (const one of cases(count, random)) {
    result.cases += 1;
    result.deserved[one.expected] = (result.deserved[one.expected] ?? 0) + 1;
    const fault = await answer(authority, one).catch((error: unknown) => `thrown: ${String(error)}`);
    if (!fault) {
      result.agree += 1;
      continue;
    }
    result[fault.startsWith('answered granted') ? 'falseAccept' : 'error'] += 1;
    if (result.cases - result.agree > 20) continue;
    process.stderr.write(`${one.what}: ${fault}\n  ${toHex(one.request)}\n`);
  }
  result.seconds = Math.round(performance.now() - start) / 1000;
  return result;
}

import type { DigestMatcherData, SignatureFacts, TokenId } from '../diagnostic/token.ts';
import {
  type AlgorithmCatalogue,
  endOf,
  expirationLevel,
  findDigest,
  findSignature,
  instantOf,
  knowsSignature,
} from '../policy/algorithms.ts';
import type { Level } from '../policy/rules.ts';
import type { Block, Failure } from './block.ts';
import type { Conclusion, CryptographicFinding, MessageParams, ProcessMessage } from './report.ts';

/** What a piece of material uses: a hash, or a hash with a method of signing and a key. */
export interface AlgorithmUse {
  readonly digest: string | undefined;
  /** Absent where nothing is signed. */
  readonly signature?: { readonly name: string | undefined; readonly keyLength: number | undefined };
}

interface Problem {
  readonly level: Level;
  readonly message: ProcessMessage;
}

/** Whether algorithms are reliable at a time (EN 319 102-1 clause 5.1.4.3), and until when they were. */
export interface AlgorithmVerdict {
  /** The first problem of the strictest level; absent when there is none. */
  readonly problem?: Problem;
  readonly algorithm: string;
  readonly notAfter?: number;
}

const noPoe: Failure = ['INDETERMINATE', 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE'];
const strictness: readonly Level[] = ['FAIL', 'WARN', 'INFORM'];

/** What a signed token uses. */
export function useOf(facts: SignatureFacts): AlgorithmUse {
  return { digest: facts.digestAlgorithm, signature: { name: facts.encryptionAlgorithm, keyLength: facts.keyLength } };
}

/** Judges algorithms at `time` (milliseconds) by the catalogue. */
export function judgeAlgorithms(use: AlgorithmUse, time: number, catalogue: AlgorithmCatalogue): AlgorithmVerdict {
  const problems = [
    ...signatureProblems(use, catalogue),
    ...digestProblems(use, time, catalogue),
    ...keyProblems(use, time, catalogue),
  ];
  const problem = strictness.flatMap((level) => problems.filter((entry) => entry.level === level))[0];
  const notAfter = reliableUntil(use, catalogue);
  return {
    algorithm: nameOf(use),
    ...(problem ? { problem } : {}),
    ...(notAfter === undefined ? {} : { notAfter }),
  };
}

function nameOf({ digest, signature }: AlgorithmUse): string {
  if (!signature) return digest ?? '?';
  return [signature.name ?? '?', signature.keyLength ?? '?', 'with', digest ?? '?'].join(' ');
}

const problem = (level: Level, code: string, params: MessageParams): Problem => ({
  level,
  message: { code: `process.algorithm.${code}.failed`, params },
});

function signatureProblems({ signature }: AlgorithmUse, catalogue: AlgorithmCatalogue): Problem[] {
  if (!signature || knowsSignature(catalogue, signature.name)) return [];
  return [
    problem(catalogue.encryptionLevel ?? catalogue.level, 'signature_known', { algorithm: signature.name ?? '?' }),
  ];
}

function digestProblems({ digest }: AlgorithmUse, time: number, catalogue: AlgorithmCatalogue): Problem[] {
  const entry = findDigest(catalogue, digest);
  if (!entry) return [problem(catalogue.digestLevel ?? catalogue.level, 'digest_known', { algorithm: digest ?? '?' })];
  const end = endOf(entry);
  if (end === undefined || end >= time) return [];
  return [problem(expirationLevel(catalogue, end), 'digest_current', { algorithm: entry.name, until: instantOf(end) })];
}

function keyProblems({ signature }: AlgorithmUse, time: number, catalogue: AlgorithmCatalogue): Problem[] {
  if (!signature || !knowsSignature(catalogue, signature.name)) return [];
  const params = { algorithm: signature.name ?? '?', keyLength: String(signature.keyLength ?? '?') };
  const level = catalogue.keyLengthLevel ?? catalogue.level;
  if (signature.keyLength === undefined || signature.keyLength <= 0) return [problem(level, 'key_known', params)];
  const entry = findSignature(catalogue, signature.name, signature.keyLength);
  if (!entry) return [problem(level, 'key_long_enough', params)];
  const end = endOf(entry);
  if (end === undefined || end >= time) return [];
  return [problem(expirationLevel(catalogue, end), 'key_current', { ...params, until: instantOf(end) })];
}

/** The last time at which all of them were reliable; undefined when one never was, or none has an end. */
function reliableUntil({ digest, signature }: AlgorithmUse, catalogue: AlgorithmCatalogue): number | undefined {
  const entry = findDigest(catalogue, digest);
  const key = signature && findSignature(catalogue, signature.name, signature.keyLength ?? 0);
  if (!entry || (signature && !key)) return undefined;
  const ends = [endOf(entry), endOf(key)].filter((end) => end !== undefined);
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** The finding for the report. */
export function findingOf(verdict: AlgorithmVerdict, time: number, concerns: string): CryptographicFinding {
  return {
    algorithm: verdict.algorithm,
    secure: verdict.problem?.level !== 'FAIL',
    ...(verdict.notAfter === undefined ? {} : { notAfter: instantOf(verdict.notAfter) }),
    at: instantOf(time),
    concerns,
  };
}

/** Whose algorithms are checked, when, and against what. */
export interface AlgorithmCheck {
  /** Part of the message key: `process.algorithm.reliable.<part>`. */
  readonly part:
    | 'token'
    | 'reference'
    | 'certificate'
    | 'revocation'
    | 'certificate-reference'
    | 'imprint'
    | 'archive-object';
  readonly time: number;
  readonly catalogue: AlgorithmCatalogue;
  readonly token?: TokenId;
  /** Level that cannot be exceeded. */
  readonly atMost?: Level;
}

/** Takes the check of algorithms in a block; INDETERMINATE/CRYPTO_CONSTRAINTS_FAILURE_NO_POE when it fails. Returns the verdict. */
export function checkAlgorithms(
  block: Block,
  use: AlgorithmUse,
  { part, time, catalogue, token, atMost }: AlgorithmCheck,
): AlgorithmVerdict {
  const verdict = judgeAlgorithms(use, time, catalogue);
  const level = milder(verdict.problem?.level ?? catalogue.level, atMost);
  block.check(`process.algorithm.${part}`, { level }, verdict.problem === undefined, noPoe, {
    params: { algorithm: verdict.algorithm, time: instantOf(time) },
    ...(token === undefined ? {} : { token }),
    ...(verdict.problem ? { because: reason(verdict.problem) } : {}),
  });
  return verdict;
}

const reason = ({ message }: Problem): Conclusion => ({
  indication: 'INDETERMINATE',
  errors: [message],
  warnings: [],
  infos: [],
});

const order: readonly Level[] = ['IGNORE', 'INFORM', 'WARN', 'FAIL'];

/** The milder of two levels. */
export function milder(level: Level, other: Level | undefined): Level {
  return other !== undefined && order.indexOf(other) < order.indexOf(level) ? other : level;
}

/** Digests that carry no algorithm of their own: values that are compared, not stated. */
const withoutDigest: readonly DigestMatcherData['type'][] = [
  'counter-signed-signature-value',
  'er-archive-object',
  'er-archive-timestamp',
  'er-archive-timestamp-sequence',
  'er-master-signature',
];

/** Takes the checks of the hashes in references, one per hash and kind of reference. Returns the first verdict that fails. */
export function checkReferenceAlgorithms(
  block: Block,
  matchers: readonly DigestMatcherData[],
  options: Omit<AlgorithmCheck, 'token'>,
): AlgorithmVerdict | undefined {
  const seen = new Set<string>();
  let failed: AlgorithmVerdict | undefined;
  for (const { type, digest } of matchers) {
    if (type === 'counter-signed-signature-value' || (digest === undefined && withoutDigest.includes(type))) continue;
    const key = `${digest?.algorithm} ${type}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const verdict = checkAlgorithms(block, { digest: digest?.algorithm }, options);
    if (verdict.problem?.level === 'FAIL') failed ??= verdict;
  }
  return failed;
}

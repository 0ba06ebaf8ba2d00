import type { DigestMatcherData, SignatureFacts, TokenId } from '../diagnostic/token.ts';
import {
  type AlgorithmCatalogue,
  digestSpans,
  expirationLevel,
  instantOf,
  lastEnd,
  reliableAt,
  signatureSpans,
  spansForKey,
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
  const { problems, notAfter } = use.signature
    ? judgeSignature({ digest: use.digest, ...use.signature }, time, catalogue)
    : judgeDigest(use.digest, time, catalogue);
  const problem = strictness.flatMap((level) => problems.filter((entry) => entry.level === level))[0];
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

/** What speaks against algorithms, and the last time at which they were reliable; absent when they never were, or have no end. */
interface Judgement {
  readonly problems: readonly Problem[];
  readonly notAfter: number | undefined;
}

const untilText = (end: number | undefined): string => (end === undefined ? '-' : instantOf(end));

function judgeDigest(digest: string | undefined, time: number, catalogue: AlgorithmCatalogue): Judgement {
  const spans = digestSpans(catalogue, digest);
  const end = lastEnd(spans);
  const problems: Problem[] = [];
  const params = { algorithm: digest ?? '?' };
  if (spans.length === 0) problems.push(problem(catalogue.digestLevel ?? catalogue.level, 'digest_known', params));
  if (!reliableAt(spans, time)) {
    problems.push(problem(expirationLevel(catalogue, end), 'digest_current', { ...params, until: untilText(end) }));
  }
  return { problems, notAfter: end };
}

/** The method and the hash stand together: what is known of the hash alone only names the reason. */
function judgeSignature(
  use: {
    readonly digest: string | undefined;
    readonly name: string | undefined;
    readonly keyLength: number | undefined;
  },
  time: number,
  catalogue: AlgorithmCatalogue,
): Judgement {
  const { digest, name, keyLength = 0 } = use;
  const all = signatureSpans(catalogue, name, digest);
  const spans = spansForKey(all, keyLength);
  const end = lastEnd(spans);
  const hashOf = { algorithm: digest ?? '?' };
  const keyOf = { algorithm: name ?? '?', keyLength: String(use.keyLength ?? '?') };
  const keyLevel = catalogue.keyLengthLevel ?? catalogue.level;
  const problems: Problem[] = [];
  if (all.length === 0) {
    const level = catalogue.encryptionLevel ?? catalogue.level;
    const listed = catalogue.signatures.some((entry) => entry.name === name);
    const unknownHash = listed && digestSpans(catalogue, digest).length === 0;
    problems.push(
      unknownHash
        ? problem(level, 'digest_known', hashOf)
        : problem(level, 'signature_known', { algorithm: [name ?? '?', ...(listed ? [digest] : [])].join(' ') }),
    );
  }
  if (keyLength <= 0) problems.push(problem(keyLevel, 'key_known', keyOf));
  if (spans.length === 0) problems.push(problem(keyLevel, 'key_long_enough', keyOf));
  if (!reliableAt(spans, time)) {
    const level = expirationLevel(catalogue, end);
    const until = untilText(end);
    const ofHash = !reliableAt(digestSpans(catalogue, digest), time);
    problems.push(
      ofHash
        ? problem(level, 'digest_current', { ...hashOf, until })
        : problem(level, 'key_current', { ...keyOf, until }),
    );
  }
  return { problems, notAfter: end };
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

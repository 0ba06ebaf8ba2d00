import type { Instant } from '../diagnostic/token.ts';
import type { Level } from './rules.ts';

/** A hash and the days between which it is considered reliable; without an end it still is. Of several entries of a hash any one counts. */
export interface DigestEntry {
  readonly name: string;
  /** `YYYY-MM-DD`: reliable from this day on, in UTC. */
  readonly from?: string;
  /** `YYYY-MM-DD`: reliable until this day begins, in UTC. */
  readonly until?: string;
}

/** A method of signing with keys of at least this length, and until when it is considered reliable. */
export interface SignatureEntry {
  readonly name: string;
  /** Bits. */
  readonly keyLength: number;
  /** Bits of the longest key that the entry speaks of. */
  readonly longest?: number;
  /** The hash that the entry speaks of: then it alone decides about the two together. Without one it holds for every listed hash while that one is reliable. */
  readonly digest?: string;
  readonly from?: string;
  readonly until?: string;
}

/**
 * Algorithms that may be used and until when (ETSI TS 119 312, in the spirit of TS 119 322 and RFC 5698): what is not listed was never
 * reliable. A key counts while any entry that speaks of its length does.
 */
export interface AlgorithmCatalogue {
  readonly level: Level;
  /** Levels of single checks; {@link level} where they are absent. */
  readonly digestLevel?: Level;
  readonly encryptionLevel?: Level;
  readonly keyLengthLevel?: Level;
  readonly expirationLevel?: Level;
  /** Day of the catalogue. What it says of later days is a forecast. */
  readonly updated?: string;
  /** Level of an end that lies after {@link updated}. */
  readonly expirationLevelAfterUpdate?: Level;
  readonly digests: readonly DigestEntry[];
  readonly signatures: readonly SignatureEntry[];
}

/** Levels of a part of a policy that uses the common catalogue under levels of its own. */
export type AlgorithmLevels = Partial<Omit<AlgorithmCatalogue, 'digests' | 'signatures'>>;

/** A time during which something is reliable, in milliseconds since 1970; open where an end is absent. */
export interface Span {
  readonly from?: number;
  readonly until?: number;
}

/** A {@link Span} for keys of these lengths. */
export interface KeySpan extends Span {
  readonly keyLength: number;
  readonly longest?: number;
}

const dayStart = (day: string): number => Date.parse(`${day}T00:00:00Z`);

function spanOf({ from, until }: { readonly from?: string; readonly until?: string }): Span {
  return {
    ...(from === undefined ? {} : { from: dayStart(from) }),
    ...(until === undefined ? {} : { until: dayStart(until) }),
  };
}

/** When a hash is reliable; nothing when it is not listed. */
export function digestSpans(catalogue: AlgorithmCatalogue, name: string | undefined): readonly Span[] {
  return catalogue.digests.filter((entry) => entry.name === name).map(spanOf);
}

/** Hashes that methods are defined with, where they are not defined with all: RFC 8032, RFC 8017, FIPS 186-5, BSI TR-03111. */
function defined(name: string, digest: string): boolean {
  // SHAKE256 with 64 octets stands in the data as SHA3-512, which is as strong (FIPS 202 table 4).
  if (name === 'EdDSA') return digest === 'SHA512' || digest === 'SHA3-512' || digest.startsWith('SHAKE');
  if (digest === 'WHIRLPOOL' || digest.startsWith('SHAKE')) return false;
  return name === 'RSA' || !digest.startsWith('MD');
}

interface KnownSpans {
  readonly digests: readonly DigestEntry[];
  readonly byPair: Map<string, readonly KeySpan[]>;
}

/** What was looked up before: a document asks for the same few pairs thousands of times. */
const knownSpans = new WeakMap<readonly SignatureEntry[], KnownSpans>();

/**
 * When a method of signing is reliable together with a hash, by length of the key; nothing when the two are not listed. Entries for this hash
 * go before those for any. A catalogue does not change once it was asked.
 */
export function signatureSpans(
  catalogue: AlgorithmCatalogue,
  name: string | undefined,
  digest: string | undefined,
): readonly KeySpan[] {
  if (name === undefined || digest === undefined) return [];
  const { signatures, digests } = catalogue;
  let known = knownSpans.get(signatures);
  if (known?.digests !== digests) {
    known = { digests, byPair: new Map() };
    knownSpans.set(signatures, known);
  }
  const pair = `${name} ${digest}`;
  const found = known.byPair.get(pair) ?? spansOfPair(catalogue, name, digest);
  if (known.byPair.size < maximumPairs) known.byPair.set(pair, found);
  return found;
}

/** Names come from documents: what is kept of them is bounded. */
const maximumPairs = 256;

function spansOfPair(catalogue: AlgorithmCatalogue, name: string, digest: string): KeySpan[] {
  const own = catalogue.signatures.filter((entry) => entry.name === name);
  const explicit = own.filter((entry) => entry.digest === digest);
  if (explicit.length > 0) return explicit.map((entry) => ({ ...keysOf(entry), ...spanOf(entry) }));
  if (!defined(name, digest)) return [];
  const general = own.filter((entry) => entry.digest === undefined);
  return general.flatMap((entry) =>
    digestSpans(catalogue, digest).map((span) => ({ ...keysOf(entry), ...within(spanOf(entry), span) })),
  );
}

const keysOf = ({ keyLength, longest }: SignatureEntry): Pick<KeySpan, 'keyLength' | 'longest'> => ({
  keyLength,
  ...(longest === undefined ? {} : { longest }),
});

function within(one: Span, other: Span): Span {
  const from = Math.max(one.from ?? Number.NEGATIVE_INFINITY, other.from ?? Number.NEGATIVE_INFINITY);
  const until = Math.min(one.until ?? Number.POSITIVE_INFINITY, other.until ?? Number.POSITIVE_INFINITY);
  return {
    ...(from === Number.NEGATIVE_INFINITY ? {} : { from }),
    ...(until === Number.POSITIVE_INFINITY ? {} : { until }),
  };
}

/** Those of the spans that speak of a key. */
export function spansForKey(spans: readonly KeySpan[], keyLength: number): KeySpan[] {
  return spans.filter((span) => span.keyLength <= keyLength && keyLength <= (span.longest ?? Number.POSITIVE_INFINITY));
}

/** Whether one of the spans holds at `time`; both ends excluded. */
export function reliableAt(spans: readonly Span[], time: number): boolean {
  return spans.some(({ from, until }) => (from === undefined || from < time) && (until === undefined || until > time));
}

/** The last end, or undefined when one has none or there is nothing. */
export function lastEnd(spans: readonly Span[]): number | undefined {
  let last: number | undefined;
  for (const { until } of spans) {
    if (until === undefined) return undefined;
    last = Math.max(last ?? until, until);
  }
  return last;
}

/** Level of an end: milder where the catalogue only forecasts it. */
export function expirationLevel(catalogue: AlgorithmCatalogue, end: number | undefined): Level {
  const { updated, expirationLevelAfterUpdate } = catalogue;
  if (
    updated !== undefined &&
    end !== undefined &&
    expirationLevelAfterUpdate !== undefined &&
    dayStart(updated) < end
  ) {
    return expirationLevelAfterUpdate;
  }
  return catalogue.expirationLevel ?? catalogue.level;
}

/** An instant in milliseconds as ISO 8601 text without parts of a second. */
export function instantOf(milliseconds: number): Instant {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

import type { Instant } from '../diagnostic/token.ts';
import type { Level } from './rules.ts';

/** A hash and the day from which it is not considered reliable any more; without a day it still is. */
export interface DigestEntry {
  readonly name: string;
  /** `YYYY-MM-DD`: reliable until this day begins, in UTC. */
  readonly until?: string;
}

/** A method of signing with keys of at least this length, and until when it is considered reliable. */
export interface SignatureEntry {
  readonly name: string;
  /** Bits. */
  readonly keyLength: number;
  readonly until?: string;
}

/**
 * Algorithms that may be used and until when (ETSI TS 119 312, in the spirit of TS 119 322 and RFC 5698): what is not listed was never
 * reliable. A key counts with the entry of the greatest length that it reaches.
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

const dayStart = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** The end of a day entry in milliseconds since 1970, or undefined while there is none. */
export function endOf(entry: { readonly until?: string } | undefined): number | undefined {
  return entry?.until === undefined ? undefined : dayStart(entry.until);
}

/** The entry of a hash. */
export function findDigest(catalogue: AlgorithmCatalogue, name: string | undefined): DigestEntry | undefined {
  return catalogue.digests.find((entry) => entry.name === name);
}

/** The entry of the greatest key length that `keyLength` reaches; undefined when the method is not listed or the key is too short. */
export function findSignature(
  catalogue: AlgorithmCatalogue,
  name: string | undefined,
  keyLength: number,
): SignatureEntry | undefined {
  let found: SignatureEntry | undefined;
  for (const entry of catalogue.signatures) {
    const better = entry.name === name && entry.keyLength <= keyLength && entry.keyLength >= (found?.keyLength ?? 0);
    if (better) found = entry;
  }
  return found;
}

/** Whether a method of signing is listed, for whatever key. */
export function knowsSignature(catalogue: AlgorithmCatalogue, name: string | undefined): boolean {
  return catalogue.signatures.some((entry) => entry.name === name);
}

/** Level of an end: milder where the catalogue only forecasts it. */
export function expirationLevel(catalogue: AlgorithmCatalogue, end: number): Level {
  const { updated, expirationLevelAfterUpdate } = catalogue;
  if (updated !== undefined && expirationLevelAfterUpdate !== undefined && dayStart(updated) < end) {
    return expirationLevelAfterUpdate;
  }
  return catalogue.expirationLevel ?? catalogue.level;
}

/** An instant in milliseconds as ISO 8601 text without parts of a second. */
export function instantOf(milliseconds: number): Instant {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

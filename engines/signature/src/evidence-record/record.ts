import { createHash } from 'node:crypto';
import { concatBytes, equalBytes } from '@tra/kernel';
import type { DigestName } from '@tra/pki';
import { imprintOf } from './imprint.ts';

/** Thrown for bytes that are no evidence record, or one beyond a bound. */
export class EvidenceRecordError extends Error {}

/** One archive time-stamp: a token over the root of a reduced hash tree. */
export interface ArchiveTimestamp {
  readonly token: Uint8Array;
  /** Partial hash trees from the leaves on; absent when the token covers one hash directly. */
  readonly tree?: readonly (readonly Uint8Array[])[];
  /** The octets that the next time-stamp of the chain covers. */
  readonly renewed: Uint8Array;
}

/** Time-stamps that renew each other under one digest. */
export interface ArchiveChain {
  readonly digest: DigestName;
  readonly timestamps: readonly ArchiveTimestamp[];
  /** Octets of the chains before this one: more than one form where the standard leaves room; any of them binds the same. */
  readonly before: readonly Uint8Array[];
  /** Other octets than the file itself over which a hash may have been made (canonical XML). */
  readonly forms?: (data: Uint8Array) => readonly Uint8Array[];
}

/** An evidence record (RFC 4998, RFC 6283) as read. */
export interface EvidenceRecord {
  readonly chains: readonly ArchiveChain[];
}

/** Most chains, time-stamps in one, partial trees in one, and hashes in one of those. */
export const recordLimits: {
  readonly chains: number;
  readonly timestamps: number;
  readonly trees: number;
  readonly hashes: number;
} = {
  chains: 64,
  timestamps: 64,
  trees: 64,
  hashes: 4096,
};

/** A token with the digest that it must carry. */
export interface CheckedStamp {
  readonly token: Uint8Array;
  readonly digest: { readonly algorithm: DigestName; readonly value: Uint8Array };
}

/** What the hash trees of a record show. */
export interface RecordFacts {
  readonly stamps: readonly CheckedStamp[];
  /** For each file in order: whether every chain covers it. */
  readonly covered: readonly boolean[];
  /** Every renewal covers what it renews. */
  readonly renewed: boolean;
}

const hashOf = (digest: DigestName, ...parts: readonly Uint8Array[]): Uint8Array => {
  const hash = createHash(digest);
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

const holds = (list: readonly Uint8Array[], candidates: readonly Uint8Array[]): boolean =>
  candidates.some((one) => list.some((member) => equalBytes(member, one)));

/** Walks a record over `files` (RFC 4998 sections 4.3 and 5.3, RFC 6283 sections 3.2.2 and 4.3): tokens themselves are judged elsewhere. */
export function checkRecord({ chains }: EvidenceRecord, files: readonly Uint8Array[]): RecordFacts {
  const stamps: CheckedStamp[] = [];
  const covered = files.map(() => true);
  let renewed = true;
  for (const chain of chains) {
    const leaves = files.map((file) => leavesOf(chain, file));
    for (const [index, { token, tree }] of chain.timestamps.entries()) {
      const previous = chain.timestamps[index - 1];
      const wanted = previous ? [[hashOf(chain.digest, previous.renewed)]] : leaves;
      const list = tree?.[0] ?? directHash(wanted, token);
      const found = wanted.map((candidates) => holds(list, candidates));
      if (previous) renewed &&= found.every((one) => one);
      else for (const [file, one] of found.entries()) covered[file] = (covered[file] ?? false) && one;
      stamps.push({
        token,
        digest: { algorithm: chain.digest, value: tree ? rootOf(tree, chain.digest) : (list[0] ?? new Uint8Array()) },
      });
    }
  }
  return { stamps, covered, renewed };
}

/** Hashes by which a chain may name a file: its own, and from the second chain on joined with that of all chains before. */
function leavesOf({ before, digest, forms }: ArchiveChain, file: Uint8Array): readonly Uint8Array[] {
  const own = [file, ...(forms?.(file) ?? [])].map((form) => hashOf(digest, form));
  if (before.length === 0) return own;
  return before.flatMap((octets) => own.map((hash) => hashOf(digest, hash, hashOf(digest, octets))));
}

/** Without a tree the token covers one hash alone, of whichever form of the one file it names; more files cannot be covered. */
function directHash(wanted: readonly (readonly Uint8Array[])[], token: Uint8Array): readonly Uint8Array[] {
  const [only = [], second] = wanted;
  if (second) return [];
  const imprint = imprintOf(token)?.value;
  const named = only.find((one) => imprint !== undefined && equalBytes(one, imprint));
  return named ? [named] : only.slice(0, 1);
}

/** The root of a reduced hash tree: each list joined in binary order with the hash of the one before, and hashed unless it stands alone. */
function rootOf(tree: readonly (readonly Uint8Array[])[], digest: DigestName): Uint8Array {
  let carried: Uint8Array | undefined;
  for (const list of tree) {
    const members = carried ? [...list, carried] : list;
    const [only] = members;
    carried = members.length === 1 && only ? only : hashOf(digest, concatBytes(...[...members].sort(Buffer.compare)));
  }
  return carried ?? new Uint8Array();
}

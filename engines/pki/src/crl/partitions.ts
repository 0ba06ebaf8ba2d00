import { fromHex } from '@tra/kernel';
import { CrlBuilder } from './crl-builder.ts';
import { type CrlEntry, type CrlHeader, type CrlScope, refuseCrl } from './crl-request.ts';

const maxPartitions = 65_536;

/**
 * Which of `partitions` CRLs lists a certificate, from 0. It depends on the serial number alone and never changes: the address of
 * the partition stands in the certificate. FNV-1a over the octets of the serial as an unsigned number without leading zeros, mixed
 * once more, modulo the number of partitions. Throws {@link PkiError} `pki.request_invalid` for fewer than 1 or more than 65,536.
 *
 * @example
 * const url = `http://pki.example.th/crl/issuing-${partitionOf(serial, 32)}.crl`;
 */
export function partitionOf(serial: Uint8Array | string, partitions: number): number {
  if (!Number.isInteger(partitions) || partitions < 1 || partitions > maxPartitions) throw refuseCrl('partitions');
  const octets = typeof serial === 'string' ? fromHex(serial) : serial;
  let start = 0;
  while (start < octets.length && octets[start] === 0) start += 1;
  let hash = 0x811c9dc5;
  for (let at = start; at < octets.length; at += 1) hash = Math.imul(hash ^ (octets[at] ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % partitions;
}

/** Input of {@link buildPartitionedCrls}. */
export interface PartitionedCrlRequest extends Omit<CrlHeader, 'scope'> {
  readonly entries: Iterable<CrlEntry>;
  readonly partitions: number;
  /** Addresses of one partition, as they stand in the certificates that belong to it. */
  readonly urisOf: (partition: number) => readonly string[];
  /** Addresses of the delta CRLs of one partition. */
  readonly freshestCrlUrlsOf?: (partition: number) => readonly string[];
  /** What else limits every partition. */
  readonly only?: CrlScope['only'];
}

/**
 * Builds all partitions of a CRL, each with its own issuing distribution point and all with one number and one time; entries
 * are dealt out by {@link partitionOf}. Throws {@link PkiError} `pki.request_invalid`.
 */
export async function buildPartitionedCrls(request: PartitionedCrlRequest): Promise<Uint8Array[]> {
  const { entries, partitions, urisOf, freshestCrlUrlsOf, only, ...header } = request;
  partitionOf('01', partitions);
  const builders = Array.from({ length: partitions }, (_, partition) => {
    const uris = urisOf(partition);
    if (uris.length === 0) throw refuseCrl('partition_uris');
    const scope: CrlScope = only === undefined ? { uris } : { uris, only };
    const freshest = freshestCrlUrlsOf ? { freshestCrlUrls: freshestCrlUrlsOf(partition) } : {};
    return new CrlBuilder({ ...header, ...freshest, scope });
  });
  for (const entry of entries) builders[partitionOf(entry.serialHex, partitions)]?.addEntry(entry);
  const crls: Uint8Array[] = [];
  for (const builder of builders) crls.push((await builder.finish()).slice());
  return crls;
}

/**
 * Entries of a delta CRL: what `current` lists otherwise than the complete CRL `base` did, and `removeFromCRL` for what was on hold
 * in `base` and is no longer listed (RFC 5280 section 5.2.4). What was revoked for good cannot come back: such an entry missing
 * from `current` has expired and needs no mention. `removedAt` dates the removals.
 */
export function deltaEntries(base: Iterable<CrlEntry>, current: Iterable<CrlEntry>, removedAt: Date): CrlEntry[] {
  const before = new Map<string, CrlEntry>();
  for (const entry of base) before.set(keyOf(entry), entry);
  const changed: CrlEntry[] = [];
  for (const entry of current) {
    const old = before.get(keyOf(entry));
    before.delete(keyOf(entry));
    if (!old || !sameEntry(old, entry)) changed.push(entry);
  }
  for (const entry of before.values()) {
    if (entry.reason === 'certificateHold') changed.push({ ...entry, date: removedAt, reason: 'removeFromCRL' });
  }
  return changed;
}

function keyOf({ serialHex, certificateIssuer }: CrlEntry): string {
  const serial = serialHex.toLowerCase().replace(/^(?:00)+(?=..)/, '');
  return certificateIssuer ? `${serial}/${certificateIssuer.join(',')}` : serial;
}

function sameEntry(left: CrlEntry, right: CrlEntry): boolean {
  const seconds = (date: Date | undefined): number => Math.floor((date?.getTime() ?? 0) / 1000);
  return (
    (left.reason ?? 'unspecified') === (right.reason ?? 'unspecified') &&
    seconds(left.date) === seconds(right.date) &&
    seconds(left.invalidityDate) === seconds(right.invalidityDate)
  );
}

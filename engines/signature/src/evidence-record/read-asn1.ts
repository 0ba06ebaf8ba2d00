import {
  berToDer,
  type DerElement,
  der,
  readDer,
  readOctetString,
  readOid,
  readSmallInteger,
  SequenceReader,
  TAG,
} from '@tra/asn1';
import { type DigestName, digestOfOid } from '@tra/pki';
import { imprintOf } from './imprint.ts';
import {
  type ArchiveChain,
  type ArchiveTimestamp,
  type EvidenceRecord,
  EvidenceRecordError,
  recordLimits,
} from './record.ts';

const maxBytes = 32 * 1024 * 1024;

/** Reads an EvidenceRecord (RFC 4998 section 3.1). Throws {@link EvidenceRecordError}. */
export function readAsn1Record(bytes: Uint8Array): EvidenceRecord {
  try {
    const reader = new SequenceReader(readElement(bytes), 'EvidenceRecord');
    if (readSmallInteger(reader.take(TAG.integer, 'version')) !== 1) throw new EvidenceRecordError('version');
    reader.take(TAG.sequence, 'digestAlgorithms');
    reader.takeOptional(0xa0);
    if (reader.takeOptional(0xa1)) throw new EvidenceRecordError('encrypted');
    const sequence = reader.take(TAG.sequence, 'archiveTimeStampSequence');
    reader.end();
    const chains = members(sequence, recordLimits.chains);
    return { chains: chains.map((chain, index) => readChain(chain, chains.slice(0, index))) };
  } catch (cause) {
    if (cause instanceof EvidenceRecordError) throw cause;
    throw new EvidenceRecordError('structure', { cause });
  }
}

function readElement(bytes: Uint8Array): DerElement {
  try {
    return readDer(bytes, { maxBytes });
  } catch {
    return readDer(berToDer(bytes, { maxBytes }), { maxBytes });
  }
}

function members(element: DerElement, limit: number): readonly DerElement[] {
  const found = new SequenceReader(element, 'SEQUENCE').rest();
  if (found.length === 0 || found.length > limit) throw new EvidenceRecordError('count');
  return found;
}

interface ReadTimestamp extends ArchiveTimestamp {
  readonly digest: DigestName;
}

function readChain(element: DerElement, before: readonly DerElement[]): ArchiveChain {
  const timestamps = members(element, recordLimits.timestamps).map(readTimestamp);
  const [first] = timestamps;
  if (!first || timestamps.some(({ digest }) => digest !== first.digest)) throw new EvidenceRecordError('digest');
  const octets = before.length > 0 ? [der.sequence(...before.map(({ raw }) => raw))] : [];
  return { digest: first.digest, timestamps, before: octets };
}

function readTimestamp(element: DerElement): ReadTimestamp {
  const reader = new SequenceReader(element, 'ArchiveTimeStamp');
  const stated = reader.takeOptional(0xa0);
  reader.takeOptional(0xa1);
  const reduced = reader.takeOptional(0xa2);
  const token = reader.take(TAG.sequence, 'timeStamp').raw;
  reader.end();
  const oid = stated
    ? readOid(new SequenceReader(stated, 'AlgorithmIdentifier', 0xa0).take(TAG.oid, 'algorithm'))
    : undefined;
  const digest = oid === undefined ? imprintOf(token)?.digest : digestOfOid(oid);
  if (!digest) throw new EvidenceRecordError('digest');
  return { digest, token, renewed: token, ...(reduced ? { tree: readTree(reduced) } : {}) };
}

function readTree(element: DerElement): readonly (readonly Uint8Array[])[] {
  const lists = new SequenceReader(element, 'reducedHashtree', 0xa2).rest();
  if (lists.length === 0 || lists.length > recordLimits.trees) throw new EvidenceRecordError('tree');
  return lists.map((list) => members(list, recordLimits.hashes).map((hash) => readOctetString(hash)));
}

import { equalBytes } from '@tra/kernel';
import type { CoveredObject, EvidenceRecordData } from '../diagnostic/timestamp.ts';
import type { TokenId } from '../diagnostic/token.ts';
import { type FoundTimestamp, joinMaterial } from '../evidence/model.ts';
import { materialOfTokens } from '../evidence/token.ts';
import type { SignatureSubject } from '../subject.ts';
import { coveredMaterial, type Pools } from './found.ts';
import { nameOf, tokenId } from './ids.ts';
import { embeddedRecords, recordOf } from './record-data.ts';
import { decoded } from './signature-data.ts';
import type { GatheredTimestamp } from './timestamp-data.ts';

/** The time-stamps and evidence records of a document, each once, and to which signatures they belong. */
export interface TimestampCollection {
  readonly timestamps: ReadonlyMap<TokenId, GatheredTimestamp>;
  readonly records: readonly EvidenceRecordData[];
  /** By {@link SignatureSubject.id}. */
  readonly timestampsOf: ReadonlyMap<string, readonly TokenId[]>;
  readonly recordsOf: ReadonlyMap<string, readonly TokenId[]>;
  /** Names of the records that are subjects of their own. */
  readonly recordIds: ReadonlyMap<string, TokenId>;
}

/** Whom the signatures are by name. */
export interface CollectContext {
  readonly pools: Pools;
  readonly signatureIds: ReadonlyMap<string, TokenId>;
}

const maximumTimestamps = 256;
const maximumRecords = 64;

/** Collects them. Time-stamps and records beside signatures count for those whose files they cover. */
export function collectTimestamps(subjects: readonly SignatureSubject[], context: CollectContext): TimestampCollection {
  const collection = new Collection();
  for (const subject of subjects) if (subject.kind === 'signature') takeSignature(collection, subject, context);
  for (const subject of subjects) {
    if (subject.form === 'evidence-record') takeRecord(collection, subject, { ...context, subjects });
    else if (subject.kind === 'timestamp') takeTimestamp(collection, subject, { ...context, subjects });
  }
  return collection;
}

class Collection implements TimestampCollection {
  readonly timestamps: Map<TokenId, GatheredTimestamp> = new Map();
  readonly records: EvidenceRecordData[] = [];
  readonly timestampsOf: Map<string, TokenId[]> = new Map();
  readonly recordsOf: Map<string, TokenId[]> = new Map();
  readonly recordIds: Map<string, TokenId> = new Map();

  /** A time-stamp that is met again covers what it does in both places. */
  add(stamp: GatheredTimestamp, owners: readonly string[]): TokenId {
    const id = tokenId(stamp.token);
    const known = this.timestamps.get(id);
    if (!known && this.timestamps.size >= maximumTimestamps) return id;
    this.timestamps.set(id, known ? merged(known, stamp) : stamp);
    for (const owner of owners) append(this.timestampsOf, owner, id);
    return id;
  }

  addRecord(record: EvidenceRecordData, owners: readonly string[]): void {
    if (this.records.length >= maximumRecords || this.records.some(({ id }) => id === record.id)) return;
    this.records.push(record);
    for (const owner of owners) append(this.recordsOf, owner, record.id);
  }
}

function append(map: Map<string, TokenId[]>, key: string, id: TokenId): void {
  const list = map.get(key) ?? [];
  if (!list.includes(id)) list.push(id);
  map.set(key, list);
}

const merged = (known: GatheredTimestamp, again: GatheredTimestamp): GatheredTimestamp => ({
  ...again,
  ...known,
  covered: joined(known.covered, again.covered),
  more: { ...again.more, ...known.more },
});

function joined(left: readonly CoveredObject[], right: readonly CoveredObject[]): readonly CoveredObject[] {
  return [...new Map([...left, ...right].map((one) => [`${one.category} ${one.id}`, one])).values()];
}

/** Time-stamps inside a signature, or over the document that holds it. */
function takeSignature(collection: Collection, subject: SignatureSubject, context: CollectContext): void {
  const signer = subject.facts?.signers[subject.signer ?? 0];
  const own = context.signatureIds.get(subject.id);
  if (!signer || own === undefined) return;
  const found = (signer.evidence?.timestamps ?? []).filter(({ inContainer }) => !inContainer);
  for (const stamp of found) {
    if (stamp.kind !== 'record') collection.add(gatheredOf(stamp, subject, context), [subject.id]);
  }
  const records = embeddedRecords(
    found.filter(({ kind }) => kind === 'record'),
    { ...context, signature: own },
  );
  for (const { record, stamps } of records) {
    for (const stamp of stamps) collection.add(stamp, []);
    collection.addRecord(record, [subject.id]);
  }
}

function gatheredOf(
  stamp: FoundTimestamp,
  { facts, id, signer: index = 0 }: SignatureSubject,
  { pools, signatureIds }: CollectContext,
): GatheredTimestamp {
  const { covers, kind, unmatched, variant, ...stamped } = stamp;
  const own = signatureIds.get(id);
  const signer = facts?.signers[index];
  // What is named in the signature is covered with it.
  const named = covers.signature && signer?.binding === 'bound' && signer.certificate ? [signer.certificate.der] : [];
  const material = { ...covers.material, certificates: [...named, ...covers.material.certificates] };
  return {
    ...stamped,
    kind,
    ...(variant === undefined ? {} : { variant }),
    ...(unmatched === undefined ? {} : { unmatched }),
    covered: [
      ...(covers.signature && own !== undefined ? [{ category: 'signature' as const, id: own }] : []),
      ...coveredMaterial(material, covers.timestamps, pools),
    ],
  };
}

interface Neighbours extends CollectContext {
  readonly subjects: readonly SignatureSubject[];
}

/** A time-stamp that is a subject of its own: of a PDF, of a container, or bare. */
function takeTimestamp(collection: Collection, subject: SignatureSubject, context: Neighbours): void {
  const { cms, content, fieldName, stamps, surroundings } = subject;
  const { store, storeBeneath } = surroundings ?? {};
  const kind = subject.trailing !== undefined ? 'document' : fieldName === undefined ? 'content' : 'container';
  const given = stamps ?? [content ? { token: cms, data: content } : { token: cms, data: [], missing: true as const }];
  const beneath = subject.trailing !== undefined ? earlierInFile(subject, context) : namedFiles(subject, context);
  const signatures = beneath.filter((one) => one.kind === 'signature');
  const tokens = beneath.flatMap((one) => tokensOf(one));
  const material = joinMaterial([
    materialOfTokens(tokens),
    ...signatures.flatMap(({ facts, signer = 0 }) => facts?.signers[signer]?.evidence?.material ?? []),
  ]);
  const inFile =
    kind === 'document' ? joinMaterial([...(storeBeneath ? [storeBeneath] : []), materialOfTokens(tokens)]) : material;
  const covered = [
    ...signatures.flatMap(({ id }) => idOf(id, context)),
    ...coveredMaterial(inFile, tokens, context.pools),
  ];
  const isArchive = storeBeneath !== undefined || (kind === 'container' && signatures.length > 0);
  const variant = isArchive ? { variant: storeBeneath ? ('PAdES' as const) : ('ASiC' as const) } : {};
  for (const stamp of given) {
    const more = {
      ...(fieldName === undefined ? {} : { filename: fieldName.slice(0, 400) }),
      scopes: filesOf(subject),
    };
    const found = store ? { material: [{ origin: 'security-store' as const, ...store }] } : {};
    collection.add(
      { ...stamp, kind, ...variant, ...found, covered, more },
      kind === 'container' ? signatures.map(({ id }) => id) : [],
    );
  }
}

const idOf = (id: string, { signatureIds }: CollectContext): readonly CoveredObject[] => {
  const known = signatureIds.get(id);
  return known === undefined ? [] : [{ category: 'signature', id: known }];
};

/**
 * Tokens inside a subject, or the one that it is. Those around a signature, over its file or container, are subjects of their own: one that was made later is
 * beneath nothing that came before it.
 */
function tokensOf({ cms, facts, kind, signer = 0, stamps }: SignatureSubject): readonly Uint8Array[] {
  if (kind === 'timestamp') return stamps?.map(({ token }) => token) ?? [cms];
  const found = facts?.signers[signer]?.evidence?.timestamps ?? [];
  return found.filter((one) => !isAround(one)).map(({ token }) => token);
}

const isAround = ({ inContainer, kind }: FoundTimestamp): boolean =>
  inContainer === true || kind === 'document' || kind === 'container';

const endOf = ({ content = [] }: SignatureSubject): number => {
  const last = content.at(-1);
  return last ? last.byteOffset + last.length : 0;
};

/** What lies in the bytes that a document time-stamp covers. */
function earlierInFile(subject: SignatureSubject, { subjects }: Neighbours): readonly SignatureSubject[] {
  const end = endOf(subject);
  return subjects.filter((one) => one.trailing !== undefined && endOf(one) > 0 && endOf(one) < end);
}

const filesOf = ({ format }: SignatureSubject) =>
  format
    .filter(({ code }) => code === 'signature.reference_intact')
    .slice(0, 256)
    .map(({ params }) => ({ name: decoded(String(params?.uri ?? '')), scope: 'full' as const }));

/** Subjects in the files that the manifest of a time-stamp or record names, when all of them are as it says. */
function namedFiles(subject: SignatureSubject, { subjects }: Neighbours): readonly SignatureSubject[] {
  const broken = ['differs', 'missing', 'needs_octets', 'method_unsupported'].map(
    (tail) => `signature.reference_${tail}`,
  );
  broken.push('signature.renewal_broken');
  if (subject.fieldName === undefined || subject.format.some(({ code }) => broken.includes(code))) return [];
  const names = new Set(filesOf(subject).map(({ name }) => name));
  return subjects.filter(
    (one) =>
      one !== subject && one.fieldName !== undefined && names.has(one.fieldName.slice(0, 200)) && !isSame(one, subject),
  );
}

const isSame = (one: SignatureSubject, other: SignatureSubject): boolean =>
  one.cms.length > 0 && equalBytes(one.cms, other.cms);

function takeRecord(collection: Collection, subject: SignatureSubject, context: Neighbours): void {
  const beneath = namedFiles(subject, context);
  const signatures = beneath.filter((one) => one.kind === 'signature');
  const tokens = beneath.flatMap((one) => tokensOf(one));
  const material = signatures.flatMap(({ facts, signer = 0 }) => facts?.signers[signer]?.evidence?.material ?? []);
  const covered = [
    ...signatures.flatMap(({ id }) => idOf(id, context)),
    ...coveredMaterial(joinMaterial([...material, materialOfTokens(tokens)]), tokens, context.pools),
  ];
  const id = nameOf('evidence-record', ...(subject.stamps ?? []).map(({ token }) => token), subject.id);
  const { record, stamps } = recordOf(subject, { id, covered, pools: context.pools, files: filesOf(subject) });
  for (const stamp of stamps) collection.add(stamp, []);
  collection.addRecord(
    record,
    signatures.map((one) => one.id),
  );
  collection.recordIds.set(subject.id, id);
}

import type { ScopeData } from '../diagnostic/signature.ts';
import type { CoveredObject, EvidenceRecordData } from '../diagnostic/timestamp.ts';
import type { DigestMatcherData, TokenId } from '../diagnostic/token.ts';
import type { FoundTimestamp } from '../evidence/model.ts';
import { materialOfTokens } from '../evidence/token.ts';
import type { StampedData } from '../facts.ts';
import type { SignatureSubject } from '../subject.ts';
import { coveredMaterial, type Pools, relatedOf } from './found.ts';
import { nameOf, tokenId } from './ids.ts';
import type { GatheredTimestamp } from './timestamp-data.ts';

/** An evidence record with its time-stamps. */
export interface GatheredRecord {
  readonly record: EvidenceRecordData;
  readonly stamps: readonly GatheredTimestamp[];
}

/**
 * The time-stamps of a record: each covers the one before it with all that stands in it (RFC 4998 section 5.2); whether the chain of renewals and the
 * hash trees hold was found out when the record was read.
 */
function chainOf(
  stamps: readonly StampedData[],
  covered: readonly CoveredObject[],
  pools: Pools,
): readonly GatheredTimestamp[] {
  return stamps.map((stamp, index): GatheredTimestamp => {
    const before = stamps.slice(0, index).map(({ token }) => token);
    return {
      token: stamp.token,
      data: stamp.data,
      ...(stamp.digest ? { digest: stamp.digest } : {}),
      ...(stamp.missing ? { missing: stamp.missing } : {}),
      kind: 'record',
      covered: [...covered, ...coveredMaterial(materialOfTokens(before), before, pools)],
      more: { evidenceRecordRole: index === 0 ? 'archive' : 'timestamp-renewal' },
    };
  });
}

/** Records inside a signature: those that cover it prove that it existed. */
export function embeddedRecords(
  found: readonly FoundTimestamp[],
  { pools, signature }: { readonly pools: Pools; readonly signature: TokenId },
): readonly GatheredRecord[] {
  const numbers = [...new Set(found.map(({ record = 1 }) => record))];
  return numbers.map((number): GatheredRecord => {
    const own = found.filter(({ record = 1 }) => record === number);
    const holds = own.every(({ covers }) => covers.signature);
    const covered: readonly CoveredObject[] = holds ? [{ category: 'signature', id: signature }] : [];
    const matcher: DigestMatcherData = { type: 'er-master-signature', found: true, intact: holds };
    const id = nameOf('evidence-record', signature, String(number), ...own.map(({ token }) => token));
    const stamps = chainOf(own, covered, pools);
    const record = {
      id,
      origin: 'signature' as const,
      parent: signature,
      digestMatchers: [matcher],
      scopes: [],
      covered,
    };
    const type = own[0]?.recordForm ?? 'ASN.1';
    return { stamps, record: { ...record, type, ...heldIn(own, pools) } };
  });
}

/** Files that nobody could hold against their digest. */
const uncompared: ReadonlySet<string> = new Set([
  'signature.reference_missing',
  'signature.reference_needs_octets',
  'signature.reference_method_unsupported',
]);

/** A record that is a subject of its own. */
export function recordOf(
  { fieldName, format, recordForm = 'ASN.1', stamps = [] }: SignatureSubject,
  context: {
    readonly id: TokenId;
    readonly covered: readonly CoveredObject[];
    readonly pools: Pools;
    readonly files: readonly ScopeData[];
  },
): GatheredRecord {
  const { covered, files, id, pools } = context;
  const has = (code: string): boolean => format.some((check) => check.code === code);
  const matchers = format.flatMap(({ code, params }): readonly DigestMatcherData[] => {
    const name = String(params?.uri ?? '-');
    if (code === 'signature.reference_intact') return [{ type: 'er-archive-object', name, found: true, intact: true }];
    if (code === 'signature.reference_differs')
      return [{ type: 'er-archive-object', name, found: true, intact: false }];
    if (uncompared.has(code)) return [{ type: 'er-archive-object', name, found: false, intact: false }];
    return [];
  });
  const broken: readonly DigestMatcherData[] = has('signature.renewal_broken')
    ? [{ type: 'er-archive-timestamp-sequence', found: true, intact: false }]
    : [];
  const record = {
    id,
    origin: fieldName === undefined ? ('external' as const) : ('container' as const),
    ...(fieldName === undefined ? {} : { filename: fieldName.slice(0, 400) }),
    structure: { valid: !has('signature.signature_malformed') },
    digestMatchers: [...matchers, ...broken],
    scopes: files,
    covered,
  };
  return { stamps: chainOf(stamps, covered, pools), record: { ...record, type: recordForm, ...heldIn(stamps, pools) } };
}

/** Time-stamps of a record and what stands in them. */
function heldIn(
  stamps: readonly StampedData[],
  pools: Pools,
): Pick<EvidenceRecordData, 'timestamps' | 'foundCertificates' | 'foundRevocations'> {
  const tokens = stamps.map(({ token }) => token);
  const found = relatedOf([{ origin: 'time-stamp-token', ...materialOfTokens(tokens) }], pools);
  return {
    timestamps: [...new Set(tokens.map(tokenId))],
    foundCertificates: found.certificates,
    foundRevocations: found.revocations,
  };
}

import type { Material } from '@tra/cms';
import { type PdfSignature, readSecurityStore, revisionBytes, type SecurityStore } from '@tra/pdf';
import { type CoveredObjects, type FoundTimestamp, joinMaterial } from '../evidence/model.ts';
import { materialOfTokens } from '../evidence/token.ts';

/** What a PDF holds around one of its signatures or document time-stamps. */
export interface PdfSurroundings {
  readonly subFilter: string;
  /** Entries M and Reason of the signature dictionary. */
  readonly hasTime: boolean;
  readonly hasReason: boolean;
  /** Document time-stamps made after the signature, which cover it (ETSI EN 319 142-1 clause 5.4.3). */
  readonly documentTimestamps: readonly FoundTimestamp[];
  /** Material of the document security store; absent when there is none. */
  readonly store?: Material;
  /** Some of those time-stamps also covers a security store. */
  readonly storeStamped: boolean;
  /** For a document time-stamp: the security store as it was in what it covers. What was added later is not proven by it. */
  readonly storeBeneath?: Material;
  /** For a document time-stamp: all that lies in the bytes that it covers. */
  readonly covers?: CoveredObjects;
}

const isDocumentTimestamp = ({ subFilter, type }: PdfSignature): boolean =>
  subFilter === 'ETSI.RFC3161' && type !== 'Sig';

const rangeEnd = ({ byteRange: [, , second = 0, length = 0] }: PdfSignature): number => second + length;

/** The surroundings of every signature and document time-stamp of a file, in their order. */
export function pdfSurroundings(file: Uint8Array, signatures: readonly PdfSignature[]): readonly PdfSurroundings[] {
  const newest = readSecurityStore(file);
  const store = newest && storeMaterial(newest);
  const stamps = signatures.filter(isDocumentTimestamp).filter(({ signedParts }) => signedParts.length > 0);
  const beneath = store ? storesBeneath(file, stamps, store) : new Map<PdfSignature, Material>();
  return signatures.map((signature): PdfSurroundings => {
    const later = stamps.filter((one) => one !== signature && rangeEnd(one) > rangeEnd(signature));
    const tokens = (end: number): readonly Uint8Array[] =>
      later.filter((one) => rangeEnd(one) < end).map(({ contents }) => contents);
    const own = beneath.get(signature);
    const earlier = signatures.filter((one) => rangeEnd(one) > 0 && rangeEnd(one) < rangeEnd(signature));
    return {
      subFilter: signature.subFilter ?? '',
      hasTime: signature.signingTime !== undefined,
      hasReason: signature.reason !== undefined && signature.reason !== '',
      documentTimestamps: later.map((one) => documentTimestamp(one, tokens(rangeEnd(one)), beneath.get(one))),
      ...(store ? { store } : {}),
      storeStamped: later.some((one) => beneath.has(one)),
      ...(own ? { storeBeneath: own } : {}),
      ...(stamps.includes(signature) ? { covers: coveredIn(earlier, own) } : {}),
    };
  });
}

function coveredIn(earlier: readonly PdfSignature[], store: Material | undefined): CoveredObjects {
  const timestamps = earlier.filter(isDocumentTimestamp).map(({ contents }) => contents);
  return {
    signedData: true,
    signature: earlier.length > timestamps.length,
    material: joinMaterial([...(store ? [store] : []), materialOfTokens(timestamps)]),
    timestamps,
  };
}

function documentTimestamp(
  { contents, signedParts }: PdfSignature,
  before: readonly Uint8Array[],
  store: Material | undefined,
): FoundTimestamp {
  return {
    kind: 'document',
    ...(store ? { variant: 'PAdES' as const } : {}),
    token: contents,
    data: signedParts,
    covers: {
      signedData: true,
      signature: true,
      material: joinMaterial([...(store ? [store] : []), materialOfTokens(before)]),
      timestamps: before,
    },
  };
}

/** The store of the revision that each of these covers, where there was one; `newest` is the one of the whole file. */
function storesBeneath(
  file: Uint8Array,
  stamps: readonly PdfSignature[],
  newest: Material,
): ReadonlyMap<PdfSignature, Material> {
  return new Map(
    stamps.flatMap((one): readonly (readonly [PdfSignature, Material])[] => {
      const end = rangeEnd(one);
      if (end >= file.length) return [[one, newest]];
      const store = readSecurityStore(revisionBytes(file, end));
      return store ? [[one, storeMaterial(store)]] : [];
    }),
  );
}

const storeMaterial = (store: SecurityStore): Material => joinMaterial([store, ...store.related].map(unique));

const unique = ({ certificates, crls, ocspResponses }: Material): Material => ({
  certificates: [...new Set(certificates)],
  crls: [...new Set(crls)],
  ocspResponses: [...new Set(ocspResponses)],
});

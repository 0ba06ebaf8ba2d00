import type { Material } from '@tra/cms';
import { type PdfSignature, readSecurityStore, revisionBytes, type SecurityStore } from '@tra/pdf';
import { type FoundTimestamp, joinMaterial } from '../evidence/model.ts';
import { materialOfTokens } from '../evidence/token.ts';

/** What a PDF holds around one of its signatures. */
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
}

const isDocumentTimestamp = ({ subFilter, type }: PdfSignature): boolean =>
  subFilter === 'ETSI.RFC3161' && type !== 'Sig';

const rangeEnd = ({ byteRange: [, , second = 0, length = 0] }: PdfSignature): number => second + length;

/** The surroundings of every signature of a file, in their order. */
export function pdfSurroundings(file: Uint8Array, signatures: readonly PdfSignature[]): readonly PdfSurroundings[] {
  const newest = readSecurityStore(file);
  const store = newest && storeMaterial(newest);
  const stamps = signatures.filter(isDocumentTimestamp).filter(({ signedParts }) => signedParts.length > 0);
  const stamped = newest ? stamps.filter((one) => hasStore(file, rangeEnd(one))) : [];
  return signatures.map((signature): PdfSurroundings => {
    const later = stamps.filter((one) => one !== signature && rangeEnd(one) > rangeEnd(signature));
    const tokens = (end: number): readonly Uint8Array[] =>
      later.filter((one) => rangeEnd(one) < end).map(({ contents }) => contents);
    return {
      subFilter: signature.subFilter ?? '',
      hasTime: signature.signingTime !== undefined,
      hasReason: signature.reason !== undefined && signature.reason !== '',
      documentTimestamps: later.map((one): FoundTimestamp => {
        const before = tokens(rangeEnd(one));
        const own = stamped.includes(one) && store ? store : undefined;
        return {
          kind: 'document',
          ...(own ? { variant: 'PAdES' as const } : {}),
          token: one.contents,
          data: one.signedParts,
          covers: {
            signedData: true,
            signature: true,
            material: joinMaterial([...(own ? [own] : []), materialOfTokens(before)]),
            timestamps: before,
          },
        };
      }),
      ...(store ? { store } : {}),
      storeStamped: later.some((one) => stamped.includes(one)),
    };
  });
}

const storeMaterial = (store: SecurityStore): Material => joinMaterial([store, ...store.related].map(unique));

const unique = ({ certificates, crls, ocspResponses }: Material): Material => ({
  certificates: [...new Set(certificates)],
  crls: [...new Set(crls)],
  ocspResponses: [...new Set(ocspResponses)],
});

/** Whether the revision that ends at `end` holds a security store. */
const hasStore = (file: Uint8Array, end: number): boolean => readSecurityStore(revisionBytes(file, end)) !== undefined;

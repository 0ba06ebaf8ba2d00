import type { Material } from '@tra/cms';
import type { Certificate } from '@tra/pki';
import { type Evidence, type FoundTimestamp, joinMaterial } from '../evidence/model.ts';
import { certificateOf, readToken, tokenSigner } from '../evidence/token.ts';
import { isSelfSigned, issued, type LongTermFacts, longTermFacts, maxDepth, uniqueCertificates } from './long-term.ts';

/** Times of tokens that can be read. */
export function stampTimes(timestamps: readonly FoundTimestamp[]): readonly Date[] {
  return timestamps.flatMap(({ token }) => readToken(token)?.info.genTime ?? []);
}

/** Signature time-stamps are there, and all were made before the signer's certificate expired (requirement of level T). */
export function isStampedInTime(stamps: readonly FoundTimestamp[], signer: Certificate | undefined): boolean {
  const times = stampTimes(stamps);
  return (
    stamps.length > 0 && times.length === stamps.length && times.every((time) => !signer || time < signer.notAfter)
  );
}

/** The archive time-stamp made last: its own authority is validated by what comes after. */
function lastArchive(timestamps: readonly FoundTimestamp[]): FoundTimestamp | undefined {
  const archives = timestamps.filter(({ kind }) => kind === 'archive' || kind === 'document' || kind === 'container');
  const times = archives.map(({ token }) => readToken(token)?.info.genTime.getTime() ?? 0);
  return archives[times.lastIndexOf(Math.max(...times))];
}

/** How far the material must reach. */
export type MaterialReach =
  /** The signer's own status. */
  | 'signer'
  /** The whole path of the signer. */
  | 'path'
  /** The same for the authority of every time-stamp but the last archive time-stamp. */
  | 'path-and-authorities';

/** Whether the certificates of the signer's path are there, up to one that is self-signed. */
export function hasWholePath(signer: Certificate | undefined, material: readonly Material[]): boolean {
  if (!signer) return false;
  const certificates = uniqueCertificates(joinMaterial(material).certificates);
  let reached: readonly Certificate[] = [signer];
  for (let depth = 0; depth < maxDepth; depth += 1) {
    if (reached.some(isSelfSigned)) return true;
    reached = certificates.filter((one) => reached.some((below) => issued(one, below)));
  }
  return false;
}

/** Whether a signature carries what its validation needs, as far as its format demands. */
export function longTermOf(
  signer: Certificate | undefined,
  { material, timestamps }: Pick<Evidence, 'material' | 'timestamps'>,
  reach: MaterialReach,
): LongTermFacts {
  const joined = joinMaterial(material);
  const leaves = signer ? [signer] : [];
  const { allSelfSigned } = longTermFacts({ leaves, material: { ...joined, crls: [], ocspResponses: [] } });
  if (reach === 'signer') {
    return { allSelfSigned, complete: longTermFacts({ leaves, material: { ...joined, certificates: [] } }).complete };
  }
  if (reach === 'path') return longTermFacts({ leaves, material: joined });
  const certificates = joined.certificates.flatMap(certificateOf);
  const last = lastArchive(timestamps);
  const authorities = timestamps.flatMap((stamp) => {
    const parsed = stamp === last ? undefined : readToken(stamp.token);
    return (parsed && tokenSigner(parsed, certificates)) ?? [];
  });
  return longTermFacts({ leaves: [...leaves, ...authorities], material: joined });
}

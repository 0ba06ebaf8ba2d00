import type { SignatureData } from '../diagnostic/signature.ts';
import type { TimestampData, TimestampType } from '../diagnostic/timestamp.ts';
import type { SignedToken, TokenId } from '../diagnostic/token.ts';
import { chainOf, type Process, signerOf } from './context.ts';

/** The time-stamps of a signature, in the order of the data. */
export function timestampsOf(process: Process, signature: SignatureData): TimestampData[] {
  return signature.timestamps.flatMap((id) => process.timestamps.get(id) ?? []);
}

const contentTypes: readonly TimestampType[] = ['content', 'all-data-objects', 'individual-data-objects'];

/** Made over the content before it was signed. */
export const isContentTimestamp = ({ type }: TimestampData): boolean => contentTypes.includes(type);

/** Time-stamps over the signature value: signature and document time-stamps. */
export const isSignatureTimestamp = ({ type }: TimestampData): boolean => type === 'signature' || type === 'document';

/** The time-stamps over validation data: of archives and containers, and document time-stamps over a DSS dictionary that tells the status of the path. */
export function archiveTimestamps(process: Process, signature: SignatureData): TimestampData[] {
  const own = new Set(signature.timestamps);
  return timestampsOf(process, signature).filter((timestamp) => {
    const { type, archiveType } = timestamp;
    if (type === 'archive' || type === 'container') return true;
    return type === 'document' && archiveType === 'PAdES' && coversMaterial(process, { signature, timestamp, own });
  });
}

const coversOneOf = ({ covered }: TimestampData, ids: ReadonlySet<TokenId>): boolean =>
  covered.some(({ id }) => ids.has(id));

interface DocumentTimestamp {
  readonly signature: SignatureData;
  readonly timestamp: TimestampData;
  /** The time-stamps of the signature. */
  readonly own: ReadonlySet<TokenId>;
}

/** EN 319 142-1 clause 5.4.3: certificates of the path, or their revocations together with what belongs to earlier time-stamps or to itself. */
function coversMaterial(process: Process, { signature, timestamp, own }: DocumentTimestamp): boolean {
  if (signature.foundRevocations.length === 0) {
    const stored = signature.foundCertificates
      .filter(({ origins }) => origins.includes('dss-dictionary') || origins.includes('vri-dictionary'))
      .map(({ certificate }) => certificate);
    return coversOneOf(timestamp, new Set(signature.chain.filter((id) => stored.includes(id))));
  }
  if (!coversStatus(process, signature, timestamp)) return false;
  if (coversOneOf(timestamp, own)) return true;
  const stamper = signerOf(process, timestamp);
  return (
    stamper !== undefined && (stamper.selfSigned || stamper.trusted || coversStatus(process, timestamp, timestamp))
  );
}

/** Whether a revocation of the first certificate of the path that has any is covered. */
function coversStatus(process: Process, token: SignedToken, timestamp: TimestampData): boolean {
  const first = chainOf(process, token).find(({ revocations }) => revocations.length > 0);
  return first !== undefined && coversOneOf(timestamp, new Set(first.revocations.map(({ revocation }) => revocation)));
}

/** Whether the signature carries anything for long term availability and integrity of validation material: clause 5.6.3.4 step 3. */
export function hasArchiveMaterial(process: Process, signature: SignatureData): boolean {
  if (signature.evidenceRecords.length > 0 || archiveTimestamps(process, signature).length > 0) return true;
  return timestampsOf(process, signature).some(({ covered }) =>
    covered.some(({ category, id }) => {
      const earlier = category === 'timestamp' ? process.timestamps.get(id) : undefined;
      return (
        earlier !== undefined &&
        !isContentTimestamp(earlier) &&
        earlier.covered.some((object) => object.category === 'signature')
      );
    }),
  );
}

import type { SignatureData } from '../diagnostic/signature.ts';
import type { TimestampData, TimestampType } from '../diagnostic/timestamp.ts';
import type { Process } from './context.ts';

/** The time-stamps of a signature, in the order of the data. */
export function timestampsOf(process: Process, signature: SignatureData): TimestampData[] {
  return signature.timestamps.flatMap((id) => process.timestamps.get(id) ?? []);
}

const contentTypes: readonly TimestampType[] = ['content', 'all-data-objects', 'individual-data-objects'];

/** Made over the content before it was signed. */
export const isContentTimestamp = ({ type }: TimestampData): boolean => contentTypes.includes(type);

/** Time-stamps over the signature value: signature and document time-stamps. */
export const isSignatureTimestamp = ({ type }: TimestampData): boolean => type === 'signature' || type === 'document';

/** Time-stamps over validation data: archive time-stamps, and document time-stamps behind a DSS dictionary. */
export const isArchiveTimestamp = ({ type, archiveType }: TimestampData): boolean =>
  type === 'archive' || (type === 'document' && archiveType === 'PAdES');

/** Whether the signature carries anything for long term availability and integrity of validation material: clause 5.6.3.4 step 3. */
export function hasArchiveMaterial(process: Process, signature: SignatureData): boolean {
  const timestamps = timestampsOf(process, signature);
  if (signature.evidenceRecords.length > 0 || timestamps.some(isArchiveTimestamp)) return true;
  return timestamps.some(({ covered }) =>
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

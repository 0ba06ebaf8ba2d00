import { RecentlyRead } from '@tra/pki';
import { parseSignedData, type SignedData } from './parse.ts';

const tokens: RecentlyRead<SignedData> = new RecentlyRead(parseSignedData, {
  octets: 256 * 1024,
  largest: 64 * 1024,
});

/**
 * {@link parseSignedData} for bytes that may have been read a moment ago, as a time-stamp token is by everything that looks at it: those are not read
 * again. The result may be shared with other callers and holds its own copy of the bytes. Throws what reading them throws.
 */
export function recentSignedData(bytes: Uint8Array): SignedData {
  return tokens.get(bytes);
}
